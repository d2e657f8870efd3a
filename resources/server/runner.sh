# Runs one entry of the journal on the server, step by step, and takes it back.
#
#   sh runner.sh apply ENTRY-FOLDER     run the steps, wait for a desktop to confirm, else undo
#   sh runner.sh undo ENTRY-FOLDER      take the steps back, last first
#   sh runner.sh part STEP-FOLDER NAME  one script of a step (guard, do, undo) in a shell of its own
#
# Every entry carries its own copy of this file, so that it is undone by the code that made it.
# An entry folder holds: who, title, window, steps/NN/{id,title,guard,do,undo,saves,timeout},
# reload, reload-undo, and while it lives: state, contact, events, stop, confirm, undo.
# POSIX sh; needs coreutils, util-linux (flock) and awk, which Debian calls essential.

set -u
umask 077
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
DEBIAN_FRONTEND=noninteractive
export LC_ALL PATH DEBIAN_FRONTEND

base=${MAILWRIGHT_BASE:-/var/lib/mailwright}
tab=$(printf '\t')

# --------------------------------------------------------------- the journal

say() { # KIND [STEP [DATA]]: one line for the desktop
    printf '%s\t%s\t%s\n' "$1" "${2-}" "${3-}" >>"$entry/events"
}

set_state() { # FOLDER WORD: replaced as a whole, and on the disk before anything else happens
    printf '%s\n' "$2" >"$1/.state" && sync "$1/.state" && mv -f "$1/.state" "$1/state" && sync "$1"
}

state_of() { # an empty file is what a power cut leaves of a word: the step may have begun
    if [ ! -e "$1/state" ]; then
        echo pending
    elif [ -s "$1/state" ]; then
        cat "$1/state"
    else
        echo running
    fi
}

left() { # CODE ARGUMENT: something that this undo leaves on the server, for the person to read
    printf '%s\t%s\n' "$1" "$2" >>"$step/left"
}

fingerprint() { # PATH: what is there, in one line
    if [ -L "$1" ]; then
        printf 'link %s\n' "$(readlink -- "$1")"
    elif [ -d "$1" ]; then
        stat -c 'dir %a %U %G -' -- "$1"
    elif [ -e "$1" ]; then
        printf '%s %s\n' "$(stat -c 'file %a %U %G' -- "$1")" "$(sha256sum <"$1" | cut -c 1-64)"
    else
        echo absent
    fi
}

save() { # copy every path of `saves` before anything changes, and write down what it is
    mkdir -p "$step/saved"
    number=0
    true >"$step/before" || return 1
    while IFS= read -r path; do
        number=$((number + 1))
        fingerprint "$path" >>"$step/before" || return 1
        if [ -L "$path" ] || [ -f "$path" ]; then
            cp -a -- "$path" "$step/saved/$number" || return 1
            [ -L "$path" ] || sync "$step/saved/$number" || return 1 # sync would follow a link
        fi
    done <"$step/saves"
    sync "$step/before" "$step"
}

remember() { # write down what the step left, so that an undo knows its own work
    true >"$step/.after" || return 1
    while IFS= read -r path; do
        fingerprint "$path" >>"$step/.after" || return 1
    done <"$step/saves"
    mv -f "$step/.after" "$step/after"
}

line_of() { # FILE NUMBER
    sed -n "$2p" "$1" 2>/dev/null
}

# ------------------------------------------------- what guard, do and undo use

expect() { # PATH FINGERPRINT: refuse when it is no longer what the plan saw
    now=$(fingerprint "$1")
    [ "$now" = "$2" ] && return 0
    printf 'changed since the plan was made: %s\n' "$1"
    return 1
}

temporary() { # PATH: the one name beside it that a killed step may leave, known to undo
    printf '%s/.mailwright-%s' "$(dirname -- "$1")" "$(basename -- "$1")"
}

put() { # PATH MODE OWNER:GROUP SOURCE: the whole file at once or not at all
    new=$(temporary "$1")
    rm -f -- "$new"
    cat -- "$4" >"$new" && chown "$3" -- "$new" && chmod "$2" -- "$new" && sync "$new" &&
        mv -fT -- "$new" "$1"
}

make_dir() { # PATH MODE OWNER:GROUP
    [ -d "$1" ] || mkdir -m "$2" -- "$1" || return 1
    chown "$3" -- "$1" && chmod "$2" -- "$1"
}

give_back() { # PATH: as it was before the step, unless somebody else changed it since
    number=$(grep -nxF -- "$1" "$step/saves" | head -n 1 | cut -d : -f 1)
    was=$(line_of "$step/before" "$number")
    now=$(fingerprint "$1")
    rm -f -- "$(temporary "$1")"
    [ "$now" = "$was" ] && return 0
    if [ -e "$step/after" ]; then
        [ "$now" = "$(line_of "$step/after" "$number")" ] || return 2
    elif [ -L "$1" ] || [ -f "$1" ]; then
        # The step was cut off, so nobody knows whose bytes these are: they are kept.
        cp -a -- "$1" "$step/saved/$number.replaced" || return 1
    fi
    case $was in
    absent) if [ -d "$1" ]; then rmdir -- "$1"; else rm -f -- "$1"; fi ;;
    dir*)
        # shellcheck disable=SC2086  # kind, mode, owner, group
        set -- "$1" $was
        chmod "$3" -- "$1" && chown "$4:$5" -- "$1"
        ;;
    *)
        cp -a -- "$step/saved/$number" "$(temporary "$1")" &&
            mv -fT -- "$(temporary "$1")" "$1"
        ;;
    esac
}

give_back_or_leave() { # PATH...
    for path in "$@"; do
        give_back "$path"
        case $? in
        0) ;;
        2) left changed-since "$path" ;;
        *) left not-restored "$path" ;;
        esac
    done
}

# ------------------------------------------------------------------- packages

package_list() {
    # shellcheck disable=SC2016  # the braces are dpkg-query's
    dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' | sed -n 's/^.i. *//p' | sort -u
}

package_traces() { # also packages of which a broken installation or removal left something
    # shellcheck disable=SC2016  # the braces are dpkg-query's
    dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' | sed -n 's/^.[^n]. *//p' | sort -u
}

# An undo that trusted half a list would take away what was there before, so half of one counts
# for nothing: `noted` is written last, when all of it is on the disk.
note_system() { # packages and accounts, as they are before anything is installed
    package_list >"$step/packages.before" && package_traces >"$step/traces.before" &&
        cut -d : -f 1 /etc/passwd /etc/group | sort -u >"$step/accounts.before" &&
        sync "$step/packages.before" "$step/traces.before" "$step/accounts.before" || return 1
    [ -s "$step/packages.before" ] && [ -s "$step/accounts.before" ] &&
        true >"$step/noted" && sync "$step"
}

refresh_lists() { # apt waits for dpkg's lock by itself, but not for the lock of its own lists
    tries=0
    until apt-get -q -o Acquire::Retries=2 update >"$step/updated" 2>&1; do
        cat "$step/updated"
        grep -q 'Could not get lock' "$step/updated" && [ "$tries" -lt 120 ] || return 1
        tries=$((tries + 1))
        sleep 5
    done
    cat "$step/updated"
}

install_packages() { # PACKAGE...: never upgrades or removes what is there
    printf '%s\n' "$@" >"$step/wanted" || return 1
    note_system || return 1
    refresh_lists || return 1
    apt-get -s --no-install-recommends install "$@" >"$step/simulated" || {
        cat "$step/simulated"
        return 1
    }
    if grep -E '^(Remv |Inst [^ ]+ \[)' "$step/simulated"; then
        echo 'installing would upgrade or remove the packages above: bring the server up to date first'
        return 1
    fi
    sed -n 's/^Inst \([^ ]*\).*/\1/p' "$step/simulated" | sort -u >"$step/packages.coming" &&
        sync "$step/packages.coming" || return 1
    apt-get -q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confold \
        --no-install-recommends install "$@" || return 1
    postfix_files >"$step/postfix.after"
}

postfix_files() {
    find /etc/postfix -type f 2>/dev/null | sort
}

queued() { # how many messages wait in Postfix's queue, whatever part of it
    for part in maildrop hold incoming active deferred; do
        find "/var/spool/postfix/$part" -type f 2>/dev/null
    done | wc -l
}

forget_answers() { # those given to debconf for packages that were not installed after all
    umask 022 # debconf makes its files anew, and everybody may read them
    while IFS= read -r name; do
        package_traces | grep -qxF -- "$name" || echo PURGE | debconf-communicate "$name" >/dev/null
    done <"$step/wanted"
}

remove_packages() { # succeeds when nothing of what the step installed is there any more
    [ -e "$step/noted" ] || { [ ! -e "$step/wanted" ] || forget_answers; return; }
    [ -e "$step/packages.coming" ] || { forget_answers; return; }
    dpkg --configure -a
    package_traces >"$step/traces.now" &&
        comm -23 "$step/packages.coming" "$step/packages.before" >"$step/packages.ours" &&
        comm -12 "$step/packages.ours" "$step/traces.now" >"$step/packages.new" || return 1
    if [ -s "$step/packages.new" ]; then
        nothing_waits && nobody_needs_them && purge_packages || return 1
    fi
    forget_answers
}

nothing_waits() { # a message in the queue keeps Postfix; none can come in while it is looked at
    grep -qx postfix "$step/packages.new" || return 0
    systemctl stop 'postfix@*.service' postfix.service 2>/dev/null
    maildrop=/var/spool/postfix/maildrop
    mode=$(stat -c %a "$maildrop" 2>/dev/null)
    [ -z "$mode" ] || chmod 700 "$maildrop"
    waiting=$(queued)
    [ "$waiting" -gt 0 ] || return 0
    [ -z "$mode" ] || chmod "$mode" "$maildrop"
    systemctl disable postfix 2>/dev/null
    left queue-kept "$waiting"
    return 1
}

nobody_needs_them() { # what was installed later may depend on what the step installed
    xargs apt-get -s purge <"$step/packages.new" >"$step/simulated" || return 1
    sed -n 's/^Purg \([^ ]*\).*/\1/p' "$step/simulated" | sort -u >"$step/going"
    in_use=$(comm -23 "$step/going" "$step/packages.new" | tr '\n' ' ')
    [ -n "$in_use" ] || return 0
    left packages-needed "$in_use"
    ! grep -qx postfix "$step/packages.new" || systemctl start postfix
    return 1
}

purge_packages() { # removed only, where purging would take away what is not the step's
    # What was removed once and left its configuration is to be so again.
    comm -12 "$step/packages.new" "$step/traces.before" >"$step/packages.keep"
    if grep -qx postfix "$step/packages.new" && [ -e "$step/postfix.after" ]; then
        # Its purge deletes all of /etc/postfix, whoever wrote what is there.
        foreign=$(postfix_files | comm -13 "$step/postfix.after" - | grep -v /.mailwright-)
        if [ -n "$foreign" ]; then
            echo postfix >>"$step/packages.keep"
            printf '%s\n' "$foreign" | while IFS= read -r path; do left path-kept "$path"; done
        fi
    fi
    sort -u -o "$step/packages.keep" "$step/packages.keep"
    comm -23 "$step/packages.new" "$step/packages.keep" |
        xargs -r apt-get -q -y -o DPkg::Lock::Timeout=600 purge || return 1
    xargs -r apt-get -q -y -o DPkg::Lock::Timeout=600 remove <"$step/packages.keep"
}

remove_accounts() { # NAME...: those that the packages made, where they were not there before
    for name in "$@"; do
        ! grep -qxF -- "$name" "$step/accounts.before" || continue
        ! of_system passwd "$name" || userdel "$name" || left account-kept "$name"
        ! of_system group "$name" || groupdel "$name" || left account-kept "$name"
    done
}

of_system() { # passwd|group NAME: there, and not a person's (Debian Policy 9.2.2)
    number=$(getent "$1" "$2" | cut -d : -f 3)
    [ "${number:-1000}" -lt 1000 ]
}

# ----------------------------------------------------------- Postfix's main.cf

# Logical lines as postconf(5) defines them: comments and empty lines do not count, a line that
# begins with white space continues the one before. A user of this defines logical(name, value),
# which may print `raw`, and other(text) for the lines between.
main_cf_awk='
function finish(  i, n, v) {
    if (raw != "") {
        i = index(line, "=")
        n = substr(line, 1, i - 1); gsub(/[ \t]+/, "", n)
        v = substr(line, i + 1); sub(/^[ \t]+/, "", v); sub(/[ \t]+$/, "", v)
        logical(n, v)
    }
    other(held); raw = held = ""
}
/^[ \t]*#/ || /^[ \t]*$/ { held = held $0 "\n"; next }
/^[ \t]/ {
    if (raw == "") held = held $0 "\n"
    else { line = line $0; raw = raw held $0 "\n"; held = "" }
    next
}
{ finish(); line = $0; raw = $0 "\n" }
'

main_cf_values() { # FILE NAME...: "name = value", or "name" alone where the file does not set it
    file=$1
    shift
    [ -e "$file" ] || file=/dev/null
    awk -v names="$*" "$main_cf_awk"'
function other(text) { }
function logical(n, v) { value[n] = v; known[n] = 1 }
END {
    finish()
    count = split(names, name, " ")
    for (i = 1; i <= count; i++)
        print ((name[i] in known) ? name[i] " = " value[name[i]] : name[i])
}' "$file"
}

main_cf_expect() { # DIGEST NAME...: the parameters still have the values that the plan saw
    digest=$1
    shift
    now=$(main_cf_values /etc/postfix/main.cf "$@" | sha256sum | cut -c 1-64)
    [ "$now" = "$digest" ] && return 0
    echo 'changed since the plan was made: parameters in /etc/postfix/main.cf'
    return 1
}

age() { # FILE: Postfix's tools wait until a file that they read is two seconds old
    touch -d '5 seconds ago' -- "$1"
}

main_cf_edit() { # FOLDER: set the parameters of $step/set, take out those of $step/unset
    if [ -s "$step/unset" ]; then
        xargs postconf -c "$1" -X <"$step/unset" || return 1
    fi
    if [ -s "$step/set" ]; then
        # All in one call, one line of the file an argument: none of these values is a secret.
        tr '\n' '\0' <"$step/set" | xargs -0 postconf -c "$1" -e || return 1
    fi
    age "$1/main.cf"
}

main_cf_apply() { # NAME...: tried in a folder beside, and only when Postfix is silent, for real
    main_cf_values /etc/postfix/main.cf "$@" >"$step/values.before"
    trial=$stage/trial
    mkdir "$trial" && cp -a /etc/postfix/main.cf /etc/postfix/master.cf "$trial" || return 1
    main_cf_edit "$trial" || return 1
    said=$(postconf -c "$trial" -n 2>&1 >/dev/null)
    rm -rf "$trial"
    if [ -n "$said" ]; then
        printf '%s\n' "$said"
        return 1
    fi
    main_cf_edit /etc/postfix || return 1
    main_cf_values /etc/postfix/main.cf "$@" >"$step/values.after"
}

main_cf_undo() { # the saved bytes, or only our parameters where others changed the file since
    [ -e /etc/postfix/main.cf ] || return 0
    give_back /etc/postfix/main.cf
    case $? in
    0)
        [ ! -e /etc/postfix/main.cf ] || age /etc/postfix/main.cf
        return 0
        ;;
    2) ;;
    *)
        left not-restored /etc/postfix/main.cf
        return 0
        ;;
    esac
    # A parameter is ours to take back only while it still has our value.
    awk -v before="$step/values.before" -v after="$step/values.after" "$main_cf_awk"'
BEGIN {
    entries = "(check_sender_access +)?(texthash|regexp):/etc/postfix/mailwright/[a-z_]+"
    entries = entries "|inet:127\\.0\\.0\\.1:8891"
    while ((getline text < after) > 0) { split(text, part, " "); ours[part[1]] = text }
    while ((getline text < before) > 0) { split(text, part, " "); old[part[1]] = text }
}
function other(text) { printf "%s", text }
function had(n) { return index(old[n], " = ") > 0 }
function without(n, v,   rest, entry, i) { # our entries that are in a list somebody else extended
    rest = ours[n]
    while (match(rest, entries)) {
        entry = substr(rest, RSTART, RLENGTH)
        rest = substr(rest, RSTART + RLENGTH)
        i = index(v, entry)
        if (i && !index(old[n], entry)) v = substr(v, 1, i - 1) substr(v, i + length(entry))
    }
    gsub(/,[ \t]*,/, ",", v)
    gsub(/^[ \t,]+|[ \t,]+$/, "", v)
    return v
}
function logical(n, v,   cut) {
    present[n] = 1
    if (!(n in ours)) printf "%s", raw
    else if (ours[n] == n " = " v) { if (had(n)) print old[n] }
    else if ((cut = without(n, v)) == v) printf "%s", raw
    else if (cut != "") print n " = " cut
    else if (had(n)) print old[n]
}
END {
    finish()
    for (n in ours) if (ours[n] == n && !(n in present) && had(n)) print old[n]
}' /etc/postfix/main.cf >"$step/main.cf.new" || return 1
    put /etc/postfix/main.cf "$(stat -c %a /etc/postfix/main.cf)" \
        "$(stat -c %U:%G /etc/postfix/main.cf)" "$step/main.cf.new" || return 1
    age /etc/postfix/main.cf
    left only-ours-restored /etc/postfix/main.cf
}

chroot_off() { # no service of master.cf runs in a chroot that lacks resolv.conf and certificates
    postconf -F '*/*/chroot' | sed -n 's|^\([^ ]*/[^ ]*/chroot\) = y$|\1|p' >"$step/chrooted"
    [ ! -s "$step/chrooted" ] || sed 's/$/=n/' "$step/chrooted" | xargs postconf -F || return 1
    age /etc/postfix/master.cf
}

service_options() { # each line of $step/options: SERVICE/TYPE/NAME=VALUE, without =VALUE to unset
    while IFS= read -r option; do
        name=${option%%=*}
        was=$(postconf -P "$name" 2>/dev/null)
        printf '%s\n' "${was:-$name}" >>"$step/options.before"
        case $option in
        *=*) postconf -P "$option" || return 1 ;;
        *) [ -z "$was" ] || postconf -PX "$name" || return 1 ;;
        esac
    done <"$step/options"
    age /etc/postfix/master.cf
}

options_back() { # what the step set, as far as it is still so, becomes what it was
    while IFS= read -r option <&3 && IFS= read -r was <&4; do
        name=${option%%=*}
        ours="$name = ${option#*=}"
        [ "$option" != "$name" ] || ours=''
        now=$(postconf -P "$name" 2>/dev/null)
        [ "$now" = "$ours" ] || continue
        case $was in
        *' = '*) postconf -P "$name=${was#* = }" ;;
        *) [ -z "$now" ] || postconf -PX "$name" ;;
        esac
    done 3<"$step/options" 4<"$step/options.before"
}

master_undo() {
    [ -e /etc/postfix/master.cf ] || return 0
    give_back /etc/postfix/master.cf
    case $? in
    0) ;;
    2)
        postconf -F '*/*/chroot' | sed -n 's|^\([^ ]*/[^ ]*/chroot\) = n$|\1|p' | sort >"$step/open"
        sort "$step/chrooted" | comm -12 - "$step/open" | sed 's/$/=y/' | xargs -r postconf -F
        [ ! -e "$step/options.before" ] || options_back
        left only-ours-restored /etc/postfix/master.cf
        ;;
    *) left not-restored /etc/postfix/master.cf ;;
    esac
    [ ! -e /etc/postfix/master.cf ] || age /etc/postfix/master.cf
}

postfix_is_silent() { # Postfix's own gate: whatever it says is a reason to go back
    said=$(postconf -n 2>&1 >/dev/null)
    # Without a terminal it speaks to the log, and only its exit code tells.
    checked=$(postfix check 2>&1) ||
        checked="$checked$(journalctl -q -n 3 -o cat -t postfix -t postfix/postfix-script)"
    [ -z "$said$checked" ] && return 0
    printf '%s\n' "$said" "$checked"
    return 1
}

postfix_runs() { # systemctl does not say when the instance behind postfix.service fails
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        postfix status >/dev/null 2>&1 && return 0
        sleep 0.5
    done
    journalctl -q -n 5 -o cat -t postfix -t postfix/postfix-script -t postfix/master
    return 1
}

# ----------------------------------------------------------------------- keys

key_put() { # PATH BITS MODE OWNER:GROUP: one that is there stays, and no copy is made of any
    fingerprint "$1" >"$step/key.before" && sync "$step/key.before" || return 1
    new=$1
    if [ ! -e "$1" ]; then
        new=$(temporary "$1")
        rm -f -- "$new"
        openssl genpkey -quiet -algorithm RSA -pkeyopt "rsa_keygen_bits:$2" -out "$new" || return 1
    fi
    chown "$4" -- "$new" && chmod "$3" -- "$new" && sync "$new" &&
        fingerprint "$new" >"$step/key.after" && sync "$step/key.after" || return 1
    # Not mv: what somebody else put there meanwhile is not lost.
    [ "$new" = "$1" ] || { ln -T -- "$new" "$1" && rm -f -- "$new"; }
}

key_undo() { # PATH: the key that the step made goes; one that was there is as open as it was
    rm -f -- "$(temporary "$1")"
    was=$(cat "$step/key.before" 2>/dev/null)
    now=$(fingerprint "$1")
    [ -n "$was" ] && [ "$now" != "$was" ] || return 0
    if [ "$now" != "$(cat "$step/key.after" 2>/dev/null)" ]; then
        left changed-since "$1"
    elif [ "$was" = absent ]; then
        rm -f -- "$1" || left not-restored "$1"
    else
        # shellcheck disable=SC2086  # kind, mode, owner, group
        set -- "$1" $was
        { chmod "$3" -- "$1" && chown "$4:$5" -- "$1"; } || left not-restored "$1"
    fi
}

# ---------------------------------------------------------------------- units

unit_note() { # UNIT: what it is, in the words of systemctl
    systemctl show -p UnitFileState -p ActiveState --value "$1" | tr '\n' ' '
}

unit_run() { # UNIT: enabled at boot and running now
    unit_note "$1" >"$step/unit.before"
    systemctl daemon-reload && systemctl enable "$1" && systemctl start "$1"
}

unit_take() { # UNIT VERB: enabled at boot, and running with the files that are there now
    systemctl daemon-reload && systemctl enable "$1" && systemctl "$2" "$1"
}

unit_again() { # UNIT VERB: if it ran before the step, it runs with the files that were given back
    case " $(cat "$step/unit.before" 2>/dev/null)" in
    *' active'*)
        systemctl reset-failed "$1" 2>/dev/null # failed starts may have used up the allowed ones
        systemctl "$2" "$1"
        ;;
    esac
}

listens() { # USER PORT (hexadecimal): a daemon may notice after its start that it cannot
    tries=0
    until awk -v who="$(id -u "$1")" -v port=":$2" '
substr($2, 9) == port && $4 == "0A" && $8 == who { found = 1 }
END { exit !found }' /proc/net/tcp; do
        tries=$((tries + 1))
        if [ "$tries" -ge 50 ]; then
            echo "$1 does not listen"
            return 1
        fi
        sleep 0.1
    done
}

timer_on() { # TIMER: its files are there now
    systemctl daemon-reload && systemctl enable --now "$1"
}

timer_off() { # TIMER: before its files go
    ! systemctl cat "$1" >/dev/null 2>&1 || systemctl disable --now "$1"
}

timer_undo() { # TIMER PATH...: the files as they were, then the timer as it was
    timer=$1
    shift
    timer_off "$timer"
    give_back_or_leave "$@"
    systemctl daemon-reload
    case " $(cat "$step/unit.before" 2>/dev/null)" in
    *enabled*) systemctl enable --now "$timer" ;;
    esac
}

unit_undo() { # UNIT
    [ -e "$step/unit.before" ] || return 0
    systemctl daemon-reload
    case " $(cat "$step/unit.before")" in
    *enabled*) ;;
    *) systemctl disable "$1" 2>/dev/null ;;
    esac
    case " $(cat "$step/unit.before")" in
    *' active'*) ;;
    *) systemctl stop "$1" 2>/dev/null ;;
    esac
    return 0
}

# ------------------------------------------------------------ running an entry

part() { # NAME SECONDS: one script of the step in a shell of its own, its words into the journal
    timeout -k 10 "$2" sh "$entry/runner.sh" part "$step" "$1" </dev/null >>"$step/out" 2>&1 9>&-
}

name_of_step() {
    basename -- "$step"
}

run_step() {
    say step "$(name_of_step)"
    if ! part guard 60; then
        say refused "$(name_of_step)"
        return 1
    fi
    if ! save >>"$step/out" 2>&1; then
        say not-saved "$(name_of_step)"
        return 1
    fi
    if ! set_state "$step" running; then
        say not-saved "$(name_of_step)"
        return 1
    fi
    part "do" "$(cat "$step/timeout")"
    code=$?
    if [ "$code" -ne 0 ]; then
        set_state "$step" failed
        say failed "$(name_of_step)" "$code"
        return 1
    fi
    if ! remember || ! set_state "$step" "done"; then
        say failed "$(name_of_step)" journal
        return 1
    fi
    say "done" "$(name_of_step)"
}

pass() { # FILE: the one reload or restart at the end
    [ -s "$entry/$1" ] || return 0
    step=$entry/$1.d
    mkdir -p "$step"
    cp "$entry/$1" "$step/do"
    part "do" 120
}

apply() {
    set_state "$entry" applying
    for step in "$entry"/steps/*; do
        [ "$(state_of "$step")" = "done" ] && continue
        if [ -e "$entry/stop" ]; then
            rm -f "$entry/stop"
            set_state "$entry" stopped
            say stopped
            exit 0
        fi
        if ! run_step; then
            undo
            exit 1
        fi
    done
    if ! pass reload; then
        say failed reload
        undo
        exit 1
    fi
    set_state "$entry" applied
    say applied
    wait_for_word
}

turns_a_second=5

wait_for_word() { # a desktop confirms or takes back; silence for the whole window takes back too
    # Turns are counted, not the clock read: a server's clock may jump.
    quiet=0
    heard=''
    while :; do
        [ ! -e "$entry/confirm" ] || break
        if [ -e "$entry/undo" ]; then
            undo
            exit 1
        fi
        contact=$(stat -c %y "$entry/contact" 2>/dev/null)
        if [ "$contact" = "$heard" ]; then quiet=$((quiet + 1)); else quiet=0; fi
        heard=$contact
        if [ "$quiet" -gt $(($(cat "$entry/window") * turns_a_second)) ]; then
            say unconfirmed
            undo
            exit 1
        fi
        sleep 0.2
    done
    finish confirmed
}

undo() {
    set_state "$entry" undoing
    say undoing
    kept=no
    went_back=no
    for step in $(printf '%s\n' "$entry"/steps/* | sort -r); do
        case $(state_of "$step") in
        running | failed | "done" | left) ;;
        *) continue ;;
        esac
        went_back=yes
        rm -f "$step/left"
        # On a full disk the words may be lost, but not that something is left.
        part undo 900 && whole=yes || whole=no
        [ "$whole" = yes ] || left undo-failed "$(name_of_step)"
        if [ "$whole" = no ] || [ -s "$step/left" ]; then
            kept=yes
            set_state "$step" left
            [ -s "$step/left" ] || say left "$(name_of_step)" "undo-failed$tab$(name_of_step)"
            [ ! -e "$step/left" ] || while IFS= read -r line; do
                say left "$(name_of_step)" "$line"
            done <"$step/left"
        else
            set_state "$step" undone
            say undone "$(name_of_step)"
        fi
    done
    if [ "$went_back" = yes ] && ! pass reload-undo; then
        kept=yes
        say left reload "undo-failed${tab}reload"
    fi
    if [ "$kept" = yes ]; then finish left; else finish undone; fi
}

finish() { # WORD: nothing more happens by itself; secrets on their way are gone, the lock is free
    rm -rf "$stage_root"
    set_state "$entry" "$1"
    [ "$(readlink "$base/lock")" = "$(basename -- "$entry")" ] && rm -f "$base/lock"
    sync "$entry"
    say "$1"
}

case ${1-} in
apply | undo)
    entry=$2
    stage_root=/run/mailwright/$(basename -- "$entry")
    exec 9>"$entry/running"
    flock -w 2 9 || exit 75 # whoever only looks whether a runner is alive holds it for a moment
    "$1"
    ;;
part)
    step=$2
    entry=$(dirname -- "$(dirname -- "$step")")
    [ -e "$entry/who" ] || entry=$(dirname -- "$step")
    # shellcheck disable=SC2034  # for the scripts of the step
    stage=/run/mailwright/$(basename -- "$entry")/$(basename -- "$step")
    mkdir -p "$stage"
    # shellcheck disable=SC1090
    . "$step/$3"
    ;;
esac

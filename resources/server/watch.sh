# What is new in Postfix's log and what waits in its queue, in one go; nothing is changed.
#
# Set before this text: mark (a random word between the parts), source ('', journal or a file's
# path), cursor (journald's), inode, offset, start (bytes of the file's beginning that are known)
# and sum (their checksum), since (seconds since the epoch: where a first reading begins), limit
# (bytes of log), listed (messages up to which the queue is listed), list (yes: in any case).
#
# Prints lines "word<TAB>value", the mark, the piece of log, the mark, the queue's listing; both
# are compressed. A part that cannot be read says so in `log` or `queue`, and is empty.

# shellcheck disable=SC2154  # what is set before

tell() {
    printf '%s\t%s\n' "$1" "$2"
}

journal() {
    journalctl --all --quiet --no-pager \
        --output=json --output-fields=MESSAGE,SYSLOG_IDENTIFIER,_HOSTNAME "$@" \
        SYSLOG_FACILITY=2 + MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e
}

plain() {
    case $1 in *.gz) zcat -- "$1" ;; *) cat -- "$1" ;; esac
}

rest() { # FILE OFFSET
    case $1 in
    *.gz) zcat -- "$1" | tail -c "+$(($2 + 1))" ;;
    *) tail -c "+$(($2 + 1))" -- "$1" ;;
    esac
}

beginning() { # FILE BYTES: the checksum of its first bytes
    plain "$1" 2>/dev/null | head -c "$2" | cksum | cut -d ' ' -f 1
}

series() { # the log's rotated copies and itself, the oldest first
    # shellcheck disable=SC2012  # the names are those of logrotate and of Postfix
    ls -1tr -- "$source".[0-9]* "$source"-[0-9]* 2>/dev/null
    [ ! -f "$source" ] || echo "$source"
}

newest_log() {
    for file in /var/log/mail.log /var/log/maillog; do
        [ ! -f "$file" ] || { echo "$file"; return; }
    done
}

# Where the log is: the file that Postfix writes itself, or journald, or a file that is newer by
# an hour than anything in journald.
choose() {
    source=$(postconf -h maillog_file 2>/dev/null)
    [ -z "$source" ] || return
    entry=$(journalctl --quiet -n 1 --output=short-unix SYSLOG_FACILITY=2 2>/dev/null |
        sed -n '$s/^\([0-9]*\)\..*/\1/p')
    file=$(newest_log)
    if [ -n "$file" ] && [ "$(stat -c %Y "$file")" -gt $((${entry:-0} + 3600)) ]; then
        source=$file
    elif [ -n "$entry" ] || [ -n "$(find /var/log/journal /run/log/journal -name '*.journal' 2>/dev/null | head -n 1)" ]; then
        source=journal
    fi
}

[ -n "$source" ] || choose
tell time "$(date +%s.%N)"
tell zone "$(date +%z)"
tell source "$source"

# Sets file and from, and tells what the next reading needs.
find_place() {
    file='' from=$offset
    if [ -z "$inode" ]; then
        from=0
        file=$(find_first)
        file=${file:-$source}
    elif [ -f "$source" ] && same "$source"; then
        file=$source
    else
        file=$(for each in $(series); do ! same "$each" || { echo "$each"; break; }; done)
    fi
    if [ -z "$file" ] && [ -f "$source" ]; then
        tell gap yes
        from=0
        file=$(find_first)
        file=${file:-$source}
    fi
}

find_first() { # the oldest file that was written to since then
    for each in $(series); do
        [ "$(stat -c %Y "$each")" -lt "$since" ] || { echo "$each"; return; }
    done
}

same() { # FILE: whether it is the one that was read before
    if [ "$start" -gt 0 ]; then
        [ "$(beginning "$1" "$start")" = "$sum" ] && longer "$1"
    else
        [ "$(stat -c %i "$1")" = "$inode" ]
    fi
}

longer() { # FILE: whether it has what was read of it
    case $1 in *.gz) true ;; *) [ "$(stat -c %s "$1")" -ge "$offset" ] ;; esac
}

place_of() { # FILE PREFIX
    size=$(plain "$1" 2>/dev/null | head -c 256 | wc -c)
    tell "$2inode" "$(stat -c %i "$1")"
    tell "$2start" "$size"
    tell "$2sum" "$(beginning "$1" "$size")"
}

read_file() {
    # Looked for before the old one is read: whoever writes to it has left the old one.
    ready=$(find "$source" -size +0 2>/dev/null)
    find_place
    if ! [ -r "$file" ]; then
        tell log no-file
        return
    fi
    place_of "$file" ''
    tell from "$from"
    if [ "$file" != "$source" ]; then
        next=$(series | grep -Fx -A 1 -- "$file" | tail -n 1)
        if [ "$next" != "$file" ] && { [ "$next" != "$source" ] || [ -n "$ready" ]; }; then
            place_of "$next" next-
        fi
    fi
    tell log ok
    piece() { rest "$file" "$from" | head -c "$limit"; }
}

read_journal() {
    if ! words=$(journal -n 0 2>&1 >/dev/null); then
        tell log "journal: $(printf '%s' "$words" | tr '\n\t' '  ' | cut -c 1-300)"
        return
    fi
    tell log ok
    # From the last entry that is known, itself included: that it is there proves that none is
    # missing between.
    if [ -n "$cursor" ]; then
        piece() { journal --cursor="$cursor" | head -c "$limit"; }
    else
        piece() { journal --since="@$since" | head -c "$limit"; }
    fi
}

piece() { :; }
case $source in
'') tell log no-log ;;
journal) read_journal ;;
*) read_file ;;
esac

directory=$(postconf -h queue_directory 2>/dev/null)
total=0
readable=yes
for queue in maildrop incoming active deferred hold; do
    if [ -r "$directory/$queue" ] && [ -x "$directory/$queue" ]; then
        # A message that moves on while it is counted is no error.
        count=$(find "$directory/$queue" -type f -printf x 2>/dev/null | wc -c)
        total=$((total + count))
        tell "in-$queue" "$count"
    else
        readable=no
        tell queue "no-folder ${directory:-?}/$queue"
    fi
done

# Of a stopped Postfix, postqueue would write a warning into the log at every look.
running=no
if pid=$(tr -dc 0-9 <"$directory/pid/master.pid") && [ -n "$pid" ] && kill -0 "$pid"; then
    running=yes
fi 2>/dev/null
tell running "$running"

listing() { :; }
if [ "$readable$running" = yesyes ] && { [ "$total" -le "$listed" ] || [ "$list" = yes ]; }; then
    tell listing yes
    listing() { postqueue -j 2>&1 | head -c "$limit"; }
fi

printf '%s\n' "$mark"
piece 2>/dev/null | gzip -1
printf '\n%s\n' "$mark"
listing | gzip -1

# Postfix's own gate, then one test message for each path, all at once, and what the log says
# became of each.
#
# Set before this text: sender, recipient, helo, seconds, signer (selector and domain as OpenDKIM
# notes them, empty where it does not sign), submit (bash text, see submit.bash) and paths, a line
# for each message: its number, where it is handed in (an address of this server, or - for
# sendmail), its Message-ID and its size in bytes. The messages are the payload, one behind the
# other. Prints lines "word<TAB>text"; the words about a message end in its number.

LC_ALL=C
export LC_ALL
work=$(mktemp -d /run/mailwright-proof.XXXXXX) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT PIPE TERM

tell() { # WORD: the text comes on standard input; it stays one line
    printf '%s\t%s\n' "$1" "$(tr '\000-\037\177' ' ' | cut -c 1-1000)"
}

since=@$(date +%s)
{
    postconf -n 2>&1 >/dev/null
    # Without a terminal it speaks to the log, and only its exit code tells.
    postfix check 2>&1 || journalctl -q -n 3 -o cat -t postfix -t postfix/postfix-script
} | tell gate
postconf -h smtp_tls_loglevel 2>/dev/null | tell tls-loglevel

log() { # ACCOUNT TAG...: "process words" of the journal's lines since this script began
    account=$(id -u "$1") || return 0
    shift
    tags=''
    for tag in "$@"; do tags="$tags -t $tag"; done
    # shellcheck disable=SC2086
    journalctl -q --since "$since" -o short-unix $tags _UID="$account" |
        sed -n 's/^[0-9.]* [^ ]* [a-z/]*\[\([0-9]*\)\]: /\1 /p'
}

hand_in() { # NUMBER LISTENER: the message to sendmail or to a listener
    if [ "$2" = - ]; then
        sendmail -f "$sender" -- "$recipient" <"$work/$1.message" >"$work/$1.words" 2>&1
    else
        timeout 40 bash -c "$submit" submit "$2" "$helo" "$sender" "$recipient" \
            <"$work/$1.message" >"$work/$1.words" 2>&1
    fi || : >"$work/$1.refused"
    : >"$work/$1.handed"
}

numbers=''
while read -r number listener id bytes; do
    [ -n "$bytes" ] || continue
    head -c "$bytes" <&3 >"$work/$number.message"
    printf '%s\n' "$id" >"$work/$number.message-id"
    hand_in "$number" "$listener" </dev/null &
    numbers="$numbers $number"
done 3<&0 <<END
$paths
END

in_maildrop() { # NUMBER: the file of a message that pickup(8) could not hand on
    grep -lrF "<$(cat "$work/$1.message-id")>" "$(postconf -h queue_directory)/maildrop"
}

kept_out() { # NUMBER: whether a signer that does not answer keeps the message from the queue
    grep ': milter-reject: ' "$work/log" | grep -F "from=<$sender>" | tail -n 1 >"$work/$1.line"
    [ -s "$work/$1.line" ] && in_maildrop "$1" >/dev/null && : >"$work/$1.kept-out"
}

settled() { # NUMBER: whether nothing more will be heard of the message
    [ -e "$work/$1.handed" ] || return 1
    [ ! -e "$work/$1.refused" ] || return 0
    # A Message-ID is made of this program's own letters, digits, dots and dashes.
    id=$(sed -n "s/^[0-9]* \([0-9A-Za-z]*\): message-id=<$(cat "$work/$1.message-id")>\$/\1/p" \
        "$work/log" | head -n 1)
    if [ -z "$id" ]; then
        kept_out "$1"
        return
    fi
    printf '%s\n' "$id" >"$work/$1.id"
    grep "^[0-9]* $id: to=" "$work/log" | tail -n 1 >"$work/$1.line"
    [ -s "$work/$1.line" ]
}

end=$(($(date +%s) + seconds))
while [ "$(date +%s)" -lt "$end" ]; do
    log postfix postfix/cleanup postfix/smtp postfix/error >"$work/log"
    waiting=''
    for number in $numbers; do settled "$number" || waiting=yes; done
    [ -n "$waiting" ] || break
    sleep 0.2
done

[ -z "$signer" ] || log opendkim opendkim >"$work/signatures"

take_out() { # NUMBER: our own test message need not be tried for days; it is nobody's mail
    if [ -s "$work/$1.id" ]; then
        postsuper -d "$(cat "$work/$1.id")"
    else
        in_maildrop "$1" | while read -r file; do postsuper -d "${file##*/}" maildrop; done
    fi >/dev/null 2>&1
}

report() { # NUMBER: what became of the message
    if [ -e "$work/$1.refused" ]; then
        echo refused | tell "status.$1"
        tell "line.$1" <"$work/$1.words"
        return
    fi
    process=$(sed -n 's/^\([0-9]*\) .*/\1/p' "$work/$1.line" 2>/dev/null)
    line=$(sed -n 's/^[0-9]* //p' "$work/$1.line" 2>/dev/null)
    # What comes behind the first bracket are a receiver's own words, whatever they look like.
    status=$(printf '%s' "$line" | sed -n 's/^[^(]*, status=\([A-Za-z]*\) .*/\1/p')
    [ ! -e "$work/$1.kept-out" ] || status=deferred
    relay=$(printf '%s' "$line" | sed -n 's/^[^(]*, relay=\([^ ,(]*\), .*/\1/p')
    printf '%s' "$line" | tell "line.$1"
    printf '%s' "$status" | tell "status.$1"
    printf '%s' "$relay" | tell "relay.$1"
    grep -F "TLS connection established to $relay: " "$work/log" |
        sed -n "s/^$process //p" | tail -n 1 | tell "tls.$1"
    id=$(cat "$work/$1.id" 2>/dev/null)
    printf '%s' "$id" | tell "queue-id.$1"
    if [ -n "$signer" ] && [ -n "$id" ]; then
        sed -n "s/^[0-9]* \($id: .*\)/\1/p" "$work/signatures" >"$work/$1.signer"
        grep -xF "$id: DKIM-Signature field added ($signer)" "$work/$1.signer" | tell "signature.$1"
        tail -n 3 "$work/$1.signer" | tell "signer.$1"
    fi
    [ "$status" = sent ] || take_out "$1"
}

for number in $numbers; do report "$number"; done

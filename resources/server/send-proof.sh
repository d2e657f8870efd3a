# Postfix's own gate, then one test message by sendmail and what the log says became of it.
#
# Set before this text: sender, recipient, message_id, relay (its host name), seconds. The message
# is the payload on standard input. Prints lines "word<TAB>text".

tell() {
    printf '%s\t%s\n' "$1" "$2"
}

since=@$(date +%s)
words=$(postconf -n 2>&1 >/dev/null; postfix check 2>&1)
tell gate "$(printf '%s' "$words" | tr '\n' ' ' | cut -c 1-500)"

log() { # TAG...: the journal since this script began, without other programs' lines
    tags=''
    for tag in "$@"; do tags="$tags -t postfix/$tag"; done
    # shellcheck disable=SC2086
    journalctl -q --since "$since" -o cat $tags _UID="$(id -u postfix)"
}

# shellcheck disable=SC2154
if ! words=$(sendmail -f "$sender" -- "$recipient" 2>&1); then
    tell status refused
    tell line "$(printf '%s' "$words" | tr '\n' ' ' | cut -c 1-500)"
    exit 0
fi

# shellcheck disable=SC2154
end=$(($(date +%s) + seconds))
queue_id=''
line=''
while [ "$(date +%s)" -lt "$end" ]; do
    # shellcheck disable=SC2154
    [ -n "$queue_id" ] || queue_id=$(log cleanup | sed -n "s/^\([0-9A-Za-z]*\): message-id=<$message_id>\$/\1/p" | head -n 1)
    if [ -n "$queue_id" ]; then
        line=$(log smtp error | grep "^$queue_id: to=" | tail -n 1)
        [ -z "$line" ] || break
    fi
    sleep 0.2
done
tell queue-id "$queue_id"
tell line "$(printf '%s' "$line" | cut -c 1-1000)"
# shellcheck disable=SC2154
tell tls "$(log smtp | grep -F "TLS connection established to ${relay}[" | tail -n 1 | cut -c 1-300)"
# What comes after the first bracket are the relay's own words, whatever they look like.
status=$(printf '%s' "$line" | sed -n 's/^[^(]*, status=\([A-Za-z]*\) .*/\1/p')
tell status "$status"
# Our own test message need not be tried for days; it is nobody's mail.
if [ "$status" != sent ] && [ -n "$queue_id" ]; then
    postsuper -d "$queue_id" >/dev/null 2>&1
fi

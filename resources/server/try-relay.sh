# Try a login at a relay from this server, with this server's own certificate store.
#
# Arguments come as variables set before this text: host, port, mode (starttls or implicit), helo,
# ca_file. The payload on standard input holds three lines: AUTH PLAIN's response, and user and
# password for AUTH LOGIN, each in base64 (RFC 4616, RFC 4954). They never become arguments.
# Prints lines "word<TAB>text"; the last one is the verdict.

IFS= read -r plain
IFS= read -r user
IFS= read -r password

tell() {
    printf '%s\t%s\n' "$1" "$2"
}

command -v openssl >/dev/null || {
    tell verdict no-openssl
    exit 0
}
folder=$(mktemp -d /run/mailwright-relay.XXXXXX) || exit 1
watch=''
trap '[ -z "$watch" ] || kill "$watch" 2>/dev/null; rm -rf "$folder"' EXIT
mkfifo "$folder/in" "$folder/out" || exit 1

trap '' PIPE

begin=''
[ "$mode" = implicit ] || begin="-starttls smtp -name $helo"
# shellcheck disable=SC2086,SC2154  # $begin is some options or none; the rest is set before
timeout 30 openssl s_client -quiet -ign_eof -connect "$host:$port" $begin -servername "$host" \
    -verify_return_error -verify_hostname "$host" -CAfile "$ca_file" \
    <"$folder/in" >"$folder/out" 2>"$folder/words" &
tls=$!
exec 3>"$folder/in" 4<"$folder/out"

at_once() { # a relay that stays silent may wait for TLS from the first byte
    sleep "$patience"
    [ ! -e "$folder/greeted" ] || return 0
    timeout 5 openssl s_client -brief -connect "$host:$port" </dev/null 2>&1 |
        grep -q '^Protocol version' || return 0
    echo 'TLS begins at once on this port' >"$folder/at-once"
    kill "$tls"
}

patience=6
[ "$mode" = implicit ] || {
    at_once >/dev/null 2>&1 &
    watch=$!
}

reply() { # read one reply of the relay into $folder/reply; its code in $code (RFC 5321, 4.2.1)
    : >"$folder/reply"
    while IFS= read -r line <&4; do
        line=$(printf '%s' "$line" | tr -d '\000-\037\177' | cut -c 1-500)
        printf '%s\n' "$line" >>"$folder/reply"
        tell said "$line"
        case $line in
        [0-9][0-9][0-9]-*) ;;
        *)
            code=${line%"${line#???}"}
            return 0
            ;;
        esac
    done
    code=''
    return 1
}

ask() { # LINE: send a line that holds no secret, read the reply
    tell sent "$1"
    printf '%s\r\n' "$1" >&3 && reply
}

answer() { # TEXT: send a secret, read the reply
    tell sent '(secret)'
    printf '%s\r\n' "$1" >&3 && reply
}

end() { # VERDICT TEXT
    printf 'QUIT\r\n' >&3 2>/dev/null
    exec 3>&-
    cat <&4 >/dev/null
    wait "$tls"
    tell verdict "$1"
    tell detail "$2"
    exit 0
}

broken() { # the connection ended early: openssl's words tell why
    exec 3>&-
    wait "$tls"
    if reason=$(cat "$folder/at-once" 2>/dev/null); then
        why=no-tls
    elif reason=$(grep -m 1 'verify error' "$folder/words"); then
        why=certificate
    elif reason=$(grep -m 1 -e errno -e getaddrinfo -e 'resolve' "$folder/words"); then
        why=unreachable
    else
        reason=$(tail -n 2 "$folder/words" | tr '\n' ' ')
        why=no-tls
    fi
    tell verdict "$why"
    tell detail "$(printf '%s' "$reason" | cut -c 1-300)"
    exit 0
}

# openssl itself reads the greeting where STARTTLS comes first; inside TLS the EHLO is new.
[ "$mode" = starttls ] || reply || broken
ask "EHLO $helo" || broken
: >"$folder/greeted"
case $code in
250) ;;
4??) end later "$line" ;;
*) end refused-greeting "$line" ;;
esac
if [ -n "$plain" ]; then
    mechanisms=$(tr '[:lower:]' '[:upper:]' <"$folder/reply" | sed -n 's/^250[- ]AUTH[ =]//p')
    case " $mechanisms " in
    *' PLAIN '*) answer "AUTH PLAIN $plain" || broken ;;
    *' LOGIN '*)
        ask 'AUTH LOGIN' || broken
        [ "$code" != 334 ] || answer "$user" || broken
        [ "$code" != 334 ] || answer "$password" || broken
        ;;
    '  ') end no-auth '' ;;
    *) end no-mechanism "$mechanisms" ;;
    esac
    case $code in
    235) ;;
    4??) end later "$line" ;;
    *) end login-refused "$line" ;;
    esac
fi
# Whether this login may send as this sender; no message follows.
# shellcheck disable=SC2154
ask "MAIL FROM:<$sender>" || broken
case $code in
25?) ;;
4??) end later "$line" ;;
*) end sender-refused "$line" ;;
esac
ask "RCPT TO:<$recipient>" || broken
case $code in
25?) end accepted "$line" ;;
4??) end recipient-later "$line" ;;
*) end recipient-refused "$line" ;;
esac

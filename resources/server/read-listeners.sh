# What Postfix itself says it is, how it greets whoever connects, and whether its milters answer.
#
# Set before this text: names (of parameters) and addresses (where something may listen on port
# 25). Prints lines "word<TAB>text".

LC_ALL=C
export LC_ALL
work=$(mktemp -d /run/mailwright-listeners.XXXXXX) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT PIPE TERM

tell() { # WORD: the text comes on standard input, a line for each line
    tr '\000-\011\013-\037\177' ' ' | cut -c 1-30000 | head -n 500 | sed "s/^/$1	/"
}

greet() { # ADDRESS: the first line of the greeting; "closed" and "silent" where there is none
    timeout 12 bash -c 'exec 3<>"/dev/tcp/$1/25" || exit 3
        IFS= read -r line <&3 || exit 4
        printf "%s\n" "$line"
        printf "QUIT\r\n" >&3 && cat <&3 >/dev/null' \
        greet "$1" >"$work/$1" 2>/dev/null
    case $? in
    3) echo closed >"$work/$1" ;;
    *) [ -s "$work/$1" ] || echo silent >"$work/$1" ;;
    esac
}

for address in $addresses; do
    greet "$address" </dev/null &
done

# Who is logged in, as this server sees it; sudo(8) keeps the variable from its children.
process=$$
while [ "${process:-0}" -gt 1 ] && [ -r "/proc/$process/environ" ]; do
    client=$(tr '\0' '\n' <"/proc/$process/environ" | sed -n 's/^SSH_CONNECTION=\([^ ]*\) .*/\1/p')
    [ -z "$client" ] || break
    process=$(sed -n 's/^PPid:[^0-9]*//p' "/proc/$process/status")
done
echo "${client:-}" | tell client

# With -x the values are those in effect. What this version does not know is left out.
# shellcheck disable=SC2086
postconf -x $names 2>/dev/null | tell parameter
postconf -Px 2>/dev/null | tell override
postconf -M 2>/dev/null | tell service

negotiate() { # HOST PORT: whether a milter answers to the first packet, as Postfix sends it
    timeout 8 bash -c 'exec 3<>"/dev/tcp/$1/$2" &&
        printf "\0\0\0\15O\0\0\0\6\0\0\1\377\0\0\0\0" >&3 &&
        head -c 5 <&3 | od -An -c | grep -q "O\$" && printf "\0\0\0\1Q" >&3' \
        negotiate "$1" "$2" 2>/dev/null
}

{
    postconf -hx smtpd_milters non_smtpd_milters
    postconf -Px | sed -n 's/^[^ ]*_milters = //p'
} 2>/dev/null | grep -oE 'inet:[][0-9A-Za-z.:-]+:[0-9]+' | sort -u | head -n 8 |
    while read -r milter; do
        where=${milter#inet:}
        host=${where%:*}
        host=${host#[}
        word=silent
        negotiate "${host%]}" "${where##*:}" </dev/null && word=answers
        echo "$milter $word" | tell milter
    done

wait
for address in $addresses; do
    echo "$address $(head -n 1 "$work/$address")" | tell greeting
done

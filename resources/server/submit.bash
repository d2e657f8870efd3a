# Hand one message to a listener of this server, as a device of its network does.
#
# Arguments: address, HELO name, sender, recipient; the message comes on standard input, its lines
# end in LF. Prints the reply that decided. Its status is 0 where the message was taken.

expect() { # DIGITS: read a reply (RFC 5321 section 4.2); anything else ends the dialogue
    while IFS= read -r -t 30 line <&3; do
        line=${line%$'\r'}
        [[ $line == [0-9][0-9][0-9]-* ]] || break
    done
    [[ $line == "$1"* ]] && return
    leave 1
}

leave() { # STATUS: tell the reply that decided, and end as one should (section 4.1.1.10)
    printf '%s\n' "$line"
    printf 'QUIT\r\n' >&3
    IFS= read -r -t 5 _ <&3
    exit "$1"
}

say() { # WORDS DIGITS: a command, and what its reply must begin with
    printf '%s\r\n' "$1" >&3
    expect "$2"
}

exec 3<>"/dev/tcp/$1/25" || exit 1
expect 220
say "EHLO $2" 250
say "MAIL FROM:<$3>" 250
say "RCPT TO:<$4>" 250
say DATA 354
sed -e 's/^\./../' -e 's/$/\r/' >&3 # RFC 5321 section 4.5.2
say . 250
leave 0

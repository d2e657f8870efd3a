# Started by mailwright-proof.timer while no desktop watches: once the log shows a first delivery
# through the relay, run the entry that was prepared for that moment, and let it confirm itself.
set -u
umask 077
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH

base=/var/lib/mailwright
folder=$base/proof
# shellcheck disable=SC1091
. "$folder/evidence" | grep -q . || exit 0

# Once is enough: what failed then would fail every minute, and fill the journal.
if find "$base/journal" -maxdepth 1 -name '*-proof' -newer "$folder/evidence" | grep -q .; then
    exec systemctl disable --now mailwright-proof.timer
fi

id=$(date -u +%Y%m%dT%H%M%S.%3NZ)-proof
# shellcheck disable=SC2012  # names of entries hold no odd characters
follows=$(ls "$base/journal" | tail -n 1)
ln -s "$id" "$base/lock" 2>/dev/null || exit 0 # an apply or an undo is at work: next minute
new=$base/journal/.$id
stage=/run/mailwright/$id
if mkdir "$new" && tar -xf "$folder/entry.tar" --no-same-owner -C "$new" &&
    mkdir -p "$stage" && tar -xf "$folder/stage.tar" --no-same-owner -C "$stage" &&
    printf '%s\n' "$follows" >"$new/follows" &&
    touch "$new/events" "$new/contact" "$new/confirm" && mv "$new" "$base/journal/$id"; then
    exec systemd-run --quiet --collect --unit="mailwright-$id" \
        sh "$base/journal/$id/runner.sh" apply "$base/journal/$id"
fi
rm -rf "$new" "$stage"
rm -f "$base/lock"
exit 1

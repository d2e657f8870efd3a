"""The journal on the server, as the desktop talks to it: begin, follow, confirm, take back, list.

Every function is one round trip. The server's runner does the work by itself (see
resources/server/runner.sh); what is here only starts it, asks how far it is, and gives its word.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.engine.entry import EntryHead, entry_files, pack, stage_files
from mailwright.errors import MailwrightError
from mailwright.i18n import N_
from mailwright.model.journal import Entry, EntryState, EntryStep
from mailwright.platforms.reading import BASE

if TYPE_CHECKING:
    from mailwright.model.plan import Plan
    from mailwright.transport.base import CommandResult, Transport

JOURNAL = f"{BASE}/journal"
POLL_SECONDS = 10
"""How long one question waits on the server for news."""

GRACE_SECONDS = 10
"""How much longer the answer may take on its way before the connection counts as lost."""

_BUSY = 75
_UPLOAD_MINUTES = 2
_STAGE_GONE = 3
_PRESENT = 2 * POLL_SECONDS
_TIMES_A_SECOND = 20
_TAIL = 4_000


@dataclass(frozen=True, slots=True)
class Line:
    """One event of an entry, as the runner wrote it."""

    kind: str
    step: str = ""
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """The lines that are new, and whether the runner is at work."""

    lines: tuple[Line, ...]
    alive: bool


def begin(transport: Transport, plan: Plan, head: EntryHead) -> None:
    """Take the lock, bring the entry and start its runner; the runner goes on by itself.

    Raises MailwrightError `engine.busy` with who holds the lock, `engine.unfinished` where an
    earlier entry waits for a person, `engine.not-begun` when nothing was changed.
    """
    entry, stage = pack(entry_files(plan, head)), pack(stage_files(plan))
    folder, new = f"{JOURNAL}/{head.id}", f"{JOURNAL}/.{head.id}"
    staged = f"/run/mailwright/{head.id}"
    script = f"""{_lock(head.id)}
if mkdir {new} && head -c {len(entry)} | tar -xf - --no-same-owner -C {new} &&
    mkdir -p {staged} && head -c {len(stage)} | tar -xf - --no-same-owner -C {staged} &&
    touch {new}/events {new}/contact && mv {new} {folder} && sync -f {folder} &&
    {_run(head.id, "apply")}
then exit 0; fi
rm -rf {new} {folder} {staged}
rm -f {BASE}/lock
exit 1"""
    _checked(transport.run(script, entry + stage, limit=60), head.id)


def take_back(transport: Transport, entry: str) -> int:
    """Start the undo of an entry; returns how many lines of its events are old.

    Raises MailwrightError as `begin` does.
    """
    folder = f"{JOURNAL}/{shlex.quote(entry)}"
    script = f"""[ -d {folder} ] || {{ echo no such entry; exit 1; }}
if [ "$(readlink {BASE}/lock)" = {shlex.quote(entry)} ]; then
    quiet=$(($(date +%s) - $(stat -c %Y {folder}/contact)))
    if [ $quiet -lt {_PRESENT} ] && ! flock -n {folder}/running true; then
        printf '%s\\tyes\\t%s\\n' {shlex.quote(entry)} "$(head -n 1 {folder}/who)"
        exit {_BUSY}
    fi
    wc -l <{folder}/events
    touch {folder}/contact {folder}/undo
    if flock -n {folder}/running true; then {_run(entry, "undo", suffix="-undo")}; fi
    exit
fi
{_lock(entry)}
wc -l <{folder}/events
rm -f {folder}/undo
{_run(entry, "undo", suffix="-undo")} || {{ rm -f {BASE}/lock; exit 1; }}"""
    return int(_checked(transport.run(script), entry).text.split()[-1])


def resume(transport: Transport, entry: str) -> int:
    """Start the runner of a stopped entry again; returns how many lines of its events are old.

    Raises MailwrightError `engine.stage-gone` when what it would write is no longer there.
    """
    folder = f"{JOURNAL}/{shlex.quote(entry)}"
    script = f"""[ -d /run/mailwright/{shlex.quote(entry)} ] || exit {_STAGE_GONE}
touch {folder}/contact
wc -l <{folder}/events
{_run(entry, "apply", suffix="-again")}"""
    result = transport.run(script)
    if result.code == _STAGE_GONE:
        raise MailwrightError(
            "engine.stage-gone",
            N_("What was stopped cannot go on: the server was restarted since."),
            remedy=N_("Roll it back, then plan again."),
        )
    return int(_checked(result, entry).text.split()[0])


def follow(transport: Transport, entry: str, seen: int) -> News:
    """Wait for lines after the first `seen`; an empty answer means that nothing happened."""
    folder = f"{JOURNAL}/{shlex.quote(entry)}"
    script = f"""touch {folder}/contact || exit 1
turns=0
while [ "$(wc -l <{folder}/events)" -le {seen} ] && [ $turns -lt {POLL_SECONDS * _TIMES_A_SECOND} ]
do sleep {1 / _TIMES_A_SECOND}; turns=$((turns + 1)); done
if flock -n {folder}/running true; then echo idle; else echo alive; fi
tail -n +{seen + 1} {folder}/events"""
    result = _checked(transport.run(script, limit=POLL_SECONDS + GRACE_SECONDS), entry)
    state, *lines = result.text.removesuffix("\n").split("\n")
    return News(tuple(map(_line, lines)), alive=state == "alive")


def _line(text: str) -> Line:
    kind, step, *data = [*text.split("\t"), ""]
    return Line(kind, step, tuple(field for field in data if field))


def give_word(transport: Transport, entry: str, word: str) -> None:
    """Leave a word for the runner: `confirm`, `undo`, or `stop` before the next step."""
    if word not in {"confirm", "undo", "stop"}:
        raise ValueError(word)
    folder = f"{JOURNAL}/{shlex.quote(entry)}"
    _checked(transport.run(f"touch {folder}/contact {folder}/{word}"), entry)


def words_of(transport: Transport, entry: str, step: str) -> str:
    """The last words of a step: what its commands printed, bounded."""
    part = f"{step}.d" if step == "reload" else f"steps/{step}"
    path = f"{JOURNAL}/{shlex.quote(entry)}/{shlex.quote(part)}/out"
    return transport.run(f"tail -c {_TAIL} {path}").text.strip()


def entries(transport: Transport) -> tuple[Entry, ...]:
    """Everything in the server's journal, oldest first.

    Raises MailwrightError when the journal cannot be read.
    """
    script = f"""cd {JOURNAL} 2>/dev/null || exit 0
for entry in *; do
    [ -e "$entry/who" ] || continue
    flock -n "$entry/running" true 2>/dev/null && alive=no || alive=yes
    [ -e "$entry/running" ] || alive=no
    printf 'entry\\t%s\\t%s\\t%s\\n' "$entry" "$(cat "$entry/state" 2>/dev/null)" "$alive"
    for name in who title follows; do
        printf '%s\\t%s\\n' $name "$(head -n 1 "$entry/$name" 2>/dev/null)"
    done
    for step in "$entry"/steps/*; do
        printf 'step\\t%s\\t%s\\t%s\\n' \\
            "$(cat "$step/id" 2>/dev/null)" "$(head -n 1 "$step/title" 2>/dev/null)" \\
            "$(cat "$step/state" 2>/dev/null || echo pending)"
    done
done"""
    result = _checked(transport.run(script), "")
    blocks: list[list[list[str]]] = []
    for line in result.text.split("\n"):
        # One odd entry, of a broken disk or a newer version, must not hide the others.
        fields = [*line.split("\t"), "", "", ""]
        if fields[0] == "entry":
            blocks.append([])
        if blocks:
            blocks[-1].append(fields)
    return tuple(map(_entry, blocks))


def _entry(block: list[list[str]]) -> Entry:
    name, state, alive = block[0][1:4]
    one = {fields[0]: fields[1] for fields in block[1:] if fields[0] != "step"}
    steps = tuple(EntryStep(*fields[1:4]) for fields in block if fields[0] == "step")
    return Entry(
        name,
        _state(state, alive=alive == "yes"),
        one.get("who", ""),
        one.get("title", ""),
        one.get("follows") or None,
        steps,
    )


def _state(word: str, *, alive: bool) -> EntryState:
    """What the entry is; a word that is not known here is taken for work that nobody does."""
    working = {EntryState.APPLYING, EntryState.APPLIED, EntryState.UNDOING}
    found = EntryState(word) if word in set(EntryState) else EntryState.APPLYING
    return EntryState.INTERRUPTED if found in working and not alive else found


def _lock(entry: str) -> str:
    """Shell text: take the lock for an entry, or say who has it and leave with a code.

    A lock whose entry never came or is over was left by a connection that broke.
    """
    return f"""mkdir -p -m 700 {BASE} {JOURNAL} /run/mailwright || exit 1
exec 8>{BASE}/lock.guard && flock -w 30 8 || exit 1
holder=$(readlink {BASE}/lock)
if [ -n "$holder" ]; then
    case $(cat "{JOURNAL}/$holder/state" 2>/dev/null) in
    confirmed | undone | left) rm -f {BASE}/lock ;;
    '')
        on_its_way=$(find "{JOURNAL}/.$holder" -maxdepth 0 -mmin -{_UPLOAD_MINUTES} 2>/dev/null)
        if [ ! -e "{JOURNAL}/$holder" ] && [ -z "$on_its_way" ]; then
            rm -rf "{JOURNAL}/.$holder" "/run/mailwright/$holder"
            rm -f {BASE}/lock
        fi ;;
    esac
fi
if ! ln -s {shlex.quote(entry)} {BASE}/lock 2>/dev/null; then
    holder=$(readlink {BASE}/lock)
    flock -n "{JOURNAL}/$holder/running" true && alive=no || alive=yes
    who=$(head -q -n 1 "{JOURNAL}/$holder/who" "{JOURNAL}/.$holder/who" 2>/dev/null)
    printf '%s\\t%s\\t%s\\n' "$holder" "$alive" "${{who:--}}"
    exit {_BUSY}
fi"""


def _run(entry: str, verb: str, suffix: str = "") -> str:
    """Shell text: the runner in a unit of its own, so that no connection's end can end it."""
    name = shlex.quote(entry)
    folder = f"{JOURNAL}/{name}"
    return (
        f"systemd-run --quiet --collect --unit=mailwright-{name}{suffix} "
        f"sh {folder}/runner.sh {verb} {folder} 8>&-"
    )


def _checked(result: CommandResult, entry: str) -> CommandResult:
    if result.code == 0:
        return result
    if result.code == _BUSY:
        holder, alive, who = result.text.strip().splitlines()[-1].split("\t")
        raise _busy(holder, who) if alive == "yes" else _unfinished(holder, who)
    raise MailwrightError(
        "engine.not-begun",
        N_("The server's journal could not be used: {words}"),
        remedy=N_("See that /var on the server has room and can be written, then try again."),
        args={"entry": entry, "words": result.text.strip()[-300:] or str(result.code)},
    )


def _since(entry: str) -> str:
    stamp = entry[:16]
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]} {stamp[9:11]}:{stamp[11:13]} UTC"


def _busy(holder: str, who: str) -> MailwrightError:
    return MailwrightError(
        "engine.busy",
        N_("{who} has been at work on this server since {since}."),
        remedy=N_("Wait until they are done, then plan again: the server will have changed."),
        args={"who": who, "since": _since(holder), "entry": holder},
    )


def _unfinished(holder: str, who: str) -> MailwrightError:
    return MailwrightError(
        "engine.unfinished",
        N_("Something that {who} began at {since} was not finished on this server."),
        remedy=N_("Take it back first, with: mailwright rollback SERVER"),
        args={"who": who, "since": _since(holder), "entry": holder},
    )

"""Search a practice server and this machine for secrets, in plain and in every encoded form."""

from __future__ import annotations

import base64
import subprocess
import urllib.parse
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.lab.host import Host

# The patterns come on standard input: in an argument they would be found in /proc.
EVERYWHERE = """
cat >/run/patterns
grep -rlaFf /run/patterns --exclude=patterns --exclude-dir=proc --exclude-dir=sys / 2>/dev/null
grep -laFf /run/patterns /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null
if journalctl -q --no-pager -o export | grep -qaFf /run/patterns; then echo journal; fi
rm /run/patterns
"""
# A canary in an environment shows that each round looks. It comes on standard input too.
WATCH = """
umask 077
cat >/run/watched
CANARY=$(tail -n 1 /run/watched) sleep 900 &
echo ready
while [ ! -e /run/watch-end ]; do
    grep -laFf /run/watched /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null |
        sed "s|^/proc/$!/environ$|canary|"
done
kill $!
rm /run/watched /run/watch-end
"""


def forms(secret: str, user: str = "") -> list[str]:
    """A secret in plain, hex, url and base64: at all three alignments, AUTH PLAIN and LOGIN."""
    raw = secret.encode()
    whole = [f"\0{user}\0{secret}".encode(), raw]
    # Only the characters that do not depend on the neighbours.
    shifted = [base64.b64encode(bytes(n) + raw).decode()[4:-4] for n in range(3)]
    quoted = [urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret)]
    encoded = [base64.b64encode(each).decode() for each in whole]
    return [*{secret, raw.hex(), raw.hex().upper(), *quoted, *encoded, *shifted}]


def on_host(host: Host, words: Sequence[str]) -> list[str]:
    """The files, processes and the journal of a server in which any of the words is."""
    return host.ssh(EVERYWHERE, stdin="\n".join(words) + "\n").stdout.split()


def on_this_machine(words: Sequence[str], folders: Sequence[Path]) -> list[str]:
    """The files below the folders, and the processes, in which any of the words is."""
    needles = [word.encode() for word in words]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in (*files, *_processes()) if _holds(path, needles)]


def _processes() -> Iterator[Path]:
    for process in Path("/proc").glob("[0-9]*"):
        yield from (process / "cmdline", process / "environ")


def _holds(path: Path, needles: list[bytes]) -> bool:
    try:
        content = path.read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False  # ended in between, or another account's
    return any(needle in content for needle in needles)


@dataclass
class Watch:
    """What was seen while it lasted: `rounds` looks, and what held a word in any of them."""

    rounds: int = 0
    seen: list[str] = field(default_factory=list)


@contextmanager
def watching(host: Host, words: Sequence[str]) -> Iterator[Watch]:
    """Look at every process of a server, over and over, through a connection of its own."""
    canary = "a-word-that-is-there"
    watch = Watch()
    command = [*host.ssh_command(), WATCH]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n".join([*words, canary]) + "\n")
        process.stdin.close()
        assert process.stdout.readline() == "ready\n"
        try:
            yield watch
        finally:
            host.ssh("touch /run/watch-end")
            lines = process.stdout.read().splitlines()
            process.wait(30)
    watch.rounds = lines.count("canary")
    watch.seen = [line for line in lines if line != "canary"]

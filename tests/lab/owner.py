"""Who holds the lab: one keeper at a time, the others wait and say for whom.

The lock is the kernel's (flock), so it ends with its holder, however that ends. The file's
text only tells the others who it is.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from tests.lab import paths, process
from tests.lab.errors import LabError
from tests.lab.process import Identity

if TYPE_CHECKING:
    from collections.abc import Callable

SAY_EVERY_SECONDS = 10.0
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Owner:
    """The holder of the lab."""

    keeper: Identity
    client: Identity | None  # whom the keeper dies with; None: it stays until `down`
    user: str
    purpose: str
    since: str  # local time, HH:MM:SS

    def describe(self) -> str:
        """One phrase for people: who, process, what for, since when."""
        pid = (self.client or self.keeper).pid
        return f"{self.user} (process {pid}, {self.purpose}, since {self.since})"


def parse(text: str) -> Owner | None:
    """Read an owner file; None while it is being written."""
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    fields["keeper"] = Identity(*fields["keeper"])
    fields["client"] = Identity(*fields["client"]) if fields["client"] else None
    return Owner(**fields)


def current() -> Owner | None:
    """Who holds the lab now; None if nobody does, or the holder is just starting."""
    try:
        holder = parse(paths.OWNER.read_text())
    except FileNotFoundError:
        return None
    return holder if holder and process.alive(holder.keeper) else None


class Lock:
    """The lab's lock, held from :meth:`take` to :meth:`release`."""

    def __init__(self) -> None:
        paths.STATE.mkdir(mode=0o755, exist_ok=True)
        self._file = os.open(paths.OWNER, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def take(self, owner: Owner, wait: float, say: Callable[[str], None]) -> None:
        """Take the lock, waiting up to ``wait`` seconds and saying for whom.

        :raises LabError: if it is still held then.
        """
        deadline = time.monotonic() + wait
        next_word = time.monotonic()
        while not self._try():
            holder = _read(self._file)
            name = holder.describe() if holder else "a run that is just starting"
            if time.monotonic() >= deadline:
                raise LabError(f"the lab is held by {name}, and {wait:.0f} seconds are over")
            if time.monotonic() >= next_word:
                say(f"the lab is held by {name}; waiting")
                next_word += SAY_EVERY_SECONDS
            time.sleep(POLL_SECONDS)
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, json.dumps(asdict(owner)).encode(), 0)

    def _try(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Let the next one in."""
        os.ftruncate(self._file, 0)
        os.close(self._file)


def _read(file: int) -> Owner | None:
    return parse(os.pread(file, 65536, 0).decode())

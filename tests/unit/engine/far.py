"""A server under one folder: the scripts of `engine.remote` and the runner, in a real shell."""

from __future__ import annotations

import fcntl
import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mailwright.errors import MailwrightError
from mailwright.transport.framing import LOOP, Exchange

if TYPE_CHECKING:
    from mailwright.transport.base import CommandResult

UNIT = re.compile(r"systemd-run --quiet --collect --unit=\S+")
QUICK = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
"""A folder in memory, where one is: the runner waits for the disk after every step."""

DETACHED = "</dev/null >/dev/null 2>&1 setsid -f"
"""What stands for a unit of systemd: a session of its own, which no connection's end can end."""


@dataclass
class Far:
    """A transport to that server; `loses` holds the numbers of calls whose answer never comes.

    `payload_limit` is where in a payload the connection breaks, as in a slice of it.
    """

    folder: Path
    loses: set[int] = field(default_factory=set)
    payload_limit: int | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def base(self) -> Path:
        return self.folder / "lib"

    @property
    def journal(self) -> Path:
        return self.base / "journal"

    @property
    def lock(self) -> Path:
        return self.base / "lock"

    @property
    def staged(self) -> Path:
        return self.folder / "run"

    def here(self, text: str) -> str:
        """A script with this server's folders in place of root's."""
        text = text.replace("/var/lib/mailwright", str(self.base))
        return UNIT.sub(DETACHED, text.replace("/run/mailwright", str(self.staged)))

    def run(self, script: str, payload: bytes = b"", *, limit: float = 60.0) -> CommandResult:
        """Answer one request by the loop that runs at the far end of a connection."""
        exchange = Exchange(self.here(script), payload)
        request = exchange.request()
        if self.payload_limit is not None:
            request = request[: len(request) - len(payload)] + payload[: self.payload_limit]
        self.asked.append(script)
        if len(self.asked) in self.loses:
            raise MailwrightError("transport.lost", "lost")
        done = subprocess.run(
            ["/bin/sh", "-c", LOOP],
            input=request,
            stdout=subprocess.PIPE,
            timeout=limit,
            check=True,
        )
        result = exchange.feed(done.stdout)
        assert result is not None
        return result

    def close(self) -> None:
        """Nothing to end."""

    def entry(self, name: str) -> Path:
        return self.journal / name

    def state(self, name: str) -> str:
        path = self.entry(name) / "state"
        return path.read_text().strip() if path.exists() else ""

    def wait(self, name: str, *states: str, seconds: float = 10.0) -> None:
        """Wait until an entry rests in one of the states."""
        due = time.monotonic() + seconds
        # The lock is tried last: a runner that just starts gives up where another holds it.
        while self.state(name) not in states or self._at_work(name):
            assert time.monotonic() < due, f"{name} is {self.state(name)}, not {states}"
            time.sleep(0.02)

    def _at_work(self, name: str) -> bool:
        with (self.entry(name) / "running").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def settle(self) -> None:
        """End every runner that still waits for a word."""
        for folder in self.journal.glob("2*"):
            (folder / "undo").touch()
            if self.state(folder.name) in {"applying", "applied", "undoing"}:
                self._end(folder.name)

    def _end(self, name: str) -> None:
        due = time.monotonic() + 10
        while self._at_work(name) and time.monotonic() < due:
            time.sleep(0.02)

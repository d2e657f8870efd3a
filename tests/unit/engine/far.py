"""A server under one folder: the scripts of `engine.remote` and the runner, in a real shell."""

from __future__ import annotations

import fcntl
import re
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailwright.errors import MailwrightError
from mailwright.transport.base import CommandResult
from mailwright.transport.framing import LOOP, Exchange

if TYPE_CHECKING:
    from pathlib import Path

UNIT = re.compile(r"systemd-run --quiet --collect --unit=\S+")
DETACHED = "</dev/null >/dev/null 2>&1 setsid -f"
"""What stands for a unit of systemd: a session of its own, which no connection's end can end."""


@dataclass
class Far:
    """A transport to that server; `loses` holds the numbers of calls whose answer never comes.

    `payload_limit` is how many bytes of a payload arrive before the connection breaks.
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
            request = request[: len(request) - len(payload) + self.payload_limit]
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

    def wait(self, name: str, seconds: float = 10.0) -> str:
        """The state of an entry once no runner is at work on it."""
        due = time.monotonic() + seconds
        while time.monotonic() < due:
            if self.state(name) and not self.at_work(name):
                return self.state(name)
            time.sleep(0.02)
        raise AssertionError(f"the runner of {name} did not end: {self.state(name)}")

    def at_work(self, name: str) -> bool:
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
            if (folder / "state").exists():
                self.wait(folder.name)

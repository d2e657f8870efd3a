"""A server for tests that is nothing but answers: it reads, applies, undoes and proves in memory.

It speaks the words of resources/server/*.sh; that the real scripts say the same is what
tests/host is for.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mailwright.engine import planner
from mailwright.model.server import HostKey, Observation, UnitState
from mailwright.net.resolver import RecordType, StaticResolver
from mailwright.platforms import reading
from mailwright.resource.base import Wants
from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport
from tests.support.examples import REQUIREMENTS
from tests.support.memory import KEY, memory_parts
from tests.unit.engine.test_planner import as_desired, fresh

if TYPE_CHECKING:
    from mailwright.usecases.parts import Parts

PASSWORD = "tr0ub4dor"
"""The relay's, as in `as_desired`."""
HOSTILE = "\x1b]0;owned\x07\u202e"
"""What no terminal may ever get to see as it is."""

DNS: Mapping[str, Mapping[RecordType, list[str]]] = {
    "relay.example": {"A": ["192.0.2.1"], "AAAA": []},
    "corp.example": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"], "MX": ["10 in.corp.example"]},
    "_dmarc.corp.example": {"TXT": ["v=DMARC1; p=none"]},
    "in.corp.example": {"A": ["192.0.2.25"]},
    "mx1.corp.example": {"A": ["192.0.2.26"]},
}
_FOLDER = "/var/lib/mailwright/journal/"
_WANTS = Wants.union(planner.wanted(REQUIREMENTS))


@dataclass
class Kept:
    """An entry of the server's journal."""

    id: str
    who: str = "ann@desk"
    title: str = "Set-up"
    follows: str = ""
    steps: list[tuple[str, str]] = field(default_factory=list)
    state: str = "confirmed"
    done: int = 0
    lines: list[str] = field(default_factory=list)
    words: set[str] = field(default_factory=set)

    def listing(self) -> str:
        """The entry as the journal's listing prints it."""
        head = f"entry\t{self.id}\t{self.state}\tno\nwho\t{self.who}\ntitle\t{self.title}\n"
        steps = "".join(
            f"step\t{name}\t{title}\t{self._state_of(number)}\n"
            for number, (name, title) in enumerate(self.steps)
        )
        return f"{head}follows\t{self.follows}\n{steps}"

    def _state_of(self, number: int) -> str:
        if self.state == "undone":
            return "undone"
        return "done" if number < self.done else "pending"


@dataclass
class Practice:
    """The server, and the parts that reach it.

    `login` and `delivery` are what the relay answers; `fails` is the step that fails, with the
    password among its words; `leaves` is a line that an undo leaves; `on_step` is called before
    each step. `effective` is what read-listeners.sh prints.
    """

    folder: Path
    key: HostKey = KEY
    seen: Observation = field(default_factory=fresh)
    journal: list[Kept] = field(default_factory=list)
    login: str = "accepted"
    delivery: str = "sent"
    fails: str = ""
    leaves: str = ""
    busy: str = ""
    effective: str = ""
    on_step: Callable[[], None] = lambda: None
    on_undo: Callable[[], None] = lambda: None
    dns: Mapping[str, Mapping[RecordType, list[str]]] = field(default_factory=lambda: DNS)
    asked: list[str] = field(default_factory=list)
    transports: list[MemoryTransport] = field(default_factory=list)
    _before: dict[str, Observation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        made = memory_parts(self.folder, self.answer)
        seconds = map(float, itertools.count(1_764_000_000))
        self.parts: Parts = replace(
            made,
            connect=self._connect,
            resolver_for=lambda _asking: StaticResolver(self.dns),
            clock=lambda: next(seconds),
        )

    def _connect(
        self, server: object, credentials: object, check: Callable[..., None], known: object
    ) -> MemoryTransport:
        del credentials, known
        check(server, self.key)
        self.transports.append(MemoryTransport(self.answer))
        return self.transports[-1]

    def answer(self, script: str, payload: bytes) -> CommandResult:
        """Answer a script as the server would."""
        for mark, do in self._dialogue():
            if mark in script:
                self.asked.append(mark)
                answer = do(script, payload)
                return answer if isinstance(answer, CommandResult) else _said(answer)
        raise AssertionError(f"the practice server does not know this script: {script[:200]}")

    def _dialogue(self) -> tuple[tuple[str, Callable[[str, bytes], str | CommandResult]], ...]:
        return (
            ("cat /etc/os-release", self._read),
            ("openssl s_client", self._try_login),
            ("sendmail -f", self._send),
            ("postconf -Px", lambda *_: self.effective),
            ("| tar -xf -", self._begin),
            ("turns=0", self._follow),
            ("no such entry", self._take_back),
            ("exit 3", self._resume),
            (f"cd {_FOLDER[:-1]}", lambda *_: "".join(each.listing() for each in self.journal)),
            ("tail -c", lambda *_: f"it said {PASSWORD} {HOSTILE}"),
            ("/contact /", self._word),
        )

    def _read(self, script: str, _payload: bytes) -> str:
        mark = _found(r"\b([0-9a-f]{24})\b", script)
        return "".join(f"{part}\n{mark}\n" for part in _sections(self.seen, mark))

    def _try_login(self, *_asked: object) -> str:
        return f"said\t235 {PASSWORD}\nverdict\t{self.login}\ndetail\t{HOSTILE}\n"

    def _send(self, *_asked: object) -> str:
        tls = "Verified TLS connection established to relay.example[192.0.2.1]:587"
        line = f"A1: to=<x>, relay=relay.example, status={self.delivery} (said {PASSWORD})"
        return (
            f"gate\t\ntls-loglevel\t1\nstatus.0\t{self.delivery}\nline.0\t{line}\n"
            f"relay.0\trelay.example[192.0.2.1]:587\ntls.0\t{tls}\n"
        )

    def _begin(self, script: str, payload: bytes) -> str | CommandResult:
        if self.busy:
            return CommandResult(
                75, f"20261124T081003.110Z-3c4ec5\t{self.busy}\tbob@desk\n".encode()
            )
        name = _found(rf"mkdir {_FOLDER}\.(\S+)", script)
        entry = _unpacked(name, payload)
        self._before[name] = self.seen
        self.journal.append(entry)
        return ""

    def _follow(self, script: str, _payload: bytes) -> str:
        entry = self._entry(script)
        if entry.state in {"applying", "stopped"}:
            self._next_step(entry)
        seen = int(_found(r"tail -n \+(\d+)", script)) - 1
        alive = "idle" if entry.state in {"confirmed", "undone", "left", "stopped"} else "alive"
        return "".join(f"{line}\n" for line in (alive, *entry.lines[seen:]))

    def _next_step(self, entry: Kept) -> None:
        """One step for each question, as on a slow server."""
        if "stop" in entry.words:
            entry.words.remove("stop")
            entry.state = "stopped"
            entry.lines.append("stopped\t\t")
        elif entry.done == len(entry.steps):
            entry.state = "applied"
            entry.lines.append("applied\t\t")
        elif entry.state == "applying":
            number = f"{entry.done + 1:02}"
            entry.lines.append(f"step\t{number}\t")
            self.on_step()
            if entry.steps[entry.done][0] == self.fails:
                entry.lines.append(f"failed\t{number}\t1")
                self._undo(entry)
            else:
                entry.lines.append(f"done\t{number}\t")
                entry.done += 1

    def _word(self, script: str, _payload: bytes) -> str:
        entry = self._entry(script)
        word = _found(r"contact \S+/(\w+)$", script)
        if word == "confirm":
            entry.state = "confirmed"
            entry.lines.append("confirmed\t\t")
            self.seen = as_desired(proven=entry.title == "First delivery seen")
        else:
            entry.words.add(word)
        return ""

    def _resume(self, script: str, _payload: bytes) -> str:
        entry = self._entry(script)
        entry.state = "applying"
        return f"{len(entry.lines)}\n"

    def _take_back(self, script: str, _payload: bytes) -> str:
        entry = self._entry(script)
        old = len(entry.lines)
        self._undo(entry)
        return f"{old}\n"

    def _undo(self, entry: Kept) -> None:
        self.on_undo()
        entry.lines.append("undoing\t\t")
        for number in range(entry.done, 0, -1):
            if self.leaves and number == 1:
                entry.lines.append(f"left\t01\t{self.leaves}")
            else:
                entry.lines.append(f"undone\t{number:02}\t")
        entry.state = "left" if self.leaves and entry.done else "undone"
        entry.lines.append(f"{entry.state}\t\t")
        self.seen = self._before.get(entry.id, self.seen)

    def _entry(self, script: str) -> Kept:
        name = _found(rf"{_FOLDER}([\w.-]+)|/run/mailwright/([\w.-]+)", script)
        return next(entry for entry in self.journal if entry.id == name)


def _unpacked(name: str, payload: bytes) -> Kept:
    with tarfile.open(fileobj=io.BytesIO(payload)) as archive:
        files = {
            member.name: (archive.extractfile(member) or io.BytesIO()).read().decode().strip()
            for member in archive
        }
    folders = sorted({path.rpartition("/")[0] for path in files if path.startswith("steps/")})
    steps = [(files[f"{folder}/id"], files[f"{folder}/title"]) for folder in folders]
    follows = files.get("follows", "")
    return Kept(name, files["who"], files["title"], follows, steps, state="applying")


def _sections(seen: Observation, mark: str) -> tuple[str, ...]:
    """What the reading script prints about this state, section by section."""
    facts = seen.facts
    installed = {"dpkg": "1", **{n: version for n, version in seen.packages.items() if version}}
    parts = {
        "os": f"ID={facts.os_id}\nVERSION_ID={facts.os_version}\nPRETTY_NAME='{facts.os_name}'",
        "self": f"mx1\n0 1764000000 systemd\n{facts.proven or ''}".rstrip(),
        "addresses": json.dumps([{"addr_info": [_address(each) for each in facts.addresses]}]),
        "disk": f"Filesystem\n/ 1 1 {facts.free_bytes // 1024} 1% /",
        "packages": "\n".join(f"ii  {name} {version}" for name, version in installed.items()),
        "units": "\n\n".join(_unit(name, unit) for name, unit in seen.units.items()),
        "files": _files(seen),
        "texts": "\n".join(_text(seen.texts.get(path), mark) for path in sorted(_WANTS.texts)),
    }
    return tuple(parts.get(name, "") for name in reading._SECTIONS)


def _address(address: str) -> dict[str, str]:
    return {"local": address, "scope": "global"}


def _unit(name: str, unit: UnitState) -> str:
    states = f"UnitFileState={unit.file}\nActiveState={unit.active}"
    return f"Id={name}\nLoadState={unit.load}\n{states}"


def _files(seen: Observation) -> str:
    kinds = {"file": "regular file", "dir": "directory"}
    lines = ["directory|755|root|root|/"]
    for path, state in seen.files.items():
        if state.exists:
            who = f"{state.owner}|{state.group}"
            lines.append(f"{kinds[state.kind]}|{state.mode:o}|{who}|{path}")
        if state.sha256:
            lines.append(f"{state.sha256}  {path}")
    return "\n".join(lines)


def _text(text: str | None, mark: str) -> str:
    body = "" if text is None else f"there\n{text}"
    return f"{body}\n{mark}.text"


def _said(text: str) -> CommandResult:
    return CommandResult(0, text.encode("utf-8", "surrogateescape"))


def _found(pattern: str, script: str) -> str:
    match = re.search(pattern, script)
    assert match is not None, (pattern, script[:200])
    return next(group for group in match.groups() if group is not None)

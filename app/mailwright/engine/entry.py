"""Render a plan as an entry of the server's journal: what is sent, and nothing more."""

from __future__ import annotations

import io
import json
import secrets
import tarfile
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from mailwright.datafiles import data_path

if TYPE_CHECKING:
    from mailwright.model.plan import Plan, Step

CONFIRM_WITHIN = 600
"""Seconds that an apply waits for a desktop before it takes itself back."""


@dataclass(frozen=True, slots=True)
class EntryHead:
    """Who applies what: the part of an entry that people read."""

    id: str
    who: str
    title: str
    follows: str | None = None
    window: int = CONFIRM_WITHIN


def new_id(now: float) -> str:
    """An entry's name: when it began (UTC, milliseconds), and a random part; names sort by time."""
    moment = time.strftime("%Y%m%dT%H%M%S", time.gmtime(now))
    return f"{moment}.{int(now * 1000) % 1000:03}Z-{secrets.token_hex(3)}"


def entry_files(plan: Plan, head: EntryHead) -> dict[str, bytes]:
    """Every file of the entry's folder. No blob is among them, so no secret is."""
    files = {
        "who": head.who,
        "title": head.title,
        "window": str(head.window),
        "reload": plan.reload,
        "reload-undo": plan.reload_after_undo,
        "plan.json": json.dumps([asdict(change) for change in plan.changes], ensure_ascii=False),
    }
    if head.follows is not None:
        files["follows"] = head.follows
    rendered = {name: _line(text) for name, text in files.items()}
    rendered["runner.sh"] = data_path("server/runner.sh").read_bytes()
    for number, step in enumerate(plan.steps, start=1):
        for name, text in _step_files(step).items():
            rendered[f"steps/{number:02}/{name}"] = _line(text)
    return rendered


def stage_files(plan: Plan) -> dict[str, bytes]:
    """The contents that the steps write; they go to a folder in memory and are gone at the end."""
    return {
        f"{number:02}/{index}": blob
        for number, step in enumerate(plan.steps, start=1)
        for index, blob in enumerate(step.blobs)
    }


def _step_files(step: Step) -> dict[str, str]:
    return {
        "id": step.id,
        "title": step.title,
        "guard": step.guard,
        "do": step.do,
        "undo": step.undo,
        "saves": "\n".join(step.saves),
        "timeout": str(step.timeout),
    }


def _line(text: str) -> bytes:
    return (text + "\n" if text else "").encode()


def pack(files: dict[str, bytes]) -> bytes:
    """A tar archive of regular files, for root alone (POSIX.1-2017, ustar)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            member.mode = 0o600
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()

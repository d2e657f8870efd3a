"""What happens at the first proven delivery, whether or not a desktop is there to see it.

Until then the server keeps what a relay refuses. A timer on the server looks at the log once a
minute and runs a prepared entry of the journal when a delivery was seen; a desktop that sees the
proof first applies the same change as a plan of its own. Both leave the same server behind.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mailwright.datafiles import data_path
from mailwright.engine.entry import EntryHead, entry_files, pack, stage_files
from mailwright.i18n import N_
from mailwright.model.server import Facts, FileState, Observation, UnitState
from mailwright.platforms.reading import BASE
from mailwright.resource.files import Files, Item
from mailwright.resource.timers import Timer

if TYPE_CHECKING:
    from mailwright.model.plan import Plan
    from mailwright.resource.base import Resource

PROVEN = f"{BASE}/proven"
LIVE = f"{BASE}/live"
FOLDER = f"{BASE}/proof"
TIMER = "mailwright-proof.timer"

_UNIT_FOLDER = "/etc/systemd/system"
_WHY = N_("soft_bounce is taken back after the first delivery, even while this desktop is off")
_SERVICE_TEXT = f"""\
[Unit]
Description=Mailwright: end the trial period once the first delivery is seen

[Service]
Type=oneshot
ExecStart=/bin/sh {FOLDER}/watch-proof.sh
"""
_TIMER_TEXT = """\
[Unit]
Description=Mailwright: look for the first delivery every minute

[Timer]
OnActiveSec=1min
OnUnitActiveSec=1min

[Install]
WantedBy=timers.target
"""


def resources(route: str, settled: Plan, evidence: str, *, proven: bool) -> tuple[Resource, ...]:
    """The marker and the timer, as they must be before or after the proof.

    `route` names the route (its fingerprint), `settled` is what the proof changes in the MTA,
    `evidence` the shell text that prints a line once a delivery is in the log.
    """
    if proven:
        return (_marker(route, proven=True), _timer(on=False))
    return (_marker(route, proven=False), _folder(route, settled, evidence), _timer(on=True))


def live_marker(route: str, *, live: bool) -> Files:
    """The note that a direct route was let out, or its absence."""
    content = f"{route}\n".encode() if live else None
    return Files(
        "live",
        N_("Note whether mail leaves directly"),
        N_("The DNS records were seen, or a person decided, so all mail may leave"),
        (Item(LIVE, 0o600, content=content, absent=not live),),
    )


def _marker(route: str, *, proven: bool) -> Files:
    content = f"{route}\n".encode() if proven else None
    return Files(
        "proven",
        N_("Note whether this route is proven"),
        N_("A delivery was seen, so refused mail may be returned again"),
        (Item(PROVEN, 0o600, content=content, absent=not proven),),
    )


def _folder(route: str, settled: Plan, evidence: str) -> Files:
    """What the timer starts. It stays when the timer goes: without it, it does nothing."""
    plan = _prepared(route, settled)
    head = EntryHead("", "the server itself", N_("First delivery seen"), window=1)
    return Files(
        "proof",
        N_("Prepare the end of the trial period"),
        _WHY,
        (
            Item(FOLDER, 0o700),
            Item(f"{FOLDER}/entry.tar", 0o600, content=pack(entry_files(plan, head)), opaque=True),
            Item(f"{FOLDER}/stage.tar", 0o600, content=pack(stage_files(plan)), opaque=True),
            Item(f"{FOLDER}/evidence", 0o600, content=evidence.encode()),
            Item(
                f"{FOLDER}/watch-proof.sh",
                0o600,
                content=data_path("server/watch-proof.sh").read_bytes(),
            ),
        ),
    )


def _prepared(route: str, settled: Plan) -> Plan:
    """The plan that a desktop would make at that moment, made ahead."""
    waiting = Observation(
        Facts("", ""),
        files={PROVEN: FileState()} | {item.path: item.state for item in _units(on=True)},
        units={TIMER: UnitState("loaded", "enabled", "active")},
    )
    own = (_marker(route, proven=True), _timer(on=False))
    steps = (resource.step(waiting, after_packages=False) for resource in own)
    return replace(settled, steps=(*settled.steps, *(step for step in steps if step is not None)))


def _timer(*, on: bool) -> Timer:
    title = (
        N_("Watch for the first delivery on the server itself")
        if on
        else N_("End the watch for the first delivery")
    )
    return Timer(
        "proof-timer", TIMER, Files("proof-timer", title, _WHY, _units(on=on)), absent=not on
    )


def _units(*, on: bool) -> tuple[Item, ...]:
    texts = {"mailwright-proof.service": _SERVICE_TEXT, TIMER: _TIMER_TEXT}
    return tuple(
        Item(f"{_UNIT_FOLDER}/{name}", content=text.encode() if on else None, absent=not on)
        for name, text in texts.items()
    )

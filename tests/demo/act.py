"""What both acts of the demo do: run commands, look at the server, take everything back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.demo.claims import Claims
from tests.demo.desktop import Desktop
from tests.lab.client import Lab
from tests.lab.host import Host
from tests.support.differences import unexplained

if TYPE_CHECKING:
    from tests.demo.desktop import Answer
    from tests.lab.manifest import Manifest


@dataclass
class Act:
    """One requirement on one fresh server."""

    _claims: Claims
    _lab: Lab
    _host: Host
    _desktop: Desktop
    _profile: Path

    def _run(self, command: str, *arguments: str, stdin: str = "") -> Answer:
        return self._desktop.run(command, *arguments, stdin=stdin)

    def found(self, answer: Answer, *named: tuple[str, str]) -> None:
        """Settle a claim for each finding that must be there and good; `|` stands for "or"."""
        for names, claim in named:
            found = (answer.finding(name) for name in names.split("|"))
            finding = next(filter(None, found), {})
            self._claims.settle(
                claim,
                finding.get("severity") in {"pass", "info"},
                finding.get("evidence") or finding.get("message") or answer.shapes,
            )

    def plans_nothing_more(self) -> None:
        """A second plan."""
        again = self._run("plan", str(self._profile))
        self._claims.settle(
            "a second plan is empty",
            again.code == 0 and again.shapes[0]["changes"] == [],
            f"exit {again.code}",
        )

    def take_back(self, before: Manifest) -> None:
        """The history lists what was applied; rollback takes it back."""
        listed = self._run("history", self._host.name)
        entries = listed.shapes[0].get("entries", [])
        self._claims.settle(
            "the server's journal lists what was applied, by whom",
            len(entries) > 1,
            [(entry["id"], entry["state"], entry["who"]) for entry in entries],
        )
        answer = self._run("rollback", self._host.name, "--yes")
        done = answer.events("done")
        self._claims.settle(
            "rollback took everything back",
            answer.code == 0 and done and done[-1]["left"] == [],
            done or answer.errors,
        )
        left = unexplained(before, self._host.manifest())
        self._claims.settle(
            "after the rollback every file, package, unit and account is what it was",
            not left,
            left[:3] or "whole-system manifests before and after agree",
        )


def first(answer: Answer, kind: str) -> int:
    """Where the first event of a kind stands; behind the last one where there is none."""
    events = answer.events(kind)
    return answer.shapes.index(events[0]) if events else len(answer.shapes)

"""What was found on the server, before anything is asked about mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QFormLayout, QWidget

from mailwright.i18n import _, ngettext, visible
from mailwright.interview import server
from mailwright.model.finding import Severity
from mailwright_ui.setup.flow import FOUND
from mailwright_ui.setup.host_key import Answer
from mailwright_ui.setup.step import Step
from mailwright_ui.widgets.message import error_message, sign_line
from mailwright_ui.widgets.text import button, plain, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailwright.usecases.look import Found
    from mailwright_ui.jobs import Emit, Stop
    from mailwright_ui.setup.flow import Flow

GIGABYTE = 1_000_000_000


class FoundPage(Step):
    """A list of facts, and what stands in the way, if anything does."""

    def __init__(self, flow: Flow) -> None:
        intro = _("Nothing was changed. Look whether this is the server that you mean.")
        super().__init__(flow, FOUND, _("What was found"), intro)
        self._shown: QWidget | None = None
        self._again = button(_("&Look again"), self._look_again)
        self.body.addWidget(self._again)
        self.body.addStretch()

    def enter(self) -> None:
        """Show what was found last."""
        found = self.flow.found
        if found is None:
            return
        if self._shown is not None:
            self._shown.hide()
            self._shown.deleteLater()
        self._shown = facts(found)
        self.body.insertWidget(1, self._shown)
        self.tell(None if found.obstacle is None else error_message(found.obstacle))
        self.completeChanged.emit()

    def _look_again(self) -> None:
        world, where = self.flow.world, server(self.flow.answers.server)

        def work(_emit: Emit, _stop: Stop) -> object:
            from mailwright.usecases.look import look

            return look(world.parts(), where, Answer())

        def then(found: object) -> None:
            self.flow.found = cast("Found", found)
            self.enter()

        self.run(work, then, _("Looking again …"))

    def isComplete(self) -> bool:  # noqa: N802 - Qt's name
        """Go on only with a server that can be set up."""
        found = self.flow.found
        return super().isComplete() and found is not None and found.obstacle is None


def facts(found: Found) -> QWidget:
    """Return the facts as a list of names and values."""
    box = QWidget()
    form = QFormLayout(box)
    form.setContentsMargins(0, 0, 0, 0)
    for label, value in _lines(found):
        form.addRow(plain(label), wrapped(value))
    for label, line in _addresses(found):
        form.addRow(plain(label), line)
    return box


def _lines(found: Found) -> Iterator[tuple[str, str]]:
    facts = found.facts
    system = facts.os_name or f"{facts.os_id} {facts.os_version}"
    yield _("System"), visible(system)
    yield _("Host name"), visible(facts.hostname) or _("none")
    yield (
        _("Mail server"),
        _("Postfix {version}").format(version=visible(found.postfix))
        if found.postfix
        else ", ".join(map(visible, facts.mta_packages)) or _("none; Postfix will be installed"),
    )
    ports = sorted(facts.listening)
    yield _("Listening on ports"), ", ".join(map(str, ports)) or _("none")
    yield (
        _("Free space"),
        _("{free:.1f} GB").format(free=facts.free_bytes / GIGABYTE),
    )


def _addresses(found: Found) -> Iterator[tuple[str, QWidget]]:
    count = len(found.facts.addresses)
    label = ngettext("IP address", "IP addresses", count)
    if not count:
        yield label, wrapped(_("none that others reach"))
    for address in found.facts.addresses:
        names = found.names.get(address)
        if names is None:
            line = sign_line(
                Severity.UNKNOWN,
                _("{address}: its name (PTR) could not be found out").format(address=address),
            )
        elif names:
            text = _("{address}: its name (PTR) is {names}")
            shown = ", ".join(map(visible, names))
            line = sign_line(Severity.PASS, text.format(address=address, names=shown))
        else:
            text = _("{address} has no name (PTR)")
            line = sign_line(Severity.WARN, text.format(address=address))
        yield label, line
        label = ""

"""Take back what was applied: first what would go back, then yes, then how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from mailwright.errors import MailwrightError
from mailwright.i18n import _, ngettext, visible
from mailwright.model.events import Done, Outcome
from mailwright.model.finding import Severity
from mailwright_ui import words
from mailwright_ui.crashes import start_job
from mailwright_ui.servers.states import STATES
from mailwright_ui.setup.host_key import Answer
from mailwright_ui.widgets.busy import Busy
from mailwright_ui.widgets.message import Message, error_message, sign_line
from mailwright_ui.widgets.text import bold, button, muted

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwright.model.events import Event
    from mailwright.model.journal import Entry
    from mailwright.model.server import Server
    from mailwright_ui.jobs import Emit, Job, Stop, Work
    from mailwright_ui.world import World


class TakeBack(QWidget):
    """`begin` reads the server's journal; nothing happens before its button is pressed.

    `ended` comes when something was taken back, or tried.
    """

    ended = Signal()

    def __init__(self, world: World, name: str) -> None:
        super().__init__()
        self._world = world
        self._name = name
        self._job: Job[object] | None = None
        self._busy = Busy()
        self._shown = QWidget()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._shown)
        self._layout.addWidget(self._busy)
        self.hide()

    @property
    def working(self) -> bool:
        """Whether the server is being asked or changed."""
        return self._job is not None and self._job.running

    def begin(self, to: str | None = None) -> None:
        """Ask the server what would go back; `to` is the entry before which it ends."""
        world, name = self._world, self._name

        def work(_emit: Emit, _stop: Stop) -> object:
            from mailwright.usecases.history import history, to_undo
            from mailwright.usecases.servers import find_server

            parts = world.parts()
            found = find_server(parts, name)
            return found, to_undo(history(parts, found, Answer()), to)

        def then(result: object) -> None:
            server, entries = cast("tuple[Server, tuple[Entry, ...]]", result)
            self._ask(server, entries, to)

        self.show()
        self._run(work, then, _("Reading the history on the server …"))

    def _run(self, work: Work[object], then: Callable[[object], None], text: str) -> None:
        job = self._job = start_job(work, self)
        self._replace(QWidget())
        self._busy.begin(text)
        job.emitted.connect(self._hear)
        for signal in (job.succeeded, job.failed, job.crashed):
            signal.connect(lambda _what: self._busy.end())
        job.succeeded.connect(then)
        job.failed.connect(self._fail)

    def _ask(self, server: Server, entries: tuple[Entry, ...], to: str | None) -> None:
        box, layout = _box()
        if not entries:
            layout.addWidget(sign_line(Severity.INFO, _("There is nothing to take back.")))
            self._replace(box)
            return
        layout.addWidget(bold(_("This would be taken back, the newest first:")))
        for entry in entries:
            layout.addWidget(muted(described(entry)))
        count = len(entries)
        text = ngettext(
            "Take back this {count} change on {server}",
            "Take back these {count} changes on {server}",
            count,
        )
        row = QHBoxLayout()
        go = button(
            text.format(count=count, server=visible(server.name)),
            lambda: self._take_back(server, entries, to),
        )
        # A bare Enter in a dialog presses the button that is first: never this one.
        go.setAutoDefault(False)
        leave = button(_("Leave everything as it is"), self.hide)
        row.addWidget(go)
        row.addWidget(leave)
        row.addStretch()
        layout.addLayout(row)
        self.go = go
        self._replace(box)
        leave.setFocus()

    def _take_back(self, server: Server, entries: tuple[Entry, ...], to: str | None) -> None:
        world, agreed = self._world, [entry.id for entry in entries]

        def work(emit: Emit, _stop: Stop) -> object:
            from mailwright.usecases.history import take_back

            return take_back(world.parts(), server, Answer(), emit, to, agreed)

        text = _("Taking back on {server} …").format(server=visible(server.name))
        self._run(work, self._tell, text)

    def _hear(self, event: object) -> None:
        text = " ".join(words.log(cast("Event", event)))
        if text and self._busy.isVisible():
            self._busy.begin(text)

    def _tell(self, result: object) -> None:
        done = cast("Done", result)
        whole = done.outcome in {Outcome.ROLLED_BACK, Outcome.NOTHING_TO_DO} and not done.left
        severity = Severity.PASS if whole else Severity.WARN
        if done.outcome is Outcome.INTERRUPTED:
            severity = Severity.UNKNOWN
        left = [words.sentence(text) for text in done.left]
        box, layout = _box()
        layout.addWidget(Message(severity, words.outcome(done), words.what_next(done)))
        for text in left:
            layout.addWidget(sign_line(Severity.WARN, text))
        self._replace(box)
        self.ended.emit()

    def _fail(self, error: object) -> None:
        if isinstance(error, MailwrightError):
            self._replace(error_message(error))
        self.ended.emit()

    def _replace(self, shown: QWidget) -> None:
        self._shown.hide()
        self._shown.deleteLater()
        self._shown = shown
        self._layout.insertWidget(0, shown)


def _box() -> tuple[QWidget, QVBoxLayout]:
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    return box, layout


def described(entry: Entry) -> str:
    """Return what an entry of a journal is, in one line."""
    text = _("{title}: {state}, by {who} ({id})")
    return text.format(
        title=words.sentence(entry.title),
        state=_(STATES[entry.state]),
        who=visible(entry.who),
        id=visible(entry.id),
    )

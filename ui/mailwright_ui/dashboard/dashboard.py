"""The window of one server's deliveries: it watches as long as it is open."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from mailwright.errors import MailwrightError
from mailwright.i18n import N_, _, visible
from mailwright.model.finding import Severity
from mailwright_ui.dashboard import texts
from mailwright_ui.dashboard.feed import Feed
from mailwright_ui.dashboard.readings import LOST, has_trouble
from mailwright_ui.dashboard.view import DashboardView
from mailwright_ui.theme import give_size
from mailwright_ui.widgets.busy import Busy
from mailwright_ui.widgets.message import error_message, finding_message, sign_line
from mailwright_ui.widgets.scrolled import Scrolled
from mailwright_ui.widgets.text import button, muted, plain, title

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent

    from mailwright.model.figures import Snapshot
    from mailwright.model.finding import Finding
    from mailwright_ui.dashboard.feed import Watch

WIDTH_LINES, HEIGHT_LINES = 62, 46
TICK = 5_000
"""Milliseconds between two looks at how old the readings are."""

BACK_SECONDS = 60.0
"""How long it is said that the connection is back."""

RANGES = {
    6: N_("last 6 hours"),
    24: N_("last 24 hours"),
    24 * 7: N_("last 7 days"),
    24 * 30: N_("last 30 days"),
}
FIRST_RANGE = 24


class DashboardWindow(QWidget):
    """Stands beside the main window, so that it can be read while a set-up goes on.

    `wanted_set_up` brings the server's name. The watch ends with the window.
    """

    wanted_set_up = Signal(str)
    closed = Signal(str)

    def __init__(self, name: str, watch: Watch, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.name = name
        self._clock = clock
        self._lost = False
        self._back_at: float | None = None
        self._troubles: tuple[Finding, ...] = ()
        self.setWindowTitle(_("Deliveries of {server}").format(server=visible(name)))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.view = DashboardView(clock)
        self.view.wanted_set_up.connect(lambda: self.wanted_set_up.emit(name))
        self.status = muted("")
        self.range = _ranges()
        self.range.currentIndexChanged.connect(lambda _index: self.begin())
        self.again = button(_("&Try again"), self.begin)
        self.back = sign_line(Severity.PASS, "")
        self._busy = Busy()
        self._messages = QVBoxLayout()
        self._arrange()
        self.feed = Feed(watch, self)
        self.feed.seen.connect(self._see)
        self.feed.failed.connect(self._fail)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK)
        self._keys()
        self.begin()

    @property
    def hours(self) -> int:
        """The range that is counted."""
        return int(self.range.currentData())

    def _arrange(self) -> None:
        label = plain(_("&Period"))
        label.setBuddy(self.range)
        head = QHBoxLayout()
        head.addWidget(title(visible(self.name)), 1)
        head.addWidget(label)
        head.addWidget(self.range)
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(self.status)
        layout.addWidget(self._busy)
        layout.addLayout(self._messages)
        layout.addWidget(self.again)
        layout.addWidget(self.back)
        layout.addWidget(Scrolled(self.view, _("Deliveries")), 1)
        self.again.hide()
        self.back.hide()
        self.view.hide()
        give_size(self, WIDTH_LINES, HEIGHT_LINES)

    def _keys(self) -> None:
        for keys in (QKeySequence(Qt.Key.Key_Escape), QKeySequence("Ctrl+W")):
            QShortcut(keys, self).activated.connect(self.close)
        QShortcut(QKeySequence(Qt.Key.Key_F5), self).activated.connect(self.begin)

    def begin(self) -> None:
        """Watch, from a new connection on."""
        self.again.hide()
        self._tell([])
        self._lost = False
        self._busy.begin(_("Connecting to {server} …").format(server=visible(self.name)))
        self.feed.start(self.hours)

    def _see(self, found: object) -> None:
        snapshot = cast("Snapshot", found)
        if self.view.isHidden():
            self.view.show()
        self.view.show_snapshot(snapshot, self.hours)
        self._see_troubles(snapshot)
        self.status.setText(_status(snapshot, is_lost=self._lost))
        if snapshot.is_complete or self._lost:
            self._busy.end()
        else:
            self._busy.begin(_("Reading older lines of the log …"))

    def _see_troubles(self, snapshot: Snapshot) -> None:
        lost = has_trouble(snapshot, LOST)
        if self._lost and not lost:
            self._back_at = snapshot.taken_at
            text = _("Connected again at {time}.")
            told = sign_line(Severity.PASS, text.format(time=texts.clock(self._back_at)))
            self.back.setText(told.text())
            self.back.setAccessibleName(told.accessibleName())
        self._lost = lost
        self.back.setVisible(self._back_at is not None and not lost)
        if snapshot.troubles != self._troubles:
            self._troubles = snapshot.troubles
            self._show([finding_message(each) for each in snapshot.troubles])

    def _tell(self, messages: list[QWidget]) -> None:
        self._troubles = ()
        self._show(messages)

    def _show(self, messages: list[QWidget]) -> None:
        while (item := self._messages.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for message in messages:
            self._messages.addWidget(message)

    def _fail(self, error: object) -> None:
        self._busy.end()
        if isinstance(error, MailwrightError):
            self._tell([error_message(error)])
        self.status.setText(_("Not watching: what is shown below is from before."))
        self.again.show()
        self._tick()

    def _tick(self) -> None:
        self.view.tick()
        if self._back_at is not None and self._clock() - self._back_at > BACK_SECONDS:
            self._back_at = None
            self.back.hide()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """End the watch with the window."""
        self.feed.stop()
        self._timer.stop()
        self.closed.emit(self.name)
        super().closeEvent(event)


def _status(snapshot: Snapshot, *, is_lost: bool) -> str:
    if is_lost:
        return _("Connection lost; connecting again …")
    if snapshot.read_at is None:
        return _("Connected; the log could not be read.")
    source = snapshot.source
    text = _("Connected: {source} is read every few seconds, last at {time}.")
    shown = _("the journal") if source == "journal" else visible(source)
    return text.format(source=shown, time=texts.clock(snapshot.read_at, seconds=True))


def _ranges() -> QComboBox:
    box = QComboBox()
    for hours, text in RANGES.items():
        box.addItem(_(text), hours)
    box.setCurrentIndex(list(RANGES).index(FIRST_RANGE))
    return box

"""What every page of the wizard has: an intro, a body that scrolls, one job, one message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget, QWizardPage

from mailwright.errors import MailwrightError
from mailwright_ui.crashes import start_job
from mailwright_ui.setup.flow import IDS
from mailwright_ui.widgets.busy import Busy
from mailwright_ui.widgets.message import error_message
from mailwright_ui.widgets.scrolled import Scrolled
from mailwright_ui.widgets.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwright_ui.jobs import Job, Work
    from mailwright_ui.setup.flow import Flow


def _deaf(_event: object) -> None:
    """Listen to nothing."""


class Step(QWizardPage):
    """A page; `enter` is called each time it is shown, `leave` when the person wants to go on."""

    def __init__(self, flow: Flow, name: str, title: str, intro: str = "") -> None:
        super().__init__()
        self.flow = flow
        self.name = name
        self.message: QWidget | None = None
        self._passed = False
        self._job: Job[object] | None = None
        self._busy = Busy()
        self.setTitle(title)
        self.content = QWidget()
        self.body = QVBoxLayout(self.content)
        self.body.setSpacing(self.fontMetrics().height())
        if intro:
            self.body.addWidget(wrapped(intro))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.area = Scrolled(self.content, title)
        outer.addWidget(self.area, 1)
        outer.addWidget(self._busy)
        self._told = outer

    def enter(self) -> None:
        """Show what holds now."""

    def leave(self) -> bool:
        """Tell whether the next page may be shown; False when that is still being found out."""
        return True

    @property
    def working(self) -> bool:
        """Whether a job of this page is under way."""
        return self._job is not None and self._job.running

    @property
    def current(self) -> bool:
        """Whether this page is the one that is shown."""
        return self.isVisible()

    def run(
        self,
        work: Work[object],
        then: Callable[[object], None],
        text: str,
        hear: Callable[[object], None] = _deaf,
        *,
        live: bool = False,
    ) -> None:
        """Do something long; `then` gets what came of it, unless the person has left the page.

        The page says what goes on, and takes no answers meanwhile unless `live`. `hear` gets each
        event.
        """
        self.tell(None)
        job = start_job(work, self)
        self._job = job
        self._busy.begin(text)
        self.content.setEnabled(live)
        job.emitted.connect(hear)
        job.succeeded.connect(lambda result: self._succeed(job, result, then))
        job.failed.connect(lambda error: self._rest(job, lambda: self.fail(error)))
        job.crashed.connect(lambda _error: self._rest(job, lambda: None))
        self.completeChanged.emit()

    def _succeed(self, job: Job[object], result: object, then: Callable[[object], None]) -> None:
        if self.current:
            self._rest(job, lambda: then(result))
        else:
            self._rest(job, lambda: None)
            self.drop(result)

    def drop(self, result: object) -> None:
        """Give up what came of a job whose page the person has left."""

    def abandon(self) -> None:
        """Let a job under way know that nobody waits for it any more."""
        if self._job is not None:
            self._job.stop()

    def _rest(self, job: Job[object], then: Callable[[], None]) -> None:
        if self._job is job:
            self._job = None
            self._busy.end()
            self.content.setEnabled(True)
        if self.current:
            then()
            self.completeChanged.emit()

    def fail(self, error: object) -> None:
        """Show an expected error in place."""
        if isinstance(error, MailwrightError):
            self.tell(error_message(error))

    def tell(self, message: QWidget | None) -> None:
        """Show a message below the page in place of the one before; None for none."""
        if self.message is not None:
            self.message.hide()
            self.message.deleteLater()
        self.message = message
        if message is not None:
            self._told.insertWidget(1, message)

    def pass_on(self) -> None:
        """Go on to the next page: what `leave` wanted to know is known."""
        self._passed = True
        self.wizard().next()

    def validatePage(self) -> bool:  # noqa: N802 - Qt's name
        """Tell Qt whether to go on."""
        if self._passed:
            self._passed = False
            return True
        return not self.working and self.leave()

    def isComplete(self) -> bool:  # noqa: N802 - Qt's name
        """Tell Qt whether the button that goes on can be pressed."""
        return not self.working

    def nextId(self) -> int:  # noqa: N802 - Qt's name
        """Tell Qt which page follows."""
        after = self.flow.after(self.name)
        return -1 if after is None else IDS[after]

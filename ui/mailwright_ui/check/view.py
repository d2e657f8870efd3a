"""Check a domain: one field, and the findings as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from mailwright.errors import MailwrightError
from mailwright.i18n import N_, _, visible
from mailwright_ui.crashes import start_job
from mailwright_ui.widgets.busy import Busy
from mailwright_ui.widgets.finding_list import FindingList
from mailwright_ui.widgets.message import error_message
from mailwright_ui.widgets.scrolled import Scrolled
from mailwright_ui.widgets.text import alarming, button, muted, plain

if TYPE_CHECKING:
    from mailwright.model.finding import Finding
    from mailwright_ui.jobs import Emit, Job, Stop
    from mailwright_ui.world import World

DOMAIN_LINES = 20
_INTRO = N_(
    "The domain as receivers see it: MX, SPF, DMARC and what else its DNS says, and how its mail "
    "servers greet. No login is needed, and no mail is sent."
)
_NO_DOMAIN = N_("{value} is not a domain name such as example.com.")


class CheckView(QWidget):
    """Judges the domain in the field, at once when Enter is pressed: nothing is changed by it."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self._job: Job[object] | None = None
        self.domain = QLineEdit()
        self.domain.setFixedWidth(self.fontMetrics().height() * DOMAIN_LINES)
        self.domain.returnPressed.connect(self.check)
        self.error = alarming("")
        self.error.hide()
        self.go = button(_("&Check"), self.check)
        self.findings = FindingList()
        self._busy = Busy()
        self._message: QWidget | None = None
        self._arrange()
        self.setFocusProxy(self.domain)

    def _arrange(self) -> None:
        label = plain(_("&Domain"))
        label.setBuddy(self.domain)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self.domain)
        row.addWidget(self.go)
        row.addStretch()
        content = QWidget()
        self._results = QVBoxLayout(content)
        self._results.addWidget(self.findings)
        self._results.addStretch()
        layout = QVBoxLayout(self)
        layout.addWidget(muted(_(_INTRO)))
        layout.addLayout(row)
        layout.addWidget(self.error)
        layout.addWidget(self._busy)
        layout.addWidget(Scrolled(content, _("Findings")), 1)

    def check(self) -> None:
        """Begin, unless a check is under way or the field holds no domain."""
        from mailwright.interview import names

        typed = self.domain.text().strip()
        name = names.domain_name(typed)
        wrong = name is None or "." not in name
        self.error.setText(f"✕ {_(_NO_DOMAIN).format(value=visible(typed) or '–')}")
        self.error.setVisible(wrong)
        self._tell(None)
        if name is not None and not wrong and (self._job is None or not self._job.running):
            self._begin(name)

    def _begin(self, domain: str) -> None:
        world = self._world

        def work(emit: Emit, _stop: Stop) -> object:
            from mailwright.usecases.diagnose import Subject, diagnose

            return diagnose(world.outside(), Subject(domain), emit)

        self.findings.clear()
        self.go.setEnabled(False)
        self._busy.begin(_("Asking about {domain} …").format(domain=visible(domain)))
        job = self._job = start_job(work, self)
        job.emitted.connect(lambda finding: self.findings.add(cast("Finding", finding)))
        job.failed.connect(self._fail)
        job.ended.connect(self._end)

    def _end(self) -> None:
        self._busy.end()
        self.go.setEnabled(True)

    def _fail(self, error: object) -> None:
        if isinstance(error, MailwrightError):
            self._tell(error_message(error))

    def _tell(self, message: QWidget | None) -> None:
        if self._message is not None:
            self._message.hide()
            self._message.deleteLater()
        self._message = message
        if message is not None:
            self._results.insertWidget(0, message)

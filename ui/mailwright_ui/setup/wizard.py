"""The wizard: the interview's pages, the review as their hub, plan, progress and result."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPushButton, QWizard

from mailwright.i18n import _, visible
from mailwright.interview import PAGES
from mailwright_ui.setup.connect import ConnectPage
from mailwright_ui.setup.flow import FOUND, IDS, ORDER, PLAN, PROGRESS, RESULT, REVIEW, Flow
from mailwright_ui.setup.form_page import FormPage
from mailwright_ui.setup.found import FoundPage
from mailwright_ui.setup.plan import PlanPage, hang_up
from mailwright_ui.setup.progress import ProgressPage
from mailwright_ui.setup.result import ResultPage
from mailwright_ui.setup.review import ReviewPage
from mailwright_ui.setup.route import PRESET, RoutePage
from mailwright_ui.theme import give_size

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from mailwright.interview import Page
    from mailwright_ui.setup.step import Step

WIDTH_LINES = 56
HEIGHT_LINES = 38
STEP_GAP_LINES = 3

Button = QWizard.WizardButton
_QUESTIONS = (Button.Stretch, Button.BackButton, Button.NextButton, Button.CancelButton)
_LAYOUTS = {
    PLAN: (Button.Stretch, Button.BackButton, Button.CommitButton, Button.CancelButton),
    PROGRESS: (Button.Stretch, Button.CustomButton1),
    RESULT: (Button.Stretch, Button.FinishButton),
}


class SetupWizard(QWizard):
    """One set-up. A flow whose profile was opened begins at the review."""

    def __init__(self, flow: Flow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.flow = flow
        flow.go = self.go
        self.setWizardStyle(QWizard.WizardStyle.ClassicStyle)
        self.setTitleFormat(Qt.TextFormat.PlainText)
        self.setOption(QWizard.WizardOption.IndependentPages)
        self.setOption(QWizard.WizardOption.NoCancelButtonOnLastPage)
        self.setButtonText(Button.CancelButton, _("Cancel"))
        self.setButtonText(Button.BackButton, _("< &Back"))
        self.setButtonText(Button.NextButton, _("&Next >"))
        self.setButtonText(Button.CustomButton1, _("&Stop after this step"))
        self.steps: dict[str, Step] = {name: self._made(name) for name in ORDER}
        for name, page in self.steps.items():
            self.setPage(IDS[name], page)
            page.completeChanged.connect(self._update_buttons)
        # Qt does not keep what it is given here: without the attribute it crashes.
        self._list = self._step_list()
        self.setSideWidget(self._list)
        self.customButtonClicked.connect(lambda _which: self._progress.stop())
        self.currentIdChanged.connect(self._arrive)
        self.setStartId(IDS[REVIEW] if flow.opened else IDS[ORDER[0]])
        give_size(self, WIDTH_LINES, HEIGHT_LINES)
        self.restart()

    def _made(self, name: str) -> Step:
        own: dict[str, type[Step]] = {
            PAGES[0].id: ConnectPage,
            FOUND: FoundPage,
            REVIEW: ReviewPage,
            PLAN: PlanPage,
            PROGRESS: ProgressPage,
            RESULT: ResultPage,
        }
        if name in own:
            return own[name](self.flow)  # type: ignore[call-arg] # these know their names
        return form_page(self.flow, next(page for page in PAGES if page.id == name))

    @property
    def _progress(self) -> ProgressPage:
        return cast("ProgressPage", self.steps[PROGRESS])

    @property
    def current(self) -> Step | None:
        """The page that is shown."""
        return cast("Step | None", self.currentPage())

    def go(self, name: str) -> None:
        """Open a page with nothing behind it."""
        self.setStartId(IDS[name])
        self.restart()

    def _arrive(self, _id: int) -> None:
        page = self.current
        if page is None:
            return
        self._close_plan(page.name)
        if page.name != PLAN:
            self.steps[PLAN].abandon()
        self.setButtonLayout(list(_LAYOUTS.get(page.name, _QUESTIONS)))
        self._name_window()
        page.enter()
        self._show_where()
        self._update_buttons()

    def _close_plan(self, arriving: str) -> None:
        """A plan that was left holds a connection that nobody needs."""
        planned = self.flow.planned
        if planned is not None and arriving not in {PLAN, PROGRESS}:
            self.flow.planned = None
            hang_up(planned, self)

    def _name_window(self) -> None:
        host = self.flow.answers.server.name or self.flow.answers.server.host
        text = _("Set up {server}") if host else _("Set up a server")
        self.setWindowTitle(text.format(server=visible(host)))

    def _update_buttons(self) -> None:
        page = self.current
        if page is not None and page.name not in {PAGES[0].id, REVIEW, PLAN, RESULT}:
            back = self.flow.after(page.name) == REVIEW and self.flow.editing is not None
            text = _("Back to the &review") if back else _("&Next >")
            self.setButtonText(Button.NextButton, text)
        self._set_default(page)

    def _set_default(self, page: Step | None) -> None:
        """Enter goes on where that is harmless, and does nothing where something is changed."""
        for which in (Button.BackButton, Button.CommitButton, Button.CancelButton):
            made = cast("QPushButton", self.button(which))
            made.setAutoDefault(False)
            made.setDefault(False)
        stop = cast("QPushButton", self.button(Button.CustomButton1))
        stop.setAutoDefault(False)
        stop.setEnabled(self._progress.can_stop)
        harmless = page is not None and page.name not in {PLAN, PROGRESS}
        cast("QPushButton", self.button(Button.NextButton)).setDefault(harmless)

    def _step_list(self) -> QListWidget:
        steps = QListWidget()
        steps.setAccessibleName(_("Steps of the set-up"))
        steps.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        steps.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        steps.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for name in ORDER:
            item = QListWidgetItem(self._short_title(name))
            item.setData(Qt.ItemDataRole.UserRole, name)
            steps.addItem(item)
        gap = steps.fontMetrics().height() * STEP_GAP_LINES
        bold = steps.font()
        bold.setBold(True)
        steps.setFont(bold)
        steps.setFixedWidth(steps.sizeHintForColumn(0) + gap)
        steps.setFont(self.font())
        return steps

    def _short_title(self, name: str) -> str:
        return _("Result") if name == RESULT else self.steps[name].title()

    def _show_where(self) -> None:
        page = self.current
        here = ORDER.index(page.name) if page is not None else 0
        for row, name in enumerate(ORDER):
            item = self._list.item(row)
            item.setHidden(not self.flow.arises(name))
            font = self.font()
            font.setBold(row == here)
            item.setFont(font)
            sign = "▸" if row == here else ("✓" if row < here else "  ")
            item.setText(f"{sign} {self._short_title(name)}")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Leave Enter without an effect where it could change a server."""
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        page = self.current
        if enter and page is not None and page.name in {PLAN, PROGRESS}:
            event.accept()
            return
        super().keyPressEvent(event)

    def reject(self) -> None:
        """Close; while a server is at work only at the second wish."""
        page = self.current
        if page is self._progress and not self._progress.want_to_leave():
            return
        self._close_plan("")
        self.steps[PLAN].abandon()
        super().reject()


def form_page(flow: Flow, page: Page) -> FormPage:
    """Return the page of a form; the one with relay services knows more about them."""
    with_services = any(field.id == PRESET for field in page.fields)
    return RoutePage(flow, page) if with_services else FormPage(flow, page)

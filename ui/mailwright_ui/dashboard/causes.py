"""Why mail fails or waits, and what to do about it; and for whom it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from mailwright.catalog import UNCLASSIFIED, bounce_classes
from mailwright.i18n import _, ngettext, visible
from mailwright_ui import words
from mailwright_ui.dashboard.table import Table
from mailwright_ui.theme import fixed
from mailwright_ui.widgets.disclosure import Disclosure
from mailwright_ui.widgets.text import bold, muted, wrapped

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLabel

    from mailwright.model.figures import CauseCount, DomainCount, Figures

SHOWN = 6
LONGEST_EXAMPLE = 300
LONGEST_DOMAIN = 80


class CauseRow(QWidget):
    """One cause: what, how often, what to do, where, and a receiver's own words."""

    def __init__(self) -> None:
        super().__init__()
        self._cause: CauseCount | None = None
        self.title = bold("")
        self.advice = wrapped("")
        self.places = muted("")
        self.example = wrapped("")
        self.example.setFont(fixed(self.example.font()))
        self.disclosure = Disclosure(_("Example"), self.example)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(self.fontMetrics().height() // 5)
        for widget in (self.title, self.advice, self.places, self.disclosure):
            layout.addWidget(widget)

    def show_cause(self, cause: CauseCount) -> None:
        """Show a cause, or how it has changed."""
        if cause == self._cause:
            return
        self._cause = cause
        # What an older version stored may name a class that is no more.
        known = bounce_classes().get(cause.id, bounce_classes()[UNCLASSIFIED])
        title = str(known.title)
        counts = _("{title}: {failed} failed, {pending} waiting")
        told = counts.format(title=title, failed=cause.failed, pending=cause.pending)
        _set(self.title, told)
        _set(self.advice, _("What to do: {advice}").format(advice=known.advice))
        names = ", ".join(visible(name, LONGEST_DOMAIN) for name in cause.domains if name)
        _set(self.places, _("At: {domains}").format(domains=names) if names else "")
        example = words.lines(cause.example[:LONGEST_EXAMPLE])
        if example != self.example.text():
            self.example.setText(example)
        self.disclosure.setVisible(bool(cause.example))
        self.disclosure.fold.button.setAccessibleName(_("Example: {title}").format(title=title))


def _set(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
    if label.isHidden() is bool(text):
        label.setVisible(bool(text))


class CauseList(QFrame):
    """The most frequent causes; rows stay where the person has opened something."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.rows: dict[str, CauseRow] = {}
        self._shown: tuple[tuple[CauseCount, ...], bool] | None = None
        self._none = muted("")
        self._more = muted("")
        self._layout = QVBoxLayout(self)
        self._layout.setSpacing(self.fontMetrics().height())
        self._layout.addWidget(bold(_("Why mail fails or waits")))
        self._layout.addWidget(self._none)
        self._layout.addWidget(self._more)
        self._layout.addStretch()

    def show_figures(self, figures: Figures, *, is_read: bool) -> None:
        """Show the causes of these figures; of a log that was not read nothing is known."""
        if (figures.causes, is_read) == self._shown:
            return
        self._shown = figures.causes, is_read
        top = figures.causes[:SHOWN]
        self._forget({cause.id for cause in top})
        for place, cause in enumerate(top):
            self._row(cause.id, place).show_cause(cause)
        none = _("Nothing failed, and nothing waits after an attempt.")
        unread = _("The log was not read yet.")
        _set(self._none, "" if top else none if is_read else unread)
        _set(self._more, _rest(figures.causes[SHOWN:]))

    def _row(self, name: str, place: int) -> CauseRow:
        row = self.rows.get(name) or self.rows.setdefault(name, CauseRow())
        # The title stands before the rows, and the line for none.
        if self._layout.indexOf(row) != place + 2:
            self._layout.removeWidget(row)
            self._layout.insertWidget(place + 2, row)
        return row

    def _forget(self, kept: set[str]) -> None:
        for name in self.rows.keys() - kept:
            row = self.rows.pop(name)
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()


def _rest(causes: tuple[CauseCount, ...]) -> str:
    if not causes:
        return ""
    count = len(causes)
    text = ngettext(
        "{count} more cause, for {recipients} recipients in all",
        "{count} more causes, for {recipients} recipients in all",
        count,
    )
    total = sum(cause.failed + cause.pending for cause in causes)
    return text.format(count=count, recipients=total)


class Domains(QFrame):
    """The domains that receive most, as a table."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        title = _("Domains that receive most")
        self.table = Table(title)
        self._shown: tuple[DomainCount, ...] | None = None
        layout = QVBoxLayout(self)
        layout.addWidget(bold(title))
        layout.addWidget(self.table, 1)

    def show_figures(self, figures: Figures) -> None:
        """Show the domains of these figures."""
        if figures.domains == self._shown:
            return
        self._shown = figures.domains
        columns = (_("Domain"), _("Delivered"), _("Failed"), _("Waiting"), _("Deferred attempts"))
        rows = [
            (
                visible(each.domain, LONGEST_DOMAIN) or _("(no domain)"),
                str(each.delivered),
                str(each.failed),
                str(each.pending),
                str(each.deferred_attempts),
            )
            for each in figures.domains
        ]
        self.table.show_rows(columns, rows)

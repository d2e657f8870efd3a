"""One input for each kind of field. All have `changed`, `answer()`, `fill()` and `hint()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from mailwright.i18n import _
from mailwright.interview import Kind
from mailwright_ui.widgets.text import button

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailwright.interview import Choice, Field

LARGEST_NUMBER = 2_000_000_000
NUMBER_LINES = 8
TEXT_LINES = 26
MOST_RADIOS = 4
"""Up to so many choices stand side by side; more are folded into a list."""
LIST_LINES = 4


class Input(QWidget):
    """What a field is answered with; it takes the focus for its first part."""

    changed = Signal()

    def tell(self, *_what: object) -> None:
        """Say that the answer has changed; Qt's signals bring along what it is now."""
        self.changed.emit()

    def answer(self) -> object:
        """Return the answer as it is now; None for none."""
        raise NotImplementedError

    def fill(self, answer: object) -> None:
        """Show an answer."""
        raise NotImplementedError

    def hint(self, text: str) -> None:
        """Show what holds without an answer."""

    def name(self, text: str, description: str) -> None:
        """Tell a screen reader what is asked."""
        for part in self.parts():
            part.setAccessibleName(part.accessibleName() or text)
            part.setAccessibleDescription(description)

    def parts(self) -> list[QWidget]:
        """Return the widgets that take the focus."""
        return [self]


class TextInput(Input):
    """One line of text."""

    def __init__(self) -> None:
        super().__init__()
        self.edit = QLineEdit()
        self.edit.textEdited.connect(self.tell)
        self.setFocusProxy(self.edit)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.edit, 1)
        self._row.addStretch()
        self.edit.setMaximumWidth(self.fontMetrics().height() * TEXT_LINES)

    def answer(self) -> object:
        """Return the text without blanks around it, which nobody means."""
        return self.edit.text().strip()

    def fill(self, answer: object) -> None:
        """Show a text."""
        text = "" if answer is None else str(answer)
        if text != self.edit.text().strip():
            self.edit.setText(text)

    def hint(self, text: str) -> None:
        """Show in grey what holds without an answer."""
        self.edit.setPlaceholderText(text)

    def parts(self) -> list[QWidget]:
        """Return the line."""
        return [self.edit]


class NumberInput(TextInput):
    """A whole number; letters are not taken at all."""

    def __init__(self) -> None:
        super().__init__()
        self.edit.setValidator(QIntValidator(0, LARGEST_NUMBER, self))
        self.edit.setFixedWidth(self.fontMetrics().height() * NUMBER_LINES)

    def answer(self) -> object:
        """Return the number; None where nothing is typed."""
        text = self.edit.text().strip()
        return int(text) if text.isdecimal() else None


class FileInput(TextInput):
    """A file of this computer: typed, or looked for."""

    def __init__(self) -> None:
        super().__init__()
        self.browse = button(_("Browse …"), self._browse)
        self._row.insertWidget(1, self.browse)

    def _browse(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(self, _("Choose a file"), self.edit.text())
        if path:
            self.edit.setText(path)
            self.changed.emit()


class RadioInput(Input):
    """Few choices, below each other."""

    def __init__(self, choices: Iterable[Choice]) -> None:
        super().__init__()
        self._values: list[str] = []
        self._group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for choice in choices:
            radio = QRadioButton(_(choice.label))
            self._group.addButton(radio, len(self._values))
            self._values.append(choice.value)
            layout.addWidget(radio, alignment=Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self._group.button(0))
        self._group.idToggled.connect(self.tell)

    def answer(self) -> object:
        """Return the value of the chosen one."""
        chosen = self._group.checkedId()
        return None if chosen < 0 else self._values[chosen]

    def fill(self, answer: object) -> None:
        """Choose a value."""
        if answer in self._values:
            chosen = self._group.button(self._values.index(str(answer)))
            chosen.setChecked(True)
            self.setFocusProxy(chosen)

    def name(self, text: str, description: str) -> None:
        """Tell a screen reader what is asked, with each choice."""
        for part in self._group.buttons():
            part.setAccessibleName(f"{text}: {part.text()}")
            part.setAccessibleDescription(description)

    def parts(self) -> list[QWidget]:
        """Return the choices."""
        return [*self._group.buttons()]


class ComboInput(Input):
    """Choices in a list: many, or some that may be left to what is known of the service."""

    def __init__(self, choices: Iterable[Choice], *, open_end: bool) -> None:
        super().__init__()
        self.combo = QComboBox()
        self._open_end = open_end
        if open_end:
            self.combo.addItem(_("Automatic"), None)
        for choice in choices:
            self.combo.addItem(_(choice.label), choice.value)
        self.combo.currentIndexChanged.connect(self.tell)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setFocusProxy(self.combo)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.combo)
        layout.addStretch()

    def answer(self) -> object:
        """Return the value of the chosen one; None for what is left open."""
        return self.combo.currentData()

    def fill(self, answer: object) -> None:
        """Choose a value."""
        found = 0 if answer is None else self.combo.findData(answer)
        self.combo.setCurrentIndex(found)

    def hint(self, text: str) -> None:
        """Show what the open choice stands for."""
        if self._open_end and text and self.answer() is None:
            self.combo.setItemText(0, _("Automatic ({value})").format(value=text))

    def parts(self) -> list[QWidget]:
        """Return the list."""
        return [self.combo]


class ChecksInput(Input):
    """Choices of which several may hold."""

    def __init__(self, choices: Iterable[Choice]) -> None:
        super().__init__()
        self._checks: dict[str, QCheckBox] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for choice in choices:
            check = QCheckBox(_(choice.label))
            check.toggled.connect(self.tell)
            self._checks[choice.value] = check
            layout.addWidget(check)
        self.setFocusProxy(next(iter(self._checks.values())))

    def answer(self) -> object:
        """Return the values that hold."""
        return [value for value, check in self._checks.items() if check.isChecked()]

    def fill(self, answer: object) -> None:
        """Tick the values that hold."""
        held = set(answer) if isinstance(answer, (tuple, list)) else set()
        for value, check in self._checks.items():
            check.setChecked(value in held)

    def name(self, text: str, description: str) -> None:
        """Tell a screen reader what is asked, with each choice."""
        for check in self._checks.values():
            check.setAccessibleName(f"{text}: {check.text()}")
            check.setAccessibleDescription(description)

    def parts(self) -> list[QWidget]:
        """Return the choices."""
        return [*self._checks.values()]


class LinesInput(Input):
    """Several texts, one in each line."""

    def __init__(self) -> None:
        super().__init__()
        self.edit = QPlainTextEdit()
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(self.fontMetrics().lineSpacing() * (LIST_LINES + 1))
        self.edit.textChanged.connect(self.tell)
        self.edit.setMaximumWidth(self.fontMetrics().height() * TEXT_LINES)
        self.setFocusProxy(self.edit)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.edit, 1)
        layout.addStretch()

    def answer(self) -> object:
        """Return the texts; commas and blanks separate them too."""
        return self.edit.toPlainText().replace(",", " ").split()

    def fill(self, answer: object) -> None:
        """Show the texts."""
        texts = [str(each) for each in answer] if isinstance(answer, (tuple, list)) else []
        if texts != self.answer():
            self.edit.setPlainText("\n".join(texts))

    def hint(self, text: str) -> None:
        """Show in grey what holds without an answer."""
        self.edit.setPlaceholderText(text)

    def parts(self) -> list[QWidget]:
        """Return the lines."""
        return [self.edit]


class SecretInput(TextInput):
    """A secret: masked, and empty again as soon as it is stored."""

    def __init__(self) -> None:
        super().__init__()
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)

    def answer(self) -> object:
        """Return the very text: blanks may belong to it."""
        return self.edit.text()


def input_for(field: Field) -> Input:
    """Return the input for a field, by its kind and by what its answer is."""
    choices = field.choices()
    if isinstance(field.default, tuple):
        return ChecksInput(choices) if choices else LinesInput()
    if choices:
        open_end = field.default is None
        few = len(choices) <= MOST_RADIOS and not open_end
        return RadioInput(choices) if few else ComboInput(choices, open_end=open_end)
    if field.kind is Kind.INTEGER:
        return NumberInput()
    return FileInput() if field.kind is Kind.FILE else TextInput()

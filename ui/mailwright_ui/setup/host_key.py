"""The host key of a server: a person compares and confirms it; a changed one stops everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from mailwright.i18n import N_, _, render, visible
from mailwright.model.finding import Severity
from mailwright_ui.theme import fixed
from mailwright_ui.widgets.message import Message
from mailwright_ui.widgets.text import button, copy, plain, wrapped

if TYPE_CHECKING:
    from mailwright.model.server import HostKey, Server

COMMAND = "ssh-keygen -lf {file}"

_NEVER_MET = N_("{host} was never connected to before. Compare its host key.")
_HOW = N_(
    "Open the server's console at your provider (not SSH), and run the command below there. Its "
    "output must show the same fingerprint: then nobody is in between."
)
_CHANGED = N_("The host key of {host} has CHANGED. Nothing was sent to it.")
_WHY = N_(
    "Somebody may be in between. Only if this server was installed anew, compare the new "
    "fingerprint with what the command below shows at the provider's console, and replace the key."
)


class Answer:
    """Answers the core's question about a host key: yes only to the one that was agreed to.

    What was asked about is kept in `server`, `shown` and `known`. It is called in jobs.
    """

    def __init__(self, agreed: HostKey | None = None) -> None:
        self.agreed = agreed
        self.server: Server | None = None
        self.shown: HostKey | None = None
        self.known: HostKey | None = None

    def __call__(self, server: Server, shown: HostKey, known: HostKey | None) -> bool:
        """Tell whether the key may be trusted; `known` is the one before."""
        self.server, self.shown, self.known = server, shown, known
        return shown == self.agreed


class HostKeyPanel(QWidget):
    """Shows the key that a server presents.

    `agreed` comes once the person has confirmed it, `left` when another server is meant.
    """

    agreed = Signal(object)
    left = Signal()

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        server, shown, known = answer.server, answer.shown, answer.known
        if server is None or shown is None:
            raise ValueError("nobody has asked about a host key")
        self.setAccessibleName(_("Host key"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(self.fontMetrics().height())
        severity, text, how = (
            (Severity.WARN, _NEVER_MET, _HOW) if known is None else (Severity.FAIL, _CHANGED, _WHY)
        )
        self.message = Message(severity, render(text, {"host": server.host}))
        layout.addWidget(self.message)
        layout.addWidget(wrapped(_(how)))
        layout.addLayout(self._keys(shown, known))
        part = self._confirm(shown) if known is None else self._replace(server.host, shown)
        layout.addWidget(part)
        layout.addWidget(button(_("Back to the &form"), self.left.emit))

    def _keys(self, shown: HostKey, known: HostKey | None) -> QFormLayout:
        form = QFormLayout()
        command = COMMAND.format(file=shown.public_file)
        line = _monospaced(command)
        form.addRow(plain(_("Command for the console")), line)
        form.addRow(plain(""), button(_("&Copy the command"), lambda: copy(command)))
        if known is not None:
            form.addRow(plain(_("Known until now")), _monospaced(known.fingerprint))
        form.addRow(
            plain(_("Shown by the server")),
            _monospaced(f"{visible(shown.algorithm)} {shown.fingerprint}"),
        )
        return form

    def _confirm(self, shown: HostKey) -> QWidget:
        box = QWidget()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        self.same = QCheckBox(_("I have &compared: they are the same"))
        self.go_on = button(_("&Trust this key and go on"), lambda: self.agreed.emit(shown))
        self.go_on.setEnabled(False)
        self.same.toggled.connect(self.go_on.setEnabled)
        layout.addWidget(self.same)
        layout.addWidget(self.go_on)
        return box

    def _replace(self, host: str, shown: HostKey) -> QWidget:
        box = QWidget()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        self.typed = QLineEdit()
        label = plain(_("To replace the key, type the host name {host}").format(host=visible(host)))
        label.setBuddy(self.typed)
        self.go_on = button(_("&Replace the key and go on"), lambda: self.agreed.emit(shown))
        self.go_on.setEnabled(False)
        self.typed.textChanged.connect(lambda text: self.go_on.setEnabled(text.strip() == host))
        layout.addWidget(label)
        layout.addWidget(self.typed)
        layout.addWidget(self.go_on)
        return box


def _monospaced(text: str) -> QLabel:
    label = plain(text)
    label.setFont(fixed(label.font()))
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setWordWrap(True)
    return label

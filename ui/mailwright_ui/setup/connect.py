"""Connect: where the server is, who logs in, whether its host key is the right one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWizard

from mailwright.i18n import _, visible
from mailwright.interview import PAGES, server
from mailwright_ui.setup.form_page import FormPage
from mailwright_ui.setup.host_key import Answer, HostKeyPanel

if TYPE_CHECKING:
    from mailwright.model.server import HostKey
    from mailwright.usecases.look import Found
    from mailwright_ui.jobs import Emit, Stop
    from mailwright_ui.setup.flow import Flow

HOST_KEY_ERRORS = frozenset({"host-key.unconfirmed", "host-key.changed"})


class ConnectPage(FormPage):
    """Goes on once the server let us in and was read."""

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow, PAGES[0])
        self.setButtonText(QWizard.WizardButton.NextButton, _("&Connect"))
        self.panel: HostKeyPanel | None = None
        self._answer = Answer()
        self.form.changed.connect(self._another_server)

    def enter(self) -> None:
        """Begin with the form, whatever was asked here before."""
        self._another_server()
        super().enter()

    def _another_server(self) -> None:
        """What was said of one host key says nothing of another server's."""
        self._answer = Answer()
        self._show_key(None)

    def arrive(self) -> bool:
        """Log in and read; a host key that nobody has confirmed is shown first."""
        world, where, answer = self.flow.world, server(self.flow.answers.server), self._answer

        def work(_emit: Emit, _stop: Stop) -> object:
            from mailwright.usecases.look import look

            return look(world.parts(), where, answer)

        text = _("Connecting to {host} …").format(host=visible(where.host))
        self.run(work, self._found, text)
        return False

    def _found(self, found: object) -> None:
        self.flow.found = cast("Found", found)
        self.flow.prefill()
        self._show_key(None)
        self.pass_on()

    def fail(self, error: object) -> None:
        """Show the host key where it is the reason; anything else as it is."""
        if getattr(error, "code", "") in HOST_KEY_ERRORS:
            self._show_key(HostKeyPanel(self._answer))
        else:
            super().fail(error)

    def _show_key(self, panel: HostKeyPanel | None) -> None:
        if self.panel is not None:
            self.panel.hide()
            self.panel.deleteLater()
        self.panel = panel
        self.form.setVisible(panel is None)
        if panel is not None:
            panel.agreed.connect(self._agree)
            panel.left.connect(self._another_server)
            self.body.insertWidget(1, panel)
        self.completeChanged.emit()

    def _agree(self, key: object) -> None:
        self._answer = Answer(cast("HostKey", key))
        self._show_key(None)
        self.arrive()

    def isComplete(self) -> bool:  # noqa: N802 - Qt's name
        """While a host key is shown, only its own buttons go on."""
        return super().isComplete() and self.panel is None

"""How mail leaves: beside the questions, what is known of the chosen relay service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QGroupBox, QSizePolicy, QVBoxLayout

from mailwright.catalog import relay_presets
from mailwright.i18n import _
from mailwright_ui.setup.form_page import FormPage
from mailwright_ui.widgets.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailwright.catalog import RelayPreset
    from mailwright.interview import Page
    from mailwright_ui.setup.flow import Flow

PRESET, HOST = "relay.preset", "relay.host"


class RoutePage(FormPage):
    """The form, a box about the service (where its login is found, what it forbids), its hosts."""

    def __init__(self, flow: Flow, page: Page) -> None:
        super().__init__(flow, page)
        self.about = QGroupBox()
        self._text = wrapped("")
        QVBoxLayout(self.about).addWidget(self._text)
        self.form.rows[PRESET].add_below(self.about)
        self.hosts = QComboBox()
        self.hosts.setAccessibleName(_("Hosts of the service"))
        self.hosts.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.hosts.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.hosts.activated.connect(self._choose_host)
        self.form.rows[HOST].add_below(self.hosts)
        self._service = ""
        self.form.changed.connect(self._tell_service)

    def enter(self) -> None:
        """Show the answers and the service."""
        super().enter()
        self._tell_service()

    def _tell_service(self) -> None:
        service = relay_presets().get(self.flow.answers.relay.preset)
        self.about.setVisible(service is not None)
        self.hosts.setVisible(service is not None and len(service.hosts) > 1)
        if service is None or service.id == self._service:
            return
        self._service = service.id
        self.about.setTitle(_("About {service}").format(service=service.name))
        self._text.setText("\n".join(_about(service)))
        self.hosts.clear()
        self.hosts.addItem(_("Choose a host …"), "")
        for known in service.hosts:
            label = f"{known.region}: {known.host}" if known.region else known.host
            self.hosts.addItem(label, known.host)

    def _choose_host(self, _place: int) -> None:
        """Take a host of the service into the field, and let the list rest again."""
        host = self.hosts.currentData()
        if host:
            given = self.form.rows[HOST].input
            given.fill(host)
            given.tell()
            given.setFocus()
        self.hosts.setCurrentIndex(0)


def _about(service: RelayPreset) -> Iterator[str]:
    texts = (service.user_help, service.sender_rule, service.caution, service.quota.note)
    yield from (str(text) for text in texts if text is not None)
    yield _("Source: {source}, read on {day}").format(
        source=service.source, day=service.checked.isoformat()
    )

"""What the person must have published, each part with a button that copies it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from mailwright.i18n import _, visible
from mailwright_ui import words
from mailwright_ui.theme import fixed
from mailwright_ui.widgets.text import bold, button, copy, muted, plain, wrapped

if TYPE_CHECKING:
    from mailwright.model.dns_records import DnsRecord
    from mailwright.model.publication import Publication, ReverseRequest


class PublicationList(QWidget):
    """DNS records for the person's own zone, then texts for the providers of the addresses."""

    def __init__(self, publication: Publication) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for record in publication.records:
            layout.addWidget(_record(record))
        if publication.requests:
            layout.addWidget(bold(_("Text for the provider of the IP address, ready to send")))
        for request in publication.requests:
            layout.addWidget(_request(request))


def _request(request: ReverseRequest) -> QWidget:
    from mailwright.usecases.letter import letter

    text = letter(request)
    box = QFrame()
    box.setFrameShape(QFrame.Shape.StyledPanel)
    layout = QGridLayout(box)
    layout.setColumnStretch(0, 1)
    layout.addWidget(wrapped(text), 0, 0)
    copying = button(_("Copy"), lambda: copy(text))
    copying.setAccessibleName(_("Copy: text about {address}").format(address=request.address))
    layout.addWidget(copying, 0, 1, Qt.AlignmentFlag.AlignTop)
    return box


def _record(record: DnsRecord) -> QWidget:
    box = QFrame()
    box.setFrameShape(QFrame.Shape.StyledPanel)
    layout = QGridLayout(box)
    layout.setColumnStretch(1, 1)
    rows = ((_("Name"), record.name), (_("Type"), record.type), (_("Value"), record.value))
    for row, (label, text) in enumerate(rows):
        layout.addWidget(plain(label), row, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(_value(text), row, 1)
        copying = button(_("Copy"), lambda text=text: copy(text))  # type: ignore[misc] # binds it
        about = _("Copy: {label} of {name}")
        copying.setAccessibleName(about.format(label=label, name=visible(record.name)))
        layout.addWidget(copying, row, 2, Qt.AlignmentFlag.AlignTop)
    layout.addWidget(muted(words.sentence(record.why)), len(rows), 0, 1, 3)
    return box


def _value(text: str) -> QLabel:
    label = wrapped(words.lines(_breakable(text)))
    label.setFont(fixed(label.font()))
    return label


def _breakable(text: str, width: int = 64) -> str:
    """Break a long value into lines as it is shown; what is copied has none."""
    if len(text) <= width or " " in text[:width]:
        return text
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))

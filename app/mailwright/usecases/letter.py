"""The text that a person sends to the provider of an IP address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.i18n import N_, render

if TYPE_CHECKING:
    from mailwright.model.publication import ReverseRequest

_LETTER = N_(
    "Please set the reverse DNS (PTR record) of the IP address {address} to this name:\n"
    "{hostname}\n"
    "The record is: {name} PTR {hostname}\n"
    "Mail servers refuse mail from an address whose reverse DNS is not the name of the mail "
    "server. The name has this address in the DNS, or will have it in a moment."
)


def letter(request: ReverseRequest) -> str:
    """Return the text in the chosen language."""
    return render(
        _LETTER,
        {"address": request.address, "hostname": request.hostname, "name": request.name},
    )

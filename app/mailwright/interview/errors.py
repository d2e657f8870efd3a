"""What is wrong with answers: every error at once, each at its field."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from mailwright.errors import MailwrightError
from mailwright.i18n import N_, render

MESSAGES: dict[str, str] = {
    "required": N_("An answer is needed here."),
    "unknown-field": N_("There is no such field."),
    "needs-table": N_("A table of fields belongs here."),
    "needs-text": N_("A text in quotation marks belongs here."),
    "needs-integer": N_("A whole number without quotation marks belongs here."),
    "needs-choice": N_("One of these belongs here: {choices}."),
    "needs-choices": N_("A list of these belongs here: {choices}."),
    "needs-list": N_("A list of texts in quotation marks belongs here, in square brackets."),
    "control-character": N_("Line ends and other control characters are not allowed."),
    "outer-blank": N_("Blanks at the beginning or the end would be lost."),
    "out-of-range": N_("A number from {lowest} to {highest} belongs here."),
    "server-name": N_(
        "A server's name has at most 64 letters, digits, hyphens, underscores and dots, and "
        "begins with a letter or a digit."
    ),
    "host": N_("{value} is neither a host name nor an IP address."),
    "host-name": N_("{value} is not a host name: letters, digits, hyphens and dots."),
    "domain-name": N_("{value} is not a domain name such as _spf.example.com."),
    "host-name-is-address": N_("A host name is needed here, not an IP address."),
    "not-qualified": N_("A full name with its domain is needed, such as mx1.example.com."),
    "email": N_("{value} is not an email address such as name@example.com."),
    "dns-server": N_("{value} is not an IP address with or without a port, such as 192.0.2.53:53."),
    "network": N_("{value} is not a network such as 192.168.10.0/24 or one address."),
    "network-too-wide": N_(
        "{value} is too wide: {count} addresses could send through this server. Name the networks "
        "in which your devices really are, at most {most} addresses each."
    ),
    "network-host-bits": N_(
        "{value} has more digits than its prefix covers; did you mean {meant}?"
    ),
    "network-special": N_(
        "{value} lies in {special}, which is set aside ({source}): no device sends from there. "
        "Name the networks in which your devices really are."
    ),
    "network-mapped": N_(
        "{value} is IPv4 written as IPv6. Write the IPv4 network, such as 192.168.10.0/24."
    ),
    "network-nat64": N_(
        "{value} stands for the whole IPv4 Internet (NAT64): everybody could send through this "
        "server. Name the IPv6 networks in which your devices really are."
    ),
    "address": N_("{value} is not an IP address."),
    "address-not-public": N_("{value} is an inside address; receivers never see it."),
    "selector": N_("A selector has letters, digits and hyphens only, such as mailwright."),
    "sender-domain": N_(
        "The sender must be in {domain}: SPF, DKIM and DMARC are set up for that domain."
    ),
    "peak-above-day": N_("More in an hour than in a day ({per_day}) is not possible."),
    "user-colon": N_(
        "Before Postfix 3.9 a user name cannot contain a colon; this server has {version}."
    ),
    "preset-unknown": N_("There is no relay service {value}. Known are: {choices}."),
    "preset-host": N_("{value} is not a host of {service}. Its hosts are: {choices}."),
    "preset-port": N_("{service} does not listen on port {value}, but on {choices}."),
    "preset-tls": N_("On port {port} of {service}, TLS begins by {choices}."),
    "preset-authentication": N_("{service} knows its customers by {choices} only."),
}
"""The text of each code. Fields are filled when the error is shown."""


@dataclasses.dataclass(frozen=True, slots=True)
class FieldError:
    """One error: `field` is the dotted TOML path, `code` a key of `MESSAGES`."""

    field: str
    code: str
    args: Mapping[str, str | int] = dataclasses.field(default_factory=dict)

    @property
    def message(self) -> str:
        """What is wrong and what belongs there, in the chosen language."""
        return render(MESSAGES[self.code], self.args)


class FieldErrors(MailwrightError):  # noqa: N818 - it holds several
    """The answers do not make requirements yet; `errors` holds every reason."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__(
            "profile.invalid",
            N_("Answers to correct: {count} ({fields})"),
            remedy=N_("Correct each field that is named, and try again."),
            args={"count": len(errors), "fields": ", ".join(error.field for error in errors)},
        )
        self.errors = errors

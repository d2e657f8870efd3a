"""The rules of the field, one function per table of the profile; none stops at the first error."""

from __future__ import annotations

import unicodedata
from re import fullmatch
from typing import TYPE_CHECKING

from mailwright.catalog import relay_presets
from mailwright.interview import names
from mailwright.interview.answers import value
from mailwright.interview.direct import direct_errors, network_errors
from mailwright.interview.errors import FieldError
from mailwright.interview.pages import all_fields
from mailwright.interview.relay import (
    authentication,
    preset,
    relay_host,
    relay_port,
    relay_tls,
    relay_user,
)
from mailwright.model.requirements import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailwright.catalog import RelayPreset
    from mailwright.interview.answers import Answers, RelayAnswers, VolumeAnswers
    from mailwright.interview.fields import Page

RESULT_DELIMITER_SINCE = (3, 9)
"""The Postfix version from which smtp_sasl_password_result_delimiter can be set."""

_RANGES: dict[str, tuple[int, int]] = {
    "server.port": (1, names.LAST_PORT),
    "relay.port": (1, names.LAST_PORT),
    "volume.per_day": (1, 100_000_000),
    "volume.peak_per_hour": (1, 100_000_000),
    "volume.largest_message_mb": (1, 100),
    "volume.give_up_after_hours": (1, 120),
}

_QUALIFIED = ("identity.hostname", "identity.domain")
_EMAILS = ("identity.administrator", "proof.sender", "proof.recipient")


def answer_errors(answers: Answers) -> tuple[FieldError, ...]:
    """Return every error in the answers, in the order in which the fields are asked."""
    found: dict[str, FieldError] = {}
    for error in _all_errors(answers):
        found.setdefault(error.field, error)
    order = [field.id for field in all_fields()]
    return tuple(sorted(found.values(), key=lambda error: order.index(error.field)))


def page_errors(page: Page, answers: Answers) -> tuple[FieldError, ...]:
    """Return the errors in the answers to one page."""
    asked = {field.id for field in page.fields}
    return tuple(error for error in answer_errors(answers) if error.field in asked)


def user_error(user: str, postfix_version: tuple[int, ...]) -> FieldError | None:
    """Return the error of a relay user that this Postfix cannot send; None where it can.

    Up to 3.8 the result of a smtp_sasl_password_maps look-up is split at its first colon.
    """
    if ":" not in user or postfix_version >= RESULT_DELIMITER_SINCE:
        return None
    version = ".".join(map(str, postfix_version))
    return FieldError("relay.user", "user-colon", {"version": version})


def _all_errors(answers: Answers) -> Iterator[FieldError]:
    # The first error of a field is the one that is told.
    yield from _text_errors(answers)
    yield from _missing(answers)
    yield from _range_errors(answers)
    yield from _server_errors(answers)
    if answers.route.kind is Route.RELAY:
        yield from _relay_errors(answers.relay)
    else:
        yield from direct_errors(answers)
    yield from network_errors(answers)
    yield from _identity_errors(answers)
    yield from _volume_errors(answers.volume)
    yield from _email_errors(answers)
    yield from _advanced_errors(answers)


def _text_errors(answers: Answers) -> Iterator[FieldError]:
    for field in all_fields():
        answer = value(answers, field.id)
        texts = answer if isinstance(answer, tuple) else (answer,)
        for text in (each for each in texts if isinstance(each, str)):
            if any(unicodedata.category(character) == "Cc" for character in text):
                yield FieldError(field.id, "control-character")
            elif text != text.strip():
                yield FieldError(field.id, "outer-blank")


def _missing(answers: Answers) -> Iterator[FieldError]:
    filled = {"relay.host": relay_host(answers.relay), "relay.user": relay_user(answers.relay)}
    for field in all_fields():
        answer = filled.get(field.id, value(answers, field.id))
        if field.needed and field.relevant(answers) and answer in ("", None, ()):
            yield FieldError(field.id, "required")


def _range_errors(answers: Answers) -> Iterator[FieldError]:
    for field, (lowest, highest) in _RANGES.items():
        number = value(answers, field)
        if isinstance(number, int) and not lowest <= number <= highest:
            yield FieldError(field, "out-of-range", {"lowest": lowest, "highest": highest})


def _server_errors(answers: Answers) -> Iterator[FieldError]:
    server = answers.server
    if names.host(server.host) is None:
        yield FieldError("server.host", "host", {"value": server.host})
    # The name becomes a part of a systemd credential's file name.
    if server.name and not fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", server.name):
        yield FieldError("server.name", "server-name")


def _relay_errors(answers: RelayAnswers) -> Iterator[FieldError]:
    if answers.preset and preset(answers) is None:
        known = ", ".join(relay_presets())
        yield FieldError(
            "relay.preset", "preset-unknown", {"value": answers.preset, "choices": known}
        )
    yield from _host_name_errors("relay.host", relay_host(answers))
    if answers.spf_include and names.domain_name(answers.spf_include) is None:
        yield FieldError("relay.spf_include", "domain-name", {"value": answers.spf_include})
    service = preset(answers)
    if service is not None:
        yield from _contradictions(answers, service)


def _contradictions(answers: RelayAnswers, service: RelayPreset) -> Iterator[FieldError]:
    host = names.host_name(relay_host(answers))
    if host is not None and not service.has_host(host):
        hosts = [known.host for known in service.hosts] or [service.host_pattern or ""]
        about: dict[str, str | int] = {"service": service.name, "choices": ", ".join(hosts)}
        yield FieldError("relay.host", "preset-host", {"value": host, **about})
    port = relay_port(answers)
    known_tls = service.tls_on(port)
    if known_tls is None:
        ports = ", ".join(str(known.port) for known in service.ports)
        yield FieldError(
            "relay.port", "preset-port", {"service": service.name, "value": port, "choices": ports}
        )
    elif relay_tls(answers) is not known_tls:
        yield FieldError(
            "relay.tls",
            "preset-tls",
            {"service": service.name, "port": port, "choices": known_tls.value},
        )
    if authentication(answers) not in service.authentication:
        allowed = ", ".join(service.authentication)
        yield FieldError(
            "relay.authentication",
            "preset-authentication",
            {"service": service.name, "choices": allowed},
        )


def _host_name_errors(field: str, text: str) -> Iterator[FieldError]:
    if names.ip_address(text) is not None:
        yield FieldError(field, "host-name-is-address")
    elif names.host_name(text) is None:
        yield FieldError(field, "host-name", {"value": text})


def _identity_errors(answers: Answers) -> Iterator[FieldError]:
    for field in _QUALIFIED:
        text = str(value(answers, field))
        yield from _host_name_errors(field, text)
        if not names.is_qualified(names.host_name(text) or ""):
            yield FieldError(field, "not-qualified")


def _volume_errors(answers: VolumeAnswers) -> Iterator[FieldError]:
    if answers.peak_per_hour > answers.per_day > 0:
        yield FieldError("volume.peak_per_hour", "peak-above-day", {"per_day": answers.per_day})


def _email_errors(answers: Answers) -> Iterator[FieldError]:
    for field in _EMAILS:
        text = str(value(answers, field))
        if names.email_address(text) is None:
            yield FieldError(field, "email", {"value": text})


def _advanced_errors(answers: Answers) -> Iterator[FieldError]:
    dns = answers.advanced.dns
    if dns and names.dns_server(dns) is None:
        yield FieldError("advanced.dns", "dns-server", {"value": dns})

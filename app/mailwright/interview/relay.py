"""The relay with what its preset fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.catalog import relay_presets
from mailwright.model.requirements import Relay, RelayAuthentication, TlsMode

if TYPE_CHECKING:
    from mailwright.catalog import RelayPreset
    from mailwright.interview.answers import RelayAnswers

SUBMISSION_PORT = 587
"""RFC 6409."""

SUBMISSIONS_PORT = 465
"""Submission with TLS from the first byte (RFC 8314 section 3.3)."""


def preset(answers: RelayAnswers) -> RelayPreset | None:
    """Return the chosen preset; None without one, and for one that does not exist."""
    return relay_presets().get(answers.preset)


def relay_host(answers: RelayAnswers) -> str:
    """Return the relay's host: the answer, or the only host of the preset."""
    service = preset(answers)
    if answers.host or service is None or len(service.hosts) != 1 or service.host_pattern:
        return answers.host
    return service.hosts[0].host


def relay_port(answers: RelayAnswers) -> int:
    """Return the relay's port: the answer, or the preset's first that fits the TLS mode."""
    if answers.port is not None:
        return answers.port
    service = preset(answers)
    if service is None:
        return SUBMISSIONS_PORT if answers.tls is TlsMode.IMPLICIT else SUBMISSION_PORT
    fitting = (known.port for known in service.ports if answers.tls in {None, known.tls})
    return next(fitting, service.ports[0].port)


def relay_tls(answers: RelayAnswers) -> TlsMode:
    """Return how TLS begins: the answer, or what belongs to the port."""
    if answers.tls is not None:
        return answers.tls
    port = relay_port(answers)
    service = preset(answers)
    known = None if service is None else service.tls_on(port)
    return known or (TlsMode.IMPLICIT if port == SUBMISSIONS_PORT else TlsMode.STARTTLS)


def authentication(answers: RelayAnswers) -> RelayAuthentication:
    """Return how the relay knows us: the answer, or what the preset prefers."""
    if answers.authentication is not None:
        return answers.authentication
    service = preset(answers)
    return RelayAuthentication.LOGIN if service is None else service.authentication[0]


def relay_user(answers: RelayAnswers) -> str:
    """Return the user name: the answer, or the one that every customer of the service has."""
    service = preset(answers)
    if authentication(answers) is RelayAuthentication.ADDRESS:
        return ""
    return answers.user or ("" if service is None else service.user)


def relay(answers: RelayAnswers, host: str, spf_include: str | None) -> Relay:
    """Return the relay; `host` and `spf_include` are the answers as written on the wire."""
    service = preset(answers)
    return Relay(
        host=host,
        port=relay_port(answers),
        tls=relay_tls(answers),
        authentication=authentication(answers),
        user=relay_user(answers),
        preset=None if service is None else service.id,
        spf_include=spf_include or (None if service is None else service.include_for(host)),
    )

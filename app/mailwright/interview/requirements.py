"""From answers to requirements."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from mailwright.interview import names
from mailwright.interview.answers import read_answers
from mailwright.interview.errors import FieldErrors
from mailwright.interview.relay import relay, relay_host
from mailwright.interview.rules import answer_errors
from mailwright.model.requirements import (
    Asking,
    Dkim,
    Proof,
    Relay,
    Requirements,
    Route,
    SenderIdentity,
    SendingVolume,
    Submitter,
)
from mailwright.model.server import LoginMethod, Server

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailwright.interview.answers import (
        Answers,
        IdentityAnswers,
        RelayAnswers,
        ServerAnswers,
    )
    from mailwright.interview.errors import FieldError

MEGABYTE = 1_048_576
"""Bytes of a megabyte, as mail providers count message sizes."""

HOUR = 3600


def requirements(answers: Answers) -> Requirements:
    """Return what the answers ask for. Raises FieldErrors with every error at once."""
    errors = answer_errors(answers)
    if errors:
        raise FieldErrors(errors)
    return _made(answers)


def profile_requirements(tables: Mapping[str, object]) -> Requirements:
    """Return what a profile asks for, as `requirements` does, from its TOML tables.

    Raises FieldErrors with every error at once, those of types and unknown fields too.
    """
    answers, errors = checked_profile(tables)
    if errors:
        raise FieldErrors(errors)
    return _made(answers)


def checked_profile(tables: Mapping[str, object]) -> tuple[Answers, tuple[FieldError, ...]]:
    """Return the answers of a profile's TOML tables, and every error in them."""
    answers, errors = read_answers(tables)
    # A field that could not be read has its default, about which the rules need not complain.
    unread = {error.field for error in errors}
    rest = (
        error
        for error in answer_errors(answers)
        if unread.isdisjoint({error.field, error.field.partition(".")[0]})
    )
    return answers, (*errors, *rest)


def server(answers: ServerAnswers) -> Server:
    """Return the server of answers without errors; it is called by its host without a name.

    The colons of an IPv6 address become hyphens in that name.
    """
    host = _certain(names.host(answers.host))
    by_key = answers.login is LoginMethod.KEY
    return Server(
        name=answers.name or host.replace(":", "-"),
        host=host,
        port=answers.port,
        user=answers.user,
        login=answers.login,
        key_file=answers.key_file if by_key else None,
    )


def _made(answers: Answers) -> Requirements:
    directly = answers.route.kind is Route.DIRECT
    from_networks = Submitter.NETWORKS in answers.submission.who
    return Requirements(
        server=server(answers.server),
        submitters=frozenset(answers.submission.who),
        route=answers.route.kind,
        relay=None if directly else _relay(answers.relay),
        identity=_identity(answers.identity, directly=directly),
        volume=SendingVolume(
            per_day=answers.volume.per_day,
            peak_per_hour=answers.volume.peak_per_hour,
            largest_message=answers.volume.largest_message_mb * MEGABYTE,
            give_up_after=answers.volume.give_up_after_hours * HOUR,
        ),
        proof=Proof(
            sender=_certain(names.email_address(answers.proof.sender)),
            recipient=_certain(names.email_address(answers.proof.recipient)),
        ),
        asking=Asking(
            dns=names.dns_server(answers.advanced.dns) if answers.advanced.dns else None,
            ca_file=answers.advanced.ca_file or None,
        ),
        networks=tuple(map(_network, answers.submission.networks)) if from_networks else (),
        dkim=Dkim(answers.dkim.selector.lower()) if directly else None,
    )


def _relay(answers: RelayAnswers) -> Relay:
    include = answers.spf_include
    return relay(
        answers,
        _certain(names.host_name(relay_host(answers))),
        names.domain_name(include) if include else None,
    )


def _identity(answers: IdentityAnswers, *, directly: bool) -> SenderIdentity:
    addresses = tuple(_certain(names.ip_address(each)) for each in answers.addresses)
    return SenderIdentity(
        hostname=_certain(names.host_name(answers.hostname)),
        domain=_certain(names.host_name(answers.domain)),
        administrator=_certain(names.email_address(answers.administrator)),
        addresses=addresses if directly else (),
    )


def _network(text: str) -> str:
    return str(ip_network(text.strip()))


def _certain(text: str | None) -> str:
    if text is None:
        raise AssertionError("the rules let an answer pass that cannot be written")
    return text

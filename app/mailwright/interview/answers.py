"""The wizard's answers: the profile's TOML tables, typed, complete or not."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, get_args, get_origin, get_type_hints

import msgspec

from mailwright.interview.errors import FieldError, FieldErrors
from mailwright.model.requirements import RelayAuthentication, Route, Submitter, TlsMode
from mailwright.model.server import LoginMethod

if TYPE_CHECKING:
    from collections.abc import Mapping


class Table(msgspec.Struct, frozen=True):
    """A table of the profile. An empty text and None stand for "not answered"."""


class ServerAnswers(Table, frozen=True):
    """Where and as whom to log in. Without a name, the server is called by its host."""

    name: str = ""
    host: str = ""
    port: int = 22
    user: str = "root"
    login: LoginMethod = LoginMethod.AGENT
    key_file: str = ""


class SubmissionAnswers(Table, frozen=True):
    """Who hands mail to the server."""

    who: tuple[Submitter, ...] = (Submitter.THIS_HOST,)
    networks: tuple[str, ...] = ()


class RouteAnswers(Table, frozen=True):
    """How mail leaves the server."""

    kind: Route = Route.RELAY


class RelayAnswers(Table, frozen=True):
    """The relay; what is not answered comes from the preset."""

    preset: str = ""
    host: str = ""
    port: int | None = None
    tls: TlsMode | None = None
    authentication: RelayAuthentication | None = None
    user: str = ""
    spf_include: str = ""


class IdentityAnswers(Table, frozen=True):
    """The names that the server uses."""

    hostname: str = ""
    domain: str = ""
    administrator: str = ""
    addresses: tuple[str, ...] = ()


class DkimAnswers(Table, frozen=True):
    """The DKIM key of this server."""

    selector: str = "mailwright"


class VolumeAnswers(Table, frozen=True):
    """How much is sent, and how late is too late."""

    per_day: int = 1000
    peak_per_hour: int = 200
    largest_message_mb: int = 25
    give_up_after_hours: int = 120


class ProofAnswers(Table, frozen=True):
    """The test message."""

    sender: str = ""
    recipient: str = ""


class AdvancedAnswers(Table, frozen=True):
    """Where questions go instead of the system's own places."""

    dns: str = ""
    ca_file: str = ""


class Answers(Table, frozen=True):
    """All answers, table by table as in the profile."""

    server: ServerAnswers = ServerAnswers()
    submission: SubmissionAnswers = SubmissionAnswers()
    route: RouteAnswers = RouteAnswers()
    relay: RelayAnswers = RelayAnswers()
    identity: IdentityAnswers = IdentityAnswers()
    dkim: DkimAnswers = DkimAnswers()
    volume: VolumeAnswers = VolumeAnswers()
    proof: ProofAnswers = ProofAnswers()
    advanced: AdvancedAnswers = AdvancedAnswers()


def value(answers: Answers, field: str) -> object:
    """Return the answer at a dotted path (`relay.port`)."""
    table, _, key = field.partition(".")
    answer: object = getattr(getattr(answers, table), key)
    return answer


def with_value(answers: Answers, field: str, answer: object) -> Answers:
    """Return the answers with another one at a dotted path.

    Texts and lists of texts are taken for choices. Raises FieldErrors when the answer has a
    type that the field cannot hold.
    """
    table, _, key = field.partition(".")
    converted, error = _converted(field, answer)
    if error is not None:
        raise FieldErrors((error,))
    changed = msgspec.structs.replace(getattr(answers, table), **{key: converted})
    return msgspec.structs.replace(answers, **{table: changed})


def document(answers: Answers) -> dict[str, dict[str, object]]:
    """Return the answers as TOML tables, without those that are not answered."""
    # Through JSON, so that tuples become lists, as TOML has them.
    tables = msgspec.json.decode(msgspec.json.encode(answers), type=dict[str, dict[str, object]])
    given = {
        table: {key: answer for key, answer in keys.items() if answer not in (None, "", [])}
        for table, keys in tables.items()
    }
    return {table: keys for table, keys in given.items() if keys}


def read_answers(tables: Mapping[str, object]) -> tuple[Answers, tuple[FieldError, ...]]:
    """Return the answers that TOML tables hold, and an error for each that has no place in them.

    Where there is an error, the field keeps its default.
    """
    answers = Answers()
    errors: list[FieldError] = []
    for table, keys in tables.items():
        if table not in _fields(Answers):
            errors.append(FieldError(table, "unknown-field"))
        elif not isinstance(keys, dict):
            errors.append(FieldError(table, "needs-table"))
        else:
            read, wrong = _read_table(table, keys)
            answers = msgspec.structs.replace(answers, **{table: read})
            errors += wrong
    return answers, tuple(errors)


def _read_table(table: str, keys: dict[str, object]) -> tuple[Table, list[FieldError]]:
    kind = _fields(Answers)[table]
    read: dict[str, object] = {}
    errors = []
    for key, answer in keys.items():
        field = f"{table}.{key}"
        if key not in _fields(kind):
            errors.append(FieldError(field, "unknown-field"))
            continue
        converted, error = _converted(field, answer)
        if error is None:
            read[key] = converted
        else:
            errors.append(error)
    return kind(**read), errors


def _converted(field: str, answer: object) -> tuple[object, FieldError | None]:
    try:
        return msgspec.convert(answer, _wanted(field)), None
    except msgspec.ValidationError:
        return None, FieldError(field, *_expectation(field))


def choices(field: str) -> tuple[str, ...]:
    """Return the values that a field of choices may have; none for other fields."""
    return tuple(choice.value for kind in _kinds(field) for choice in _members(kind))


def _members(kind: type) -> tuple[StrEnum, ...]:
    return tuple(kind) if issubclass(kind, StrEnum) else ()


def _expectation(field: str) -> tuple[str, dict[str, str | int]]:
    """Return the code of the error for a wrong type, and its arguments."""
    values = choices(field)
    if values:
        code = "needs-choices" if get_origin(_wanted(field)) is tuple else "needs-choice"
        return code, {"choices": ", ".join(values)}
    if get_origin(_wanted(field)) is tuple:
        return "needs-list", {}
    return ("needs-integer" if int in _kinds(field) else "needs-text"), {}


def _kinds(field: str) -> tuple[type, ...]:
    """Return the plain types of a field, apart from None and the tuple around them."""
    wanted = _wanted(field)
    return tuple(kind for kind in get_args(wanted) or (wanted,) if isinstance(kind, type))


def _wanted(field: str) -> type:
    table, _, key = field.partition(".")
    return _fields(_fields(Answers)[table])[key]


@cache
def _fields(table: type) -> dict[str, type]:
    return get_type_hints(table)

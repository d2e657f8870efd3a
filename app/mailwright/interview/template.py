"""A new profile: TOML with a line of explanation for each field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import tomli_w

from mailwright.catalog import relay_presets
from mailwright.i18n import N_, _
from mailwright.interview.answers import Answers, value, with_value
from mailwright.interview.errors import FieldError, FieldErrors
from mailwright.interview.pages import PAGES
from mailwright.interview.relay import (
    authentication,
    relay_host,
    relay_port,
    relay_tls,
    relay_user,
)
from mailwright.interview.relay import preset as chosen_preset

if TYPE_CHECKING:
    from mailwright.interview.fields import Field

_HEADER = N_(
    "A profile of Mailwright. Fill in what is empty. Lines that begin with # are explanations, "
    "or fields that may stay away. Passwords never belong in this file."
)


def template(preset: str | None = None) -> str:
    """Return a new profile with explanations in the chosen language.

    `preset` is the id of a relay preset, whose user help and cautions come along. Raises
    FieldErrors for a preset that does not exist.
    """
    answers = Answers()
    if preset is not None:
        answers = _with_preset(answers, preset)
    lines = [f"# {_(_HEADER)}"]
    table = ""
    for page in PAGES:
        lines += ["", f"# --- {_(page.title)} ---"]
        for field in page.fields:
            if field.id.partition(".")[0] != table:
                table = field.id.partition(".")[0]
                lines += ["", f"[{table}]", *_about_preset(table, answers)]
            lines += _described(field, answers)
    return "\n".join(lines) + "\n"


def _with_preset(answers: Answers, preset: str) -> Answers:
    if preset not in relay_presets():
        known = ", ".join(relay_presets())
        raise FieldErrors(
            (FieldError("relay.preset", "preset-unknown", {"value": preset, "choices": known}),)
        )
    answers = with_value(answers, "relay.preset", preset)
    filled = msgspec.structs.replace(
        answers.relay, host=relay_host(answers.relay), user=relay_user(answers.relay)
    )
    return msgspec.structs.replace(answers, relay=filled)


def _about_preset(table: str, answers: Answers) -> list[str]:
    service = chosen_preset(answers.relay)
    if table != "relay" or service is None:
        return []
    known = (service.user_help, service.sender_rule, service.caution, service.quota.note)
    hosts = ", ".join(host.host for host in service.hosts)
    about = [service.name, service.source, hosts or service.host_pattern, *known]
    return [f"# {text}" for text in about if text]


def _described(field: Field, answers: Answers) -> list[str]:
    explanation = f"# {_(field.label)}: {_(field.help)}"
    choices = [choice.value for choice in field.choices() if choice.value]
    if choices:
        explanation += f" ({', '.join(choices)})"
    answered = value(answers, field.id) not in {None, ""}
    asked = field.needed and field.relevant(answers)
    return [
        explanation,
        _line(field, answers) if answered or asked else f"# {_line(field, answers)}",
    ]


def _line(field: Field, answers: Answers) -> str:
    relay = answers.relay
    derived = {
        "relay.port": relay_port(relay),
        "relay.tls": relay_tls(relay),
        "relay.authentication": authentication(relay),
    }
    answer = msgspec.to_builtins(derived.get(field.id, value(answers, field.id)))
    return tomli_w.dumps({field.id.partition(".")[2]: answer}).strip()

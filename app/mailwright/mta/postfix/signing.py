"""How Postfix has its mail signed (MILTER_README)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.mta.opendkim.conf import CONF, HOST, PORT, is_settled
from mailwright.mta.postfix.settings import MAIN_CF, Listed, MainCf, Parameter, Setting
from mailwright.mta.postfix.syntax import parameters as parameters_of
from mailwright.resource.base import Wants

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailwright.model.plan import Step
    from mailwright.model.server import Observation

SIGNER = f"inet:{HOST}:{PORT}"

_MILTERS = ("smtpd_milters", "non_smtpd_milters")
_ENTRY = re.compile(r"\{[^}]*\}|[^\s,]+")
_OURS = re.compile(rf"\binet:({re.escape(HOST)}|localhost):{PORT}\b")
_REFERENCE = re.compile(r"\$(\{smtpd_milters\}|\(smtpd_milters\)|smtpd_milters\b)")
_WHY = N_("Every message is signed before it leaves, the server's own too")
_NOBODY = N_("Nobody signs on this server any more")
_ALONE = {
    "milter_default_action": "tempfail",
    "milter_protocol": "6",
    "internal_mail_filter_classes": "bounce",
}


@dataclass(frozen=True, slots=True)
class Milter(Listed):
    """One filter of a list; a person's own filters stay before it.

    The signer comes last: what another filter changes after it breaks the signature.
    """

    def settled(self, now: str | None) -> Parameter:
        """The whole list for a file in which it has this value now."""
        entries = _ENTRY.findall(now or "")
        others = [each for each in entries if not _OURS.search(each)]
        if self.present:
            there = len(others) < len(entries) or any(map(_REFERENCE.fullmatch, entries))
            value = now if there else ", ".join((*others, self.entry))
        else:
            value = ", ".join(others) or None
        return Parameter(self.name, value, self.why)


def parameters() -> tuple[Setting, ...]:
    """What main.cf must set where this server signs."""
    return (
        *(Milter(name, SIGNER, present=True, why=_WHY) for name in _MILTERS),
        Parameter(
            "milter_default_action",
            _ALONE["milter_default_action"],
            N_("While OpenDKIM does not answer, mail waits: none leaves unsigned"),
        ),
        Parameter(
            "milter_protocol", _ALONE["milter_protocol"], N_("The protocol that OpenDKIM speaks")
        ),
        Listed(
            "internal_mail_filter_classes",
            _ALONE["internal_mail_filter_classes"],
            present=True,
            why=N_("Messages about undeliverable mail are signed too"),
        ),
    )


@dataclass(frozen=True, slots=True)
class NoSigning:
    """Postfix does not ask OpenDKIM, where nobody signs on this server any more.

    A person's own filters stay, and with them whatever says how Postfix deals with filters.
    """

    id: str

    def wants(self) -> Wants:
        """The texts of main.cf and of OpenDKIM's configuration."""
        return Wants(texts=frozenset({MAIN_CF, CONF}))

    def step(self, seen: Observation, *, after_packages: bool) -> Step | None:
        """Take the signer out of the lists, and what was set for it alone."""
        if not is_settled(seen.texts.get(CONF)):
            return None  # somebody else's signer, at the port that everybody uses
        now = parameters_of(seen.texts.get(MAIN_CF) or "")
        lists = tuple(
            Milter(name, SIGNER, present=False, why=_NOBODY).settled(now.get(name))
            for name in _MILTERS
            if _OURS.search(now.get(name, ""))
        )
        if not lists:
            return None
        return MainCf(self.id, (*lists, *_set_for_it_alone(now, lists))).step(
            seen, after_packages=after_packages
        )


def _set_for_it_alone(
    now: Mapping[str, str], lists: tuple[Parameter, ...]
) -> tuple[Parameter, ...]:
    remaining = dict(now) | {each.name: each.value or "" for each in lists}
    if any(_ENTRY.findall(_REFERENCE.sub("", remaining.get(name, ""))) for name in _MILTERS):
        return ()
    return tuple(
        Parameter(name, None, _NOBODY) for name, value in _ALONE.items() if now.get(name) == value
    )

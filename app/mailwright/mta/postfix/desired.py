"""What a server must be for a requirement: every resource, whatever the route."""

from __future__ import annotations

import hashlib
import shlex
from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.model.requirements import Requirements, Route
from mailwright.mta.opendkim import desired as opendkim
from mailwright.mta.postfix import common, direct, relay, signing, submission
from mailwright.mta.postfix.addresses import service_options
from mailwright.mta.postfix.master import MasterCf
from mailwright.mta.postfix.settings import MAIN_CF, MainCf
from mailwright.mta.postfix.tables import ALIASES, FOLDER
from mailwright.resource.files import Files, Item
from mailwright.resource.packages import Packages
from mailwright.resource.units import RunningUnit

if TYPE_CHECKING:
    from mailwright.model.server import Facts
    from mailwright.mta.postfix.relay import RelaySecret
    from mailwright.mta.postfix.settings import Setting
    from mailwright.platforms.releases import Platform
    from mailwright.resource.base import Resource


def fingerprint(requirements: Requirements) -> str:
    """Names a route without its secrets: the route that was proven, or another one."""
    route = relay if requirements.route is Route.RELAY else direct
    text = "\n".join(route.names_route(requirements))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def is_live(requirements: Requirements, facts: Facts) -> bool:
    """Whether all mail leaves: always through a relay, directly once the route was let out."""
    return requirements.route is Route.RELAY or facts.live == fingerprint(requirements)


def desired(
    requirements: Requirements, facts: Facts, platform: Platform, secret: RelaySecret
) -> tuple[Resource, ...]:
    """Everything that Postfix must be; pure, so that it can be tested with literals.

    Until the route is proven, Postfix keeps what a receiver refuses (soft_bounce).
    """
    items = _items(requirements, facts, secret)
    return (
        _packages(requirements, platform),
        *opendkim.desired(requirements, platform),
        _tables(items),
        MainCf("main.cf", parameters(requirements, facts, platform)),
        _no_tables(items),
        *(() if requirements.dkim else (signing.NoSigning("no-signing"),)),
        MasterCf("master.cf", service_options(requirements, facts)),
        RunningUnit(
            "postfix",
            N_("Start Postfix, now and at every boot"),
            "postfix.service",
            N_("Postfix must run to send mail"),
            platform.worker_unit,
        ),
    )


def _packages(requirements: Requirements, platform: Platform) -> Packages:
    names, accounts = platform.packages, platform.accounts
    if requirements.dkim:
        names = tuple(dict.fromkeys((*names, *platform.opendkim.packages)))
        accounts = (*accounts, *platform.opendkim.accounts)
    return Packages(
        "packages",
        names,
        N_("Postfix sends the mail; the others log in at a relay, check TLS, or sign"),
        answers=(
            "postfix postfix/main_mailer_type select Local only",
            f"postfix postfix/mailname string {requirements.identity.domain}",
        ),
        leaves=platform.leaves,
        accounts=accounts,
    )


def _items(requirements: Requirements, facts: Facts, secret: RelaySecret) -> tuple[Item, ...]:
    """The look-up tables, and those that must be gone."""
    senders = submission.sender_table(requirements)
    return (
        Item(FOLDER, 0o755),
        relay.password_table(requirements.relay, secret),
        Item(ALIASES, content=f"root {requirements.identity.administrator}\n".encode()),
        *((senders,) if submission.serves_networks(requirements) else ()),
        direct.test_table(fingerprint(requirements), live=is_live(requirements, facts)),
    )


def _tables(items: tuple[Item, ...]) -> Files:
    return Files(
        "tables",
        N_("Write Postfix's look-up tables"),
        N_("Logins, senders and the server's own mail: what Postfix looks up is kept here"),
        tuple(item for item in items if not item.absent),
    )


def _no_tables(items: tuple[Item, ...]) -> Files:
    """Tables go when main.cf names them no more: mail is refused while one is missing."""
    return Files(
        "no-tables",
        N_("Remove look-up tables that are not used any more"),
        N_("Nothing is left of a way that mail does not take any more"),
        tuple(item for item in items if item.absent),
    )


def parameters(requirements: Requirements, facts: Facts, platform: Platform) -> tuple[Setting, ...]:
    """All parameters that this requirement owns."""
    live = is_live(requirements, facts)
    proven = facts.proven == fingerprint(requirements)
    volume = requirements.volume
    if requirements.route is Route.RELAY:
        route: tuple[Setting, ...] = (
            *relay.parameters(requirements.smarthost),
            *direct.waiting(live=True),
            *common.queue(volume),
        )
    else:
        route = (
            *direct.parameters(live=live),
            *common.queue(volume, None if live else direct.lifetime(volume, live=False)),
        )
    return (
        *common.parameters(requirements, platform),
        *submission.parameters(requirements, facts),
        *route,
        *(signing.parameters() if requirements.dkim else ()),
        common.soft_bounce(proven=proven),
    )


def restart_needed(changed: frozenset[str]) -> bool:
    """Whether a reload is not enough: listeners and chroots are set up at the start only."""
    return bool(changed & {"inet_interfaces", "inet_protocols", "master.cf chroot"})


def once_proven() -> tuple[Resource, ...]:
    """What changes after the first delivery."""
    return (MainCf("main.cf", (common.soft_bounce(proven=True),)),)


def waiting_texts() -> dict[str, str | None]:
    """The files, as far as `once_proven` touches them, that wait for the first delivery."""
    return {MAIN_CF: "soft_bounce = yes\n"}


def evidence(requirements: Requirements) -> str:
    """Shell text that prints a line of the log once somebody outside has taken a message.

    The log is the journal: Debian writes no mail.log since release 12 unless asked to.
    """
    taker = "" if requirements.relay is None else f"{requirements.relay.host}["
    return (
        'since=$(stat -c @%Y "$folder/evidence")\n'
        'journalctl -q -t postfix/smtp _UID="$(id -u postfix)" --since "$since" -o cat | '
        f"grep -F -- {shlex.quote(f' relay={taker}')} | "
        "grep '^[^(]*, status=sent (250' | head -n 1\n"
    )

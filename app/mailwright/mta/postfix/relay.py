"""This host only, through a relay: what Postfix must be for that.

A null client (STANDARD_CONFIGURATION_README): nothing is delivered here, nothing is accepted
from outside, everything goes to one relay over verified TLS.
"""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.model.requirements import RelayAuthentication, Requirements, TlsMode
from mailwright.mta.postfix.settings import MAIN_CF, MainCf, NoChroot, Parameter
from mailwright.resource.files import Files, Item
from mailwright.resource.packages import Packages
from mailwright.resource.units import RunningUnit

if TYPE_CHECKING:
    from mailwright.model.server import Facts
    from mailwright.platforms.releases import Platform
    from mailwright.resource.base import Resource

FOLDER = "/etc/postfix/mailwright"
PASSWORDS = f"{FOLDER}/sasl_passwd"
ALIASES = f"{FOLDER}/virtual"

_HALF_DAY = 43_200


@dataclass(frozen=True, slots=True)
class RelaySecret:
    """The relay login's password; it appears in no representation."""

    password: str | None = field(default=None, repr=False)


def fingerprint(requirements: Requirements) -> str:
    """Names a route without its secrets: the route that was proven, or another one."""
    relay = requirements.relay
    text = "\n".join(
        (relay.nexthop, relay.tls, relay.authentication, relay.user, requirements.identity.domain)
    )
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def desired(
    requirements: Requirements, facts: Facts, platform: Platform, secret: RelaySecret
) -> tuple[Resource, ...]:
    """Everything that the server must be; pure, so that it can be tested with literals.

    Until the route is proven, Postfix keeps what a relay refuses (soft_bounce).
    """
    proven = facts.proven == fingerprint(requirements)
    return (
        Packages(
            "packages",
            platform.packages,
            N_("Postfix sends the mail; the others let it log in at the relay and check TLS"),
            answers=(
                "postfix postfix/main_mailer_type select Local only",
                f"postfix postfix/mailname string {requirements.identity.domain}",
            ),
            leaves=platform.leaves,
            accounts=platform.accounts,
        ),
        _tables(requirements, secret),
        MainCf("main.cf", parameters(requirements, platform, proven=proven)),
        NoChroot("master.cf"),
        RunningUnit(
            "postfix",
            N_("Start Postfix, now and at every boot"),
            "postfix.service",
            N_("Postfix must run to send mail"),
            platform.worker_unit,
        ),
    )


def _tables(requirements: Requirements, secret: RelaySecret) -> Files:
    items = [Item(FOLDER, 0o755)]
    if requirements.relay.authentication is RelayAuthentication.LOGIN:
        line = _password_line(requirements, secret)
        items.append(Item(PASSWORDS, 0o600, content=line, secret=True))
    else:
        items.append(Item(PASSWORDS, absent=True, secret=True))
    administrator = requirements.identity.administrator
    items.append(Item(ALIASES, content=f"root {administrator}\n".encode()))
    return Files(
        "tables",
        N_("Write the look-up tables for the relay's login and the server's own mail"),
        N_("The login that the relay asks for; mail to root goes to the administrator"),
        tuple(items),
    )


def _password_line(requirements: Requirements, secret: RelaySecret) -> bytes:
    relay = requirements.relay
    # The key is the relayhost's very text: with any other Postfix would send without AUTH.
    return f"{relay.nexthop} {relay.user}:{secret.password or ''}\n".encode()


def parameters(
    requirements: Requirements, platform: Platform, *, proven: bool
) -> tuple[Parameter, ...]:
    """All parameters that this requirement owns."""
    return (
        *_names(requirements, platform),
        *_null_client(),
        *_relay(requirements, platform),
        *_queue(requirements),
        *_hygiene(),
        _soft_bounce(proven=proven),
    )


def _soft_bounce(*, proven: bool) -> Parameter:
    return Parameter(
        "soft_bounce",
        None if proven else "yes",
        N_("Until the first delivery is proven nothing is returned, so that nothing is lost"),
    )


def _names(requirements: Requirements, platform: Platform) -> tuple[Parameter, ...]:
    identity = requirements.identity
    return (
        Parameter(
            "compatibility_level",
            platform.compatibility_level,
            N_("The defaults that this version of the package was made for"),
        ),
        Parameter(
            "myhostname", identity.hostname, N_("The name by which this server greets others")
        ),
        Parameter("mydomain", identity.domain, N_("The domain that mail is sent from")),
        Parameter("myorigin", "$mydomain", N_("Senders without a domain get this one")),
        Parameter(
            "smtpd_banner", "$myhostname ESMTP", N_("The greeting does not tell the version")
        ),
    )


def _null_client() -> tuple[Parameter, ...]:
    nothing_local = N_("No mail stays on this server, not even for its own domain")
    return (
        Parameter("mydestination", "", nothing_local),
        Parameter("local_recipient_maps", "", nothing_local),
        Parameter(
            "local_transport",
            "error:5.1.1 local mail delivery is disabled on this host",
            nothing_local,
        ),
        Parameter("relay_domains", "", nothing_local),
        Parameter("default_transport", "smtp", N_("Mail leaves by SMTP")),
        Parameter("relay_transport", "relay", N_("Mail leaves by SMTP")),
        Parameter("inet_interfaces", "loopback-only", N_("Only this server itself may submit")),
        Parameter("mynetworks", "127.0.0.0/8 [::1]/128", N_("Only this server itself may submit")),
        Parameter(
            "smtpd_relay_restrictions",
            "permit_mynetworks, reject",
            N_("Only this server itself may submit"),
        ),
        Parameter(
            "virtual_alias_maps",
            f"texthash:{ALIASES}",
            N_("Mail to root reaches the administrator"),
        ),
    )


def _relay(requirements: Requirements, platform: Platform) -> tuple[Parameter, ...]:
    relay = requirements.relay
    login = relay.authentication is RelayAuthentication.LOGIN
    implicit = relay.tls is TlsMode.IMPLICIT
    return (
        Parameter("relayhost", relay.nexthop, N_("Everything goes to the relay")),
        Parameter(
            "smtp_sasl_auth_enable",
            "yes" if login else "no",
            N_("Whether the relay asks for a login"),
        ),
        Parameter(
            "smtp_sasl_password_maps",
            f"texthash:{PASSWORDS}" if login else None,
            N_("Where the login is kept, readable by root alone"),
        ),
        Parameter(
            "smtp_sasl_security_options",
            "noanonymous, noplaintext",
            N_("The password is never sent without TLS"),
        ),
        Parameter(
            "smtp_sasl_tls_security_options",
            "noanonymous",
            N_("Inside TLS the password may be sent"),
        ),
        Parameter(
            "smtp_tls_security_level",
            "secure",
            N_("Only a relay with a valid certificate of its name gets mail and password"),
        ),
        Parameter(
            "smtp_tls_secure_cert_match", "hostname", N_("The certificate must bear its name")
        ),
        Parameter(
            "smtp_tls_wrappermode",
            "yes" if implicit else "no",
            N_("Whether TLS begins at once (465) or by STARTTLS (587)"),
        ),
        Parameter(
            "smtp_tls_CAfile", platform.ca_file, N_("The authorities that certificates come from")
        ),
        Parameter(
            "smtp_tls_mandatory_protocols", ">=TLSv1.2", N_("Older versions of TLS are broken")
        ),
        Parameter("smtp_tls_loglevel", "1", N_("The log tells whether TLS was verified")),
        Parameter(
            "smtp_tls_session_cache_database",
            "btree:${data_directory}/smtp_scache",
            N_("TLS sessions are used again"),
        ),
    )


def _queue(requirements: Requirements) -> tuple[Parameter, ...]:
    volume = requirements.volume
    late = N_("How late is too late, as you answered")
    return (
        Parameter(
            "message_size_limit", str(volume.largest_message), N_("The largest message you send")
        ),
        Parameter("maximal_queue_lifetime", f"{volume.give_up_after}s", late),
        Parameter("bounce_queue_lifetime", f"{min(volume.give_up_after, 172_800)}s", late),
        Parameter(
            "delay_warning_time",
            "4h" if volume.give_up_after > _HALF_DAY else "0h",
            N_("Senders learn early that a message waits"),
        ),
        Parameter("minimal_backoff_time", "5m", N_("The first retries come soon")),
        Parameter("maximal_backoff_time", "1h", N_("Later retries come at least every hour")),
    )


def _hygiene() -> tuple[Parameter, ...]:
    smuggling = N_("Against SMTP smuggling, without refusing old devices")
    return (
        Parameter("biff", "no", N_("Nobody reads mail on this server")),
        Parameter("append_dot_mydomain", "no", N_("Addresses are not completed by guessing")),
        Parameter("disable_vrfy_command", "yes", N_("Nobody can ask which addresses exist")),
        Parameter("enable_long_queue_ids", "yes", N_("Queue ids stay unique in the log")),
        Parameter("smtpd_forbid_bare_newline", "normalize", smuggling),
        Parameter("smtpd_forbid_bare_newline_exclusions", "$mynetworks", smuggling),
        Parameter("smtpd_data_restrictions", "reject_unauth_pipelining", smuggling),
    )


def restart_needed(changed: frozenset[str]) -> bool:
    """Whether a reload is not enough: listeners and chroots are set up at the start only."""
    return bool(changed & {"inet_interfaces", "inet_protocols", "master.cf chroot"})


def once_proven() -> tuple[Resource, ...]:
    """What changes after the first delivery."""
    return (MainCf("main.cf", (_soft_bounce(proven=True),)),)


def waiting_texts() -> dict[str, str | None]:
    """The files, as far as `once_proven` touches them, that wait for the first delivery."""
    return {MAIN_CF: "soft_bounce = yes\n"}


def evidence(requirements: Requirements) -> str:
    """Shell text that prints a line of the log when the relay has taken a message.

    The log is the journal: Debian writes no mail.log since release 12 unless asked to.
    """
    relay = shlex.quote(f" relay={requirements.relay.host}[")
    return (
        'since=$(stat -c @%Y "$folder/evidence")\n'
        'journalctl -q -t postfix/smtp _UID="$(id -u postfix)" --since "$since" -o cat | '
        f"grep -F -- {relay} | grep '^[^(]*, status=sent (250' | head -n 1\n"
    )

"""What Postfix must be for every requirement: a null client as far as delivery goes.

Nothing is delivered on this server (STANDARD_CONFIGURATION_README), whoever submits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.mta.postfix.settings import Parameter
from mailwright.mta.postfix.tables import ALIASES

if TYPE_CHECKING:
    from mailwright.model.requirements import Requirements, SendingVolume
    from mailwright.platforms.releases import Platform

_HALF_DAY = 43_200
_LONGEST_BOUNCE = 172_800


def parameters(requirements: Requirements, platform: Platform) -> tuple[Parameter, ...]:
    """Names, local delivery, outgoing TLS, hygiene."""
    return (
        *_names(requirements, platform),
        *_nothing_local(),
        *_outgoing_tls(platform),
        *_hygiene(),
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


def _nothing_local() -> tuple[Parameter, ...]:
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
        Parameter("relay_transport", "relay", N_("Mail leaves by SMTP")),
        Parameter(
            "virtual_alias_maps",
            f"texthash:{ALIASES}",
            N_("Mail to root reaches the administrator"),
        ),
    )


def _outgoing_tls(platform: Platform) -> tuple[Parameter, ...]:
    return (
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


def queue(volume: SendingVolume, waiting: int | None = None) -> tuple[Parameter, ...]:
    """Limits of size and time; `waiting` is how many seconds mail may wait for the DNS records.

    Nobody is told about a delay that is meant: the notice itself would have to wait, too.
    """
    late = N_("How late is too late, as you answered")
    give_up_after = max(volume.give_up_after, waiting or 0)
    longest_bounce = min(volume.give_up_after, _LONGEST_BOUNCE)
    warns = volume.give_up_after > _HALF_DAY and waiting is None
    return (
        Parameter(
            "message_size_limit", str(volume.largest_message), N_("The largest message you send")
        ),
        Parameter("maximal_queue_lifetime", f"{give_up_after}s", late),
        Parameter("bounce_queue_lifetime", f"{waiting or longest_bounce}s", late),
        Parameter(
            "delay_warning_time",
            "4h" if warns else "0h",
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


def soft_bounce(*, proven: bool) -> Parameter:
    """Whether refused mail is kept instead of returned."""
    return Parameter(
        "soft_bounce",
        None if proven else "yes",
        N_("Until the first delivery is proven nothing is returned, so that nothing is lost"),
    )

"""Everything goes to one relay, over verified TLS."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.model.requirements import Relay, RelayAuthentication, TlsMode
from mailwright.mta.postfix.settings import Parameter
from mailwright.mta.postfix.tables import PASSWORDS
from mailwright.resource.files import Item

if TYPE_CHECKING:
    from mailwright.model.requirements import Requirements


@dataclass(frozen=True, slots=True)
class RelaySecret:
    """The relay login's password; it appears in no representation."""

    password: str | None = field(default=None, repr=False)


def names_route(requirements: Requirements) -> tuple[str, ...]:
    """What makes this route this one, without its secrets."""
    relay = requirements.smarthost
    return (
        relay.nexthop,
        relay.tls,
        relay.authentication,
        relay.user,
        requirements.identity.domain,
    )


def password_table(relay: Relay | None, secret: RelaySecret) -> Item:
    """The login that the relay asks for, or that nothing is left of a relay's that was."""
    if relay is None or relay.authentication is not RelayAuthentication.LOGIN:
        return Item(PASSWORDS, absent=True, secret=True)
    # The key is the relayhost's very text: with any other Postfix would send without AUTH.
    line = f"{relay.nexthop} {relay.user}:{secret.password or ''}\n"
    return Item(PASSWORDS, 0o600, content=line.encode(), secret=True)


def parameters(relay: Relay) -> tuple[Parameter, ...]:
    """The relay, its login, and TLS that is verified before either gets anything."""
    login = relay.authentication is RelayAuthentication.LOGIN
    implicit = relay.tls is TlsMode.IMPLICIT
    return (
        Parameter("default_transport", "smtp", N_("Mail leaves by SMTP")),
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
    )

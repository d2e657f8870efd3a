"""The wizard's pages in their order, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.catalog import relay_presets
from mailwright.i18n import N_
from mailwright.interview.fields import Choice, Field, Kind, Page, SecretQuestion
from mailwright.interview.relay import authentication
from mailwright.model.requirements import RelayAuthentication, Route, Submitter, TlsMode
from mailwright.model.server import LoginMethod

if TYPE_CHECKING:
    from mailwright.interview.answers import Answers


def _presets() -> tuple[Choice, ...]:
    other = Choice("", N_("Another service or mail server"))
    return (*(Choice(preset.id, preset.name) for preset in relay_presets().values()), other)


def _by_key(answers: Answers) -> bool:
    return answers.server.login is LoginMethod.KEY


def _by_password(answers: Answers) -> bool:
    return answers.server.login is LoginMethod.PASSWORD


def _through_sudo(answers: Answers) -> bool:
    return answers.server.user != "root"


def _through_relay(answers: Answers) -> bool:
    return answers.route.kind is Route.RELAY


def _directly(answers: Answers) -> bool:
    return answers.route.kind is Route.DIRECT


def _relay_login(answers: Answers) -> bool:
    login = authentication(answers.relay) is RelayAuthentication.LOGIN
    return _through_relay(answers) and login


def _from_networks(answers: Answers) -> bool:
    return Submitter.NETWORKS in answers.submission.who


CONNECT = Page(
    "connect",
    N_("Connect"),
    N_("The server is reached by SSH. Nothing is changed on it before you agree to the plan."),
    (
        Field(
            "server.host",
            Kind.HOST,
            N_("Server"),
            N_("Host name or IP address at which the server answers SSH."),
            needed=True,
        ),
        Field("server.port", Kind.INTEGER, N_("SSH port"), N_("Usually 22."), needed=True),
        Field(
            "server.user",
            Kind.TEXT,
            N_("User"),
            N_("Account on the server: root, or one that may use sudo."),
            needed=True,
        ),
        Field(
            "server.login",
            Kind.CHOICE,
            N_("Login"),
            N_("How the account proves itself: SSH agent, key file or password."),
            needed=True,
            choices=lambda: (
                Choice(LoginMethod.AGENT, N_("SSH agent")),
                Choice(LoginMethod.KEY, N_("Key file")),
                Choice(LoginMethod.PASSWORD, N_("Password")),
            ),
        ),
        Field(
            "server.key_file",
            Kind.FILE,
            N_("Key file"),
            N_("Private SSH key on this computer, such as ~/.ssh/id_ed25519."),
            needed=True,
            relevant=_by_key,
        ),
        Field(
            "server.name",
            Kind.TEXT,
            N_("Name of the server"),
            N_("Label for its history and secrets; the host name when left empty."),
            advanced=True,
        ),
    ),
    (
        SecretQuestion(
            "ssh", N_("SSH password"), N_("Kept in the keyring."), relevant=_by_password
        ),
        SecretQuestion(
            "ssh",
            N_("Passphrase of the key file"),
            N_("Kept in the keyring; empty for a key without one."),
            relevant=_by_key,
        ),
        SecretQuestion(
            "sudo",
            N_("sudo password"),
            N_("Kept in the keyring; empty when sudo asks for none."),
            relevant=_through_sudo,
        ),
    ),
)

SUBMISSION = Page(
    "submission",
    N_("Who may submit"),
    N_("Who hands mail to this server. Everybody else is refused."),
    (
        Field(
            "submission.who",
            Kind.CHOICES,
            N_("Submitters"),
            N_("this-host: programs on the server; networks: devices and servers that you name."),
            needed=True,
            choices=lambda: (
                Choice(Submitter.THIS_HOST, N_("Programs on this server")),
                Choice(Submitter.NETWORKS, N_("Devices and servers in named networks")),
            ),
        ),
        Field(
            "submission.networks",
            Kind.LIST,
            N_("Networks"),
            N_("Networks or single addresses, such as 192.168.10.0/24 (mynetworks)."),
            needed=True,
            relevant=_from_networks,
        ),
    ),
)

ROUTE = Page(
    "route",
    N_("How mail leaves"),
    N_("The way that outgoing mail takes from this server to its receivers."),
    (
        Field(
            "route.kind",
            Kind.CHOICE,
            N_("Route"),
            N_("relay: a smarthost delivers all mail; direct: straight to receivers on port 25."),
            needed=True,
            choices=lambda: (
                Choice(Route.RELAY, N_("Through a relay")),
                Choice(Route.DIRECT, N_("Directly to the receivers")),
            ),
        ),
        Field(
            "relay.preset",
            Kind.CHOICE,
            N_("Relay service"),
            N_("A known service fills in host, port and TLS; empty for another one."),
            choices=_presets,
            relevant=_through_relay,
        ),
        Field(
            "relay.host",
            Kind.HOST,
            N_("Relay host"),
            N_("Host name of the relay; its certificate is checked against this name."),
            needed=True,
            relevant=_through_relay,
        ),
        Field(
            "relay.port",
            Kind.INTEGER,
            N_("Relay port"),
            N_("587 (submission), 465 (submissions, RFC 8314) or what the service names."),
            relevant=_through_relay,
        ),
        Field(
            "relay.tls",
            Kind.CHOICE,
            N_("TLS"),
            N_("starttls: after a STARTTLS command; implicit: at once, as on port 465."),
            choices=lambda: (
                Choice(TlsMode.STARTTLS, N_("STARTTLS")),
                Choice(TlsMode.IMPLICIT, N_("Implicit TLS")),
            ),
            relevant=_through_relay,
        ),
        Field(
            "relay.authentication",
            Kind.CHOICE,
            N_("Authentication"),
            N_("login: user and password (SMTP AUTH); address: the server's fixed IP address."),
            choices=lambda: (
                Choice(RelayAuthentication.LOGIN, N_("User and password")),
                Choice(RelayAuthentication.ADDRESS, N_("IP address of the server")),
            ),
            relevant=_through_relay,
        ),
        Field(
            "relay.user",
            Kind.TEXT,
            N_("Relay user"),
            N_("User name for SMTP AUTH; the password is asked for and kept in the keyring."),
            needed=True,
            relevant=_relay_login,
        ),
        Field(
            "relay.spf_include",
            Kind.HOST,
            N_("SPF include"),
            N_("Domain whose SPF record lists the relay's addresses, as the service names it."),
            advanced=True,
            relevant=_through_relay,
        ),
    ),
    (
        SecretQuestion(
            "relay", N_("Relay password"), N_("Kept in the keyring."), relevant=_relay_login
        ),
    ),
)

NAMES = Page(
    "names",
    N_("Names"),
    N_("The names under which the server appears to others."),
    (
        Field(
            "identity.hostname",
            Kind.HOST,
            N_("SMTP host name"),
            N_("Full name that the server gives in HELO, such as mx1.example.com (myhostname)."),
            needed=True,
        ),
        Field(
            "identity.domain",
            Kind.HOST,
            N_("Mail domain"),
            N_("Domain behind the @ of local senders, such as example.com (myorigin)."),
            needed=True,
        ),
        Field(
            "identity.administrator",
            Kind.EMAIL,
            N_("Administrator"),
            N_("Address that receives the server's own mail (to root)."),
            needed=True,
        ),
        Field(
            "identity.addresses",
            Kind.LIST,
            N_("Sending addresses"),
            N_("Addresses that receivers see, each with reverse DNS; empty for all it has."),
            relevant=_directly,
        ),
    ),
)

PROTECTION = Page(
    "protection",
    N_("Protection"),
    N_("What lets receivers tell your mail from forgeries."),
    (
        Field(
            "dkim.selector",
            Kind.TEXT,
            N_("DKIM selector"),
            N_("Name of the public key, as in mailwright._domainkey.example.com."),
            needed=True,
            advanced=True,
            relevant=_directly,
        ),
    ),
)

VOLUME = Page(
    "volume",
    N_("Volume"),
    N_("How much is sent decides about limits and parallel connections."),
    (
        Field(
            "volume.per_day",
            Kind.INTEGER,
            N_("Messages per day"),
            N_("Counted by recipient, on a busy day."),
            needed=True,
        ),
        Field(
            "volume.peak_per_hour",
            Kind.INTEGER,
            N_("Messages in the busiest hour"),
            N_("The peak that must go out without a queue building up."),
            needed=True,
        ),
        Field(
            "volume.largest_message_mb",
            Kind.INTEGER,
            N_("Largest message (MB)"),
            N_("With attachments, as encoded: a third more than the files (message_size_limit)."),
            needed=True,
        ),
        Field(
            "volume.give_up_after_hours",
            Kind.INTEGER,
            N_("Give up after (hours)"),
            N_("When an undelivered message goes back to its sender (maximal_queue_lifetime)."),
            needed=True,
        ),
    ),
)

PROOF = Page(
    "proof",
    N_("Proof"),
    N_("At the end a test message takes the whole way."),
    (
        Field(
            "proof.sender",
            Kind.EMAIL,
            N_("Sender of the test message"),
            N_("An address of your mail domain that the relay, if there is one, accepts."),
            needed=True,
        ),
        Field(
            "proof.recipient",
            Kind.EMAIL,
            N_("Recipient of the test message"),
            N_("A mailbox that you can read, best at another provider."),
            needed=True,
        ),
        Field(
            "advanced.dns",
            Kind.TEXT,
            N_("DNS server"),
            N_("IP address and port to ask instead of this computer's own DNS server."),
            advanced=True,
        ),
        Field(
            "advanced.ca_file",
            Kind.FILE,
            N_("CA certificates"),
            N_("File with certificates (PEM) that are trusted beside the system's."),
            advanced=True,
        ),
    ),
)

PAGES = (CONNECT, SUBMISSION, ROUTE, NAMES, PROTECTION, VOLUME, PROOF)
"""Every page in the order in which it is shown."""


def all_fields() -> tuple[Field, ...]:
    """Return every field in the order in which it is asked."""
    return tuple(field for page in PAGES for field in page.fields)

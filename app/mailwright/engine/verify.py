"""Prove on the server itself that it does what was required."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwright.i18n import N_
from mailwright.model.finding import Finding, FindingKind, Severity

if TYPE_CHECKING:
    from mailwright.model.plan import Plan
    from mailwright.model.requirements import Requirements
    from mailwright.mta.postfix.delivery import ProofAnswer
    from mailwright.net.relay_login import LoginAnswer

GATE_SILENT = FindingKind(
    "postfix.gate-silent",
    Severity.PASS,
    N_("Postfix finds nothing wrong with its own configuration."),
    source="postconf(1) -n, postfix(1) check",
)
GATE_WORDS = FindingKind(
    "postfix.gate-words",
    Severity.FAIL,
    N_("Postfix complains about its configuration."),
    N_("Read its words below; they name the file and the parameter."),
    "postconf(1) -n, postfix(1) check",
)
NOTHING_LEFT = FindingKind(
    "setup.complete", Severity.PASS, N_("The server is exactly as planned: nothing is left to do.")
)
DIFFERENCES = FindingKind(
    "setup.differs",
    Severity.FAIL,
    N_("{count} settings on the server differ from the plan."),
    N_("See them with: mailwright plan PROFILE"),
)
DELIVERED = FindingKind(
    "relay.delivered", Severity.PASS, N_("The relay took the test message to {recipient}.")
)
NOT_DELIVERED = FindingKind(
    "relay.not-delivered",
    Severity.FAIL,
    N_("The test message to {recipient} was not delivered ({status})."),
    N_(
        "Read the relay's words below. Mail is kept in the queue meanwhile; put it right, then run "
        "the proof again with: mailwright verify PROFILE"
    ),
)
NO_ANSWER = FindingKind(
    "relay.no-answer",
    Severity.UNKNOWN,
    N_("The server's log says nothing yet about the test message to {recipient}."),
    N_("Wait a minute, then run the proof again with: mailwright verify PROFILE"),
)
TLS_VERIFIED = FindingKind(
    "relay.tls-verified",
    Severity.PASS,
    N_("The connection to {relay} was encrypted and its certificate verified."),
    source="Postfix TLS_README, smtp_tls_loglevel",
)
TLS_UNVERIFIED = FindingKind(
    "relay.tls-unverified",
    Severity.FAIL,
    N_("The certificate of {relay} was not verified."),
    N_("Check the relay's name, and that the server knows the authority of its certificate."),
    "Postfix TLS_README, smtp_tls_security_level",
)
TLS_UNKNOWN = FindingKind(
    "relay.tls-unknown",
    Severity.UNKNOWN,
    N_("The log tells nothing about the encryption of the connection to {relay}."),
    N_("Run the proof again once mail goes through the relay."),
)
TRIAL = FindingKind(
    "setup.trial",
    Severity.INFO,
    N_(
        "Until a first delivery is seen the server keeps refused mail instead of returning it. A "
        "timer on the server ends that by itself."
    ),
)
BROKE_OFF = FindingKind(
    "setup.proof-broke-off",
    Severity.UNKNOWN,
    N_("What was applied stays, but the proof broke off: {reason}"),
    N_("Run the proof again with: mailwright verify PROFILE"),
)
LOGIN_ACCEPTED = FindingKind(
    "relay-login.accepted",
    Severity.PASS,
    N_("{relay} accepts the login, the sender and the recipient of the test message."),
)

_LOGIN_FAILS = {
    "login-refused": N_("{relay} did not accept the login of {user}."),
    "sender-refused": N_("{relay} does not let {user} send as {sender}."),
    "recipient-refused": N_("{relay} does not take mail from {sender} to {recipient}."),
    "no-auth": N_("{relay} offers no login on port {port}."),
    "no-mechanism": N_("{relay} offers no login that Postfix can use safely."),
    "certificate": N_("The certificate of {relay} on port {port} is not valid for it."),
    "no-tls": N_("No encrypted connection to {relay} on port {port}."),
    "refused-greeting": N_("{relay} refused the greeting of this server."),
    "unreachable": N_("The server does not reach {relay} on port {port}."),
}
_LOGIN_UNKNOWN = {
    "later": N_("{relay} cannot check the login now."),
    "recipient-later": N_("{relay} took the login, but the recipient only later."),
    "no-answer": N_("The trial of the login at {relay} broke off on the server."),
    "no-openssl": N_("The server has no openssl yet, so the login could not be tried first."),
}
_LOGIN_REMEDIES = {
    "login-refused": N_("Check user name and password; store the password again."),
    "sender-refused": N_("Register the sender with the relay, or choose one that it knows."),
    "certificate": N_("Check the relay's name for a typing error; never switch the check off."),
    "no-tls": N_("Check whether the port wants STARTTLS (587) or TLS at once (465)."),
    "unreachable": N_("Check name and port, and whether a firewall lets the server out."),
}


def login_finding(requirements: Requirements, answer: LoginAnswer) -> Finding:
    """What trying the relay's login showed."""
    relay = requirements.smarthost
    if answer.verdict == "accepted":
        kind = LOGIN_ACCEPTED
    elif answer.verdict in _LOGIN_UNKNOWN:
        kind = FindingKind(
            f"relay-login.{answer.verdict}",
            Severity.UNKNOWN,
            _LOGIN_UNKNOWN[answer.verdict],
            N_("Try again in a few minutes."),
        )
    else:
        kind = FindingKind(
            f"relay-login.{answer.verdict}",
            Severity.FAIL,
            _LOGIN_FAILS[answer.verdict],
            _LOGIN_REMEDIES.get(answer.verdict, N_("Read the relay's words below.")),
        )
    return kind.found(
        relay.host,
        "\n".join((*answer.dialogue, answer.detail)),
        relay=relay.host,
        port=relay.port,
        user=relay.user,
        sender=requirements.proof.sender,
        recipient=requirements.proof.recipient,
    )


def gate_finding(requirements: Requirements, answer: ProofAnswer) -> Finding:
    """What Postfix's own checks said."""
    gate = GATE_WORDS if answer.gate else GATE_SILENT
    return gate.found(requirements.server.name, answer.gate)


def plan_finding(plan: Plan) -> Finding:
    """Whether anything is left to do."""
    count = len(plan.changes)
    evidence = "\n".join(change.id for change in plan.changes)
    kind = DIFFERENCES if count else NOTHING_LEFT
    return kind.found(plan.server, evidence, count=count)

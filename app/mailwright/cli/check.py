"""`mailwright check`: a domain as receivers see it, without any login."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from mailwright.cli import exits
from mailwright.cli.localized import Command, option
from mailwright.cli.options import json_option
from mailwright.cli.world import world
from mailwright.i18n import N_, _, visible
from mailwright.interview import names
from mailwright.model.events import FindingMade
from mailwright.model.requirements import Asking
from mailwright.usecases.diagnose import SECONDS, Subject, diagnose

if TYPE_CHECKING:
    from collections.abc import Callable

    from mailwright.cli.output import Output
    from mailwright.model.finding import Finding

_HELO = re.compile(r"[!-~]{1,255}")
_SELECTOR = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_-]+)*")


class Written(click.ParamType[str]):
    """An argument in the spelling of the wire; `read` returns None for a text that is none."""

    def __init__(self, name: str, read: Callable[[str], str | None], mistake: str) -> None:
        self.name = name
        self._read = read
        self._mistake = mistake

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the spelling, or fail with what would be right."""
        text = str(value)
        found = self._read(text.strip())
        if not found:
            self.fail(_(self._mistake).format(value=visible(text)), param, ctx)
        return found


def _domain(text: str) -> str | None:
    name = names.domain_name(text)
    return name if name and "." in name else None


def _helo(text: str) -> str | None:
    """Anything that a server may say: what is wrong with it is for the check to tell."""
    return text if _HELO.fullmatch(text) else names.host_name(text)


def _selector(text: str) -> str | None:
    return text.lower() if _SELECTOR.fullmatch(text) else None


DOMAIN = Written("domain", _domain, N_("{value} is no domain name, such as example.org."))
HOST = Written("host", names.host, N_("{value} is neither a host name nor an IP address."))
ADDRESS = Written("ip", names.ip_address, N_("{value} is no IP address."))
HELO = Written("name", _helo, N_("{value} is nothing that a server can say in HELO."))
SELECTOR = Written("selector", _selector, N_("{value} is no DKIM selector."))
DNS_SERVER = Written(
    "ip[:port]", names.dns_server, N_("{value} is no DNS server: write IP or IP:PORT.")
)


@click.command(cls=Command, help=N_("Judge DOMAIN as receivers see it: DNS and mail servers."))
@click.argument("domain", type=DOMAIN)
@option("--server", type=HOST, metavar="HOST", help=N_("The server that sends."))
@option(
    "--sending-ip",
    "addresses",
    type=ADDRESS,
    multiple=True,
    metavar="IP",
    help=N_("An address from which mail leaves; without it, those of --server."),
)
@option(
    "--helo",
    type=HELO,
    metavar="NAME",
    help=N_("The name that the server says in HELO; without it, that of --server."),
)
@option(
    "--selector",
    "selectors",
    type=SELECTOR,
    multiple=True,
    metavar="S",
    help=N_("A selector of DKIM signatures."),
)
@option("--dns", type=DNS_SERVER, metavar="IP[:PORT]", help=N_("Ask this DNS server."))
@option(
    "--ca-file",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help=N_("Trust the authorities in this file besides."),
)
@option(
    "--timeout",
    type=click.FloatRange(min=1, max=600),
    default=SECONDS,
    metavar="S",
    help=N_("How many seconds it may take; what is not answered by then is not known."),
)
@json_option
def check(
    domain: str, dns: str | None, ca_file: str | None, timeout: float, out: Output, **subject: Any
) -> int:
    """Judge DOMAIN; with `--json` all findings come at the end, in one object."""

    def emit(finding: Finding) -> None:
        if not out.as_json:
            out.event(FindingMade(finding))

    outside = world().outside(Asking(dns=dns, ca_file=ca_file), timeout)
    out.text(_heading(domain))
    told = {name: value for name, value in subject.items() if value is not None}
    diagnosis = diagnose(outside, Subject(domain, **told), emit)
    out.diagnosis(domain, diagnosis)
    return exits.of_findings(diagnosis.findings)


def _heading(domain: str) -> str:
    shown = in_own_script(domain)
    name = domain if shown == domain else f"{shown} ({domain})"
    return click.style(_("Checking {domain} …").format(domain=visible(name)), bold=True)


def in_own_script(domain: str) -> str:
    """Return a domain in U-labels (RFC 5890); as it is where its A-labels stand for none."""
    if "xn--" not in domain:
        return domain
    import idna

    try:
        return idna.decode(domain)
    except idna.IDNAError:
        return domain


COMMANDS = (check,)

"""One exchange with one DNS server. Importing this module loads dnspython."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.resolver
from dns.rdtypes.mxbase import MXBase
from dns.rdtypes.nsbase import NSBase
from dns.rdtypes.txtbase import TXTBase

from mailwright.net.resolver import ANSWER_LENGTH, Answer, RecordType, Server, Status

if TYPE_CHECKING:
    from dns.rdata import Rdata

PAYLOAD = 1232
"""Octets of a UDP answer that arrive unfragmented (DNS Flag Day 2020)."""
STATUSES = {
    dns.rcode.NOERROR: Status.NO_DATA,
    dns.rcode.NXDOMAIN: Status.NXDOMAIN,
    dns.rcode.REFUSED: Status.REFUSED,
}
"""What a response code means where it comes without records."""


def system_servers() -> list[str]:
    """Return the addresses of the DNS servers that this computer uses; empty where it has none."""
    try:
        servers = dns.resolver.Resolver().nameservers
    except dns.resolver.NoResolverConfiguration:
        return []
    return [server for server in servers if isinstance(server, str)]


async def ask(
    name: str,
    record_type: RecordType,
    server: Server,
    timeout: float,
    *,
    recursion: bool = True,
) -> Answer:
    """Ask one server once; `name` is a normal name, `timeout` the seconds of each exchange.

    A truncated UDP answer is fetched again by TCP (RFC 7766 section 5). The AD bit in the
    question asks for the AD flag in the answer (RFC 6840 section 5.7). Without `recursion` only
    an answer of the server's own zones counts (RFC 1034 section 4.3.1).
    """

    def failed(status: Status, why: object) -> Answer:
        return Answer(name, record_type, status, problem=f"{server}: {why}")

    labels = [label.encode("ascii") for label in name.split(".")]
    question = dns.message.make_query(
        dns.name.Name([*labels, b""]),
        record_type,
        use_edns=0,
        payload=PAYLOAD,
        flags=dns.flags.RD | dns.flags.AD if recursion else dns.flags.Flag(0),
    )
    try:
        response, _by_tcp = await dns.asyncquery.udp_with_fallback(
            question,
            server.address,
            timeout,
            server.port,
            ignore_unexpected=True,
            ignore_errors=True,
        )
        answer = _read(name, record_type, response, server)
        if answer.is_known and not recursion and not response.flags & dns.flags.AA:
            return failed(Status.SERVFAIL, "not a server of the zone")
        return answer
    except dns.exception.Timeout:
        return failed(Status.TIMEOUT, f"no answer in {timeout:g} s")
    except (OSError, EOFError) as error:
        return failed(Status.UNREACHABLE, error)
    except dns.exception.DNSException as error:
        return failed(Status.SERVFAIL, f"unusable answer, {type(error).__name__}")


def _read(
    name: str, record_type: RecordType, response: dns.message.Message, server: Server
) -> Answer:
    """Return what the message says; raises DNSException where it contradicts itself."""
    code = response.rcode()
    status = STATUSES.get(code, Status.SERVFAIL)
    if not status.is_known:
        return Answer(name, record_type, status, problem=f"{server}: {dns.rcode.to_text(code)}")
    if not isinstance(response, dns.message.QueryMessage):
        raise dns.message.NotQueryResponse
    chain = response.resolve_chaining()
    if chain.answer is not None:
        status = Status.ANSWER
        if len(chain.answer) > ANSWER_LENGTH:
            raise dns.exception.TooBig
    return Answer(
        name,
        record_type,
        status,
        tuple(_presented(rdata) for rdata in chain.answer or ()),
        _lower(chain.canonical_name),
        bool(response.flags & dns.flags.AD),
        chain.minimum_ttl,
    )


def _presented(rdata: Rdata) -> str:
    if isinstance(rdata, TXTBase):
        return b"".join(rdata.strings).decode("latin-1")
    if isinstance(rdata, MXBase):
        return f"{rdata.preference} {_lower(rdata.exchange)}"
    if isinstance(rdata, NSBase):
        return _lower(rdata.target)
    return rdata.to_text()


def _lower(name: dns.name.Name) -> str:
    # Dots within a label and octets that are no printable ASCII come out escaped.
    return name.to_text(omit_final_dot=True).lower()

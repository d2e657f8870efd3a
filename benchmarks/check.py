"""The diagnosis of a domain at 30 ms a round trip, against the round trips that it cannot avoid.

The floor for the DNS of this domain is two questions, one after the other's answer (MX and the
addresses of the host; PTR and the addresses of the name). With STARTTLS it is these, TCP and
greeting, EHLO, STARTTLS, TLS 1.3, EHLO, QUIT. What only the mail servers can tell counts for the
latter alone. `import` is everything that a diagnosis imports, over an empty interpreter.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from mailwright.bootstrap import outside
from mailwright.model.requirements import Asking
from mailwright.usecases.diagnose import SECONDS, Subject, diagnose
from tests.support.practice import practice_network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailwright.model.finding import Finding
    from tests.lab.client import Lab

RTT_MS = 30
RUNS = 7
DNS_TRIPS, ALL_TRIPS = 2, 8
DNS_BAR, ALL_BAR, IMPORT_BAR = 0.30, 0.60, 0.25
QUERIES_BAR = 50
SUBJECT = Subject("good.example", addresses=("198.51.100.102",), selectors=("s1",))
BY_MAIL_SERVERS = ("starttls.", "ptr.banner", "ptr.no-banner")
"""How the names of findings begin that no DNS server can tell."""
TIMES = "print(time.process_time(), time.perf_counter() - began)"
NOTHING = f"import time; began = time.perf_counter(); {TIMES}"
IMPORTS = f"""
import time
began = time.perf_counter()
import aiosmtplib
from mailwright.bootstrap import outside
from mailwright.model.requirements import Asking
from mailwright.net import dns_wire
from mailwright.usecases.diagnose import diagnose
outside(Asking(dns="127.0.0.1"), 5)
{TIMES}
"""


class Cost(NamedTuple):
    """Seconds until the last fact of the DNS and until the end; questions and connections."""

    dns: float
    whole: float
    queries: int
    dialogues: int


def main() -> bool:
    """Print what a diagnosis costs beside its bars; False when one was missed."""
    with practice_network([], "benchmark: check") as lab, _slow(lab):
        _diagnosis(lab)
        costs = [_diagnosis(lab) for _ in range(RUNS)]
    cpu, wall = _imports()
    dns, whole, queries, dialogues = map(statistics.median, zip(*costs, strict=True))
    load = os.getloadavg()[0]
    print(f"diagnosis at {RTT_MS} ms a round trip, medians of {RUNS}, load {load:.1f}")
    print(f"{'what':<16}{'floor':>8}{'is':>8}{'bar':>8}")
    trip = RTT_MS / 1000
    _row("DNS, s", dns, DNS_BAR, DNS_TRIPS * trip)
    _row("… STARTTLS, s", whole, ALL_BAR, ALL_TRIPS * trip)
    _row("import, CPU s", cpu, IMPORT_BAR)
    print(f"{'import, wall s':<16}{'':>8}{wall:>8.2f}")
    print(f"{'questions':<16}{'':>8}{queries:>8.0f}{QUERIES_BAR:>8}")
    print(f"{'dialogues':<16}{'':>8}{dialogues:>8.0f}")
    within = dns <= DNS_BAR and whole <= ALL_BAR and cpu <= IMPORT_BAR
    return within and queries <= QUERIES_BAR


def _row(name: str, seconds: float, bar: float, floor: float | None = None) -> None:
    least = "" if floor is None else f"{floor:.2f}"
    print(f"{name:<16}{least:>8}{seconds:>8.2f}{bar:>8.2f}")


@contextmanager
def _slow(lab: Lab) -> Iterator[None]:
    peers = [lab.peer("infra"), lab.peer("mx")]
    try:
        for peer in peers:
            peer.set_rtt(RTT_MS)
        yield
    finally:
        for peer in peers:
            peer.set_rtt(0)


def _diagnosis(lab: Lab) -> Cost:
    last = began = time.monotonic()

    def emit(finding: Finding) -> None:
        nonlocal last
        if not finding.kind.id.startswith(BY_MAIL_SERVERS):
            last = time.monotonic()

    asked = outside(Asking(dns=lab.resolver, ca_file=str(lab.ca_file)), SECONDS)
    found = diagnose(asked, SUBJECT, emit)
    if unknown := [one for one in found.findings if one.kind.severity == "unknown"]:
        raise RuntimeError(f"not known: {unknown}")
    return Cost(last - began, found.seconds, found.queries, found.dialogues)


def _imports() -> tuple[float, float]:
    pairs = [(_cold(NOTHING), _cold(IMPORTS)) for _ in range(RUNS)]
    cpu = statistics.median(ours[0] - nothing[0] for nothing, ours in pairs)
    return cpu, statistics.median(ours[1] for _nothing, ours in pairs)


def _cold(code: str) -> tuple[float, float]:
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    cpu, wall = map(float, ended.stdout.split())
    return cpu, wall

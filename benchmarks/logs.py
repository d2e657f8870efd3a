"""A log read into outcomes, against a plain loop over its lines that looks for one word.

The floor is what any reader of the same file must do in the same language: split it into lines,
decode each and search it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks.timing import in_turn
from mailwright.monitor.ledger import Ledger
from mailwright.mta.postfix.log import LogReader
from mailwright.mta.postfix.log_times import Stamps

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGES = 20_000
RUNS = 5
SLICE = 256 * 1024
BAR = 60


def main() -> bool:
    """Print how many lines a second are read; False when the bar was missed."""
    data = "".join(f"{line}\n" for line in _lines()).encode()
    lines = data.count(b"\n")
    pair = in_turn(lambda: _floor(data), lambda: _read(data), RUNS)
    print(f"{lines} lines of log, {RUNS} pairs, bar {BAR} x floor")
    print(f"{'floor lines/s':>14}{'lines/s':>10}{'ratio':>8}")
    print(f"{lines / pair.floor:>14.0f}{lines / pair.ours:>10.0f}{pair.ratio:>8.2f}")
    return pair.ratio <= BAR


def _floor(data: bytes) -> int:
    return sum(" status=" in line.decode("utf-8", "replace") for line in data.split(b"\n"))


def _read(data: bytes) -> None:
    log, ledger = LogReader(Stamps(time.time())), Ledger()
    for begin in range(0, len(data), SLICE):
        for event in log.feed(data[begin : begin + SLICE]):
            ledger.take(event)
    if log.unparsed or len(ledger.messages) != MESSAGES:
        raise RuntimeError(f"{log.unparsed} lines unread, {len(ledger.messages)} messages")


def _lines() -> Iterator[str]:
    """Seven lines a message, as a submitting application leaves them; one in twenty bounces."""
    for number in range(MESSAGES):
        hours, minutes = number // 3600 % 24, number // 60 % 60
        begin = f"2026-11-24T{hours:02}:{minutes:02}:{number % 60:02}.250000+00:00 mx1 postfix"
        queue_id = f"{number:06X}A1"
        recipient = f"to=<u{number}@d{number % 50}.example>, relay=r.example[192.0.2.1]:25"
        yield f"{begin}/smtpd[7]: connect from web.example[192.0.2.5]"
        yield f"{begin}/smtpd[7]: {queue_id}: client=web.example[192.0.2.5]"
        yield f"{begin}/cleanup[8]: {queue_id}: message-id=<{number}@web.example>"
        yield f"{begin}/qmgr[9]: {queue_id}: from=<a@b.example>, size=300, nrcpt=1 (queue active)"
        yield f"{begin}/smtpd[7]: disconnect from web.example[192.0.2.5] ehlo=1 mail=1 commands=5"
        yield f"{begin}/smtp[10]: {queue_id}: {recipient}, {_status(number)}"
        yield f"{begin}/qmgr[9]: {queue_id}: removed"


def _status(number: int) -> str:
    delay = "delay=1.2, delays=0.1/0/0.5/0.6"
    if number % 20:
        return f"{delay}, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as ABCDEF)"
    said = "550 5.1.1 <x@d.example>: Recipient address rejected: User unknown"
    return (
        f"{delay}, dsn=5.1.1, status=bounced (host r.example[192.0.2.1] said: {said} "
        "(in reply to RCPT TO command))"
    )

"""The five questions of the dashboard's first line, answered from a snapshot."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mailwright.i18n import N_, _, visible
from mailwright.model.figures import ERROR_RATE_GOAL
from mailwright.model.finding import Severity
from mailwright_ui.dashboard import texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mailwright.model.figures import CauseCount, HourCount, Snapshot

STALE_SECONDS = 60.0
"""A reading that is older is said to be from before: a look may last half of that by itself."""

OLD_SECONDS, TOO_OLD_SECONDS = texts.HOUR, texts.DAY
"""How long a message may wait: a greylisting receiver takes it within the first hour."""

BLOCKS = frozenset({"blocklisted", "ip_reputation"})
SLOWS = frozenset({"rate_limited", "too_many_connections"})
"""Classes of resources/bounces.toml by which a receiver refuses this server, or slows it down."""

LOST, NOT_RUNNING = "watch.disconnected", "watch.not-running"
"""Findings among a snapshot's troubles that are told in the first line too."""

TREND_SECONDS = 300.0
_APART = 15.0
_NAMED = 2

QUESTIONS = {
    "sending": N_("Is mail getting out?"),
    "queue": N_("Left in the queue"),
    "errors": N_("Error rate"),
    "blocked": N_("Blocked anywhere?"),
    "lists": N_("On a block list?"),
}

STATES = {
    Severity.PASS: N_("in order"),
    Severity.WARN: N_("look into it"),
    Severity.FAIL: N_("in trouble"),
    Severity.UNKNOWN: N_("not known"),
}
"""What the signs mean here: nothing has failed where a queue is long."""

_NOT_KNOWN = N_("Not known")


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer: what is said, why, how it changed, and what it is held against.

    `read_at` is when it was read last (seconds since the epoch), None for never; `doubt` says
    why the answer does not count as one now.
    """

    severity: Severity
    value: str
    detail: str
    trend: str
    threshold: str
    read_at: float | None
    doubt: str = ""

    @property
    def state(self) -> str:
        """The sign in words; empty where the answer itself says that it is none."""
        if self.doubt:
            return self.doubt
        return "" if self.severity is Severity.UNKNOWN else _(STATES[self.severity])


@dataclass(slots=True)
class Past:
    """Earlier values of a number, for as long as a trend looks back."""

    _values: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=64))

    def add(self, when: float, value: int) -> None:
        """Remember a value; of those that follow closely, the first."""
        if not self._values or when - self._values[-1][0] >= _APART:
            self._values.append((when, value))
        while len(self._values) > 1 and when - self._values[1][0] >= TREND_SECONDS:
            self._values.popleft()

    def trend(self, when: float, value: int) -> str:
        """Say how a value has changed."""
        if not self._values or when - self._values[0][0] < _APART:
            return _("No earlier reading yet")
        then, before = self._values[0]
        ago = texts.span(when - then)
        if value == before:
            return _("▬ The same as {span} ago").format(span=ago)
        text = _("▲ {count} more than {span} ago")
        if value < before:
            text = _("▼ {count} fewer than {span} ago")
        return text.format(count=abs(value - before), span=ago)


@dataclass(slots=True)
class Memory:
    """What the trends of one server compare with."""

    queue: Past = field(default_factory=Past)
    blocked: Past = field(default_factory=Past)

    def add(self, snapshot: Snapshot) -> None:
        """Remember what a snapshot says."""
        if snapshot.queue is not None:
            self.queue.add(snapshot.queue.read_at, snapshot.queue.total)
        if snapshot.read_at is not None:
            self.blocked.add(snapshot.read_at, _number(_among(snapshot.figures.causes, BLOCKS)))


def readings(snapshot: Snapshot, memory: Memory, now: float) -> dict[str, Reading]:
    """Answer the questions; what was not read lately is not known, and keeps its last value."""
    of_log = {
        "sending": _sending(snapshot),
        "errors": _errors(snapshot),
        "blocked": _blocked(snapshot, memory),
    }
    if snapshot.read_at is None:
        of_log = {name: _unread(reading) for name, reading in of_log.items()}
    elif not snapshot.is_complete:
        of_log = {name: _incomplete(reading) for name, reading in of_log.items()}
    found = {**of_log, "queue": _queue(snapshot, memory), "lists": _lists()}
    return {name: _aged(found[name], now) for name in QUESTIONS}


def stale(read_at: float | None, now: float) -> str:
    """Say for how long nothing was read; empty while the last reading is fresh."""
    if read_at is None or now - read_at <= STALE_SECONDS:
        return ""
    return _("No reading for {span}").format(span=texts.span(now - read_at))


def _aged(reading: Reading, now: float) -> Reading:
    told = stale(reading.read_at, now)
    if not told:
        return reading
    value = _("Was: {value}").format(value=reading.value)
    return replace(reading, severity=Severity.UNKNOWN, value=value, doubt=told, trend="")


def _unread(reading: Reading) -> Reading:
    return replace(
        reading,
        severity=Severity.UNKNOWN,
        value=_(_NOT_KNOWN),
        detail=_("The log was not read yet"),
        trend="",
    )


def _incomplete(reading: Reading) -> Reading:
    told = _("Older lines are still being read")
    return replace(reading, severity=Severity.UNKNOWN, doubt=told, trend="")


def has_trouble(snapshot: Snapshot, kind: str) -> bool:
    """Tell whether a snapshot comes with a finding of a kind."""
    return any(each.kind.id == kind for each in snapshot.troubles)


def recent(hours: Iterable[HourCount]) -> list[HourCount]:
    """Return the last hour in which anything was tried, and the one before it."""
    busy = [hour for hour in hours if _tried(hour) or hour.delivered or hour.failed]
    return [hour for hour in busy if hour.start >= busy[-1].start - texts.HOUR]


def _tried(hour: HourCount) -> int:
    attempts = hour.attempts
    return attempts.sent + attempts.deferred + attempts.bounced + attempts.expired


def _sending(snapshot: Snapshot) -> Reading:
    threshold = _("Expected: most attempts succeed")
    if has_trouble(snapshot, NOT_RUNNING):
        detail = _("The mail server program is not running")
        return Reading(Severity.FAIL, _("No"), detail, "", threshold, snapshot.read_at)
    last = recent(snapshot.figures.hours)
    tried = sum(map(_tried, last))
    if not tried:
        detail = _("Nothing was sent in this time")
        value = _(_NOT_KNOWN)
        return Reading(Severity.UNKNOWN, value, detail, "", threshold, snapshot.read_at)
    sent = sum(hour.attempts.sent for hour in last)
    severity, value = Severity.PASS, _("Yes")
    if not sent:
        severity, value = Severity.FAIL, _("No")
    elif sent * 2 < tried:
        severity, value = Severity.WARN, _("Only in part")
    detail = _("{sent} of {tried} attempts succeeded since {time}")
    return Reading(
        severity,
        value,
        detail.format(sent=sent, tried=tried, time=_since(last[0].start, snapshot.taken_at)),
        _by_hour(last, snapshot.taken_at),
        threshold,
        snapshot.read_at,
    )


def _since(start: float, now: float) -> str:
    return texts.clock(start) if now - start < texts.DAY / 2 else texts.moment(start)


def _by_hour(last: list[HourCount], now: float) -> str:
    if len(last) == 1:
        return _("Nothing in the hour before")
    newest, before = last[-1].attempts.sent, last[0].attempts.sent
    if last[-1].start + texts.HOUR > now:
        # An hour that is not over is no match for a whole one.
        text = _("{count} sent this hour, {before} in the hour before")
        return text.format(count=newest, before=before)
    sign = "▬" if newest == before else "▲" if newest > before else "▼"
    text = _("{sign} {count} sent in that hour, {before} in the one before")
    return text.format(sign=sign, count=newest, before=before)


def _queue(snapshot: Snapshot, memory: Memory) -> Reading:
    threshold = _("Expected: none older than 1 h; trouble from 1 day on")
    queue = snapshot.queue
    if queue is None:
        detail = _("The queue was not read yet")
        return Reading(Severity.UNKNOWN, _(_NOT_KNOWN), detail, "", threshold, None)
    trend = memory.queue.trend(queue.read_at, queue.total)
    value = texts.messages(queue.total) if queue.total else _("Empty")
    if not queue.total:
        severity, detail = Severity.PASS, _("Nothing waits")
    elif queue.oldest is None:
        severity, detail = Severity.UNKNOWN, _("How old they are is not known yet")
    else:
        severity = _by_age(queue.oldest)
        detail = _("The oldest has waited for {span}").format(span=texts.span(queue.oldest))
    return Reading(severity, value, detail, trend, threshold, queue.read_at)


def _by_age(seconds: float) -> Severity:
    if seconds < OLD_SECONDS:
        return Severity.PASS
    return Severity.WARN if seconds < TOO_OLD_SECONDS else Severity.FAIL


def _errors(snapshot: Snapshot) -> Reading:
    threshold = _("Goal: below {goal:.0f} %").format(goal=ERROR_RATE_GOAL * 100)
    outcomes = snapshot.figures.outcomes
    rate = outcomes.error_rate
    if rate is None:
        detail = _("No message has reached its end yet")
        value = _(_NOT_KNOWN)
        return Reading(Severity.UNKNOWN, value, detail, "", threshold, snapshot.read_at)
    finished = outcomes.delivered + outcomes.failed
    detail = _("{failed} of {finished} recipients failed")
    return Reading(
        Severity.PASS if snapshot.figures.meets_goal else Severity.FAIL,
        texts.percent(rate),
        detail.format(failed=outcomes.failed, finished=finished),
        _lately(snapshot, rate),
        threshold,
        snapshot.read_at,
    )


def _lately(snapshot: Snapshot, rate: float) -> str:
    last = recent(snapshot.figures.hours)
    failed = sum(hour.failed for hour in last)
    finished = failed + sum(hour.delivered for hour in last)
    if not finished:
        return _("Nothing ended lately")
    lately = failed / finished
    sign = "▬" if abs(lately - rate) < 0.0005 else "▲" if lately > rate else "▼"  # noqa: PLR2004 - what one decimal shows
    text = _("{sign} Since {time}: {rate}")
    since = _since(last[0].start, snapshot.taken_at)
    return text.format(sign=sign, time=since, rate=texts.percent(lately))


def _blocked(snapshot: Snapshot, memory: Memory) -> Reading:
    threshold = _("Expected: nowhere")
    blocked = _among(snapshot.figures.causes, BLOCKS)
    slowed = _among(snapshot.figures.causes, SLOWS)
    outcomes = snapshot.figures.outcomes
    count = _number(blocked)
    trend = "" if snapshot.read_at is None else memory.blocked.trend(snapshot.read_at, count)
    if blocked:
        severity, value, detail = Severity.FAIL, _("Yes"), _places(blocked)
    elif slowed:
        severity, value, detail = Severity.WARN, _("Slowed down"), _places(slowed)
    elif outcomes.delivered or outcomes.failed:
        severity, value = Severity.PASS, _("No")
        detail = _("No receiver refused this server as such")
    else:
        severity, value, trend = Severity.UNKNOWN, _(_NOT_KNOWN), ""
        detail = _("No receiver has answered yet")
    return Reading(severity, value, detail, trend, threshold, snapshot.read_at)


def _among(causes: Iterable[CauseCount], ids: frozenset[str]) -> list[CauseCount]:
    return [cause for cause in causes if cause.id in ids]


def _number(causes: Iterable[CauseCount]) -> int:
    return sum(cause.failed + cause.pending for cause in causes)


def _places(causes: list[CauseCount]) -> str:
    """How many recipients, and at which domains."""
    names = dict.fromkeys(name for cause in causes for name in cause.domains if name)
    shown = ", ".join(visible(name, 60) for name in list(names)[:_NAMED])
    if len(names) > _NAMED:
        shown += ", …"
    text = _("{recipients}, at {domains}")
    return text.format(recipients=texts.recipients(_number(causes)), domains=shown or "–")


def _lists() -> Reading:
    # Until the checks of block lists exist nobody asks them: that is no "no".
    return Reading(
        Severity.UNKNOWN,
        _("Not checked yet"),
        _("Block lists are not asked by this version"),
        "",
        _("Expected: on none"),
        None,
    )

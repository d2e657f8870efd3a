"""Time stamps of log lines, as seconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
}
_YEARS_BACK = 8
"""29 February comes back after eight years at the latest."""
_CACHE_LIMIT = 20_000
_WITHOUT_YEAR = 15


@dataclass(slots=True)
class Stamps:
    """Reads RFC 3164 and RFC 3339 stamps.

    RFC 3164 (section 4.1.2) gives no year: `newest` is a moment after the last line, and the
    year is the latest that does not lead past it, so that a log of December read in January is
    last year's. It gives no zone either: `zone` is the server's; None takes this computer's.
    """

    newest: float
    zone: tzinfo | None = None
    _hours: dict[str, float | None] = field(default_factory=dict)

    def seconds(self, stamp: str) -> float | None:
        """Return the moment; None for a stamp that names none."""
        # The hour is looked up, minutes and seconds are added: days of a log have few hours.
        if len(stamp) == _WITHOUT_YEAR and stamp[3] == " ":
            return self._added(stamp[:9], stamp[10:12], stamp[13:15], stamp[9:10])
        text = stamp.replace(",", ".", 1)
        whole, zone = text[:19], text[19:]
        fraction = ""
        if zone.startswith("."):
            digits = len(zone) - len(zone[1:].lstrip("0123456789"))
            fraction, zone = zone[:digits], zone[digits:]
        begun = self._added(f"{whole[:13]}{zone}", whole[14:16], whole[17:19], whole[13:14])
        return None if begun is None else begun + float(f"0{fraction}" if fraction else "0")

    def _added(self, hour: str, minutes: str, seconds: str, colon: str) -> float | None:
        if colon != ":" or not (minutes.isascii() and seconds.isascii()):
            return None
        if hour not in self._hours:
            if len(self._hours) > _CACHE_LIMIT:
                self._hours.clear()
            self._hours[hour] = self._hour(hour)
        begun = self._hours[hour]
        if begun is None or not (minutes.isdigit() and seconds.isdigit()):
            return None
        return begun + int(minutes) * 60 + int(seconds)

    def _hour(self, text: str) -> float | None:
        try:
            if text[:3] in _MONTHS:
                return self._without_year(_MONTHS[text[:3]], int(text[4:6]), int(text[7:9]))
            moment = datetime.fromisoformat(f"{text[:13]}:00:00{text[13:]}")
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone) if self.zone else moment.astimezone()
        return moment.timestamp()

    def _without_year(self, month: int, day: int, hour: int) -> float | None:
        latest = datetime.fromtimestamp(self.newest, self.zone or UTC) + timedelta(days=1)
        for year in range(latest.year, latest.year - _YEARS_BACK - 1, -1):
            try:
                moment = datetime(year, month, day, hour, tzinfo=self.zone)
            except ValueError:
                continue
            if moment.timestamp() <= latest.timestamp():
                return moment.timestamp()
        return None

"""Times, spans and counts in words, in the person's own zone and language."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale

from mailwright.i18n import _, language, ngettext

MINUTE, HOUR, DAY = 60, 3600, 86_400


def clock(when: float, *, seconds: bool = False) -> str:
    """Return the time of day as the language writes it."""
    locale = QLocale(language())
    pattern = locale.timeFormat(QLocale.FormatType.ShortFormat)
    if seconds:
        pattern = pattern.replace("mm", "mm:ss")
    return locale.toString(_local(when), pattern)


def date(when: float) -> str:
    """Return month and day as the language writes them."""
    return QLocale(language()).toString(_local(when), _("d MMM"))


def moment(when: float) -> str:
    """Return month, day and time of day."""
    text = _("{date}, {time}")
    return text.format(date=date(when), time=clock(when))


def _local(when: float) -> QDateTime:
    return QDateTime.fromSecsSinceEpoch(int(when))


def span(seconds: float) -> str:
    """Return how long something lasts, in its largest whole unit."""
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return _("{count} s").format(count=whole)
    if whole < HOUR:
        return _("{count} min").format(count=whole // MINUTE)
    if whole < DAY:
        return _("{count} h").format(count=whole // HOUR)
    days = whole // DAY
    return ngettext("{count} day", "{count} days", days).format(count=days)


def percent(share: float) -> str:
    """Return a share of one as a percentage."""
    return _("{percent:.1f} %").format(percent=share * 100)


def messages(count: int) -> str:
    """Return a number of messages."""
    return ngettext("{count} message", "{count} messages", count).format(count=count)


def recipients(count: int) -> str:
    """Return a number of recipients."""
    return ngettext("{count} recipient", "{count} recipients", count).format(count=count)

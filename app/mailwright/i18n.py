"""Texts for people, in the chosen language.

A text is written in English where it is used and translated when it is shown:

    _("Connected to {host}.").format(host=host)
    ngettext("{count} change", "{count} changes", count).format(count=count)
    LABEL = N_("Host name")     # marked here, translated by _(LABEL) or render(LABEL, …) later

Values go into named fields only, so that a translation can move them.
"""

from __future__ import annotations

import gettext
import os
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from mailwright.datafiles import data_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LANGUAGES = ("en", "ja")
"""The languages that have a catalogue; the first is the one in which texts are written."""

DOMAIN = "mailwright"
VALUE_LIMIT = 500
"""How many characters of one inserted value are shown."""

_language = LANGUAGES[0]


def set_language(language: str) -> None:
    """Choose the language of every text that is looked up from now on, in every thread.

    Raises ValueError for a language without a catalogue.
    """
    global _language  # noqa: PLW0603 - one language per process, as gettext itself has it
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for {language!r}")
    _language = language


def language() -> str:
    """Return the chosen language."""
    return _language


def preferred_language(tags: Iterable[str]) -> str:
    """Return the first language with a catalogue among locale tags (`ja_JP.UTF-8`, `en-GB`).

    English when there is none, and where the C locale comes first. Empty tags are passed over, so
    that the values of `LC_ALL`, `LC_MESSAGES` and `LANG` can be given as they are (POSIX.1-2017,
    section 8.2).
    """
    for tag in tags:
        code = tag.replace("-", "_").partition("_")[0].partition(".")[0].lower()
        if code in {"c", "posix"}:
            break
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's tools know
    """Mark a text for translation without translating it here."""
    return text


def _(text: str) -> str:
    """Translate a text; one that is in no catalogue stays as it is."""
    # To gettext the empty text is the name of the catalogue's header.
    return _stretched(_catalogue(_language).gettext(text)) if text else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate a text that depends on a count; the catalogue knows the language's plurals."""
    return _stretched(_catalogue(_language).ngettext(singular, plural, count))


def render(text: str, values: Mapping[str, object]) -> str:
    """Translate a text and fill its fields, with every value made safe to show.

    Values may come from a server, the DNS or a mail: see `visible`.
    """
    return _(text).format_map({name: _shown(value) for name, value in values.items()})


def visible(text: str, limit: int = VALUE_LIMIT) -> str:
    r"""Return text from outside as it can be shown in one line, in at most `limit` characters.

    Characters that steer a terminal or turn the direction of text (Unicode categories C, Zl and
    Zp: escape sequences, line ends, bidirectional overrides) appear as `\x1b` or `\u202e`; what
    is cut off is marked by an ellipsis.
    """
    # Cut before escaping: the input may be huge.
    shown = "".join(map(_escaped, text[: limit + 1]))
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _escaped(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] == "C" or category in {"Zl", "Zp"}:
        return character.encode("unicode_escape", "surrogatepass").decode("ascii")
    return character


def _shown(value: object) -> object:
    # Numbers stay numbers, for format specifications such as {percent:.1f}.
    return value if isinstance(value, (int, float)) else visible(str(value))


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == LANGUAGES[0]:
        # The texts themselves; reading a file that says the same holds up every start.
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, data_path("locale"), [language])


def _stretched(text: str) -> str:
    """Lengthen a text when MAILWRIGHT_PSEUDO=1, to see which layouts a translation would break."""
    if os.environ.get("MAILWRIGHT_PSEUDO") != "1":
        return text
    return f"[{text}{'~' * (len(text) // 2)}]"

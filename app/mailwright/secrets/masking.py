"""Take secrets out of texts that come back from a server, in every form they may have there."""

from __future__ import annotations

import base64
import re
from functools import cache
from typing import TYPE_CHECKING

from mailwright.secrets.secret import MASK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mailwright.secrets.secret import Secret

_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_="
_SHORTEST_CORE = 4
_FOLD = r"(?:=?\r?\n[ \t]*)?"
"""A line may be folded anywhere: MIME base64 after 76 characters, quoted-printable after `=`."""

_FOLDED = re.compile(r"=?\r?\n[ \t]*")
_HEX_SEPARATOR = r"(?:[ :]|\\?x|0x)?"

_SPECIAL = {
    "\a": (r"\\a",),
    "\b": (r"\\b",),
    "\t": (r"\\t",),
    "\v": (r"\\v",),
    "\f": (r"\\f",),
    "\x1b": (r"\\[eE]",),
    " ": (r"\+", "_"),
    '"': ("&quot;",),
    "&": ("&amp;",),
    "'": (r"'\\''", "'\"'\"'"),
    "<": ("&lt;",),
    ">": ("&gt;",),
    "\\": (r"\\\\",),
}
"""What stands for a character in C, the shell, HTML, URLs and RFC 2047 words, as patterns."""


def masked(text: str, secrets: Iterable[Secret]) -> str:
    """Return the text with `(secret)` in place of every secret.

    Found are: the secret itself, also mixed with any escapes (backslash, shell quotes, URL,
    quoted-printable, HTML and JSON, `?` for what is not ASCII as Postfix logs it), hexadecimal
    digits, and base64 at each of its three alignments, which covers an AUTH PLAIN answer
    (RFC 4616) whoever the user is. Of base64 the whole run is taken out. A secret of fewer than
    four bytes is found in base64 only when it was encoded alone.
    """
    spans = sorted(span for secret in secrets if secret for span in _spans(secret.reveal(), text))
    return _without(text, spans)


def _spans(secret: str, text: str) -> Iterator[tuple[int, int]]:
    data = secret.encode("utf-8", "surrogatepass")
    yield from _written_spans(secret, text)
    yield from _pattern_spans(_HEX_SEPARATOR.join(f"(?i:{byte:02x})" for byte in data), text)
    if not secret.isascii():
        for marks in (secret.encode("ascii", "replace"), re.sub(rb"[\x80-\xff]", b"?", data)):
            yield from _pattern_spans(re.escape(marks.decode("ascii")), text)
    for core in _cores(data):
        done = 0
        for start, end in _pattern_spans(_FOLD.join(map(_any_base64, core)), text):
            if end > done:
                run = _base64_run(text, start, end)
                done = run[1]
                yield run


def _pattern_spans(pattern: str, text: str) -> Iterator[tuple[int, int]]:
    # The look-ahead finds occurrences that overlap, of which sub() would leave a part.
    return (match.span(1) for match in re.finditer(f"(?=({pattern}))", text))


def _written_spans(secret: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where the secret is written out, each character in any of its forms.

    One expression for all of it could go through every combination of forms where it fails, so
    the ends that can be reached are followed side by side.
    """
    first = "|".join(form.pattern for form in _forms(secret[0]))
    for start, _end in _pattern_spans(first, text):
        ends = {start}
        for character in secret:
            ends |= {folded.end() for at in ends if (folded := _FOLDED.match(text, at))}
            matches = (form.match(text, at) for at in ends for form in _forms(character))
            ends = {match.end() for match in matches if match}
        if ends:
            yield start, max(ends)


def _base64_run(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen to the whole run: the characters beside the secret's own hold some of its bits."""
    while start > 0 and text[start - 1] in _BASE64:
        start -= 1
    while end < len(text) and text[end] in _BASE64:
        end += 1
    return start, end


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    parts = []
    kept = 0
    for start, end in spans:
        if start >= kept:
            parts += [text[kept:start], MASK]
        kept = max(kept, end)
    return "".join([*parts, text[kept:]])


@cache
def _forms(character: str) -> tuple[re.Pattern[str], ...]:
    """Return each way in which the character may be written in a text."""
    data = character.encode("utf-8", "surrogatepass")
    number = ord(character)
    forms = [
        # Two forms: one with an optional backslash would eat both of two backslashes at once.
        re.escape(character),
        r"\\" + re.escape(character),
        _each_byte(data, r"[%=](?i:{:02x})"),
        _each_byte(data, r"\\x(?i:{:02x})"),
        _each_byte(data, r"\\{:03o}"),
        _each_byte(character.encode("utf-16-be", "surrogatepass"), "(?i:{:02x})", 2, r"\\u"),
        rf"\\U(?i:{number:08x})",
        rf"&\#0*{number};",
        rf"&\#[xX]0*(?i:{number:x});",
        *_SPECIAL.get(character, ()),
    ]
    if not character.isascii():
        # Python writes U+0080 to U+00FF so.
        forms.append(rf"\\x(?i:{number:02x})")
    return tuple(map(re.compile, forms))


def _each_byte(data: bytes, form: str, size: int = 1, prefix: str = "") -> str:
    units = [data[at : at + size] for at in range(0, len(data), size)]
    return _FOLD.join(prefix + "".join(map(form.format, unit)) for unit in units)


def _any_base64(character: str) -> str:
    return {"+": "[-+]", "/": "[/_]"}.get(character, character)


def _cores(data: bytes) -> list[str]:
    """Return what the secret is in base64, at each alignment, apart from bits of neighbours."""
    cores = [base64.b64encode(data).decode("ascii").rstrip("=")]
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + data).decode("ascii").rstrip("=")
        # 1 or 2 bytes before fill 2 or 3 characters, the last of them in part; a byte after
        # shares the last character unless the whole is a multiple of three.
        end = len(encoded) - (1 if (before + len(data)) % 3 else 0)
        core = encoded[(0, 2, 3)[before] : end]
        if len(core) >= _SHORTEST_CORE:
            cores.append(core)
    return cores

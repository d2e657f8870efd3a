"""Bring the catalogues up to date with the code, and say what a translator has to do.

`python -m tests.tools.texts` writes; tests/unit/test_texts.py uses the same functions to check.
The English catalogue is made whole. In the others translations are kept, new texts come without
one, and texts that the code no longer has are dropped.
"""

from __future__ import annotations

import io
import runpy
import string
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from mailwright.i18n import DOMAIN, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from babel.messages.catalog import Message

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "resources" / "locale"
SOURCES = ("app", "ui")
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "ngettext": (1, 2)}
SOURCE_LANGUAGE = LANGUAGES[0]

# Babel's own header holds dates, so that every run would change every catalogue.
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""

Text = str | tuple[str, str]
"""A text as it is in the code: alone, or as singular and plural."""


def main() -> None:
    """Write every catalogue, compile them, and list the texts without a translation."""
    problems = []
    for language in LANGUAGES:
        catalogue = updated(language)
        catalogue_path(language).write_text(written(catalogue), encoding="utf-8")
        problems += [f"{language}: {problem}" for problem in untranslated(catalogue)]
    compiler = runpy.run_path(str(ROOT / "packaging" / "compile_texts.py"))
    compiler["compile_catalogues"](LOCALE)
    sys.exit("\n".join(problems) or 0)


def catalogue_path(language: str) -> Path:
    """Return where a language's catalogue is."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    """Return a language's catalogue as it is."""
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def updated(language: str) -> Catalog:
    """Return a language's catalogue as it should be for the code as it is."""
    old = read(language)
    new = Catalog(language, DOMAIN, fuzzy=False)
    for text, files in extracted().items():
        known = old.get(text)
        if language == SOURCE_LANGUAGE:
            new.add(text, text, files)
        elif known is not None and known.id == text:
            new.add(text, known.string, files, known.flags)
        else:
            new.add(text, "", files)
    return new


def extracted() -> dict[Text, list[tuple[str, int]]]:
    """Return every text in the code, each with the files that use it, in the files' order."""
    found: dict[Text, list[tuple[str, int]]] = {}
    for source in SOURCES:
        texts = extract_from_dir(ROOT / source, [("**.py", "python")], keywords=KEYWORDS)
        for file, _line, text, _comments, _context in sorted(texts, key=lambda found: found[:2]):
            key = text if isinstance(text, str) else (text[0], text[1])
            places = found.setdefault(key, [])
            if (f"{source}/{file}", 0) not in places:
                places.append((f"{source}/{file}", 0))
    return found


def written(catalogue: Catalog) -> str:
    """Return the contents of the catalogue's file."""
    body = io.BytesIO()
    write_po(body, catalogue, width=100, omit_header=True, include_lineno=False)
    header = HEADER.format(language=catalogue.locale_identifier, plurals=catalogue.plural_forms)
    return header + body.getvalue().decode("utf-8").strip() + "\n"


def untranslated(catalogue: Catalog) -> list[str]:
    """Return a line for each text that a translator must still write or look at."""
    return [line for message in messages(catalogue) for line in _problems(message, catalogue)]


def messages(catalogue: Catalog) -> Iterator[Message]:
    """Yield the catalogue's texts, its header left out."""
    return (message for message in catalogue if message.id)


def _problems(message: Message, catalogue: Catalog) -> Iterator[str]:
    ids, texts = _forms(message.id), _forms(message.string)
    if not all(texts) or len(texts) != (catalogue.num_plurals if len(ids) > 1 else 1):
        yield f"no translation: {ids[0]!r}"
    elif message.fuzzy:
        yield f"marked fuzzy: {ids[0]!r}"
    elif any(
        fields(text) != fields(ids[-1 if len(texts) == 1 else number])
        for number, text in enumerate(texts)
    ):
        yield f"other fields than the text has: {ids[0]!r}"


def _forms(text: str | Iterable[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [""])


def fields(text: str) -> set[str]:
    """Return the names of a text's {fields}, format specifications left out."""
    return {
        name
        for _literal, name, _spec, _conversion in string.Formatter().parse(text)
        if name is not None
    }


if __name__ == "__main__":
    main()

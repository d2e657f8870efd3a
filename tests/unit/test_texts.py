"""The texts in the code, and their catalogues in every language."""

from __future__ import annotations

import ast
import string
from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog

from mailwright.i18n import LANGUAGES, _, set_language
from tests.tools import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

LITERAL_ONLY = {"N_": 1, "ngettext": 2}
"""How many leading arguments must be literals; `_` also takes what N_ has marked."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_the_texts_of_the_code_and_no_others(language: str) -> None:
    in_catalogue = {_key(message.id) for message in texts.messages(texts.read(language))}
    in_code = {_key(text) for text in texts.extracted()}
    assert in_catalogue - in_code == set(), "stale: run make texts"
    assert in_code - in_catalogue == set(), "missing: run make texts and translate"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_with_the_same_fields(language: str) -> None:
    problems = texts.untranslated(texts.read(language))
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_is_as_make_texts_writes_it(language: str) -> None:
    same = texts.catalogue_path(language).read_text() == texts.written(texts.updated(language))
    assert same, "run make texts"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_program_shows_what_the_catalogue_says(language: str) -> None:
    messages = [m for m in texts.messages(texts.read(language)) if isinstance(m.id, str)]
    set_language(language)
    assert [_(str(message.id)) for message in messages] == [m.string for m in messages]
    assert messages


def test_texts_are_literals_with_named_fields() -> None:
    problems = []
    for source in texts.SOURCES:
        for path in sorted((texts.ROOT / source).rglob("*.py")):
            found = mistakes(ast.parse(path.read_text()))
            problems += [f"{path.relative_to(texts.ROOT)}:{mistake}" for mistake in found]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('_("{host} refused").format(host=host)', None),
        ("_(LABEL)", None),
        ("_(kind.message)", None),
        ('_("one " "text")', None),
        ('_(f"{host} refused")', "must be literal"),
        ('_("{host} refused".format(host=host))', "must be literal"),
        ('_("%s refused" % host)', "must be literal"),
        ('_("a" + b)', "must be literal"),
        ('_("%(host)s refused") % values', "% formatting"),
        ("f\"{_('text')}\"", "in an f-string"),
        ('f"{_(LABEL)}"', None),
        ("N_(LABEL)", "must be literal"),
        ('ngettext("one", many, count)', "must be literal"),
        ('_("{} refused")', "field without a name"),
        ('_("{0} refused")', "field without a name"),
    ],
)
def test_a_text_that_cannot_be_translated_is_noticed(code: str, expected: str | None) -> None:
    found = [mistake.partition(": ")[2] for mistake in mistakes(ast.parse(code))]
    assert found == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("text", "translation", "flags", "expected"),
    [
        ("Host {host}", "ホスト {host}", [], []),
        ("Host {host}", "", [], ["no translation: 'Host {host}'"]),
        ("Host {host}", "ホスト", [], ["other fields than the text has: 'Host {host}'"]),
        ("Host {host}", "ホスト {hots}", [], ["other fields than the text has: 'Host {host}'"]),
        ("Host {host}", "ホスト {host}", ["fuzzy"], ["marked fuzzy: 'Host {host}'"]),
        (("{n} file", "{n} files"), ("{n} 個のファイル",), [], []),
        (("{n} file", "{n} files"), ("",), [], ["no translation: '{n} file'"]),
    ],
)
def test_a_bad_translation_is_noticed(
    text: str | tuple[str, str],
    translation: str | tuple[str, ...],
    flags: list[str],
    expected: list[str],
) -> None:
    catalogue = Catalog("ja", fuzzy=False)
    catalogue.add(text, translation, flags=flags)
    assert texts.untranslated(catalogue) == expected


def _key(text: object) -> object:
    return text if isinstance(text, str) else tuple(text)  # type: ignore[arg-type] # a pair


def mistakes(tree: ast.AST) -> Iterator[str]:
    """Yield `line: mistake` for each text that a translator could not work with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and _marker(node.left):
            yield f"{node.lineno}: % formatting"
        if isinstance(node, ast.JoinedStr) and any(map(_marks_literal, ast.walk(node))):
            # Python 3.11's tokens do not show what is in an f-string, so nobody extracts it.
            yield f"{node.lineno}: in an f-string"
        if isinstance(node, ast.Call) and (marker := _marker(node)):
            yield from _mistakes_in(node, marker)


def _mistakes_in(call: ast.Call, marker: str) -> Iterator[str]:
    for argument in call.args[: LITERAL_ONLY.get(marker, 1)]:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            names = [
                name for _text, name, _spec, _conversion in string.Formatter().parse(argument.value)
            ]
            if any(name == "" or (name or "").isdigit() for name in names):
                yield f"{call.lineno}: field without a name"
        elif marker != "_" or not isinstance(argument, (ast.Name, ast.Attribute, ast.Subscript)):
            yield f"{call.lineno}: must be literal"


def _marks_literal(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and _marker(node) is not None
        and any(isinstance(argument, ast.Constant) for argument in node.args[:1])
    )


def _marker(node: ast.AST) -> str | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id if node.func.id in texts.KEYWORDS else None
    return None

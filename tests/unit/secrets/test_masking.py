from __future__ import annotations

import base64
import html
import json
import quopri
import shlex
import string
import textwrap
import urllib.parse
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwright.secrets import MASK, Secret, masked

if TYPE_CHECKING:
    from collections.abc import Callable

AWKWARD = "p#a $s'\"\\é&<%\t=+/?"

FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "shell": shlex.quote,
    "shell, each quote apart": lambda text: "'" + text.replace("'", "'\\''") + "'",
    "printf %q": lambda text: "".join(char if char.isalnum() else "\\" + char for char in text),
    "url": lambda text: urllib.parse.quote(text, safe=""),
    "url, lower case": lambda text: (
        urllib.parse.quote(text, safe="").lower()
        if text.islower()
        else urllib.parse.quote(text, safe="/")
    ),
    "form": urllib.parse.quote_plus,
    "json": json.dumps,
    "json, unescaped": lambda text: json.dumps(text, ensure_ascii=False),
    "python": repr,
    "python, ascii": ascii,
    "html": html.escape,
    "html, numbers": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()).decode("latin-1"),
    "hex": lambda text: text.encode().hex(),
    "hex dump": lambda text: text.encode().hex(" ").upper(),
    "hex escapes": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "octal escapes": lambda text: "".join(f"\\{byte:03o}" for byte in text.encode()),
    "postfix log": lambda text: text.encode().decode("ascii", "replace").replace("\ufffd", "?"),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for urls": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
}

passwords = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=40)
around = st.text(string.ascii_letters + " \n", max_size=20)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("password", [AWKWARD, "SG.Ab-1_" * 8, "日本語のパスワード", "😀 smile😀"])
def test_every_form_is_taken_out(form: str, password: str) -> None:
    written = FORMS[form](password)
    text = masked(f"before [{written}] after", [Secret(password)])
    assert text.strip("'\"").startswith("before [")
    assert text.rstrip("'\"").endswith("] after")
    # Only quotation marks, which belong to the form, may be left around the mask.
    assert text.replace("'", "").replace('"', "") == f"before [{MASK}] after"


@given(password=passwords, before=st.binary(max_size=7), after=st.binary(max_size=7))
def test_base64_at_every_alignment_leaves_no_bit(
    password: str, before: bytes, after: bytes
) -> None:
    encoded = base64.b64encode(before + password.encode() + after).decode()
    assert masked(f"334 {encoded}\n", [Secret(password)]) == f"334 {MASK}\n"


@given(user=st.text(max_size=20), password=passwords)
def test_an_auth_plain_answer_is_taken_out(user: str, password: str) -> None:
    blob = base64.b64encode(b"\0" + user.encode("utf-8", "replace") + b"\0" + password.encode())
    assert masked(f"AUTH PLAIN {blob.decode()}", [Secret(password)]) == f"AUTH PLAIN {MASK}"


@given(password=passwords, before=around, after=around, times=st.integers(1, 3))
def test_nothing_of_the_secret_is_left_and_all_else_stays(
    password: str, before: str, after: str, times: int
) -> None:
    text = before + " " + password * times + " " + after
    cleaned = masked(text, [Secret(password)])
    if password not in MASK:
        assert password not in cleaned.replace(MASK, "\0")
    assert cleaned.startswith(before + " ") or password[0] in before
    assert cleaned.endswith(" " + after) or password[-1] in after


def test_occurrences_that_overlap_leave_no_part() -> None:
    assert masked("x abcabcab y", [Secret("abcab")]) == f"x {MASK} y"


def test_secrets_within_each_other_leave_no_part() -> None:
    secrets = [Secret("pass"), Secret("password1")]
    assert masked("a password1 b pass c", secrets) == f"a {MASK} b {MASK} c"


def test_folded_base64_is_taken_out() -> None:
    password = "long-" * 30
    encoded = base64.b64encode(b"\0user\0" + password.encode()).decode()
    folded = "\r\n".join(textwrap.wrap(encoded, 76))
    assert masked(folded, [Secret(password)]) == MASK


def test_an_empty_secret_changes_nothing() -> None:
    assert masked("some text", [Secret("")]) == "some text"
    assert masked("some text", []) == "some text"


@pytest.mark.parametrize("text", ["", "\0", "(", "a" * 10_000, "%" * 5_000, "\\" * 5_000])
def test_other_texts_come_back_as_they_are(text: str) -> None:
    assert masked(text, [Secret("s3cret-password")]) == text


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("password", "text"),
    [
        ("日本語" * 10 + "x", "?" * 20_000),
        ("\\" * 30 + "x", "\\" * 8_000),
        ("a" * 60 + "x", "YWFh" * 15_000),
        ("S" * 40 + "y", "\\x53" * 5_000),
        ("a" * 40 + "x", "a" * 8_000),
        ("x" * 40 + "y", "a=\n" * 20_000),
    ],
)
def test_a_hostile_text_is_read_in_bounded_time(password: str, text: str) -> None:
    assert masked(text, [Secret(password)]) == text

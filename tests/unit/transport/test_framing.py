from __future__ import annotations

import os
import secrets
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwright.transport.framing import LOOP, Exchange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailwright.transport.base import CommandResult

Shell = subprocess.Popen[bytes]


@pytest.fixture
def shell() -> Iterator[Shell]:
    """The far end: the loop in a real sh."""
    with subprocess.Popen(
        ["/bin/sh", "-c", LOOP], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield process
        process.kill()


def run(shell: Shell, script: str, payload: bytes = b"") -> CommandResult:
    assert shell.stdin is not None
    assert shell.stdout is not None
    exchange = Exchange(script, payload)
    shell.stdin.write(exchange.request())
    shell.stdin.flush()
    while True:
        data = os.read(shell.stdout.fileno(), 65_536)
        assert data, "the shell ended"
        if (result := exchange.feed(data)) is not None:
            return result


@pytest.mark.parametrize(
    ("script", "payload", "code", "output"),
    [
        ("echo hello", b"", 0, b"hello\n"),
        ("printf 'no end of line'", b"", 0, b"no end of line"),
        ("exit 7", b"", 7, b""),
        ("set -e; false; echo never", b"", 1, b""),
        ("echo words >&2", b"", 0, b"words\n"),
        ("cat", b"\0binary\n\xff", 0, b"\0binary\n\xff"),
        ("head -c 3", b"abcdef", 0, b"abc"),
        ("exit 3", b"nobody reads this", 3, b""),
        ("cat", b"", 0, b""),
    ],
)
def test_a_script_runs_with_its_payload(
    shell: Shell, script: str, payload: bytes, code: int, output: bytes
) -> None:
    result = run(shell, script, payload)
    assert (result.code, result.output) == (code, output)
    # Whatever it left unread or unended, the next request is understood.
    assert run(shell, "echo next").output == b"next\n"


def test_output_that_looks_like_an_end_is_output(shell: Shell) -> None:
    result = run(shell, f"printf '\\n{'0' * 32} 0\\n'; echo more; exit 4")
    assert result.code == 4
    assert result.output.endswith(b"more\n")


def test_large_scripts_and_payloads_pass(shell: Shell) -> None:
    script = "wc -c\n" + "# comment\n" * 100_000
    assert run(shell, script, bytes(3_000_000)).output.split() == [b"3000000"]


def test_neither_script_nor_payload_is_ever_an_argument(shell: Shell) -> None:
    mark, secret = secrets.token_hex(8), secrets.token_hex(8).encode()
    script = (
        f": {mark}; IFS= read -r word; "
        "for file in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do cat $file 2>/dev/null; done"
    )
    seen = run(shell, script, secret + b"\n").output
    assert b"while read -r id size more" in seen
    assert mark.encode() not in seen
    assert secret not in seen


def test_a_nul_byte_in_a_script_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        Exchange("a\0b").request()


@given(st.binary(max_size=200), st.integers(0, 255), st.lists(st.integers(1, 9), max_size=300))
def test_an_answer_is_understood_however_it_is_cut(
    output: bytes, code: int, sizes: list[int]
) -> None:
    exchange = Exchange("true")
    data = output + f"\n{exchange.nonce} {code}\n".encode()
    results = []
    for size in [*sizes, len(data)]:
        results.append(exchange.feed(data[:size]))
        data = data[size:]
    found = [result for result in results if result is not None]
    assert (found[0].code, found[0].output) == (code, output)


def test_the_loop_can_be_quoted_for_any_login_shell() -> None:
    assert not set("'!\n") & set(LOOP)
    assert Path("/bin/sh").exists()

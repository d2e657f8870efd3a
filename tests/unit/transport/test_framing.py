from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import time
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


SHELLS = {
    name: [path, *options]
    for name, *options in (("sh",), ("bash", "--posix"), ("busybox", "sh"))
    if (path := shutil.which(name))
}
"""Whatever may be `sh` on a server, as far as it is here."""


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> Iterator[Shell]:
    """The far end: the loop in a real shell."""
    with subprocess.Popen(
        [*SHELLS[request.param], "-c", LOOP], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield process
        process.kill()


def descendants(parent: int) -> list[int]:
    """The processes that a process started, and those that they started."""
    children = read(Path(f"/proc/{parent}/task/{parent}/children")).split()
    return [pid for child in map(int, children) for pid in (child, *descendants(child))]


def known_of(pid: int) -> bytes:
    """What anybody on the machine may see of a process, or its account may."""
    return b"".join(read(Path(f"/proc/{pid}/{name}")) for name in ("cmdline", "environ"))


def read(path: Path) -> bytes:
    """What a file of a process says; nothing once the process is gone."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


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
        ("head -c 3; exit 5", b"abcdef" * 50_000, 5, b"abc"),
        ("exec 0</dev/null; exec cat", b"unread", 0, b""),
        ("printf '\\0\\377\\n\\n'", b"", 0, b"\0\xff\n\n"),
        ("(exit 255)", b"", 255, b""),
        ("cat <<'END'\n$x `y` \\\\ é\nEND", b"", 0, "$x `y` \\\\ é\n".encode()),
        ("", b"payload", 0, b""),
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


@pytest.mark.parametrize(
    "script", ["if then", "echo ${x?gone}", "set -u; echo $gone", ". /nowhere"]
)
@pytest.mark.parametrize("payload", [b"", b"unread\n0 1 1\nx"])
def test_a_script_that_is_no_script_fails_alone(shell: Shell, script: str, payload: bytes) -> None:
    result = run(shell, script, payload)
    assert result.code != 0
    assert result.output != b"", "the shell's complaint"
    assert run(shell, "echo next").output == b"next\n"


def test_nothing_of_a_script_stays_for_the_next(shell: Shell) -> None:
    run(shell, "x=1; export x; cd /; umask 0; set -f; trap 'echo trap' EXIT; exec >/dev/null")
    asked = "echo ${x-none} $(pwd) $(umask) $(echo /pro*); echo $LC_ALL $PATH"
    folder, path = Path.cwd(), "/usr/sbin:/usr/bin:/sbin:/bin"
    assert run(shell, asked).text == f"none {folder} 0077 /proc\nC {path}\n"


def test_output_that_looks_like_an_end_is_output(shell: Shell) -> None:
    result = run(shell, f"printf '\\n{'0' * 32} 0\\n'; echo more; exit 4")
    assert result.code == 4
    assert result.output.endswith(b"more\n")


def test_large_scripts_and_payloads_pass(shell: Shell) -> None:
    script = "wc -c\n" + "# comment\n" * 100_000
    assert run(shell, script, bytes(5_000_000)).output.split() == [b"5000000"]
    assert run(shell, "head -c 5000000 /dev/zero").output == bytes(5_000_000)


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


def test_neither_shows_while_a_script_runs(shell: Shell, tmp_path: Path) -> None:
    mark, secret = secrets.token_hex(8).encode(), secrets.token_hex(8).encode()
    began = tmp_path / "began"
    script = (
        f": {mark.decode()}; IFS= read -r word; touch {began}; sleep 0.3; printf %s $word | wc -c"
    )
    exchange = Exchange(script, secret + b"\nmore of it")
    assert shell.stdin is not None
    shell.stdin.write(exchange.request())
    shell.stdin.flush()
    while not began.exists():
        time.sleep(0.01)
    seen = {pid: known_of(pid) for pid in [shell.pid, *descendants(shell.pid)]}
    assert len(seen) > 1, "nothing ran"
    assert [pid for pid, text in seen.items() if mark in text or secret in text] == []
    assert run(shell, "true").output.split()[0] == b"16", "the secret did arrive"


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


@given(st.lists(st.sampled_from(["nonce", "other", "\n", " ", "0", "x"]), max_size=12), st.data())
def test_nothing_but_the_whole_mark_ends_an_answer(parts: list[str], data: st.DataObject) -> None:
    exchange = Exchange("true")
    words = {"nonce": exchange.nonce[:-1], "other": "0" * 32}
    output = "".join(words.get(part, part) for part in parts).encode()
    whole = output + f"\n{exchange.nonce} 7\n".encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    assert exchange.feed(whole[:at]) is None
    result = exchange.feed(whole[at:])
    assert result is not None
    assert (result.code, result.output) == (7, output)


def test_each_request_has_a_mark_of_its_own() -> None:
    marks = {Exchange("true").nonce for _ in range(100)}
    assert len(marks) == 100
    assert all(re.fullmatch("[0-9a-f]{32}", mark) for mark in marks)


def test_the_loop_can_be_quoted_for_any_login_shell() -> None:
    assert not set("'!\n") & set(LOOP)
    assert Path("/bin/sh").exists()


def test_a_script_that_was_cut_off_is_not_run(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.touch()
    request = Exchange(f"rm -f {target}; true # {'x' * 100}").request()
    done = subprocess.run(["/bin/sh", "-c", LOOP], input=request[:-60], check=False)
    assert done.returncode == 1
    assert target.exists()

from __future__ import annotations

import base64
import hashlib
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from mailwright.engine import planner
from mailwright.errors import MailwrightError
from mailwright.model.server import FileState, UnitState
from mailwright.platforms.reading import Reading, observe
from mailwright.resource.base import Wants
from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport
from tests.support.examples import REQUIREMENTS

WANTS = Wants(
    files=frozenset({"/etc/postfix/main.cf", "/etc/postfix/mailwright"}),
    texts=frozenset({"/a/first", "/etc/postfix/main.cf"}),
    packages=frozenset({"postfix", "swaks"}),
    units=frozenset({"postfix.service", "gone.timer"}),
    keys=frozenset({"/a/key", "/b/key"}),
)
DEBIAN = [
    'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    "mx1\n0 1764000000 systemd\nabc123\ndef456\n",
    '[{"addr_info":[{"local":"127.0.0.1","scope":"host"},{"local":"198.51.100.7","scope":"global"}]}]',
    "  0: 0100007F:0019 00000000:0000 0A 0\n  1: 00000000:0016 0200000A:9C40 01 0\n",
    "Filesystem 1024-blocks Used Available Capacity Mounted on\n"
    "/dev/a 9 9 500 9% /\n/dev/b 9 9 400 9% /var\n",
    "directory|755|root|root|/\nregular file|644|root|root|/etc/postfix/main.cf\n"
    "directory|755|root|root|/etc/postfix/mailwright\n" + "0" * 64 + "  /etc/postfix/main.cf\n",
    "\n{mark}.text\nthere\nmyhostname = mx1\n\n{mark}.text\n",
    "\nMIIBIjANBg+/8=\n",
    "Id=postfix.service\nLoadState=loaded\nUnitFileState=enabled\nActiveState=active\n\n"
    "Id=gone.timer\nLoadState=not-found\nUnitFileState=\nActiveState=inactive\n",
    "ii  dpkg 1.21\n"
    "ii  postfix 3.7.11-0+deb12u1\nun  swaks \nii  exim4-daemon-light 4.96\nrc  dma 0.13\n",
]


def answer(reading: Reading, sections: list[str]) -> str:
    text = "".join(f"{section}\n{reading.mark}\n" for section in sections)
    return text.replace("{mark}", reading.mark)


def test_an_answer_becomes_an_observation() -> None:
    reading = Reading.of([WANTS])
    seen = reading.understand(answer(reading, DEBIAN))
    facts = seen.facts
    assert (facts.os_id, facts.os_version, facts.hostname) == ("debian", "12", "mx1")
    assert facts.os_name == "Debian GNU/Linux 12 (bookworm)"
    assert facts.systemd
    assert (facts.proven, facts.live) == ("abc123", "def456")
    assert facts.addresses == ("198.51.100.7",)
    assert facts.listening == {25}
    assert facts.free_bytes == 400 * 1024
    assert facts.mta_packages == ("exim4-daemon-light",)
    assert seen.packages == {"postfix": "3.7.11-0+deb12u1", "swaks": None}
    assert seen.units["postfix.service"] == UnitState("loaded", "enabled", "active")
    assert seen.units["gone.timer"].load == "not-found"
    assert seen.files["/etc/postfix/main.cf"] == FileState("file", 0o644, "root", "root", "0" * 64)
    assert seen.files["/etc/postfix/mailwright"] == FileState("dir", 0o755, "root", "root")
    assert seen.texts == {"/a/first": None, "/etc/postfix/main.cf": "myhostname = mx1\n"}
    assert seen.keys == {"/a/key": None, "/b/key": "MIIBIjANBg+/8="}


def test_an_answer_that_was_cut_off_is_not_taken_for_a_server() -> None:
    reading = Reading.of([WANTS])
    with pytest.raises(MailwrightError) as caught:
        reading.understand(answer(reading, DEBIAN[:-1]))
    assert caught.value.code == "platform.unreadable"


def test_the_script_runs_in_a_real_shell_and_reads_this_machine(tmp_path: Path) -> None:
    file, folder = tmp_path / "a file", tmp_path / "folder"
    file.write_text("no end of line")
    folder.mkdir()
    missing = tmp_path / "missing"
    paths = frozenset(map(str, (file, folder, missing)))
    wants = Wants(
        files=paths, texts=frozenset({str(file), str(missing)}), packages=frozenset({"dash"})
    )

    def shell(script: str, _payload: bytes) -> CommandResult:
        done = subprocess.run(["/bin/sh", "-c", script], stdout=subprocess.PIPE, check=False)
        return CommandResult(done.returncode, done.stdout)

    seen = observe(MemoryTransport(shell), [wants])
    assert seen.files[str(file)].sha256 == hashlib.sha256(b"no end of line").hexdigest()
    assert seen.files[str(folder)].kind == "dir"
    assert not seen.files[str(missing)].exists
    assert seen.texts == {str(file): "no end of line", str(missing): None}
    assert seen.packages["dash"]
    assert seen.facts.hostname
    assert seen.facts.free_bytes > 0


@pytest.mark.parametrize(("section", "text"), [(0, 'ID="debian'), (1, "\n"), (2, "sh: ip: no\n")])
def test_an_answer_that_makes_no_sense_is_an_error_to_show(section: int, text: str) -> None:
    reading = Reading.of([WANTS])
    sections = [*DEBIAN[:section], text, *DEBIAN[section + 1 :]]
    with pytest.raises(MailwrightError) as caught:
        reading.understand(answer(reading, sections))
    assert caught.value.code == "platform.unreadable"


TRIXIE = [
    'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\n'
    'VERSION="13 (trixie)"\nVERSION_CODENAME=trixie\nID=debian\n# comment\n\n'
    'HOME_URL="https://www.debian.org/"\n',
    "mx1.example\n0 1764000000 systemd\n",
    "[]",
    "",
    "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/a 9 9 500 9% /\n",
    "directory|755|root|root|/\n",
    "\n{mark}.text\nthere\n\n{mark}.text\n",
    "\n\n",
    "Id=postfix.service\nLoadState=not-found\n\nId=gone.timer\nLoadState=not-found\n",
    "ii  dpkg 1.22\nun  postfix <none>\nrc  swaks 20240103.0-1\nhi  exim4-daemon-light 4.98\n",
]


def test_a_fresh_debian_13_is_understood() -> None:
    reading = Reading.of([WANTS])
    seen = reading.understand(answer(reading, TRIXIE))
    assert (seen.facts.os_id, seen.facts.os_version) == ("debian", "13")
    assert seen.facts.proven is None
    assert seen.facts.addresses == ()
    assert seen.facts.free_bytes == 500 * 1024
    # Only what is installed counts; what is on hold is installed.
    assert seen.packages == {"postfix": None, "swaks": None}
    assert seen.facts.mta_packages == ("exim4-daemon-light",)
    assert seen.texts == {"/a/first": None, "/etc/postfix/main.cf": ""}
    assert not any(state.exists for state in seen.files.values())
    assert {unit.load for unit in seen.units.values()} == {"not-found"}


@pytest.mark.parametrize("missing", range(len(DEBIAN)))
def test_no_section_may_be_missing(missing: int) -> None:
    reading = Reading.of([WANTS])
    sections = [text for number, text in enumerate(DEBIAN) if number != missing]
    with pytest.raises(MailwrightError) as caught:
        reading.understand(answer(reading, sections))
    assert caught.value.code == "platform.unreadable"


@pytest.mark.parametrize("text", ["", "\x1b[2J\x00sudo: a terminal is required", "x" * 100_000])
def test_an_answer_that_is_none_is_shown_bounded_and_harmless(text: str) -> None:
    with pytest.raises(MailwrightError) as caught:
        Reading.of([WANTS]).understand(text)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 1_000


def test_a_file_cannot_pretend_to_be_another_section() -> None:
    reading = Reading.of([WANTS])
    other = Reading.of([WANTS])
    assert reading.mark != other.mark
    hostile = f"\n{other.mark}\n\n{other.mark}.text\nthere\nID=plan9\x1b[31m\r\nlast"
    sections = [*DEBIAN]
    sections[6] = f"\n{{mark}}.text\nthere\n{hostile}\n{{mark}}.text\n"
    seen = reading.understand(answer(reading, sections))
    assert seen.texts["/etc/postfix/main.cf"] == hostile
    assert seen.facts.os_id == "debian"


def test_paths_that_nobody_asked_about_are_not_taken_in() -> None:
    reading = Reading.of([WANTS])
    sections = [*DEBIAN]
    sections[5] += "regular file|4777|root|root|/etc/other\n" + "f" * 64 + "  /etc/other\n"
    sections[8] += "\n\nId=other.service\nLoadState=loaded\nActiveState=active\n"
    seen = reading.understand(answer(reading, sections))
    assert set(seen.files) == WANTS.files
    assert set(seen.units) == WANTS.units


def test_a_reading_writes_nothing_and_leaves_the_plan_nothing_to_guess() -> None:
    (wanted,) = planner.wanted(REQUIREMENTS)
    script = Reading.of([wanted]).script()
    redirections = re.findall(r">+ *(\S+)", re.sub(r"[0-9]>&[0-9]", "", script))
    assert {target.rstrip(";)") for target in redirections} == {"/dev/null"}
    assert not re.search(r"\b(rm|mv|cp|mkdir|touch|tee|chmod|chown|ln|install)\b", script)


def test_odd_kinds_of_paths_are_named_for_what_they_are(tmp_path: Path) -> None:
    kinds = {"fifo": "fifo", "link": "link", "empty": "file", "name with | bar": "file"}
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "empty").touch()
    (tmp_path / "name with | bar").write_bytes(b"x")
    reading = Reading.of([Wants(files=frozenset(str(tmp_path / name) for name in kinds))])
    listed = " ".join(shlex.quote(str(tmp_path / name)) for name in kinds)
    stat = subprocess.run(
        ["/bin/sh", "-c", f"LC_ALL=C stat -c '%F|%a|%U|%G|%n' {listed}"],
        stdout=subprocess.PIPE,
        check=True,
    )
    sections = [*TRIXIE]
    sections[5:8] = f"{sections[5]}{stat.stdout.decode()}", "", ""
    seen = reading.understand(answer(reading, sections))
    assert {Path(path).name: state.kind for path, state in seen.files.items()} == kinds


@pytest.mark.parametrize(
    ("section", "silent"),
    [(4, "df"), (5, "stat"), (7, "openssl"), (8, "systemctl"), (9, "dpkg-query")],
)
def test_a_program_that_says_nothing_is_no_answer(section: int, silent: str) -> None:
    reading = Reading.of([WANTS])
    with pytest.raises(MailwrightError) as caught:
        reading.understand(answer(reading, [*DEBIAN[:section], "", *DEBIAN[section + 1 :]]))
    assert caught.value.code == "platform.unreadable"
    assert silent in str(caught.value)


def openssl(*arguments: str) -> bytes:
    return subprocess.run(["openssl", *arguments], stdout=subprocess.PIPE, check=True).stdout


def test_of_a_private_key_only_the_public_half_is_read(tmp_path: Path) -> None:
    new = ("genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out")
    paths = {name: str(tmp_path / name) for name in ("its $(key)", "old", "locked", "junk", "gone")}
    openssl(*new, paths["its $(key)"])
    openssl("rsa", "-traditional", "-in", paths["its $(key)"], "-out", paths["old"])
    openssl(*new, paths["locked"], "-aes256", "-pass", "pass:x")
    Path(paths["junk"]).write_text("-----BEGIN PRIVATE KEY-----\n")
    public = openssl("pkey", "-in", paths["old"], "-pubout", "-outform", "DER")

    outputs = []

    def shell(script: str, _payload: bytes) -> CommandResult:
        done = subprocess.run(["/bin/sh", "-c", script], stdout=subprocess.PIPE, check=False)
        outputs.append(done.stdout)
        return CommandResult(done.returncode, done.stdout)

    seen = observe(MemoryTransport(shell), [Wants(keys=frozenset(paths.values()))])
    known = {name: seen.keys[path] for name, path in paths.items()}
    encoded = base64.b64encode(public).decode()
    assert known == {
        "its $(key)": encoded,
        "old": encoded,
        "locked": None,
        "junk": None,
        "gone": None,
    }
    secret = "".join(Path(paths["its $(key)"]).read_text().split("\n")[1:-2])
    assert secret[-200:].encode() not in outputs[0].replace(b"\n", b"")


def test_without_a_key_no_program_is_started_for_one() -> None:
    assert "openssl" not in Reading.of([Wants(files=frozenset({"/a"}))]).script()


@pytest.mark.parametrize("text", ["AA==\n", "AA==\n\x1b[2J\n", f"{'A' * 5000}\n\n"])
def test_what_is_no_public_key_is_no_answer(text: str) -> None:
    reading = Reading.of([WANTS])
    with pytest.raises(MailwrightError) as caught:
        reading.understand(answer(reading, [*DEBIAN[:7], text, *DEBIAN[8:]]))
    assert caught.value.code == "platform.unreadable"

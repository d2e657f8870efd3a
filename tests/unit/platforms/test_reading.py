from __future__ import annotations

import hashlib
import subprocess
from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.model.server import FileState, UnitState
from mailwright.platforms.reading import Reading, observe
from mailwright.resource.base import Wants
from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport

if TYPE_CHECKING:
    from pathlib import Path

WANTS = Wants(
    files=frozenset({"/etc/postfix/main.cf", "/etc/postfix/mailwright"}),
    texts=frozenset({"/a/first", "/etc/postfix/main.cf"}),
    packages=frozenset({"postfix", "swaks"}),
    units=frozenset({"postfix.service", "gone.timer"}),
)
DEBIAN = [
    'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    "mx1\n0 1764000000 systemd\nabc123\n",
    '[{"addr_info":[{"local":"127.0.0.1","scope":"host"},{"local":"198.51.100.7","scope":"global"}]}]',
    "  0: 0100007F:0019 00000000:0000 0A 0\n  1: 00000000:0016 0200000A:9C40 01 0\n",
    "Filesystem 1024-blocks Used Available Capacity Mounted on\n"
    "/dev/a 9 9 500 9% /\n/dev/b 9 9 400 9% /var\n",
    "regular file|644|root|root|/etc/postfix/main.cf\n"
    "directory|755|root|root|/etc/postfix/mailwright\n" + "0" * 64 + "  /etc/postfix/main.cf\n",
    "\n{mark}.text\nthere\nmyhostname = mx1\n\n{mark}.text\n",
    "Id=postfix.service\nLoadState=loaded\nUnitFileState=enabled\nActiveState=active\n\n"
    "Id=gone.timer\nLoadState=not-found\nUnitFileState=\nActiveState=inactive\n",
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
    assert facts.proven == "abc123"
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

from __future__ import annotations

import base64
import grp
import os
import pwd
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.errors import MailwrightError
from mailwright.model.plan import Action
from mailwright.model.server import Facts, FileState, Observation
from mailwright.platforms.reading import observe
from mailwright.resource.files import Item
from mailwright.resource.keys import PrivateKey, is_rsa
from mailwright.transport.base import CommandResult
from mailwright.transport.memory import MemoryTransport
from tests.unit.engine.sandbox import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from mailwright.model.plan import Step

FACTS = Facts("debian", "12")
KEY = PrivateKey("key", "Make", "/etc/x/y/k.private", "opendkim", "opendkim", "why")
GOOD = FileState("file", 0o600, "opendkim", "opendkim", "0" * 64)
ME, MINE = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name


def openssl(*arguments: str) -> bytes:
    return subprocess.run(["openssl", *arguments], capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def public() -> dict[str, str]:
    """Public halves as a server's reading names them, by algorithm."""
    kinds = {
        "rsa 1024": ("RSA", "rsa_keygen_bits:1024"),
        "rsa 2048": ("RSA", "rsa_keygen_bits:2048"),
        "rsa 4096": ("RSA", "rsa_keygen_bits:4096"),
        "ec": ("EC", "ec_paramgen_curve:P-256"),
        "rsa-pss": ("RSA-PSS", "rsa_keygen_bits:2048"),
    }
    made = {
        name: openssl("genpkey", "-quiet", "-algorithm", algorithm, "-pkeyopt", option)
        for name, (algorithm, option) in kinds.items()
    }
    made["ed25519"] = openssl("genpkey", "-quiet", "-algorithm", "ED25519")
    return {
        name: base64.b64encode(
            subprocess.run(
                ["openssl", "pkey", "-pubout", "-outform", "DER"],
                input=pem,
                stdout=subprocess.PIPE,
                check=True,
            ).stdout
        ).decode()
        for name, pem in made.items()
    }


def seen(state: FileState, key: str | None, *, openssl: str | None = "3.0") -> Observation:
    return Observation(
        FACTS,
        files={KEY.path: state},
        packages={"openssl": openssl},
        keys={KEY.path: key},
    )


def test_only_an_rsa_key_is_one(public: dict[str, str]) -> None:
    assert {name for name, key in public.items() if is_rsa(key)} == {
        "rsa 1024",
        "rsa 2048",
        "rsa 4096",
    }
    assert not is_rsa("")
    assert not is_rsa("MIIBIjANBgk")


def test_a_key_that_is_there_and_closed_is_left_alone(public: dict[str, str]) -> None:
    assert KEY.step(seen(GOOD, public["rsa 2048"]), after_packages=False) is None


def test_a_key_is_made_where_there_is_none() -> None:
    step = KEY.step(seen(FileState(), None), after_packages=False)
    assert step is not None
    assert step.guard == "expect /etc/x/y/k.private absent"
    assert step.do == "key_put /etc/x/y/k.private 2048 600 opendkim:opendkim"
    assert step.saves == ()
    assert step.blobs == ()
    assert [(each.action, each.after) for each in step.changes] == [(Action.ADD, "RSA 2048")]


def test_a_key_that_others_may_read_is_closed_and_nothing_else(public: dict[str, str]) -> None:
    open_key = replace(GOOD, mode=0o644, owner="root")
    step = KEY.step(seen(open_key, public["rsa 2048"]), after_packages=False)
    assert step is not None
    assert step.saves == (), "no copy of it goes into the journal"
    (change,) = step.changes
    assert (change.before, change.after) == ("644 root:opendkim", "600 opendkim:opendkim")


@pytest.mark.parametrize("kind", ["dir", "link", "fifo"])
def test_something_else_at_the_path_is_refused(kind: str) -> None:
    with pytest.raises(MailwrightError) as caught:
        KEY.step(seen(replace(GOOD, kind=kind), None), after_packages=False)
    assert caught.value.code == "plan.not-ours"


def test_a_file_that_holds_no_rsa_key_is_refused(public: dict[str, str]) -> None:
    for key in (None, public["ed25519"], public["ec"]):
        with pytest.raises(MailwrightError) as caught:
            KEY.step(seen(GOOD, key), after_packages=False)
        assert caught.value.code == "plan.not-a-key"
        assert KEY.path in str(caught.value)


def test_a_key_that_nobody_could_read_yet_is_not_taken_for_none() -> None:
    assert KEY.step(seen(GOOD, None, openssl=None), after_packages=True) is None
    step = KEY.step(seen(replace(GOOD, mode=0o640), None, openssl=None), after_packages=True)
    assert step is not None
    assert [each.action for each in step.changes] == [Action.CHANGE]


def key_in(folder: Path) -> PrivateKey:
    return PrivateKey(
        "key",
        "Make",
        f"{folder}/ours/it's a $(key)",
        ME,
        MINE,
        "why",
        bits=1024,
        folders=(Item(f"{folder}/ours", 0o755, ME, MINE),),
    )


def read(key: PrivateKey) -> Observation:
    def run(script: str, _payload: bytes) -> CommandResult:
        done = subprocess.run(["/bin/sh", "-c", script], stdout=subprocess.PIPE, check=False)
        return CommandResult(done.returncode, done.stdout)

    observed = observe(MemoryTransport(run), [key.wants()])
    return replace(observed, packages={"openssl": "3.0"})


def step_of(key: PrivateKey) -> Step:
    step = key.step(read(key), after_packages=False)
    assert step is not None
    return step


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "place"
    folder.mkdir()
    return folder


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path)


def applied(sandbox: Sandbox, key: PrivateKey) -> None:
    sandbox.bring(step_of(key))
    sandbox.say("confirm")
    assert sandbox.run("apply") == 0
    assert sandbox.state == "confirmed"


def private_half(key: PrivateKey) -> set[bytes]:
    """Every line of the key, without the lines around."""
    lines = subprocess.run(
        ["openssl", "pkey", "-in", key.path], stdout=subprocess.PIPE, check=True
    ).stdout.splitlines()
    return set(lines[1:-1])


def test_a_key_is_made_kept_and_taken_away(sandbox: Sandbox, place: Path) -> None:
    key = key_in(place)
    applied(sandbox, key)
    (file,) = (place / "ours").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.stat().st_nlink == 1
    assert key.step(read(key), after_packages=False) is None
    public = read(key).keys[key.path]
    assert public is not None
    assert is_rsa(public)

    written = b"".join(
        path.read_bytes() for path in sandbox.entry.parent.rglob("*") if path.is_file()
    )
    assert private_half(key)
    assert not any(line in written for line in private_half(key))

    sandbox.take_lock()
    assert sandbox.run("undo") == 0
    assert sandbox.state == "undone"
    assert list(place.iterdir()) == []


def test_an_open_key_is_closed_and_undo_opens_it_again(sandbox: Sandbox, place: Path) -> None:
    key = key_in(place)
    (place / "ours").mkdir(mode=0o755)
    file = place / "ours" / "it's a $(key)"
    openssl("genpkey", "-quiet", "-algorithm", "RSA", "-out", str(file))
    file.chmod(0o644)
    before = file.read_bytes()
    applied(sandbox, key)
    assert (file.stat().st_mode & 0o777, file.read_bytes()) == (0o600, before)
    assert not any(
        before in path.read_bytes() for path in sandbox.entry.rglob("*") if path.is_file()
    )
    sandbox.take_lock()
    sandbox.run("undo")
    assert sandbox.state == "undone"
    assert (file.stat().st_mode & 0o777, file.read_bytes()) == (0o644, before)


def test_a_key_that_somebody_put_there_meanwhile_is_not_lost(sandbox: Sandbox, place: Path) -> None:
    sandbox.bring(step_of(key_in(place)))
    file = place / "ours" / "it's a $(key)"
    file.parent.mkdir()
    file.write_text("somebody's")
    assert sandbox.run("apply") == 1
    assert sandbox.state == "undone"
    assert file.read_text() == "somebody's"


def test_a_key_that_was_replaced_since_stays(sandbox: Sandbox, place: Path) -> None:
    key = key_in(place)
    applied(sandbox, key)
    file = place / "ours" / "it's a $(key)"
    file.write_text("another")
    sandbox.take_lock()
    sandbox.run("undo")
    assert sandbox.state == "left"
    assert file.read_text() == "another"
    assert any("changed-since" in line for line in sandbox.events)


def test_a_step_that_fails_leaves_no_half_of_a_key(sandbox: Sandbox, place: Path) -> None:
    step = step_of(key_in(place))
    failing = f"openssl() {{ echo half >\"$(temporary '{place}/ours/x')\"; return 1; }}\n{step.do}"
    sandbox.bring(replace(step, do=failing.replace("/ours/x", "/ours/it'\\''s a $(key)")))
    assert sandbox.run("apply") == 1
    assert sandbox.state == "undone"
    assert list(place.iterdir()) == []

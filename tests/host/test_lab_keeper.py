"""Who holds the lab, and what is left of it afterwards: nothing."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.lab import cgroups, hosts, launch, network, owner, paths, process, wire
from tests.lab.client import Lab
from tests.lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.lab.fixtures import FreshHost

# Another run: it holds a lab with one host until it is killed.
OTHER_RUN = """
import sys, time
from tests.lab.client import Lab
with Lab(["deb12"], "another run") as lab:
    host = lab.fresh("deb12")
    print("up", flush=True)
    time.sleep(120)
"""


@pytest.fixture
def lab_given_back(lab: Lab) -> Iterator[None]:
    """The session's lab is down meanwhile, so that the test can have one of its own."""
    lab.close()
    yield
    lab.start()


@pytest.fixture
def other_run(lab_given_back: None) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lab."""
    with subprocess.Popen(
        [sys.executable, "-c", OTHER_RUN], cwd=paths.PROJECT, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "up\n"
        yield other
        other.kill()


def nobody_holds_it() -> bool:
    """Whether the lock is free; a keeper releases it last."""
    return owner.current() is None


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)


def left_over_when_free() -> list[str]:
    """What is left, in a moment in which nobody else (who has waited) has a lab."""
    while True:
        wait_until(nobody_holds_it, 200)
        found = left_over()
        if nobody_holds_it():
            return found


def left_over() -> list[str]:
    """Everything of a lab that is on the machine."""
    devices = [path.name for path in Path("/sys/class/net").iterdir()]
    return [
        *(f"mount {line}" for line in mounts() if "/run/mwlab" in line),
        *(f"namespace {name}" for name in network.namespaces()),
        *(f"device {name}" for name in devices if name.startswith(network.PREFIX)),
        *(f"group {name}" for name in cgroups.names()),
        *(f"file {path}" for path in paths.STATE.iterdir() if path != paths.OWNER),
    ]


def mounts() -> list[str]:
    return Path("/proc/self/mountinfo").read_text().splitlines()


def kill_as_root(pid: int) -> None:
    subprocess.run(launch.as_root("kill", "-KILL", str(pid)), check=True)


def test_a_second_run_waits_and_says_for_whom(lab: Lab) -> None:
    command = [sys.executable, "-m", "tests.lab", "up", "--wait", "1"]
    second = subprocess.run(
        command, cwd=paths.PROJECT, capture_output=True, text=True, timeout=60, check=False
    )
    holder = f"(process {os.getpid()}, tests, since "
    assert second.returncode == 1
    assert f"the lab is held by {process.user_name(os.getuid())} {holder}" in second.stderr
    assert "; waiting" in second.stderr
    assert "1 seconds are over" in second.stderr
    assert lab.peer("mx").ssh("true").returncode == 0


def test_others_can_look_but_not_touch(lab: Lab, fresh_host: FreshHost, tmp_path: Path) -> None:
    host = fresh_host("deb12")
    status, said = run_apart(tmp_path / "look", "status")
    assert status == 0
    assert host.fqdn in said
    for words in (["stop", host.name], ["fresh", "--image", "deb12"], ["down"]):
        status, said = run_apart(tmp_path / words[0], *words)
        assert status == 1, words
        assert f"(process {os.getpid()}, tests, since " in said
        assert "others can only look" in said
    assert host.ssh("true").returncode == 0


def run_apart(output: Path, *words: str) -> tuple[int, str]:
    """Run a command of the lab as no descendant of this process: its status, what it said."""
    command = f"{shlex.quote(sys.executable)} -m tests.lab {shlex.join(words)}"
    output.touch()
    # The shell ends at once, so that the command has lost its parent when it asks.
    script = f'(sleep 0.2; {command}; echo "status $?") > {shlex.quote(str(output))} 2>&1 &'
    subprocess.run(["sh", "-c", script], cwd=paths.PROJECT, check=True, start_new_session=True)
    wait_until(lambda: "status " in output.read_text())
    said, _, status = output.read_text().rpartition("status ")
    return int(status), said


def test_the_owner_itself_ends_it_by_ending(lab: Lab) -> None:
    with pytest.raises(LabError, match="ends with that process"):
        wire.ask("down")
    assert lab.peer("infra").ssh("true").returncode == 0


@pytest.mark.usefixtures("lab_given_back")
def test_nothing_is_left_of_a_lab() -> None:
    with Lab(["deb12"], "short") as own:
        own.fresh("deb12", rtt_ms=30)
        assert left_over() != []
    assert left_over_when_free() == []


def test_nothing_is_left_when_the_owner_is_killed(other_run: subprocess.Popen[str]) -> None:
    holder = owner.current()
    assert holder
    assert holder.purpose == "another run"
    assert holder.client
    assert holder.client.pid == other_run.pid
    other_run.send_signal(signal.SIGKILL)
    assert process.wait_gone(holder.keeper, 30)
    assert left_over_when_free() == []


def test_the_next_run_removes_what_a_killed_keeper_left(
    other_run: subprocess.Popen[str],
) -> None:
    holder = owner.current()
    assert holder
    left = hosts.load("t1")
    assert left
    assert left.init
    kill_as_root(holder.keeper.pid)
    assert process.wait_gone(holder.keeper, 10)
    assert process.alive(left.init)  # the hosts live on, nobody holds the lab
    assert "namespace t1" in left_over()
    with Lab(["deb12"], "the next", wait=200) as following:
        assert not process.alive(left.init)
        assert {host.name for host in following.status()} == {"infra", "mx", "relay"}
    assert left_over_when_free() == []


@pytest.mark.usefixtures("lab_given_back")
def test_a_lab_of_the_command_line_stays_until_down() -> None:
    command = [sys.executable, "-m", "tests.lab"]

    def lab_command(*words: str) -> str:
        return subprocess.run(
            [*command, *words],
            cwd=paths.PROJECT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=60,
        ).stdout

    assert lab_command("status") == "nobody holds the lab\n"
    lab_command("up", "--images", "deb12")
    try:
        assert lab_command("fresh", "--image", "deb12", "--name", "mine").startswith("mine ")
        assert lab_command("ssh", "mine", "hostname") == "mine.lab.example\n"
        assert "mine " in lab_command("status")
        lab_command("publish", "corp.example", "note.corp.example", "TXT", "hello")
        found = lab_command("ssh", "infra", "dig +short @198.51.100.53 note.corp.example TXT")
        assert found == '"hello"\n'
        lab_command("stop", "mine")
        assert "mine " not in lab_command("status")
    finally:
        lab_command("down")
    assert left_over_when_free() == []

from __future__ import annotations

import os
import pwd
import socket
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mailwright.datafiles import data_path
from mailwright.errors import MailwrightError
from mailwright.model.server import Facts, FileState, Observation, UnitState
from mailwright.mta.opendkim.conf import CONF, TEXT
from mailwright.mta.opendkim.signer import UNIT, Signer
from mailwright.resource.files import Files, Item

if TYPE_CHECKING:
    from pathlib import Path

FACTS = Facts("debian", "12")
TABLE = Item("/t/Table", content=b"new\n")
OURS = Item(CONF, content=TEXT.encode())
SIGNER = Signer("opendkim", Files("opendkim", "Sign", "why", (TABLE, OURS)), ("Syslog yes",))
RUNS = UnitState("loaded", "enabled", "active")


def seen(
    table: FileState = TABLE.state,
    conf: str | None = TEXT,
    unit: UnitState = RUNS,
    version: str | None = "2.11",
) -> Observation:
    state = FileState() if conf is None else Item(CONF, content=conf.encode()).state
    return Observation(
        FACTS,
        files={TABLE.path: table, CONF: state},
        texts={TABLE.path: None, CONF: conf},
        units={UNIT: unit},
        packages={"opendkim": version},
    )


def test_all_that_a_step_compares_is_read() -> None:
    wants = SIGNER.wants()
    assert wants.files == {TABLE.path, CONF}
    assert wants.texts == {TABLE.path, CONF}
    assert wants.units == {UNIT}
    assert wants.packages == {"opendkim"}


def test_nothing_to_do_where_it_runs_with_these_files() -> None:
    assert SIGNER.step(seen(), after_packages=False) is None
    extra = f"{TEXT}Nameservers 127.0.0.1\n"
    assert SIGNER.step(seen(conf=extra), after_packages=False) is None


def test_it_is_started_where_it_does_not_run() -> None:
    step = SIGNER.step(seen(unit=UnitState("loaded", "enabled", "failed")), after_packages=False)
    assert step is not None
    assert step.do == f"unit_run {UNIT}"


@pytest.mark.parametrize(
    ("observed", "verb"),
    [
        (seen(table=FileState()), "reload-or-restart"),
        (seen(conf="Syslog yes\n"), "restart"),
        (seen(table=FileState(), unit=UnitState("loaded", "disabled", "inactive")), "restart"),
    ],
)
def test_it_reads_changed_tables_again_and_starts_anew_for_the_rest(
    observed: Observation, verb: str
) -> None:
    step = SIGNER.step(observed, after_packages=False)
    assert step is not None
    assert step.do.splitlines()[0] == f'unit_note {UNIT} >"$step/unit.before"'
    assert step.do.splitlines()[-1] == (
        f"opendkim -n && unit_take {UNIT} {verb} && listens opendkim 22BB"
    )
    assert step.undo.splitlines()[1:] == [f"unit_undo {UNIT}", f"unit_again {UNIT} {verb}"]


def test_a_persons_configuration_is_refused() -> None:
    with pytest.raises(MailwrightError) as caught:
        SIGNER.step(seen(conf="Domain example.com\n"), after_packages=False)
    assert caught.value.code == "plan.opendkim-in-use"


def test_a_configuration_that_comes_with_the_package_needs_no_guard() -> None:
    bare = seen(table=FileState(), conf=None, unit=UnitState(), version=None)
    step = SIGNER.step(bare, after_packages=True)
    assert step is not None
    assert step.guard == "expect /t/Table absent || exit 1"
    assert CONF in step.saves
    # What an earlier removal left behind stays as it is when the package comes back.
    left = seen(table=FileState(), conf="Syslog yes\n", unit=UnitState(), version=None)
    guard = SIGNER.step(left, after_packages=True)
    assert guard is not None
    assert f"expect {CONF} 'file 644" in guard.guard
    # And without packages on their way its absence is what the plan saw.
    step = SIGNER.step(replace(bare, packages={"opendkim": "2.11"}), after_packages=True)
    assert step is not None
    assert f"expect {CONF} absent" in step.guard


def in_shell(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script with the runner's functions, patient for half a second at most."""
    runner = folder / "runner.sh"
    runner.write_text(data_path("server/runner.sh").read_text().replace("-ge 50", "-ge 3"))
    prepared = f'. "{runner}"; step="{folder}"; systemctl() {{ echo "$@"; }}\n{script}'
    return subprocess.run(
        ["/bin/sh", "-c", prepared], stdout=subprocess.PIPE, text=True, check=False
    )


def test_whether_it_listens_is_seen_for_its_own_account_alone(tmp_path: Path) -> None:
    me = pwd.getpwuid(os.getuid()).pw_name
    other = "nobody" if me != "nobody" else "daemon"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = f"{server.getsockname()[1]:04X}"
        assert in_shell(tmp_path, f"listens {me} {port}").returncode == 0
        assert in_shell(tmp_path, f"listens {other} {port}").returncode == 1
    done = in_shell(tmp_path, f"listens {me} {port}")
    assert (done.returncode, done.stdout) == (1, f"{me} does not listen\n")


@pytest.mark.parametrize(
    ("before", "called"),
    [
        ("enabled active ", ["reset-failed x.service", "restart x.service"]),
        ("active enabled ", ["reset-failed x.service", "restart x.service"]),
        ("enabled inactive ", []),
        ("disabled failed ", []),
        (None, []),
    ],
)
def test_an_undo_starts_again_only_what_ran_before(
    tmp_path: Path, before: str | None, called: list[str]
) -> None:
    if before is not None:
        (tmp_path / "unit.before").write_text(before)
    done = in_shell(tmp_path, "unit_again x.service restart")
    assert done.stdout.splitlines() == called

from __future__ import annotations

import hashlib
import subprocess
from typing import TYPE_CHECKING

import pytest

from mailwright.datafiles import data_path
from mailwright.model.plan import Action
from mailwright.model.server import Facts, Observation
from mailwright.mta.postfix.master import MASTER_CF, MasterCf
from mailwright.mta.postfix.settings import MAIN_CF, MainCf, Parameter
from mailwright.resource.files import SECRET, Item

if TYPE_CHECKING:
    from pathlib import Path

FACTS = Facts("debian", "12")


def seen(main: str | None = None, master: str | None = None) -> Observation:
    state = Item(MASTER_CF, content=(master or "").encode()).state
    return Observation(FACTS, files={MASTER_CF: state}, texts={MAIN_CF: main, MASTER_CF: master})


def test_only_what_differs_is_set_or_taken_out() -> None:
    resource = MainCf(
        "main.cf",
        (
            Parameter("same", "1", "w"),
            Parameter("other", "2", "w"),
            Parameter("new", "3", "w"),
            Parameter("gone", None, "w"),
            Parameter("never", None, "w"),
        ),
    )
    step = resource.step(seen("same = 1\nother = 9\ngone = yes\n"), after_packages=False)
    assert step is not None
    assert {change.id: change.action for change in step.changes} == {
        "other": Action.CHANGE,
        "new": Action.ADD,
        "gone": Action.REMOVE,
    }
    assert "other = 2\nnew = 3\n" in step.do
    assert step.do.rstrip().endswith("main_cf_apply other new gone")


def test_nothing_to_do_where_every_parameter_is_right() -> None:
    resource = MainCf("main.cf", (Parameter("a", "", "w"), Parameter("b", None, "w")))
    assert resource.step(seen("a =\n"), after_packages=False) is None


def test_the_guard_compares_what_the_runner_computes(tmp_path: Path) -> None:
    text = "a = 1,\n  2\nb = x\n"
    path = tmp_path / "main.cf"
    path.write_text(text)
    resource = MainCf("main.cf", (Parameter("a", "9", "w"), Parameter("c", "9", "w")))
    step = resource.step(seen(text), after_packages=False)
    assert step is not None
    script = f'. "{data_path("server/runner.sh")}"; main_cf_values "{path}" a c'
    values = subprocess.run(["/bin/sh", "-c", script], stdout=subprocess.PIPE, check=True).stdout
    assert step.guard == f"main_cf_expect {hashlib.sha256(values).hexdigest()} a c"


def test_a_main_cf_that_comes_with_the_package_needs_no_guard() -> None:
    resource = MainCf("main.cf", (Parameter("a", "1", "w"),))
    step = resource.step(seen(None), after_packages=True)
    assert step is not None
    assert step.guard == ":"


def test_a_password_that_somebody_wrote_into_main_cf_is_not_shown() -> None:
    resource = MainCf("main.cf", (Parameter("smtp_sasl_password_maps", "texthash:/x", "w"),))
    text = "smtp_sasl_password_maps = static:user:hunter2\n"
    step = resource.step(seen(text), after_packages=False)
    assert step is not None
    assert step.changes[0].before == SECRET
    assert "hunter2" not in repr(step)


def test_services_in_a_chroot_are_let_out() -> None:
    caged = "smtp inet n - y - - smtpd\n"
    step = MasterCf("master.cf").step(seen(master=caged), after_packages=False)
    assert step is not None
    assert step.changes[0].before == "smtp/inet: y"
    assert (
        MasterCf("master.cf").step(seen(master=caged.replace("y", "n")), after_packages=False)
        is None
    )


def test_a_value_that_is_no_utf_8_is_compared_as_it_is_and_shown_safely() -> None:
    raw = b"a = caf\xe9\n"
    resource = MainCf("main.cf", (Parameter("a", "1", "w"),))
    step = resource.step(seen(raw.decode("utf-8", "surrogateescape")), after_packages=False)
    assert step is not None
    assert hashlib.sha256(raw).hexdigest() in step.guard
    assert step.changes[0].before == "caf\\xe9"


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """The runner's functions, with a folder of ours in place of /etc/postfix."""
    path = tmp_path / "runner.sh"
    text = data_path("server/runner.sh").read_text()
    path.write_text(text.replace("/etc/postfix", str(tmp_path)))
    return path


def in_shell(runner: Path, script: str) -> subprocess.CompletedProcess[bytes]:
    prepared = f'. "{runner}"; step="{runner.parent}"; main_cf_apply() {{ echo "$@"; }}\n{script}'
    return subprocess.run(
        ["/bin/sh", "-c", prepared], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )


MAIN = "a = 1,\n# why\n\t2  \nb =\nc = $x # `y` \\'\"\nd = old\n"


@pytest.mark.parametrize(
    ("now", "allowed"),
    [
        (MAIN, True),
        (f"# new comment\n{MAIN}other = 1\n", True),
        (MAIN.replace("a = 1,\n# why\n\t2  ", "a   =   1,\t2"), True),
        (MAIN.removesuffix("\n"), True),
        (MAIN.replace("\t2", "\t3"), False),
        (MAIN.replace("b =\n", ""), False),
        (MAIN + "e = 1\n", False),
        (MAIN + "d = new\n", False),
        ("", False),
    ],
)
def test_a_plan_is_refused_once_one_of_its_parameters_has_changed(
    runner: Path, now: str, *, allowed: bool
) -> None:
    wanted = tuple(Parameter(name, "new", "w") for name in "abcde")
    step = MainCf("main.cf", wanted).step(seen(MAIN), after_packages=False)
    assert step is not None
    (runner.parent / "main.cf").write_text(now)
    done = in_shell(runner, step.guard)
    assert (done.returncode == 0) == allowed, done.stdout
    assert (b"changed since" in done.stdout) != allowed


def test_values_arrive_as_they_are(runner: Path) -> None:
    values = {"a": "$myhostname `id` \\ 'x' \"y\"", "b": "", "c": "${d}/e é", "gone": None}
    wanted = tuple(Parameter(name, value, "w") for name, value in values.items())
    step = MainCf("main.cf", wanted).step(seen("gone = 1\n"), after_packages=False)
    assert step is not None
    done = in_shell(runner, step.do)
    assert (done.returncode, done.stdout) == (0, b"a b c gone\n")
    expected = "".join(f"{name} = {value}\n" for name, value in values.items() if value is not None)
    assert (runner.parent / "set").read_text() == expected
    assert (runner.parent / "unset").read_text() == "gone\n"


@pytest.mark.parametrize(
    ("name", "value", "hidden"),
    [
        ("smtp_sasl_password_maps", "static:user:hunter2", True),
        ("smtp_sasl_password_maps", "inline:{ [r]:587=user:hunter2 }", True),
        ("smtp_sasl_password_maps", "hash:/etc/a, static:user:hunter2", True),
        ("smtp_sasl_password_maps", "hash:/etc/static/x", False),
        ("relayhost", "static:x", False),
    ],
)
def test_a_password_is_hidden_wherever_main_cf_holds_it(
    name: str, value: str, *, hidden: bool
) -> None:
    resource = MainCf("main.cf", (Parameter(name, None, "w"),))
    step = resource.step(seen(f"{name} = {value}\n"), after_packages=False)
    assert step is not None
    assert step.changes[0].before == (SECRET if hidden else value)
    assert "hunter2" not in repr(step) + step.do + step.guard + step.undo


def test_a_master_cf_that_comes_with_the_package_is_let_out_unseen() -> None:
    step = MasterCf("master.cf").step(seen(), after_packages=True)
    assert step is not None
    assert (step.guard, step.changes[0].before) == (":", None)
    assert MasterCf("master.cf").step(seen(), after_packages=False) is None

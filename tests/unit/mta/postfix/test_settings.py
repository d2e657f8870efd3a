from __future__ import annotations

import hashlib
import subprocess
from typing import TYPE_CHECKING

from mailwright.datafiles import data_path
from mailwright.model.plan import Action
from mailwright.model.server import Facts, Observation
from mailwright.mta.postfix.settings import MAIN_CF, MASTER_CF, MainCf, NoChroot, Parameter
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
    step = NoChroot("master.cf").step(seen(master=caged), after_packages=False)
    assert step is not None
    assert step.changes[0].before == "smtp/inet: y"
    assert (
        NoChroot("master.cf").step(seen(master=caged.replace("y", "n")), after_packages=False)
        is None
    )


def test_a_value_that_is_no_utf_8_is_compared_as_it_is_and_shown_safely() -> None:
    raw = b"a = caf\xe9\n"
    resource = MainCf("main.cf", (Parameter("a", "1", "w"),))
    step = resource.step(seen(raw.decode("utf-8", "surrogateescape")), after_packages=False)
    assert step is not None
    assert hashlib.sha256(raw).hexdigest() in step.guard
    assert step.changes[0].before == "caf\\xe9"

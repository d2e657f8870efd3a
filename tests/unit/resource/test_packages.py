from __future__ import annotations

import subprocess

from mailwright.model.server import Facts, Observation
from mailwright.resource.packages import Packages

FACTS = Facts("debian", "12")


def seen(**versions: str | None) -> Observation:
    return Observation(FACTS, packages=dict(versions))


def test_installed_packages_are_left_alone() -> None:
    resource = Packages("packages", ("postfix",), "why")
    assert resource.step(seen(postfix="3.7.11"), after_packages=False) is None


def test_only_what_is_missing_is_installed_and_only_after_its_answers() -> None:
    resource = Packages("packages", ("postfix", "swaks"), "why", answers=("postfix a select b",))
    step = resource.step(seen(postfix=None, swaks="1"), after_packages=False)
    assert step is not None
    assert step.do.splitlines()[-1] == "install_packages postfix"
    assert step.do.index("postfix a select b") < step.do.index("install_packages")
    assert [change.id for change in step.changes] == ["postfix"]
    assert step.undo.startswith("if remove_packages; then")


def test_a_package_that_came_meanwhile_is_never_counted_as_ours() -> None:
    step = Packages("packages", ("postfix", "swaks"), "why").step(
        seen(postfix=None, swaks=None), after_packages=False
    )
    assert step is not None
    for installed, code in (("dash postfix-doc", 0), ("dash swaks", 1)):
        listed = f"package_list() {{ printf '%s\\n' {installed}; }}\n"
        done = subprocess.run(
            ["/bin/sh", "-c", listed + step.guard], stdout=subprocess.PIPE, check=False
        )
        assert done.returncode == code
        assert (b"swaks is installed now" in done.stdout) == bool(code)


def test_without_answers_nothing_is_told_to_debconf() -> None:
    step = Packages("packages", ("swaks",), "why").step(seen(swaks=None), after_packages=False)
    assert step is not None
    assert step.do == "install_packages swaks"
    assert step.timeout > 600, "apt may wait ten minutes for its lock"

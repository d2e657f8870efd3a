"""What the layout promises: a test for each module, a reason for each exception, closed walls."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "app" / "mailwright"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DOORS = {"bootstrap", "catalog", "datafiles", "errors", "i18n", "interview", "model", "usecases"}
"""The modules of the core that the windows may import; `__main__` and the rest are behind them."""

EXCEPTION = re.compile(r"#\s*(noqa|type:\s*ignore|pragma)(?P<rest>.*)")
REASON = re.compile(r"(: ?[A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)*|\[[a-z, -]+\])\s*(-|#)+ ?\w+")


def test_every_module_with_code_has_a_test_file() -> None:
    lacking = [
        f"{module.relative_to(ROOT)} (wanted: {place(module).relative_to(ROOT)})"
        for module in sorted(CORE.rglob("*.py"))
        if has_code(module.read_text()) and not place(module).exists()
    ]
    assert not lacking, "\n".join(lacking)


def test_every_exception_from_a_rule_says_why() -> None:
    lacking = []
    for folder in ("app", "ui", "tests", "packaging", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                found = EXCEPTION.search(line)
                if found and path != Path(__file__) and not REASON.match(found["rest"]):
                    lacking.append(f"{path.relative_to(ROOT)}:{number}")
    assert not lacking, "\n".join(lacking)


@pytest.mark.parametrize(
    ("comment", "has_reason"),
    [
        (": S105 - the name of a method", True),
        (": S105, S106 - names of methods", True),
        ("[arg-type] # the stub is too narrow", True),
        ("", False),
        (": S105", False),
        ("[arg-type]", False),
        (" - because", False),
    ],
)
def test_a_reason_stands_beside_the_rule(comment: str, has_reason: bool) -> None:
    assert bool(REASON.match(comment)) is has_reason


def test_the_windows_reach_the_core_by_its_doors_alone() -> None:
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    walls = next(contract for contract in contracts if contract["type"] == "protected")
    behind = {f"mailwright.{name}" for name in core_modules() - DOORS}
    assert set(walls["protected_modules"]) == behind, "mend protected_modules in pyproject.toml"
    assert walls["allowed_importers"] == ["mailwright"]


def test_the_wheel_depends_on_what_is_pinned() -> None:
    lines = (ROOT / "requirements" / "runtime.in").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert PYPROJECT["project"]["dependencies"] == wanted


def test_the_build_needs_what_is_pinned() -> None:
    pinned = (ROOT / "requirements" / "dev.txt").read_text()
    for requirement in PYPROJECT["build-system"]["requires"]:
        name = re.split("[>=<]", requirement)[0].lower()
        assert re.search(rf"^{name}==", pinned, re.MULTILINE)


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_requirements_are_hashed_and_name_no_place(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    entries = re.split(r"\n(?=[a-zA-Z0-9])", text)[1:]
    assert len(entries) > 10
    for entry in entries:
        assert re.match(r"[\w.\[\]-]+==\S+ ", entry)
        assert "--hash=sha256:" in entry
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--index-url|--extra-index-url|--find-links)", text, re.M)
    assert not re.search(r"[ =]/\w", text), "an absolute path"


def core_modules() -> set[str]:
    """Return the names of the core's own modules and packages."""
    modules = {path.stem for path in CORE.glob("*.py")} - {"__init__"}
    return modules | {path.parent.name for path in CORE.glob("*/__init__.py")}


def place(module: Path) -> Path:
    """Return where the tests of a module are: at the mirrored path."""
    folder = ROOT / "tests" / "unit" / module.relative_to(CORE).parent
    return folder / f"test_{module.stem.strip('_')}.py"


def has_code(source: str) -> bool:
    """Tell whether a module has a function that does something: more than a text or an ellipsis."""
    nodes = ast.walk(ast.parse(source))
    return any(
        not isinstance(statement, (ast.Expr, ast.Pass))
        or not isinstance(getattr(statement, "value", None), (ast.Constant, type(None)))
        for node in nodes
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for statement in node.body
    )

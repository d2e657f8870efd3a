"""Sizes: a file or function that outgrows its budget is split along its subject."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GROUPS = {
    "product": ("app", "ui"),
    "tools": ("tests/lab", "tests/tools", "benchmarks", "packaging"),
}
FILE_MOST, FILE_P95 = 500, 400
FUNCTION_MOST, FUNCTION_P95 = 60, 30


@pytest.mark.parametrize("group", GROUPS)
def test_files_stay_small(group: str) -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in files(group)}
    over = {str(path): length for path, length in lengths.items() if length > FILE_MOST}
    assert over == {}
    assert percentile_95(list(lengths.values())) <= FILE_P95, longest(lengths)


@pytest.mark.parametrize("group", GROUPS)
def test_functions_stay_short(group: str) -> None:
    lengths = {
        f"{path}:{function.name}:{function.lineno}": length(function)
        for path in files(group)
        for function in functions(path)
    }
    over = {name: lines for name, lines in lengths.items() if lines > FUNCTION_MOST}
    assert over == {}
    assert percentile_95(list(lengths.values())) <= FUNCTION_P95, longest(lengths)


def test_the_95th_percentile_is_by_nearest_rank() -> None:
    assert percentile_95(list(range(1, 101))) == 95
    assert percentile_95([7]) == 7


def files(group: str) -> list[Path]:
    return [path for folder in GROUPS[group] for path in sorted((ROOT / folder).rglob("*.py"))]


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def percentile_95(values: list[int]) -> int:
    return sorted(values)[-(-len(values) * 95 // 100) - 1]


def longest(lengths: dict[str, int] | dict[Path, int]) -> str:
    most = sorted(((lines, str(name)) for name, lines in lengths.items()), reverse=True)[:10]
    return "the longest: " + ", ".join(f"{name} ({lines})" for lines, name in most)

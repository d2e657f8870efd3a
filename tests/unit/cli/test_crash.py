from __future__ import annotations

import subprocess
import sys

from mailwright.cli.crash import report

SECRET = "tr0ub4dor&3"
PROGRAM = f"""
from mailwright.cli import crash
crash.install()
def deep(password):
    try:
        raise KeyError(password)
    except KeyError as error:
        raise RuntimeError("said " + password) from error
deep({SECRET!r})
"""


def test_a_bug_ends_with_a_report_that_holds_no_secret() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert done.returncode == 70
    assert "tr0ub4dor" not in done.stdout + done.stderr
    assert "builtins.RuntimeError" in done.stderr
    assert "builtins.KeyError" in done.stderr
    assert "__main__:deep:" in done.stderr


def test_exceptions_that_lead_to_each_other_end() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__context__, second.__context__ = second, first
    assert report(first).count("builtins.ValueError") == 2

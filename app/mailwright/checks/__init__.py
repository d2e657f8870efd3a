"""What can be found out from outside: one module or package for each check.

A new check is `<name>.py` with `CHECK`, and its line in `ALL`.
"""

from __future__ import annotations

from mailwright.checks import dkim, ptr, spf
from mailwright.checks.base import Check, Context, run_checks

ALL: tuple[Check, ...] = (dkim.CHECK, ptr.CHECK, spf.CHECK)
"""Every check."""

__all__ = ["ALL", "Check", "Context", "run_checks"]

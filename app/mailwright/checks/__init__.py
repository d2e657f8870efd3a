"""What can be found out from outside: one module or package for each check.

A new check is `<name>.py` with `CHECK`, and its line in `ALL`.
"""

from __future__ import annotations

from mailwright.checks import address, dkim, dmarc, helo, mx, ptr, spf, starttls
from mailwright.checks.base import Check, Context, run_all, run_checks

ALL: tuple[Check, ...] = (
    address.CHECK,
    dkim.CHECK,
    dmarc.CHECK,
    helo.CHECK,
    mx.CHECK,
    ptr.CHECK,
    spf.CHECK,
    starttls.CHECK,
)
"""Every check."""

__all__ = ["ALL", "Check", "Context", "run_all", "run_checks"]

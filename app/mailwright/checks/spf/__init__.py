"""Sender Policy Framework (RFC 7208): the evaluator, and what the check says about a domain."""

from __future__ import annotations

from mailwright.checks.spf.check import CHECK, records_to_publish
from mailwright.checks.spf.evaluator import check_host
from mailwright.checks.spf.outcome import Branch, Outcome, Problem, Result, Step
from mailwright.checks.spf.request import Request

__all__ = [
    "CHECK",
    "Branch",
    "Outcome",
    "Problem",
    "Request",
    "Result",
    "Step",
    "check_host",
    "records_to_publish",
]

"""DMARC (RFC 9989): the policy that receivers find, its reports, and what is aligned with it."""

from __future__ import annotations

from mailwright.checks.dmarc.check import CHECK

__all__ = ["CHECK"]

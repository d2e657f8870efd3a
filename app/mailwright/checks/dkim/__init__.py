"""DKIM signatures (RFC 6376): the key records that receivers verify them with."""

from __future__ import annotations

from mailwright.checks.dkim.check import CHECK
from mailwright.checks.dkim.findings import RELAY_SIGNS

__all__ = ["CHECK", "RELAY_SIGNS"]

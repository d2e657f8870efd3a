"""The one error that the lab raises on purpose."""

from __future__ import annotations


class LabError(Exception):
    """Something a person can act on: the text says what failed, where, and what to do."""

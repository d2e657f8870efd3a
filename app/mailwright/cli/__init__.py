"""The command line: every use case without a window (see docs/guide/command-line.md)."""

from __future__ import annotations

from mailwright.cli.main import main

__all__ = ["main"]

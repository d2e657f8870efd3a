"""Mailwright sets up, checks and watches a sending mail server, over SSH."""

__version__ = "0.1.0"

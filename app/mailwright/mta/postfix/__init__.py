"""Postfix, 3.5 and newer."""

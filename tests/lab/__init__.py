"""A practice network of real throwaway Debian servers on one machine.

Start with ``python3 -m tests.lab --help``; tests use :class:`tests.lab.client.Lab`.
"""

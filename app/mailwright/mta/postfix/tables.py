"""Where Mailwright keeps its look-up tables for Postfix."""

from __future__ import annotations

FOLDER = "/etc/postfix/mailwright"
PASSWORDS = f"{FOLDER}/sasl_passwd"
ALIASES = f"{FOLDER}/virtual"
SENDERS = f"{FOLDER}/allowed_senders"
TEST_MESSAGES = f"{FOLDER}/test_messages"

"""OpenDKIM 2.11: signs what leaves (RFC 6376)."""

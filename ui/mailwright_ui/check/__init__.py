"""A domain as receivers see it, without any login."""

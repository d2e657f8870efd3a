"""Reach the world: DNS, and the servers of others."""

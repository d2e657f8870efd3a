"""Reach a server: one shell there, a script in, its answer out."""

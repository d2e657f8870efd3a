"""Frozen data of the field: no module here does any I/O."""

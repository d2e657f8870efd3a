"""Developer tools: the Makefile names them, `python -m tests.tools.NAME` runs one."""

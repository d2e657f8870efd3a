# Everything a developer runs. The work is done by tests/tools; bootstrap.py sets up what they
# need, and is immediate when nothing is missing. PYTHON chooses an interpreter (3.11 or newer).
PYTHON ?= python3
RUN := .venv/bin/python -m tests.tools

.PHONY: help check test matrix bench demo format texts pin shots setup clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

check: setup ## format, lint, types, contracts, unit tests, texts: under a minute
	@$(RUN).check

test: setup ## everything, with real windows and real servers
	@$(RUN).check --everything

matrix: setup ## every combination of real servers, the long ones too
	@$(RUN).check --matrix

bench: setup ## measure against the floors and the peers
	@.venv/bin/python -m benchmarks

demo: setup ## set up a practice server in front of you and send a mail
	@.venv/bin/python -m tests.demo

shots: setup ## take the pictures of every window into build/shots
	@$(RUN).session .venv/bin/pytest -q -m shots

format: setup ## format, and mend what ruff can mend
	@.venv/bin/ruff check --quiet --fix-only
	@.venv/bin/ruff format

texts: setup ## bring the catalogues up to date with the code
	@$(RUN).texts

pin: setup ## compile requirements/*.txt from requirements/*.in
	@$(RUN).pin

setup:
	@$(PYTHON) tests/tools/bootstrap.py

clean: ## remove what these targets made, .venv included
	rm -rf .venv build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	rm -f resources/locale/*/LC_MESSAGES/*.mo

# SPDX-License-Identifier: Apache-2.0
# Longwatch. `make` lists what can be done; nothing is needed but Python 3.11 or later.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

# The first Python that is new enough and can make environments.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PORT ?= 8000
DATA ?= var
T ?=
# Several workers for the whole suite; a part of it is not worth their start.
WORKERS ?= auto
SPREAD := $(if $(T),,-n $(WORKERS) --maxprocesses 4 --dist worksteal)

BIN := .venv/bin
STAMPS := .venv/stamps
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url \
	--no-emit-find-links --python-version 3.11

##@ Use

.PHONY: demo
demo: $(STAMPS)/installed assets ## Start everything with the demo story on http://127.0.0.1:8000 (PORT=, DATA=).
	@exec env LONGWATCH_PORT=$(PORT) LONGWATCH_DATA=$(DATA) $(BIN)/longwatch demo

.PHONY: migrate
migrate: $(STAMPS)/installed ## Bring the database of DATA= to this version.
	@LONGWATCH_DATA=$(DATA) $(BIN)/longwatch migrate

##@ Develop

.PHONY: setup
setup: $(STAMPS)/dev assets ## Make .venv with everything that tests and checks need.

.PHONY: test
test: setup browser ## Run every test, browser tests included (T=path for some, DATABASE_URL= for another server).
	@$(BIN)/python -m pytest $(SPREAD) $(T)

.PHONY: test-external
test-external: setup ## Run the tests without a browser on this system's own PostgreSQL, in a server of their own.
	@$(BIN)/python -m tools.postgres $(BIN)/python -m pytest -m "not browser" $(SPREAD) $(T)

.PHONY: verify-external
verify-external: setup ## Have verifiers that others wrote (Go, sigstore) check the ledger's checkpoints and proofs.
	@$(BIN)/python -m tools.verifiers
	@$(BIN)/python -m pytest -m external tests/external

.PHONY: fuzz
fuzz: setup ## Give every parser of hostile input bytes, at random and led by coverage, FUZZ_SECONDS (60) each; then the API.
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-60} $(BIN)/python -m pytest -q -s -n 0 tests/fuzz tests/config/test_api_properties.py

.PHONY: check
check: $(STAMPS)/dev ## Format, lint, types, layers, templates, fast tests: under a minute.
	@$(BIN)/python -m tools.check

.PHONY: fmt
fmt: $(STAMPS)/dev ## Format the code and fix what can be fixed by machine.
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

.PHONY: bench
bench: setup ## Measure the speed budgets: a table, and bench/out.json.
	@$(BIN)/python -m bench

.PHONY: assets
assets: $(STAMPS)/installed ## Build the page assets and compile the translations, when something changed.
	@$(BIN)/python -m tools.assets

.PHONY: browser
browser: $(STAMPS)/dev
	@$(BIN)/python -m tools.browser

.PHONY: lock
lock: $(STAMPS)/dev ## Resolve requirements/*.in again into locked, hashed files (UPGRADE=1 takes newer versions).
	@$(COMPILE) $(if $(UPGRADE),--upgrade) requirements/dev.in -o requirements/dev.txt
	@for name in base build node otel; do \
		$(COMPILE) -c requirements/dev.txt requirements/$$name.in -o requirements/$$name.txt || exit 1; done
	@$(COMPILE) $(if $(UPGRADE),--upgrade) requirements/verify.in -o requirements/verify.txt

.PHONY: clean
clean: ## Remove .venv, built assets and caches; the data directory stays.
	@rm -rf .venv build frontend/node_modules longwatch/web/static/web/dist \
		.mypy_cache .pytest_cache .ruff_cache .import_linter_cache longwatch.egg-info
	@find longwatch tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help:
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The environment. Stamp files make a second start fast.

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Longwatch needs Python 3.11 or later with venv (Debian: python3-venv)."; exit 1; }
	@echo "Making .venv with $(PYTHON)"
	@$(PYTHON) -m venv .venv

$(STAMPS)/base: requirements/base.txt requirements/build.txt | $(BIN)/python
	@echo "Installing what Longwatch runs on"
	@$(PIP) install --require-hashes -r requirements/base.txt -r requirements/build.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/installed: $(STAMPS)/base pyproject.toml requirements/base.in
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/installed
	@echo "Installing what tests and checks need"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

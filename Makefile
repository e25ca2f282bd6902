# Two commands are all a newcomer types: `make run` and `make test`.
# Asked for beforehand: Python 3.11 or newer with venv, make, git. Everything else comes from the lock files.

.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory
SHELL := bash

PYTEST := .venv/bin/pytest --quiet
ON_BOTH_CORES := -n 2
LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-config \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

.PHONY: help
help: ## this list
	@echo "make TARGET, where TARGET is one of"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: build ## start the demo: a database, the demo events, a server and its addresses
	@exec .venv/bin/uketsuke serve --demo

.PHONY: test
test: dev build lint types contracts test-sqlite test-postgresql test-browser-code journeys ## everything: lint, types, contracts, tests on both databases, browser journeys
	@echo "All of make test passed."

.PHONY: check
check: dev build lint types contracts test-browser-code ## the fast part of make test: one database, nothing slow, no journeys
	@echo "Python tests on SQLite, but the slow ones"
	@$(PYTEST) tests --ignore=tests/journeys --database sqlite $(ON_BOTH_CORES) -m "not slow"
	@echo "All of make check passed."

.PHONY: lint
lint: dev ## style, likely bugs, import order
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet . || { echo "Some files are not formatted: make format"; exit 1; }

.PHONY: format
format: dev ## write Python files in the house's format
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .

.PHONY: types
types: dev ## mypy and the TypeScript checker
	@.venv/bin/mypy
	@.ci/node node_modules/.bin/tsc --project .

.PHONY: contracts
contracts: dev ## floors and rooms: who may import whom
	@.venv/bin/lint-imports --no-cache

.PHONY: test-sqlite
test-sqlite: dev build ## Python tests on SQLite
	@echo "Python tests on SQLite"
	@$(PYTEST) tests --ignore=tests/journeys --database sqlite $(ON_BOTH_CORES)

.PHONY: hunt
hunt: dev build ## property tests on SQLite with other examples than those of every run, ROUNDS times
	@for round in $$(seq $(or $(ROUNDS),3)); do echo "Round $$round"; \
		$(PYTEST) $$(git grep -l "^from hypothesis" tests) --hypothesis-profile hunt $(ON_BOTH_CORES) || exit 1; done

.PHONY: test-postgresql
test-postgresql: dev build ## Python tests on a PostgreSQL of their own
	@echo "Python tests on PostgreSQL"
	@.ci/postgres $(PYTEST) tests --ignore=tests/journeys --database postgresql $(ON_BOTH_CORES)

.PHONY: test-browser-code
test-browser-code: build ## JavaScript tests
	@.ci/node node --test $$(find tests -name '*.test.js')

.PHONY: journeys
journeys: dev build ## browser journeys with a real Chromium
	@echo "Browser journeys"
	@UKETSUKE_TEST_CHROMIUM="$$(.ci/chromium)" && export UKETSUKE_TEST_CHROMIUM && \
		$(PYTEST) tests/journeys

.PHONY: bench
bench: dev build ## measure check-in, packs, a slow disk, verdicts, registration, a rush, lists, paper, attendance, its roll-ups, the report and start; tables under benchmarks/
	@UKETSUKE_TEST_CHROMIUM="$$(.ci/chromium)" && export UKETSUKE_TEST_CHROMIUM && \
		.ci/postgres .venv/bin/python -m benchmarks

.PHONY: bench-large
bench-large: dev build ## measure attendance with ten million ledger lines, on SQLite (takes a quarter of an hour)
	@.venv/bin/python -m benchmarks rollups --huge

.PHONY: screenshots
screenshots: dev build ## the pictures of the README, from the running product
	@UKETSUKE_TEST_CHROMIUM="$$(.ci/chromium)" && export UKETSUKE_TEST_CHROMIUM && \
		.venv/bin/python docs/screenshots.py

.PHONY: pictures
pictures: dev build ## the charts that tests compare with, drawn again: look at each that changed before you keep it
	@.venv/bin/python -m tests.analytics.pictures
	@git status --short tests/analytics/kept

.PHONY: build
build: environment ## the browser's parts, the compiled message catalogues, and Python's own compiled files
	@.ci/node node .ci/build.mjs
	@.venv/bin/python .ci/catalogues.py compile
	@.venv/bin/python -m compileall -q app analytics checkin registrations

.PHONY: environment
environment: ## .venv as the lock files say, to run
	@.ci/environment

.PHONY: dev
dev: ## .venv as the lock files say, to run and to test
	@.ci/environment dev

.PHONY: messages
messages: dev ## bring the message catalogues up to date with sources and templates
	@.venv/bin/python .ci/catalogues.py update
	@.venv/bin/python .ci/catalogues.py missing | sed 's/^/No translation: /'

.PHONY: lock
lock: environment ## write the lock files again; with UPGRADE=1 for the newest versions
	@.venv/bin/python -m pip install -qq --disable-pip-version-check uv
	@$(LOCK) pyproject.toml --group pyproject.toml:install -o requirements.txt
	@$(LOCK) pyproject.toml --group pyproject.toml:install --group pyproject.toml:dev \
		--constraints requirements.txt -o requirements-dev.txt
	@$(LOCK) --group pyproject.toml:node -o requirements-node.txt
	@.ci/node npm $(if $(UPGRADE),update,install --package-lock-only) --loglevel=error

.PHONY: clean
clean: ## remove what was installed and built; the database stays
	@rm -rf .venv node_modules app/static/dist app/fonts .mypy_cache .ruff_cache .pytest_cache *.egg-info
	@find app registrations checkin analytics -name '*.mo' -delete

# The project's commands. `make` alone lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
export PORT

BIN := .venv/bin
PY := $(BIN)/python
STAMP := .venv/.stamp-$(shell { cat requirements*.txt; $(PYTHON) --version; pwd; } 2>&1 | sha256sum | cut -c 1-16)
PACKAGES := servicedesk accounts tickets changes continuity training
PYTEST_ARGS ?= -n 2 --dist loadgroup

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: setup
setup: $(STAMP) ## Create .venv and install the locked packages (the others do it by themselves)

$(STAMP): | python
	@ours=$$($(PYTHON) -c 'import sys; print(sys.version_info[:2])'); \
	theirs=$$($(PY) -c 'import sys, pip; print(sys.version_info[:2])' 2>/dev/null || true); \
	[ "$$ours" = "$$theirs" ] || $(PYTHON) -m venv --clear .venv || { \
	  echo "Python cannot create .venv. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing the locked packages into .venv."
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt
	@rm -f .venv/.stamp-*
	@touch $@

.PHONY: python
python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed. If it is installed under another name, say so:" >&2; \
	  echo "  make run PYTHON=python3.12" >&2; \
	  echo "Otherwise, on Debian 12 or newer: apt-get install python3 python3-venv" >&2; exit 1; }

.PHONY: run
run: setup ## Start the portal with demo data on http://localhost:8000 (another port: make run PORT=8080)
	@exec $(PY) -m servicedesk.run

.PHONY: demo-reset
demo-reset: setup ## Throw the demo data away and load it anew
	@exec $(PY) -m servicedesk.run reset

.PHONY: shell
shell: setup ## A Django shell on the demo data
	@exec $(PY) -m servicedesk.run manage shell

.PHONY: test
test: setup browser ## Run the tests (one file: make test PYTEST_ARGS=tests/test_commands.py)
	@exec $(PY) -m pytest $(PYTEST_ARGS)

.PHONY: browser
browser:
	@command -v chromium >/dev/null && exit 0; \
	root=""; [ "$$(id -u)" = 0 ] || root="sudo -n"; \
	if command -v apt-get >/dev/null && { [ -z "$$root" ] || $$root true 2>/dev/null; }; then \
	  echo "Installing Debian's Chromium for the browser tests."; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  { $$root apt-get -qq update && $$root apt-get -qq install -y --no-install-recommends chromium; } >/dev/null 2>&1 </dev/null || true; \
	fi; \
	command -v chromium >/dev/null || echo "Chromium is not installed and could not be, so the browser tests are skipped."

.PHONY: check
check: setup ## Everything that must hold before a commit: lint, types, architecture, security, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml $(PACKAGES)
	MODE=test $(BIN)/mypy $(PACKAGES)
	MODE=test $(PY) -m servicedesk.run manage makemigrations --check --dry-run
	$(PRODUCTION_LIKE) $(PY) manage.py check --deploy --fail-level WARNING
	@$(MAKE) audit
	@$(MAKE) test

# Nothing is contacted: these values only have to look like production's.
PRODUCTION_LIKE := env MODE=production \
  SECRET_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(60))')" \
  ALLOWED_HOSTS=desk.example BASE_URL=https://desk.example BEHIND_TLS_PROXY=1 EMAIL_HOST=mail.example \
  DATABASE_URL=postgresql://desk:x@db.example/desk REDIS_URL=redis://redis.example:6379/0

.PHONY: audit
audit:
	@out=$$(timeout 120 $(BIN)/pip-audit --require-hashes --disable-pip --progress-spinner off -r requirements.txt 2>&1 </dev/null) \
	  && { unknown=$$(grep -c 'could not be audited' <<<"$$out" || true); \
	       echo "pip-audit: no known vulnerability among the packages that could be looked up ($$unknown could not)."; exit 0; }; \
	if grep -qE '^Found [0-9]+ known' <<<"$$out"; then echo "$$out"; exit 1; fi; \
	echo "pip-audit skipped: the vulnerability service does not answer from here."

.PHONY: lifecycles
lifecycles: setup ## Write docs/lifecycles.md and the table in docs/changes.md from the tables in the code
	@exec $(PY) -m servicedesk.run lifecycles

.PHONY: styles
styles: setup ## Cut Tabler's stylesheet down to what the pages can use
	@exec $(PY) -m tests.styles

.PHONY: fmt
fmt: setup ## Format Python and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: lock
lock: setup ## Compile requirements*.in to the hash-locked requirements*.txt
	$(COMPILE) --output-file requirements.txt requirements.in
	$(COMPILE) --output-file requirements-dev.txt requirements-dev.in

COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --strip-extras \
  --no-emit-index-url --no-emit-find-links --allow-unsafe

.PHONY: bench
bench: setup ## Seed a large database and measure the pages that matter
	@exec $(PY) -m benchmarks.run $(BENCH_ARGS)

.PHONY: bench-front
bench-front: setup browser ## What pages weigh and how they feel on a slow phone (beside a make run)
	@exec $(PY) -m benchmarks.front http://localhost:$(PORT)

# Every command of the project. Needs only make and Python 3.11 or newer; everything else is installed into .venv.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

# The first interpreter that really starts and is new enough (a shim may exist for a version that is not installed).
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3.14 python3 python; do \
	"$$name" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$name" && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
STAMPS := $(VENV)/.stamps

.PHONY: help
help: ## Print this list
	@echo "Tongguan: make <command>"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)$$/  \1|\2/' | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

# ---------------------------------------------------------------------------------------------------------- packages
$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer (with venv) was not found. Install it, or say which one: make run PYTHON=/path/to/python3"; exit 1; }
	@echo "Creating $(VENV) with $(PYTHON)"
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

# A stamp holds the checksum of what was installed: a second start installs nothing, a new lock does.
define install_lock
	@mkdir -p $(STAMPS)
	@sum=$$(cksum < $(1)); if [ "$$(cat $(STAMPS)/$(1) 2>/dev/null)" != "$$sum" ]; then \
		echo "Installing $(1)" && \
		$(PIP) install --quiet --require-hashes --only-binary=:all: -r $(1) && \
		echo "$$sum" > $(STAMPS)/$(1); fi
	@sum=$$(cksum < pyproject.toml); if [ "$$(cat $(STAMPS)/self 2>/dev/null)" != "$$sum" ]; then \
		PYTHONWARNINGS=ignore $(PIP) install --quiet --no-deps --no-build-isolation -e . && \
		echo "$$sum" > $(STAMPS)/self; fi
endef

.PHONY: install
install: $(VENV)/bin/python ## Install what running needs into .venv
	$(call install_lock,requirements.lock)

.PHONY: install-dev
install-dev: $(VENV)/bin/python ## Install what building, testing and measuring need as well
	$(call install_lock,requirements-dev.lock)

# --------------------------------------------------------------------------------------------------------------- use
.PHONY: run
run: install ## Serve on HOST:PORT (default 127.0.0.1:8000), with an embedded PostgreSQL unless DATABASE_URL is set
	@exec $(BIN)/tongguan serve

.PHONY: demo
demo: install ## File the recorded parcels to the running service and print what it decided
	@exec $(BIN)/tongguan demo

# -------------------------------------------------------------------------------------------------------------- check
.PHONY: test
test: install-dev ## Run every test against throwaway PostgreSQLs, a file at a time on each processor (ARGS="-k limits" runs some)
	@$(BIN)/python -m compileall -q app bench chaos migrations # once, and not in each of the processes that are started
	@exec $(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

.PHONY: lint
lint: install-dev ## Check style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy app tests chaos
	$(BIN)/lint-imports --no-logo

.PHONY: format
format: install-dev ## Let ruff format and repair what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: install-dev ## Measure assessment, units of work, bytes and decisions per second
	@exec $(BIN)/python -m bench $(ARGS)

.PHONY: chaos
chaos: install-dev ## Kill the service and its database in every way, and look whether anything is lost (ARGS="--kills 500")
	@exec $(BIN)/python -m chaos $(ARGS)

.PHONY: screenshots
screenshots: install-dev ## Fill a throwaway installation and take the pictures of docs/console (needs Chromium; ARGS="queue case" takes some)
	@exec $(BIN)/python -m tests.browser.screens $(ARGS)

.PHONY: fuzz
fuzz: install-dev ## Try every property test, hostile bodies among them, on 5,000 examples each
	@exec env HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -m "hypothesis or fuzz" $(ARGS)

# ----------------------------------------------------------------------------------------------------------- maintain
# Only the public index counts: wheels that lie about on one machine would give hashes that no other machine can meet.
COMPILE := env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make lock" \
	$(BIN)/pip-compile --no-config --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
	--no-emit-find-links --no-emit-trusted-host --no-emit-options --quiet

.PHONY: lock
lock: $(VENV)/bin/python ## Pin the newest allowed packages again (UPGRADE=--upgrade moves all of them)
	@test -x $(BIN)/pip-compile || $(PIP) install --quiet pip-tools
	$(COMPILE) $(UPGRADE) -o requirements.lock requirements.in
	$(COMPILE) $(UPGRADE) -c requirements.lock -o requirements-dev.lock requirements-dev.in

.PHONY: clean
clean: ## Remove caches and .venv (never the data under var)
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

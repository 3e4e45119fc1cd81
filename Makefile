# Portaria: every task of a developer, of CI and of an operator. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
.DEFAULT_GOAL := help
.SUFFIXES:

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.requirements
PORT ?= 8700
PHONE_PORT ?= 8701
STAGE ?= local
PIP_PROGRESS := awk '/^Collecting/ {print "  " $$2; fflush()} /^Installing collected/ {print "  unpacking ..."; fflush()}'
# pytest's own arguments, for example: make test ARGS="-k gate -x"
ARGS ?=
# Compiled code is kept, whatever the shell says: else each process of a test run compiles everything anew.
export PYTHONDONTWRITEBYTECODE =
# How many processes test; make test WORKERS=0 for one that shows what it prints (with ARGS=-s)
WORKERS ?= 2

.PHONY: help run stop logs web messages test test-long bench screenshots lint types contracts format package deploy org plan clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(STAMP) ## Run all of Portaria on this machine (DETACH=1: return when ready; PORT=, PHONE_PORT=)
	@$(PY) -m infra.local.run --port $(PORT) --phone-port $(PHONE_PORT) $(if $(filter-out 0,$(DETACH)),--detach)

stop: ## Stop what make run started; its data is kept
	@test ! -x $(PY) || $(PY) -m infra.local.stop

logs: ## Follow the logs of functions, embedded AWS and phone
	@$(PY) -m infra.local.logs

web: $(STAMP) ## Build the panel's front end (run, package, deploy and the tests do so themselves)
	@$(PY) -m infra.web.build

messages: $(STAMP) ## Bring the panel's translations (panel.po) in step with its texts
	@$(PY) -m infra.web.messages

test: web ## Run the tests (ARGS="-k word" chooses)
	@$(PY) -m pytest tests -m "not long" -n $(WORKERS) --no-loadscope-reorder $(ARGS)

test-long: web ## Run the long tests
	@$(PY) -m pytest tests -m long $(ARGS)

bench: web ## Measure what counts, into bench.json (ARGS="gate" chooses rows by their names)
	@$(PY) -m tests.bench $(ARGS)

screenshots: web ## Picture every page of the panel into .build/screenshots (starts a stack of its own)
	@$(PY) -m tests.browser.screenshots

lint: $(STAMP) ## Check style
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

types: $(STAMP) ## Check types
	@$(PY) -m mypy

contracts: $(STAMP) ## Check which layer imports which
	@$(VENV)/bin/lint-imports

format: $(STAMP) ## Format the code
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix-only --quiet .

package: $(STAMP) ## Package a stage into .build/STAGE (STAGE=prod)
	@$(PY) -m infra.package --stage $(STAGE)

deploy: $(STAMP) ## Deploy to AWS: STAGE=prod PARAMS="BridgeUrl=... BridgeAdminToken=@file" (BUCKET=)
	@$(PY) -m infra.deploy --stage $(STAGE) --bucket "$(BUCKET)" --parameters "$(PARAMS)"

org: $(STAMP) ## Create an organization and its first administrator: NAME=... ADMIN=... STAGE=prod
	@$(PY) -m infra.org --name "$(NAME)" --admin "$(ADMIN)" --stage $(STAGE)

plan: $(STAMP) ## Set what an organization's plan allows in 24 hours: ORG=org_... PER_DAY=1000|none STAGE=prod
	@$(PY) -m infra.plan --organization "$(ORG)" --per-day "$(PER_DAY)" --stage $(STAGE)

clean: ## Delete what was built (not .venv, not the local stack's data in .local)
	@rm -rf .build chalicelib/entrypoints/web/built .chalice/deployments .chalice/deployed .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -type d -prune -exec rm -rf {} +

# The virtual environment follows the requirement files.
$(STAMP): requirements.txt requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) not found: install Python 3.11 or later (or: make PYTHON=/path/to/python3)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || { echo "error: $$($(PYTHON) -V) does not do; Portaria needs Python 3.11 to 3.14 (make PYTHON=/path/to/python3.11)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "error: this Python has no venv module; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@test -x $(PY) || { echo "Creating $(VENV) ..."; $(PYTHON) -m venv $(VENV); }
	@echo "Installing requirements-dev.txt (once per change; a minute or two) ..."
	@$(PY) -m pip install --disable-pip-version-check -r requirements-dev.txt | $(PIP_PROGRESS) || { echo "error: the packages could not be installed (pip's words are above). Check the network or pip's index setting, then repeat."; exit 1; }
	@touch $@

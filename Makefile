.DEFAULT_GOAL := help
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LOCK   := requirements.lock
UV_LOCK := deploy/uv.requirements.lock
WORKERS ?= 2
COMPILE := --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet
STAMP  := $(VENV)/.installed

.PHONY: help install demo up down test explore check bench simulate chaos docs lock

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s'|'

$(STAMP): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Bündnisbus needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	@echo "→ Python environment in $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement $(UV_LOCK)
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes $(LOCK)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

install: $(STAMP) ## Install everything into .venv

demo: $(STAMP) ## Start everything with example data until Ctrl-C
	@$(BIN)/python -m deploy.local demo

up: $(STAMP) ## Start everything detached; restarts what died
	@$(BIN)/python -m deploy.local up

down: $(STAMP) ## Stop what `make up` started
	@$(BIN)/python -m deploy.local down

test: $(STAMP) ## Run all tests on the local platform
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

explore: $(STAMP) ## Try the laws on ever new examples until Ctrl-C
	@$(BIN)/python -m tests.explore $(ARGS)

check: $(STAMP) ## Format, lint, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP) ## Measure against bare loops; writes .local/bench.json
	@$(BIN)/python -m tests.benchmarks $(ARGS)

simulate: $(STAMP) ## Let a year of requests for help go by; writes .local/simulation.json
	@$(BIN)/python -m tests.simulation $(ARGS)

chaos: $(STAMP) ## Kill things at random while messages flow
	@$(BIN)/python -m pytest tests/chaos $(ARGS)

docs: $(STAMP) ## Write OpenAPI and AsyncAPI to .local/docs
	@$(BIN)/python -m deploy.describe

lock: ## Renew the pinned and hashed dependencies
	$(BIN)/uv pip compile $(COMPILE) pyproject.toml --all-extras --group dev -o $(LOCK) $(ARGS)
	grep -A2000 '^uv==' $(LOCK) | awk 'NR > 1 && !/^    --hash/ {exit} {print}' > $(UV_LOCK)

.DEFAULT_GOAL := help
SHELL := bash
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
COMPILE = $(BIN)/uv pip compile --universal --generate-hashes --no-header --python-version 3.11 -q

.PHONY: help run run-full test lint format bench schemas lock clean

help:  ## Show what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(INSTALLED)  ## Start the whole product on this machine, with a small trust in it
	@exec $(BIN)/cpd run

run-full: $(INSTALLED)  ## The same on PostgreSQL and Kafka, started here as processes (Java 17, Maven, PostgreSQL)
	@exec $(BIN)/cpd run --full

test: export PYTHONDONTWRITEBYTECODE =  # where it is set, each of hundreds of processes compiles the product for itself
test: $(INSTALLED)  ## Run all tests, a file at a time on each processor
	$(BIN)/pytest -n logical --dist loadfile --no-loadscope-reorder

lint: $(INSTALLED)  ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --strict examples/payroll/*.py
	$(BIN)/lint-imports

format: $(INSTALLED)  ## Lay out the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED)  ## Measure, as ratios against named baselines
	$(BIN)/python -m tests.benchmarks

schemas: $(INSTALLED)  ## Write docs/schemas and docs/asyncapi.yaml anew from the code
	$(BIN)/python -m services.agreements.schemas docs
	$(BIN)/python -m services.requests.schemas docs
	$(BIN)/python -m services.reviews.schemas docs

lock: $(INSTALLED)  ## Write the three locks anew from pyproject.toml: development, runtime, build
	$(BIN)/pip install -q uv
	$(COMPILE) pyproject.toml --extra dev -o requirements.txt
	$(COMPILE) pyproject.toml -c requirements.txt -o deploy/requirements.txt
	echo hatchling | $(COMPILE) - -c requirements.txt -o deploy/requirements-build.txt

clean:  ## Remove the environment and all local data
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(INSTALLED): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 14)))' || \
		{ echo "Python 3.11 to 3.13 is needed; set PYTHON=…"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# caseledger: the tasks. `make help` lists them; CI and people call the same ones.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check --quiet
RUNTIME := $(VENV)/.runtime
TESTS := $(VENV)/.tests
NODE := tests/conformance/node

# What Python compiles is kept, whatever the machine says: tests start the program some hundred times.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test soak check fix lock clean

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "caseledger needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv $(VENV) \
	  || { echo "Python has no venv module; on Debian: apt-get install python3-venv"; exit 2; }

$(RUNTIME): $(BIN)/python requirements/runtime.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements/runtime.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(TESTS): $(RUNTIME) requirements/test.txt $(NODE)/package-lock.json
	@command -v npm >/dev/null || { echo "the tests want Node and npm; on Debian: apt-get install nodejs npm"; exit 2; }
	@command -v chromium >/dev/null || { echo "the tests read the pages in Chromium; on Debian: apt-get install chromium fonts-noto-cjk"; exit 2; }
	$(PIP) install --require-hashes -r requirements/test.txt
	npm ci --silent --prefix $(NODE)
	@touch $@

demo: $(RUNTIME)  ## set up, play the sample cases on an embedded PostgreSQL, serve the pages
	@$(BIN)/caseledger demo $(ARGS)

test: $(TESTS)  ## set up, pass every test (bounded; minutes)
	$(BIN)/pytest -n auto --dist loadfile $(ARGS)

check: $(TESTS)  ## walls between rooms, style, types, Docker files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/hadolint docker/Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker/compose.yaml

fix: $(TESTS)  ## format, and mend what can be mended without thought
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

soak: $(TESTS)  ## the long runs: every property on thousands of new examples, ten minutes of kills
	HYPOTHESIS_PROFILE=soak $(BIN)/pytest tests/case/test_any_history.py tests/calendar tests/ledger tests/api/test_steps.py $(ARGS)
	CASELEDGER_SOAK_EXAMPLES=1000 HYPOTHESIS_PROFILE=soak $(BIN)/pytest -n auto --dist loadfile tests/timeline tests/responsibility tests/accountability tests/organ tests/obligation tests/projections $(ARGS)
	for run in 1 2 3 4 5; do $(BIN)/pytest tests/ledger/test_crash.py tests/postgres/test_watchdog.py $(ARGS) || exit 1; done
	CASELEDGER_SOAK_SECONDS=$${CASELEDGER_SOAK_SECONDS:-600} $(BIN)/pytest -s tests/ledger/soak $(ARGS)

lock:  ## resolve the requirements again (needs uv on the PATH)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet requirements/runtime.in -o requirements/runtime.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet requirements/test.in -o requirements/test.txt

clean:  ## remove what the other tasks made (not the ledger of the demonstration)
	rm -rf $(VENV) $(NODE)/node_modules .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# Two commands do everything: `make demo` and `make test`; each sets up what it needs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint bench clean
.DEFAULT_GOAL := test

demo: $(READY)  ## serve the committed catalogue, sync from it, install the SDK, run a typed job
	$(BIN)/python -m tests.demo

test: lint  ## every check and every test
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(READY)  ## format, style, layers, both type checkers, stale output
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/basedpyright --pythonpath $(BIN)/python
	for provider in specs/*/; do $(BIN)/schemaloom generate "$$(basename $$provider)" --check || exit 1; done

bench: $(READY)  ## speed, against peers, in one run
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) .demo dist build

# One install for everyone who works here: the tool with all extras, and the development group.
$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "schemaloom needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable '.[alerts,gate,serve]' --group dev
	touch $@

# Two commands do everything: `make demo` and `make test`; each sets up what it needs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCK := requirements-dev.txt
# As pip does, and for networks with an authority of their own.
export UV_SYSTEM_CERTS := 1
# The tests start hundreds of processes; without compiled files each of them compiles what it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint generated docs bench lock test-newest test-lowest clean
.DEFAULT_GOAL := test

demo: $(READY)  ## serve the committed catalogue, sync from it, install the SDK, run a typed job
	$(BIN)/python -m tests.demo

test: lint  ## every check and every test
	$(BIN)/python -m pytest -W error -n auto --dist loadfile --no-loadscope-reorder

lint: $(READY)  ## format, style, layers, both type checkers, stale output
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/basedpyright --pythonpath $(BIN)/python
	for provider in specs/*/; do $(BIN)/schemaloom generate "$$(basename $$provider)" --check || exit 1; done

generated: $(READY)  ## write every generated file again, after a change to specs, templates, settings or rendering
	$(BIN)/python -m tests.common_shapes
	for provider in specs/*/; do $(BIN)/schemaloom generate "$$(basename $$provider)" || exit 1; done
	for module in fragments golden workflows provider_files; do $(BIN)/python -m tests.$$module || exit 1; done

docs: $(READY)  ## build the documentation as a site in .docs; a broken link fails
	$(BIN)/zensical build --strict

bench: $(READY)  ## speed, against peers, in one run
	$(BIN)/python -m benchmarks

lock: $(READY)  ## choose the newest versions again, for every Python that is supported
	$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 --all-extras \
	  --group dev --group agents --group bench --generate-hashes --no-annotate --no-emit-index-url --no-header --output-file $(LOCK)

test-newest: RESOLUTION := highest
test-lowest: RESOLUTION := lowest-direct
test-newest test-lowest: $(READY)  ## the tests without the lock: with the newest, and with the oldest versions admitted
	$(BIN)/uv venv --quiet --seed --allow-existing --python $(BIN)/python $(VENV)-$(RESOLUTION)
	$(BIN)/uv pip install --quiet --python $(VENV)-$(RESOLUTION)/bin/python --resolution $(RESOLUTION) --upgrade \
	  --editable '.[alerts,gate,impact,serve]' --group dev
	$(VENV)-$(RESOLUTION)/bin/python -m pytest -W default -n auto --dist loadfile --no-loadscope-reorder

clean:
	rm -rf $(VENV) $(VENV)-highest $(VENV)-lowest-direct .demo .docs dist build

# Everyone who works here gets the same bytes: each package is in the lock, with its version and hashes.
$(READY): pyproject.toml $(LOCK)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "schemaloom needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement $(LOCK)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

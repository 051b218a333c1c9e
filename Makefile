# Two commands do everything: `make demo` to see it, `make test` to check it. Both work with or without uv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := sharedops_core sharedops_tui
LOCALE := sharedops_core/locale/zh_CN/LC_MESSAGES/sharedops
UV := $(shell command -v uv 2>/dev/null)
# One more than there are processors: tests that wait for a console, a server or a network leave theirs idle.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

ifeq ($(UV),)
CREATE = $(PYTHON) -m venv $(VENV)
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r
SELF = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
else
CREATE = uv venv --quiet --allow-existing --python $(PYTHON) $(VENV)
INSTALL = uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r
SELF = uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
endif

.PHONY: demo test check bench lock messages pictures keys clean

demo: $(VENV)/.run  ## a throw-away desk full of seed data, opened in the console
	$(BIN)/sharedops demo

test: $(VENV)/.dev  ## all tests
	$(BIN)/python -m compileall -q $(PACKAGES)  # many tests start the program, which must not compile it each time
	$(BIN)/python -m pytest -n $(WORKERS)

check: $(VENV)/.dev  ## lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev  ## figures as JSON, each beside the raw limit
	for file in tests/benchmarks/bench_*.py; do $(BIN)/python $$file || exit 1; done

lock:  ## renew the hashed requirement files (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
	  pyproject.toml --group build -o requirements/run.txt
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
	  pyproject.toml --group build --extra postgres -o requirements/postgres.txt
	uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
	  pyproject.toml --group build --group dev -o requirements/dev.txt

messages: $(VENV)/.dev  ## take new sentences into the Chinese catalogue, and compile it
	$(BIN)/pybabel -q extract --no-location --no-wrap --sort-output -k _ -k N_ -k ngettext:1,2 -o $(VENV)/messages.pot $(PACKAGES)
	$(BIN)/pybabel -q update --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -l zh_CN -i $(VENV)/messages.pot -o $(LOCALE).po
	$(BIN)/pybabel -q compile -i $(LOCALE).po -o $(LOCALE).mo

pictures: $(VENV)/.dev  ## draw the pictures of the README anew
	$(BIN)/python docs/draw_pictures.py

keys: $(VENV)/.dev  ## write the pages about keys anew from the registry
	$(BIN)/python docs/write_keys.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(VENV)/.run: requirements/run.txt pyproject.toml
	$(CREATE)
	$(INSTALL) requirements/run.txt
	$(SELF)
	touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml
	$(CREATE)
	$(INSTALL) requirements/dev.txt
	$(SELF)
	touch $@ $(VENV)/.run

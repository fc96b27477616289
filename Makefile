# Everything a newcomer needs: `make run` and `make test`. README.md tells the rest.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune \
             -o -path frontend/tests -prune -o -type f -print) \
           $(shell find myschool -name '*.html' -o -name '*.ts' -o -name '*.py')

TEMPLATES := $(shell find myschool -path '*/templates/*' -name '*.html' -not -name '*.jinja.html')

.PHONY: run test check bench stop lock format

run: $(VENV)/.ready frontend/dist/manifest.json
	$(BIN)/python -m myschool tryout

# `make test PKG=journal` runs one package's.
test: $(VENV)/.ready frontend/dist/manifest.json
ifdef PKG
	$(BIN)/python -m pytest myschool/$(PKG) $(PYTEST)
else
	$(BIN)/python -m tests.machine
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not alone" $(PYTEST)
	$(BIN)/python -m pytest -m alone $(PYTEST)
endif

check: $(VENV)/.ready frontend/node_modules/.package-lock.json
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djhtml --check --tabwidth 2 $(TEMPLATES)
	$(BIN)/python frontend/npm.py run check

bench: $(VENV)/.ready frontend/dist/manifest.json
	$(BIN)/python -m tests.load $(BENCH)

stop: $(VENV)/.ready
	$(BIN)/python -m myschool.config.embedded stop

format: $(VENV)/.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djhtml --tabwidth 2 $(TEMPLATES)

# The lock holds names, versions and hashes, and no address.
lock: $(VENV)/.ready
	$(BIN)/uv pip compile requirements.in --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --no-header --quiet --output-file requirements.lock

$(VENV)/.ready: requirements.lock requirements.bootstrap.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.bootstrap.lock
	$(BIN)/uv pip sync --quiet --require-hashes requirements.lock
	touch $@

frontend/node_modules/.package-lock.json: $(VENV)/.ready frontend/package-lock.json
	$(BIN)/python frontend/npm.py ci --silent
	touch $@

frontend/dist/manifest.json: frontend/node_modules/.package-lock.json $(SOURCES)
	$(BIN)/python frontend/npm.py run build

# The habits of this project. Needs only make and python3 (3.11 or newer) with venv.
PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check
UV_FROM_PIP := install --quiet --require-hashes -r requirements-uv.txt
COMPILE := $(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := 1
export PYTHONUNBUFFERED := 1

.PHONY: habits demo test check bench trials format docs setup requirements clean
.DEFAULT_GOAL := habits

habits:
	@echo 'make demo          opens the shop on this machine and buys a basket (ONCE=1: ends after the receipt)'
	@echo 'make test          runs the tests on real PostgreSQL, Valkey and the Stripe sandbox'
	@echo 'make check         all that CI runs: format, lint, contracts, types, migrations, tests, API, second Python'
	@echo 'make bench         measures listing, product, cart and checkout beside a floor'
	@echo 'make trials        storms the shop and kills its parts, in short (python -m tests.trials --help: in full)'
	@echo 'make format        puts the code into shape'
	@echo 'make docs          writes docs/api/openapi.yaml from the code'
	@echo 'make setup         installs what is needed into .venv (the others do it by themselves)'
	@echo 'make requirements  pins the dependencies of pyproject.toml again, by hash'
	@echo 'make clean         takes away .venv and .run'

demo: setup
	@exec $(PY) -m dev.demo

test: setup
	@exec $(PY) -m pytest -n 2

check: setup
	@exec $(PY) -m dev.check

bench: setup
	@exec $(PY) -m dev.bench

trials: setup
	@$(PY) -m tests.trials races --small --times 2 --controls 1
	@exec $(PY) -m tests.trials kills --minutes 1

format: setup
	@$(PY) -m ruff format . && $(PY) -m ruff check --fix .

docs: setup
	@exec $(PY) -m dev.check --write-docs

setup: $(VENV)/.stamp

$(VENV)/.stamp: requirements-dev.txt requirements-uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "setup: python 3.11 or newer is needed: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@echo "setup: installing the pinned packages into $(VENV) (some 400 MB, under a minute)"
	@# ensurepip would take 5 s: let the outer pip install uv, or fall back to a venv with its own pip
	@test -x $(VENV)/bin/uv || { $(PYTHON) -m venv --without-pip $(VENV) && $(PIP) --python $(PY) $(UV_FROM_PIP); } \
		|| { $(PYTHON) -m venv --clear $(VENV) && $(PY) -m pip $(UV_FROM_PIP); }
	@$(VENV)/bin/uv --version | grep -q ' $(UV_VERSION)' || $(PIP) --python $(PY) $(UV_FROM_PIP) || $(PY) -m pip $(UV_FROM_PIP)
	@$(VENV)/bin/uv pip sync --quiet --python $(PY) --require-hashes requirements-dev.txt
	@touch $@
	@echo "setup: done"

requirements: setup
	$(COMPILE) -o requirements.txt
	$(COMPILE) --group dev -o requirements-dev.txt

clean:
	rm -rf $(VENV) .run

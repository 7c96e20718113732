# The commands of everyday work. `make` alone lists them.

PYTHON ?= $(or $(wildcard .venv/bin/python),python3)
T ?=
VERSION ?=
COMPILE = $(PYTHON) -m piptools compile setup.py --quiet --upgrade --strip-extras --no-annotate --no-header \
  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: help install hooks fix lint test check cluster serve build lock audit advisories sbom ci release

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install:  ## make .venv with everything that the tests and checks need
	python3 -m venv .venv
	.venv/bin/pip install --quiet --editable '.[test]'

hooks:  ## run `make lint` before every commit (installs pre-commit)
	$(PYTHON) -m pip install --quiet 'pre-commit>=3.8'
	$(PYTHON) -m pre_commit install

fix:  ## correct style and imports where ruff can
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

lint:  ## check style, types and layers (20 seconds)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	PYTHONPATH=. $(PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

cluster:  ## start three OpenSearch nodes on loopback for tests (Java and Maven; make cluster NODES=1)
	$(PYTHON) -m tests.cluster.nodes --nodes $(or $(NODES),3)

test:  ## run the tests, or some of them: make test T=tests/query
	$(PYTHON) -m pytest $(or $(T),-n auto)

check: lint test  ## lint and all tests (5 minutes)

serve:  ## start the search site on http://127.0.0.1:8000/
	$(PYTHON) -m deqing_search serve

build:  ## make the source archive and the wheel in dist/
	$(PYTHON) -m build

lock:  ## renew deploy/*.lock: one version of each package, with hashes, and those of the extras (docs/supply.md)
	$(PYTHON) -m pip install --quiet 'pip-tools>=7.5'
	$(COMPILE) --generate-hashes --output-file deploy/requirements.lock
	$(COMPILE) --constraint deploy/requirements.lock --output-file deploy/extras.lock \
	  --extra cluster --extra distributed --extra fast --extra mcp --extra ocr --extra research

audit:  ## look for known holes in the locked packages (needs pypi.org)
	$(PYTHON) -m pip install --quiet 'pip-audit>=2.10'
	$(PYTHON) -m pip_audit --disable-pip --require-hashes --strict --requirement deploy/requirements.lock

advisories:  ## ask pypi.org for advisories on the locked packages, where `make audit` has no answer
	$(PYTHON) .ci/advisories.py

sbom:  ## write the bill of materials of the locked packages to dist/ (CycloneDX)
	$(PYTHON) -m pip install --quiet 'cyclonedx-bom>=7'
	$(PYTHON) .ci/release.py --sbom

ci:  ## everything that must hold before a change lands, in a copy of the checkout (10 minutes)
	.ci/run

release: install  ## release a version: make release VERSION=0.2.0 (checks, changes the version, builds, tags; does not push)
	.venv/bin/python .ci/release.py --dry-run $(VERSION)
	.ci/run
	.venv/bin/python .ci/release.py $(VERSION)

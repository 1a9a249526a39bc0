# Every target that needs the virtual environment sets it up first; once that is done, the check costs a few milliseconds.
# Paths stay relative: the folder's own path may hold spaces or any other character.

.DEFAULT_GOAL := help
.PHONY: help setup ready ready-dev demo test test-thorough viewers check docs-check bench bench-quick bench-ready gallery docs site

# Someone else's environment must not leak into ours.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV

PY := .venv/bin/python

help:
	@echo "make setup     install what is missing: system libraries, fonts, .venv (PYTHON=... picks the interpreter)"
	@echo "make demo      render the scene 'oscillation' into media/, after installing only what that needs"
	@echo "make test      run the tests (make test-thorough: more seeds and options of the same tests)"
	@echo "make viewers   install Chromium, LibreOffice, Marp and Slidev, so that the tests open decks with them"
	@echo "make check     check format, lint, types and docs"
	@echo "make bench     measure lranim beside its peers (about 25 minutes; make bench-quick: three)"
	@echo "make docs      renew docs/cli.md from the help texts"
	@echo "make gallery   renew the pictures that the README shows (after make viewers)"
	@echo "make site      build the documentation into site/ (warnings are errors)"

setup: ready-dev
	@echo "==> Ready: .venv/bin/lranim"

ready:
	@sh scripts/setup.sh

# What the tests, the checks and the documentation need beside that.
ready-dev:
	@sh scripts/setup.sh dev

demo: ready
	.venv/bin/lranim render oscillation
	@echo "Done. Open one of these:"
	@for file in media/oscillation.*; do if [ -f "$$file" ]; then printf '  %s/%s\n' "$$PWD" "$$file"; fi; done

test: ready-dev
	$(PY) -m pytest

test-thorough: ready-dev
	$(PY) -m pytest -m thorough

viewers:
	@sh scripts/viewers.sh

check: ready-dev docs-check
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy

docs-check: ready-dev
	$(PY) -m pytest tests/test_docs.py

bench: bench-ready
	$(PY) -m bench

bench-quick: bench-ready
	$(PY) -m bench --quick

bench-ready: ready-dev
	@$(PY) -c 'import matplotlib' 2>/dev/null || $(PY) -m pip install -q -c constraints.txt -e '.[bench]'

gallery: ready-dev
	$(PY) scripts/gallery.py
	$(PY) scripts/slide_picture.py

docs: ready-dev
	$(PY) scripts/help_texts.py
	$(PY) scripts/module_map.py

site: ready-dev
	$(PY) -m sphinx -q -W --keep-going -b html -d build/doctrees docs site
	@echo "Done. Open $$PWD/site/index.html"

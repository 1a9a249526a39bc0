# Every target that needs the virtual environment sets it up first; once that is done, the check costs a few milliseconds.
# Paths stay relative: the folder's own path may hold spaces or any other character.

.DEFAULT_GOAL := help
.PHONY: help setup ready demo test test-thorough viewers check docs-check bench bench-quick bench-ready gallery docs site

# Someone else's environment must not leak into ours.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV

PY := .venv/bin/python

help:
	@echo "make setup     install what is missing: system libraries, fonts, .venv (PYTHON=... picks the interpreter)"
	@echo "make demo      render the scene 'oscillation' into media/"
	@echo "make test      run the tests (make test-thorough: more seeds and options of the same tests)"
	@echo "make viewers   install Chromium, LibreOffice, Marp and Slidev, so that the tests open decks with them"
	@echo "make check     check format, lint, types and docs"
	@echo "make bench     measure lranim beside its peers (about 25 minutes; make bench-quick: three)"
	@echo "make docs      renew docs/cli.md from the help texts"
	@echo "make gallery   renew the pictures that the README shows (after make viewers)"
	@echo "make site      build the documentation into site/ (warnings are errors)"

setup: ready
	@echo "==> Ready: .venv/bin/lranim"

ready:
	@sh scripts/setup.sh

demo: ready
	.venv/bin/lranim render oscillation
	@echo "Done. Open one of these:"
	@for file in media/oscillation.*; do if [ -f "$$file" ]; then printf '  %s/%s\n' "$$PWD" "$$file"; fi; done

test: ready
	$(PY) -m pytest

test-thorough: ready
	$(PY) -m pytest -m thorough

viewers:
	@sh scripts/viewers.sh

check: ready docs-check
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy

docs-check: ready
	$(PY) -m pytest tests/test_docs.py

bench: bench-ready
	$(PY) -m bench

bench-quick: bench-ready
	$(PY) -m bench --quick

bench-ready: ready
	@$(PY) -c 'import matplotlib' 2>/dev/null || $(PY) -m pip install -q -c constraints.txt -e '.[bench]'

gallery: ready
	$(PY) scripts/gallery.py
	$(PY) scripts/slide_picture.py

docs: ready
	$(PY) scripts/help_texts.py

site: ready
	$(PY) -m sphinx -q -W --keep-going -b html -d build/doctrees docs site
	@echo "Done. Open $$PWD/site/index.html"

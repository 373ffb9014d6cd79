# `make forecast` runs the main job, `make test` the tests; both set up .venv first.
PYTHON ?= python3
BIN := .venv/bin
PYTEST_OPTIONS ?=
SYSTEM ?= east-asia
export NO_MKDOCS_2_WARNING = 1

define RELIABILITY
import pathlib
from moorings.jobs.backtest import backtest
from moorings.show.page import reliability_spec, to_png
title = "Reliability of the forecasts: allies of the United States and all pairs, fifteen origins from 1970"
picture = to_png(reliability_spec(backtest().to_json()["reliability"]) | {"title": title})
pathlib.Path("docs/images/reliability.png").write_bytes(picture)
endef
export RELIABILITY

.PHONY: forecast test test-slow check format docs picture picture-page base-rates record-tables paths decades clean

forecast: .venv/run  ## forecast East Asia to 2036
	$(BIN)/moorings forecast $(SYSTEM)

test: .venv/test  ## run the tests
	$(BIN)/python -m pytest -m "not slow" $(PYTEST_OPTIONS)

test-slow: .venv/test  ## run the long tests too
	$(BIN)/python -m pytest $(PYTEST_OPTIONS)

check: .venv/dev  ## format, lint, types, import directions, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/mkdocs build --strict

format: .venv/dev  ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: .venv/dev  ## build the pages into site/
	$(BIN)/mkdocs build --strict

picture: .venv/run  ## draw the README's picture again
	$(BIN)/moorings forecast east-asia --out build/forecast
	cp build/forecast/forecast.png docs/images/forecast.png
	$(BIN)/python -c "$$RELIABILITY"

base-rates: .venv/run  ## compute base rates of drift and the known cases anew; needs the panel
	$(BIN)/python -m moorings.jobs.drift_history src/moorings/score/shipped/base-rates.json docs/base-rates.md

record-tables: .venv/run  ## write the shipped record's tables into its page
	$(BIN)/python -m moorings.jobs.record_page docs/record.md

paths: .venv/run  ## compute the allies' paths from 1990 anew; needs the panel
	$(BIN)/python -m moorings.jobs.paths src/moorings/jobs/shipped/paths-east-asia.json

decades: .venv/run  ## compute the allies' decades anew; needs the panel
	$(BIN)/python -m moorings.jobs.decades src/moorings/learn/shipped

picture-page: .venv/test  ## draw the README's picture of the page again; needs Chromium
	$(BIN)/python benchmarks/page/picture.py docs/images/what-if.png

.venv/run: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

.venv/test: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable ".[score,test]"
	touch $@

.venv/dev: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable ".[score,test,dev,docs]"
	touch $@

clean:  ## remove what was built
	rm -rf .venv build dist site .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

PYTHON ?= python3
BIN := .venv/bin

ifeq ($(wildcard dbt_project.yml),)
$(error There is no dbt_project.yml in $(CURDIR): run make -C path/to/the/project)
endif

# A value as one word for the shell, whatever it holds.
quoted = '$(subst ','\'',$(value $(1)))'
spread = --numprocesses auto --maxprocesses 4 --dist loadfile
pytest = $(BIN)/python -m pytest $(spread)
option = $(if $(value $(2)),--$(1) $(call quoted,$(2)))

.PHONY: help build check data score report docs rollback test test-builds test-slow \
	test-faults test-duckdb2 test-spark lint bench sample clean

help: ## List the verbs
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13
	@echo
	@echo 'make build SOURCE=online_retail_2 TRANSACTIONS=online_retail_II.xlsx'
	@echo 'make build TRANSACTIONS="exports/*.csv" AS_OF=2011-10-01'
	@echo "make build TRANSACTIONS=umsatz.csv VARS='{\"delimiter\": \";\"}'"

build: .venv/ready ## Build the tables from TRANSACTIONS (default: the sample) and print the segments
	@$(BIN)/python -m commands.build $(call option,transactions,TRANSACTIONS) \
		$(call option,source,SOURCE) $(call option,as-of,AS_OF) \
		$(call option,vars,VARS)

check: .venv/ready ## Say what is in TRANSACTIONS and which settings it needs; changes nothing
	@$(BIN)/python -m commands.check $(call quoted,TRANSACTIONS)

data: .venv/ready ## Fetch the publisher's file of Online Retail and verify its checksum
	@$(BIN)/python -m commands.data

report: .venv/ready ## Write report.html, a page about the last build that opens from disk
	@$(BIN)/python -m commands.report

docs: .venv/ready ## Write docs.html and lineage.html: every table and column, and what it is made of
	@$(BIN)/python -m commands.docs

rollback: .venv/ready ## Publish again what was published before the last build
	@$(BIN)/python -m commands.rollback

score: .venv/ready ## Say where the new customers of the file ORDERS will be, without a build
	@$(BIN)/python -m commands.score $(call quoted,ORDERS) $(call option,source,SOURCE) \
		$(call option,as-of,AS_OF) $(call option,vars,VARS)

test: .venv/ready lint ## Lint, then run what takes minutes (ONLINE_RETAIL=file.parquet: on real data too)
	$(pytest) -m "not builds and not slow"

test-builds: .venv/ready ## Run the tests that take builds of their own
	$(pytest) -m "builds and not slow"

test-slow: .venv/ready ## Run the few tests that take many builds
	$(pytest) -m slow

test-duckdb2: .venv-duckdb2/ready ## Run both with DuckDB 2 (the lock has 1.5)
	.venv-duckdb2/bin/python -m pytest $(spread) -m "not slow"

test-spark: .venv-spark/ready ## Build on Apache Spark too, and hold its tables against DuckDB's (Java 17)
	.venv-spark/bin/python -m pytest -m spark tests/spark

test-faults: .venv/ready ## Prove what docs/reliability.md promises, the slow proofs included
	$(pytest) tests/faults

lint: .venv/ready ## Check the style of SQL and Python
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	WAREHOUSE=target/lint.duckdb $(BIN)/sqlfluff lint --processes 2 models tests

bench: .venv/ready ## Measure against imports, a row loop, a hand-written script, pandas and polars
	$(BIN)/python -m benchmarks.spine
	$(BIN)/python -m benchmarks.scale $(if $(filter command,$(origin LINES)),$(LINES))

sample: .venv/ready ## Write the bundled sample anew
	$(BIN)/python -m sample.generate

clean: ## Remove everything that is built
	rm -rf .venv .venv-duckdb2 .venv-spark spark-warehouse target logs warehouse.duckdb* published report.html docs.html lineage.html

# An environment with what a lock file names, and with the project itself.
pip = $(@D)/bin/pip install --quiet
locked = $(pip) --require-hashes --only-binary :all:
project = $(pip) --no-build-isolation --no-deps --editable .

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(@D)
	$(locked) -r requirements.lock
	$(project)
	@touch $@

# The same versions but of DuckDB.
.venv-duckdb2/ready: requirements.lock requirements-duckdb2.lock pyproject.toml
	$(PYTHON) -m venv $(@D)
	$(locked) -r requirements.lock
	$(locked) --no-deps -r requirements-duckdb2.lock
	$(project)
	@touch $@

# pyspark comes as source alone.
.venv-spark/ready: requirements-spark.lock pyproject.toml
	$(PYTHON) -m venv $(@D)
	$(locked) --no-binary pyspark -r requirements-spark.lock
	$(project)
	@touch $@

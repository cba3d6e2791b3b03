# Anchored's house commands. Every path is relative, so the folder may have any name.
# DATABASE_URL chooses the database, ARGS go to pytest:  make test ARGS="-k move"

.DEFAULT_GOAL := help
.PHONY: help run test test-browser check lint format bench screenshots venv venv-dev

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS='	' read -r name does; do printf '  make %-13s %s\n' "$$name" "$$does"; done

run: ## try Anchored out: install, demo data, http://127.0.0.1:8000 (HOST, PORT)
	@.ci/demo

test: venv-dev ## the suite, on SQLite and on PostgreSQL
	@.ci/suite $(ARGS)

test-browser: venv-dev ## the journeys in a real browser, on both engines
	@.ci/suite --browser $(ARGS)

check: venv-dev ## style, types, imports, templates, migrations, deployment
	@.ci/check

lint: venv-dev ## style only
	@.venv/bin/python -m ruff check .
	@.venv/bin/python -m ruff format --check .

format: venv-dev ## put the code in house style
	@.venv/bin/python -m ruff check --fix .
	@.venv/bin/python -m ruff format .

bench: venv-dev ## measure the pages next to a floor
	@.venv/bin/python -m benchmarks $(ARGS)

screenshots: venv-dev ## take the pictures of the README again
	@.venv/bin/python docs/pictures.py $(ARGS)

venv: ## make .venv with what running needs
	@.ci/venv requirements.txt

venv-dev: ## make .venv with what developing needs
	@.ci/venv requirements.txt requirements-dev.txt

# Two commands are all the set-up there is: `make run` and `make test`. Both need nothing but Python 3.11 or newer.
.DEFAULT_GOAL := help
.PHONY: help run test lint bench soak audit licences lock settings-table screenshots secrets container-test clean setup setup-dev

BIN := .venv/bin

help: ## Show these commands
	@echo "Contextualise: make run starts it; the rest is for working on it."
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24
	@echo
	@echo "Settings come from the environment, for example: PORT=8080 make run (README.md lists them)."

run: setup ## Start Contextualise on http://127.0.0.1:8000 with a database of its own
	@exec $(BIN)/contextualise serve

test: setup-dev ## Check the code, then run the unit, integration and end-to-end tests
	@$(BIN)/python scripts/test.py

lint: setup-dev ## Only the checks of the code: format, rules, types, direction of imports
	@$(BIN)/python scripts/test.py --lint

bench: setup-dev ## Measure how fast pages are, at 1,000 to 1,000,000 topics
	@$(BIN)/python -m tests.bench

soak: setup-dev ## Hours of a hard life in minutes: kills while people write, a hundred thousand odd requests
	@$(BIN)/python -m tests.soak

audit: setup-dev ## Look for known weaknesses in the packages used
	@$(BIN)/python scripts/audit.py

licences: setup-dev ## List the packages used, with versions and licences
	@$(BIN)/python scripts/licences.py

lock: setup-dev ## Choose package versions anew and write the lock files
	@$(BIN)/python scripts/lock.py

settings-table: setup-dev ## Write the table of settings into README.md
	@$(BIN)/python scripts/settings_table.py

screenshots: setup-dev ## Take the pictures of the README from a running server
	@$(BIN)/python scripts/screenshots.py

secrets: ## Make the secrets that compose.yaml needs, once
	@python=$$(PYTHON="$(PYTHON)" sh scripts/python.sh) && exec "$$python" scripts/make_secrets.py

container-test: setup ## Build the container image and run it until it answers
	@$(BIN)/python scripts/container_test.py

clean: ## Remove everything that can be made again (never storage/)
	rm -rf .venv node_modules static/vendor dist test-results bench-results .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

setup:
	@python=$$(PYTHON="$(PYTHON)" sh scripts/python.sh) && exec "$$python" scripts/setup.py run

setup-dev:
	@python=$$(PYTHON="$(PYTHON)" sh scripts/python.sh) && exec "$$python" scripts/setup.py dev

# make run    everything on this machine, until Ctrl-C          make lint    style and types
# make test   all checks and tests                              make format  let ruff rewrite the sources
# make bench  performance as ratios to a bare server            make lock    newest versions that fit, hashed
# make web, make geoip: only the dashboard, only the geolocation file     make clean: what was made, but no data

# The first Python that is new enough. A name may be there and not work (pyenv), so each is asked.
PYTHON := $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
SET_UP = $(if $(PYTHON),"$(PYTHON)" scripts/set_up.py,echo "Nameplate needs Python 3.11 or newer, and none was found." >&2; exit 1; )
BIN = .venv/bin

.PHONY: run test bench lint format lock web geoip clean
.DEFAULT_GOAL := run

run:
	@$(SET_UP) run
	@exec $(BIN)/python -m nameplate up

test:
	@$(SET_UP) test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	@$(SET_UP) npm run --silent lint
	@$(SET_UP) npm run --silent check
	@$(SET_UP) npm run --silent api:check
	@$(SET_UP) npm run --silent size
	@$(SET_UP) npm test --silent
	CHROMIUM_PATH="$$(cat .tools/chromium-path)" $(BIN)/python -m pytest -n 2 --dist worksteal

lint:
	@$(SET_UP) packages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format:
	@$(SET_UP) packages
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench:
	@$(SET_UP) test
	$(BIN)/python -m benchmarks

lock web geoip:
	@$(SET_UP) $@

clean:
	rm -rf .tools .venv web/node_modules web/build web/.svelte-kit .mypy_cache .ruff_cache .pytest_cache

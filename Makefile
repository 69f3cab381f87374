# Every command of the project; `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
PROTOS := $(shell find proto/nscl) # folders too, so that a file taken away is noticed
RELEASED := proto/released.txtpb
MANIFESTS := $(shell find deploy/base deploy/servers deploy/overlays -type f)

.PHONY: help
help: ## List every command
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | while IFS=$$'\t' read -r name line; do \
	    printf '  make %-13s %s\n' "$$name" "$$line"; done

.PHONY: setup
setup: .venv/.ready generated/.ready ## Make .venv with the pinned dependencies, and the stubs

.venv/.ready: requirements/development.txt
	@PYTHON=$(PYTHON) deploy/local/setup.sh

.PHONY: proto
proto: .venv/.ready ## Make the stubs of proto/ in generated/
	@deploy/local/stubs.sh

generated/.ready: .venv/.ready $(PROTOS)
	@deploy/local/stubs.sh

.PHONY: release-proto
release-proto: setup ## Add what is new in proto/ to what is released, unless it breaks that
	@$(BIN)/buf breaking generated/descriptors.binpb --against $(RELEASED)
	@$(BIN)/buf build generated/descriptors.binpb --exclude-source-info --as-file-descriptor-set --output $(RELEASED)

.PHONY: client
client: setup ## Build the client package that other departments install, in .run/client
	@clients/python/build.sh

.PHONY: check
check: setup .run/checkov/.passed ## Format, lint, types, import contracts, the manners of tests/rules, protos, image, manifests
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/buf lint generated/descriptors.binpb
	@$(BIN)/buf breaking generated/descriptors.binpb --against $(RELEASED)
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/hadolint Containerfile
	@$(BIN)/python -m deploy.validate
	@$(BIN)/mypy
	@$(BIN)/pytest -q tests/rules

.run/checkov/.passed: .venv/.ready Containerfile $(MANIFESTS) deploy/checkov.yaml requirements/checkov.txt
	@deploy/checkov.sh

.PHONY: test
test: setup ## Run every test but tests/rules, which check runs, in three processes with private servers
	@$(BIN)/pytest -q --numprocesses 3 --no-loadscope-reorder --ignore tests/rules

.PHONY: soak
soak: setup ## As test, with every count in full: a million events, fifty kills; takes long (SEED=n repeats a run)
	@$(BIN)/pytest --soak -m soak --timeout 7200 $(if $(SEED),--seed $(SEED))

.PHONY: mutate
mutate: setup ## Break each guarantee in a copy, and see that its tests notice
	@PYTHONPATH=.:generated $(BIN)/python -m tests.mutations

.PHONY: bench
bench: setup ## Measure, as ratios on this machine; PART=event_log, bus, spine, registry, funding, proof or audit: one part; writes .run/bench.json
	@PYTHONPATH=.:generated $(BIN)/python -m bench $(PART)

.PHONY: bench-peers
bench-peers: setup ## Measure beside Emmett and message-db, which npm fetches
	@PYTHONPATH=.:generated $(BIN)/python -m bench peers

.PHONY: run
run: setup ## Start everything, load the programme where it is new, stay up until Ctrl-C
	@exec $(BIN)/python -m deploy.local.run

.PHONY: stop
stop: setup ## Stop the platform from another shell
	@$(BIN)/python -m deploy.local.stop

.PHONY: reset
reset: setup ## Delete every database, message and key, after asking (CONFIRM=yes does not ask)
	@$(BIN)/python -m deploy.local.reset

.PHONY: status
status: setup ## Show each process, since when it is up, and its memory
	@$(BIN)/python -m deploy.local.status

.PHONY: logs
logs: ## Follow the logs of all processes
	@tail --follow=name --lines=20 .run/log/*.log

.PHONY: parked
parked: setup ## List the streams that stand still (ALL=yes: and did); SHOW=reporting.from.support shows why
	@PYTHONPATH=.:generated $(BIN)/python -m deploy.local.parked $(if $(SHOW),show "$$SHOW" $(POSITION),list $(if $(ALL),--all))

.PHONY: retry-parked
retry-parked: setup ## Have a stream tried again: make retry-parked STREAM=reporting.from.support
	@PYTHONPATH=.:generated $(BIN)/python -m deploy.local.parked retry "$${STREAM:-}"

.PHONY: skip-parked
skip-parked: setup ## Pass over what a stream stands at: STREAM=… POSITION=… BY=<account id> REASON="…"
	@PYTHONPATH=.:generated $(BIN)/python -m deploy.local.parked skip "$${STREAM:-}" "$${POSITION:-}" \
	    --by="$${BY:-}" --reason="$${REASON:-}"

.PHONY: rebuild-view
rebuild-view: setup ## Make a view anew beside the live one and compare: SERVICE=reporting VIEW=trail (SWITCH=yes, ROWS=yes)
	@$(BIN)/python -m deploy.local.rebuild "$${SERVICE:-}" $(if $(VIEW),"$$VIEW",--list) \
	    $(if $(SWITCH),--switch) $(if $(ROWS),--rows)

.PHONY: token
token: setup ## Print a token: make -s token CAPACITY=programme_officer BODY=SKHCN
	@$(BIN)/python -m deploy.local.tokens issue --dir $${NSCL_RUN_FOLDER:-.run}/keys \
	    --capacity $(or $(CAPACITY),programme_officer) --body $(or $(BODY),SKHCN) $(if $(PERSON),--person $(PERSON))

.PHONY: system
system: setup ## Let a department's system in: make system NAME=import.sct.example BODY=SCT CAPACITY=scheme_officer
	@PYTHONPATH=.:generated $(BIN)/python -m deploy.local.certificates system --dir $${NSCL_RUN_FOLDER:-.run}/keys \
	    --name "$${NAME:-}" --body "$${BODY:-}" --capacity "$${CAPACITY:-}"

.PHONY: dashboard
dashboard: setup ## Draw deploy/monitoring/dashboard.json anew
	@PYTHONPATH=.:generated $(BIN)/python -m deploy.monitoring.dashboard

.PHONY: access
access: setup ## Write docs/access.md anew: who may do what, as the doors declare it
	@PYTHONPATH=.:generated $(BIN)/python -m deploy.access

.PHONY: lock
lock: .venv/.ready ## Pin the requirements anew
	@[[ -x .run/uv/bin/uv ]] || { $(PYTHON) -m venv .run/uv && .run/uv/bin/pip install --quiet uv; }
	@pin=(.run/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --no-header); \
	"$${pin[@]}" requirements/development.in --output-file requirements/development.txt; \
	"$${pin[@]}" requirements/checkov.in --output-file requirements/checkov.txt; \
	"$${pin[@]}" requirements/runtime.in --constraint requirements/development.txt --output-file requirements/runtime.txt

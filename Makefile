# Every command that this project is worked on with. `make` lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

# Node and the npm tools come from node_modules, whatever Node the machine has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export NODE_COMPILE_CACHE := $(CURDIR)/node_modules/.cache/compile
export WRANGLER_SEND_METRICS := false
export WRANGLER_HIDE_BANNER := true
TOOLS := $(or $(OPERATIONS_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/operations-platform)/tools

# Test files beside each other; each has its own platform.
JOBS ?= 2
# Those in the browser are run by themselves (tools/test-browser.ts).
TESTS ?= 'tests/*.test.ts' 'tests/!(browser)/**/*.test.ts' 'seed/**/*.test.ts'

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---- Running it

.PHONY: dev demo deploy
dev: setup-build command-center ## The Command Center and the platform on http://localhost:8787 with D1, demo data and a ticking cron
	tools/build-worker.sh dev
	node tools/dev.ts

demo: setup-build ## The whole main job: 1,000 people through 90 days, and the ledger's balance
	tools/build-worker.sh release
	node tools/demo.ts

deploy: setup-build command-center ## To Cloudflare: migrations, the Worker, then the Command Center
	wrangler d1 migrations apply DB --remote
	wrangler deploy
	wrangler pages deploy pages/command-center/dist --project-name operations-platform-command-center

.PHONY: command-center
command-center: setup-build ## The Command Center, built
	npm run --silent -w command-center build

# ---- Checking it

.PHONY: test test-fast check
test: setup-test ## Every test: native, the whole platform on the real runtime, on D1 and on Postgres, and the Command Center in Chromium
	node tests/support/with-postgres.ts cargo test --locked
	tools/build-worker.sh dev
	npm run --silent -w command-center test
	node --test --test-concurrency=$(JOBS) --test-global-setup=tests/support/run.ts $(TESTS)
	$(if $(filter file,$(origin TESTS)),node tools/test-browser.ts $(JOBS))

test-fast: ## The native tests alone
	cargo test --locked

check: setup-check ## Formatting, lints, types, the house rules, unused dependencies, the client's types, a deployment's dry run
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo clippy --locked --lib --target wasm32-unknown-unknown -- -D warnings
	node tools/check-arrows.ts
	$(TOOLS)/bin/cargo-machete
	tools/contract.sh --check
	tsc --project .
	npm run --silent -w command-center type-check
	npm run --silent -w command-center lint
	npm run --silent -w command-center format:check
	WORKER_PROFILE=dev wrangler deploy build/dev/index.js --dry-run

.PHONY: audit-verify
audit-verify: setup-build ## Finds what was tampered with in an audit log of 10,000; URL=… KEY=… verifies a running platform's
	@[ -n "$(URL)" ] || tools/build-worker.sh dev
	@node tools/audit-verify.ts $(if $(URL),--url "$(URL)" --key "$(KEY)")

# ---- The contract

.PHONY: contract
contract: ## Writes pages/api/openapi.json from the routes, and the TypeScript client's types from that
	UPDATE_CONTRACT=1 cargo test --locked --lib app::
	tools/contract.sh

# ---- Measuring it

.PHONY: bench-pixel bench-send bench-growth bench-size bench-api bench-import bench-web
bench-pixel: release ## The tracking pixel against a plain JavaScript Worker: pixel_ratio
	node bench/pixel.ts

bench-api: release ## What access control costs, the CRM at work with 100,000 businesses, and what a page reads with 1,000,000
	node bench/access.ts
	node bench/crm.ts

bench-send: setup-test release ## Sends a second from due enrolment to saved outcome, on both engines
	node bench/send.ts

bench-growth: release ## Rows read a send with a million people against ten thousand: growth_ratio
	node bench/growth.ts

bench-import: setup-test release ## Rows a second of an import on both engines, killed once on its way: rows_per_second
	node bench/import.ts

bench-size: release ## The module's size and how long it takes to start
	node bench/size.ts

bench-web: setup-test release command-center ## What the Command Center weighs, what Lighthouse says of it, and how it scrolls through 100,000 businesses
	node bench/web.ts

# ---- Showing it

.PHONY: screenshots
screenshots: setup-test release command-center ## Every page of the Command Center as a picture, in docs/screenshots
	node tools/screenshots.ts

# ---- Housekeeping

.PHONY: fmt clean
fmt: ## Formats the Rust code
	cargo fmt

clean: ## Removes what was built, and the local platform's data and secrets
	cargo clean
	rm -rf build .wrangler .dev.vars

.PHONY: release setup-build setup-check setup-test
release: setup-build
	tools/build-worker.sh release

setup-build setup-check setup-test: setup-%:
	@tools/setup.sh $*

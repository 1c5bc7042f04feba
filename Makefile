# Every target is a script in scripts/; this file only names them.
.DEFAULT_GOAL := help
.PHONY: help serve test soak bench dist fmt lint setup clean

PORT ?= 8080
DATA ?= data

help: ## tell what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

serve: ## install what is missing, build, serve at http://127.0.0.1:$(PORT) with the data in $(DATA); ARGS for more options
	@PORT='$(PORT)' DATA='$(DATA)' scripts/serve.sh $(ARGS)

test: ## install what is missing, then format, lint, native, browser and end-to-end tests
	@scripts/test.sh

soak: ## the end-to-end tests ROUNDS times (default 10), large uploads, a long log, Firefox; PARTS='rounds large log firefox' for some of it
	@scripts/soak.sh

bench: ## measure: make bench NAME=first-load, lighthouse, route-change, lists, upload, small, again, big, start, cli-upload, incremental, tasks, log, metrics, log-viewer or charts
	@scripts/bench.sh $(NAME)

dist: ## the release build of page and backend, for a server
	@scripts/setup.sh build
	@scripts/build-web.sh
	@scripts/build-backend.sh

setup: ## install what building and testing need
	@scripts/setup.sh test

fmt: ## format the Rust sources
	@cargo fmt --all

lint: ## format check and clippy, native and wasm
	@scripts/lint.sh

clean: ## remove what was built; tools and data stay
	@rm -rf target dist dist-dev node_modules tests/e2e/node_modules tests/e2e/bench/node_modules tests/e2e/output

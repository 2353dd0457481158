# Groundswell. `make` prints what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export CGO_ENABLED ?= 0

APPS    := events
DEV     := bin/dev
SQLC    := go tool -modfile=queries/tool/go.mod sqlc
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)

.PHONY: help
help: ## Print this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: bin/dev
bin/dev:
	@go -C apps/dev build -buildvcs=false -o ../../bin/dev .

.PHONY: run
run: bin/dev ## Build and start everything on embedded services with demo data; RESET=1 starts afresh
	@$(DEV) run

.PHONY: dev
dev: bin/dev ## Like run, and rebuild, restart and reload the browser on every saved file
	@$(DEV) watch

.PHONY: wasm
wasm: bin/dev ## Build the browser programs as they are released (brotli 11)
	@$(DEV) wasm -release $(APPS)

.PHONY: gen
gen: ## Generate shared/internal/db from queries/ and schema/ (builds sqlc the first time: minutes)
	@$(SQLC) generate -f queries/sqlc.yaml
	@export LC_ALL=C; sha256sum schema/*.sql queries/*.sql queries/river/*.sql queries/sqlc.yaml queries/tool/go.mod shared/internal/db/*.go > shared/internal/db/SUMS

.PHONY: verify
verify: ## Check formatting, vet for the host and the browser, the import rules, and that generated code is fresh
	@unformatted=$$(gofmt -l apps shared schema workers wasm); [ -z "$$unformatted" ] || { echo "not formatted: $$unformatted"; exit 1; }
	go vet ./...
	go -C apps/dev vet ./...
	GOOS=js GOARCH=wasm go vet ./shared/fullstack ./shared/events/eventsui $(addprefix ./apps/,$(APPS))
	go test ./shared/archtest

.PHONY: postgres
postgres: bin/dev ## Make sure that PostgreSQL's programs are there (local ones, or downloaded once)
	@$(DEV) postgres

.PHONY: test
test: postgres wasm ## Run every test, the browser's too where there is a Chromium
	go test $$(go list ./... | grep -v -e /shared/e2e -e /shared/blob)
	go -C apps/dev test ./...
	@$(MAKE) --no-print-directory e2e

.PHONY: e2e
e2e: bin/dev ## Run the tests of S3 and the browser against a stack of their own (needs Chromium)
	@RATE_LIMITS=0 $(DEV) with -- go test -count=1 -timeout 20m ./shared/blob ./shared/e2e/...

.PHONY: bench
bench: bin/dev ## Measure what we promise; one JSON line each
	@$(DEV) with -- go run ./shared/e2e/bench

.PHONY: dev-bench
dev-bench: bin/dev ## Measure, in a copy of the repository, how long make dev takes to serve a saved file
	@$(DEV) bench

.PHONY: chaos
chaos: bin/dev ## Kill, pause and starve everything under load, and ask what was lost (12 minutes at most; needs redis-server)
	@E2E_CHAOS=1 $(DEV) with -- go test -count=1 -timeout 15m -v ./shared/e2e/chaos

.PHONY: golden
golden: ## Write the golden pages afresh; read the diff like code
	go test ./apps/events/pages ./shared/ui -golden

.PHONY: fuzz
fuzz: ## Fuzz the encoder and the parsers for 30 seconds each
	go test -run=NONE -fuzz=FuzzEncode -fuzztime=30s ./shared/fullstack
	go test -run=NONE -fuzz=FuzzSafeURL -fuzztime=30s ./shared/fullstack
	go test -run=NONE -fuzz=FuzzOpen -fuzztime=30s ./shared/signedlink
	go test -run=NONE -fuzz=FuzzValidate -fuzztime=30s ./shared/events
	go test -run=NONE -fuzz=FuzzParse -fuzztime=30s ./shared/events/ics
	go test -run=NONE -fuzz=FuzzBounce -fuzztime=30s ./shared/mail/bounce
	go test -run=NONE -fuzz=FuzzSegments -fuzztime=30s ./shared/sms
	go test -run=NONE -fuzz=FuzzWord -fuzztime=30s ./shared/sms

.PHONY: lint
lint: ## Check the rules of .golangci.yml with golangci-lint (minutes)
	@lint=$$(command -v golangci-lint || echo "$$(go env GOPATH)/bin/golangci-lint"); [ -x "$$lint" ] || \
		{ echo 'golangci-lint is not installed: go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.6.2'; exit 1; }; \
	"$$lint" run ./...

.PHONY: release
release: wasm ## Build the static binaries into bin/release: copy one to a server and run it
	@mkdir -p bin/release
	@for app in $(APPS); do go build -buildvcs=false -trimpath -ldflags '$(LDFLAGS)' -o bin/release/$$app ./apps/$$app || exit 1; done
	@go build -buildvcs=false -trimpath -ldflags '$(LDFLAGS)' -o bin/release/workers ./workers
	@ls -lh bin/release

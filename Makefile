# Roster's tasks; `make help` lists them. Go, git and make are all that a machine needs to have.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The address and folder of `make run`.
PORT ?= 8080
DATA ?= ./data/demo

# Arguments for `go test`, for instance: make test ARGS='-run TestRelink ./internal/repair/'
ARGS ?= ./...

# Where `make test-browser` keeps pictures of the pages; nowhere by default.
SCREENSHOTS ?=

# How long each fuzz target and benchmark runs.
FUZZTIME ?= 10s
BENCHTIME ?= 2s

# Which benchmarks: make bench BENCH=PatchMember
BENCH ?= .

# Tools have a cache of their own and versions that the code is known to pass with.
TOOLS := $(CURDIR)/.cache/bin
GOLANGCI_LINT_VERSION := v2.15.0
GOFUMPT_VERSION := v0.12.0
GOLANGCI_LINT := $(TOOLS)/golangci-lint-$(GOLANGCI_LINT_VERSION)
GOFUMPT := $(TOOLS)/gofumpt-$(GOFUMPT_VERSION)

# The environment of the public SCIM suites, which are Python.
CONFORMANCE := $(CURDIR)/.cache/conformance

# The stamp below replaces Go's own, which fails in a clone that another user owns.
export GOFLAGS += -buildvcs=false

# A source archive has no history: the version says so and nothing fails.
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unversioned)
COMMIT := $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
DATE := $(shell git log -1 --format=%cI 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X roster/internal/cli.version=$(VERSION) -X roster/internal/cli.commit=$(COMMIT) \
	-X roster/internal/cli.date=$(DATE)

# The race detector makes the pure-Go SQLite driver many times slower, so it watches the packages that share memory
# between requests and not the suites that move bulk data.
RACE_PACKAGES = $(wildcard ./internal/identity ./internal/scim ./internal/journal ./internal/auth ./internal/scimhttp \
	./internal/webhook ./internal/server)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Build, then serve the demo on http://127.0.0.1:8080 (PORT=…, DATA=…)
	bin/roster serve --demo --listen 127.0.0.1:$(PORT) --data $(DATA)

.PHONY: build
build: ## Build bin/roster: static, stamped with its version
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/roster ./cmd/roster

.PHONY: test
test: test-setup build ## Run all tests on SQLite and PostgreSQL (ARGS=… narrows them)
	go test -timeout 20m $(ARGS)

.PHONY: test-setup
test-setup: ## Install what tests need beyond Go: PostgreSQL's server binaries
	@scripts/setup-postgres.sh

.PHONY: conformance
conformance: test-setup ## Run public SCIM suites against the binary, and write docs/conformance.md
	@scripts/setup-conformance.sh $(CONFORMANCE)
	go test -count=1 -timeout 15m -v -run '^TestConformance$$' ./internal/e2e -suites $(CONFORMANCE)/bin/python

.PHONY: test-browser
test-browser: ## Drive the web console in Chromium (SCREENSHOTS=folder keeps pictures)
	@scripts/setup-chromium.sh
	go test -count=1 -timeout 10m -v ./internal/browsertest -browser -screenshots '$(SCREENSHOTS)'

.PHONY: screenshots
screenshots: ## Take the pictures of the documentation anew, in docs/images
	@scripts/setup-chromium.sh
	mkdir -p docs/images
	go test -count=1 -timeout 10m ./internal/browsertest -run '^TestImages$$' -browser -images '$(CURDIR)/docs/images'

.PHONY: test-race
test-race: test-setup ## Run the packages that share memory under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race -short -timeout 20m $(RACE_PACKAGES)

.PHONY: bench
bench: test-setup ## Run the benchmarks: what, figures, ratio (BENCHTIME=…, BENCH=pattern)
	@scripts/bench.sh $(BENCHTIME) '$(BENCH)'

.PHONY: bench-repair
bench-repair: test-setup ## Diagnose a million accounts (ACCOUNTS=… for fewer; 3 GB), and repair a merger of 10,000 people, here and remotely (PEOPLE=… for fewer)
	go test -p 1 -run '^$$' -bench '^(BenchmarkDiagnosis|BenchmarkMerger|BenchmarkRemoteMerger)$$' -benchtime 1x -timeout 60m -v ./internal/repair ./internal/e2e

.PHONY: bench-console
bench-console: test-setup ## Open every page of the console with a million accounts and ten million log entries (ACCOUNTS=…, ENTRIES=… for fewer; 10 GB)
	go test -run '^$$' -bench '^BenchmarkPages$$' -benchtime 1x -timeout 90m ./internal/console

.PHONY: fuzz
fuzz: ## Run every fuzz target for a short while (FUZZTIME=…)
	@scripts/fuzz.sh $(FUZZTIME)

.PHONY: format
format: $(GOFUMPT) ## Format the Go code
	$(GOFUMPT) -w .

.PHONY: format-check
format-check: $(GOFUMPT) ## Fail where Go code is not formatted
	@files=$$($(GOFUMPT) -l .); [[ -z $$files ]] || { echo "not formatted (run make format):"; echo "$$files"; exit 1; }

.PHONY: vet
vet: ## Run go vet
	go vet ./...

.PHONY: lint
lint: $(GOLANGCI_LINT) ## Run golangci-lint (the first time builds it, which takes about two minutes)
	$(GOLANGCI_LINT) run ./...

.PHONY: check
check: format-check vet lint test ## Everything that has to pass before a change lands

.PHONY: clean
clean: ## Remove what was built, the installed tools and the demo's data
	rm -rf bin dist .cache ./data/demo

$(GOLANGCI_LINT):
	@echo "building golangci-lint $(GOLANGCI_LINT_VERSION), about two minutes, once"
	GOBIN=$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	mv $(TOOLS)/golangci-lint $@

$(GOFUMPT):
	GOBIN=$(TOOLS) go install mvdan.cc/gofumpt@$(GOFUMPT_VERSION)
	mv $(TOOLS)/gofumpt $@

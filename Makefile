# Targets for people and for .ci/run. "make help" lists them.

GO      ?= go
BIN     := bin/ctxfix
# The command line library's documentation generator is not needed at run time.
TAGS    := urfave_cli_no_docs
# Modules of their own below this one, which ./... does not reach.
MODULES := testdata/demo testdata/frameworks testdata/leaks

.DEFAULT_GOAL := help
.PHONY: help picture demo test check build bench steps corpus suites layouts guards fuzz soak large golangci fmt clean fmtcheck vet self

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/ctxfix
	$(GO) build -tags $(TAGS) -o $(BIN) ./cmd/ctxfix

demo: build ## show what ctxfix would change in a small service
	@cd testdata/demo && ../../$(BIN) -d ./...; code=$$?; \
	if [ $$code -gt 1 ]; then exit $$code; fi

# The nested modules come first: on a cold build cache they are most of the
# work, and the tests of this module load them, too.
test: ## run all tests, those of the nested modules included
	@set -e; for m in $(MODULES); do \
		echo "$(GO) -C $$m vet ./... && $(GO) -C $$m test ./..."; \
		$(GO) -C $$m vet ./... && $(GO) -C $$m test ./...; \
	done
	$(GO) test -timeout 20m ./...

check: fmtcheck vet self test ## everything that must hold before a commit

fmtcheck:
	@unformatted=$$(gofmt -l cmd detect rewrite testdata); \
	if [ -n "$$unformatted" ]; then echo "not gofmt'd:"; echo "$$unformatted"; exit 1; fi

vet:
	$(GO) vet ./...

self: build
	$(BIN) ./...

# ONLY chooses tables by their titles, RUNS how often each command is run.
RUNS ?= 5

bench: ## measure whole runs beside loading the same packages and other tools (long)
	$(GO) vet ./testdata/bench/...
	$(GO) run ./testdata/bench -runs $(RUNS) -only '$(ONLY)'

steps: ## measure each step of a run; CTXFIX_BENCH names another module's folder
	$(GO) test -run '^$$' -bench . -benchmem ./...

# CORPUS names one tree, as in "make corpus CORPUS=x/tools". What the rules find
# and do is recorded in testdata/corpus; "make corpus UPDATE=-update" accepts it.
corpus: ## run every rule over the standard library and the dependencies (long)
	CTXFIX_CORPUS=$(CORPUS) $(GO) test -tags corpus -timeout 120m -run 'Corpus$$' -v ./rewrite $(UPDATE)

suites: ## run the tests of what the rules change there, before and after (very long)
	CTXFIX_CORPUS=$(CORPUS) $(GO) test -tags corpus -timeout 240m -run 'CorpusSuites$$' -v ./rewrite

# How long each fuzz target runs, and the programs made of the cases.
FUZZTIME ?= 2m

# One that fails does not keep the others from running.
fuzz: ## run the rules over random programs, and feed the parsers any text (FUZZTIME each)
	@failed=; \
	echo "CTXFIX_FUZZ=$(FUZZTIME) $(GO) test -run TestPrograms -v ./rewrite/fuzz"; \
	CTXFIX_FUZZ=$(FUZZTIME) $(GO) test -count=1 -timeout 0 -run TestPrograms -v ./rewrite/fuzz || failed="$$failed TestPrograms"; \
	for p in $$(grep -rl --include='*_test.go' '^func Fuzz' cmd detect rewrite | xargs -n 1 dirname | sort -u); do \
		for f in $$(sed -n 's/^func \(Fuzz[A-Za-z]*\)(f .*/\1/p' $$p/*_test.go); do \
			echo "$(GO) test -fuzz $$f ./$$p"; \
			$(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) ./$$p || failed="$$failed $$f"; \
		done; \
	done; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi

layouts: ## run every case in every layout of its source (some minutes)
	CTXFIX_LAYOUTS=all $(GO) test -timeout 60m -run Layouts -v ./rewrite

soak: ## kill runs at every step, fill disks, take away permissions (long)
	$(GO) test -tags soak -timeout 60m -v -run 'Every|Killed|Meanwhile' ./rewrite/emit
	$(GO) test -tags soak -timeout 120m -v -run 'Soak|Killed' ./cmd/ctxfix

guards: ## take each guard away in turn: some test must fail (long)
	$(GO) vet ./testdata/guards/...
	$(GO) run ./testdata/guards

large: ## run over files, findings and nesting of any size (long)
	CTXFIX_LARGE=1 $(GO) test -count=1 -timeout 120m -v -run 'Large|ManyFindings|DeepCode' ./cmd/ctxfix
	CTXFIX_LARGE=1 $(GO) test -count=1 -timeout 60m -v -run 'TestGrowth$$' ./rewrite

golangci: ## build golangci-lint with ctxfix in it and run it (long)
	$(GO) test -tags golangci -timeout 60m -run GolangciLint -v ./rewrite/golangci

picture: build ## draw README's picture of a terminal anew (needs tmux)
	sh testdata/readme/terminal.sh $(BIN)

fmt: ## format the code
	gofmt -w cmd detect rewrite testdata

clean: ## remove what the targets built
	rm -rf bin

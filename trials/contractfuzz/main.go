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
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failed, err := run(ctx, s)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "contract-fuzz:", err)
		failed = 1
	}
	os.Exit(min(failed, 1))
}

// run returns how many operations broke the contract.
func run(ctx context.Context, s settings) (int, error) {
	root, err := testservice.FindRoot()
	if err != nil {
		return 0, err
	}
	target, stop, err := s.service(ctx)
	if err != nil {
		return 0, err
	}
	defer stop()
	contract, err := readContract(filepath.Join(root, "openapi.yaml"))
	if err != nil {
		return 0, err
	}
	fmt.Println("making holders, copies, challenges and reports to ask for")
	d, err := open(ctx, target, contract)
	if err != nil {
		return 0, err
	}
	defer d.close()
	j := schemathesisRunner{program: s.schemathesis, root: root, out: filepath.Join(root, "out", "contract-fuzz"), seconds: s.seconds}
	findings, err := j.run(ctx, d)
	if err != nil {
		return 0, err
	}
	return d.tally.print(os.Stdout, findings), nil
}

// service is the one at url, or one of its own.
func (s settings) service(ctx context.Context) (seed.Target, func(), error) {
	if s.url == "" {
		own, err := stack.Start(ctx, stack.Options{Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT")})
		if err != nil {
			return seed.Target{}, nil, err
		}
		return seed.Target{URL: own.URL, Keys: own.Keys, Phone: own.URL}, own.Stop, nil
	}
	at, err := url.Parse(s.url)
	if err != nil {
		return seed.Target{}, nil, err
	}
	if host := at.Hostname(); host != "127.0.0.1" && host != "localhost" {
		return seed.Target{}, nil, fmt.Errorf("%s is not on this machine: what is sent at random is for a service that may be thrown away", s.url)
	}
	keys, err := filepath.Abs(s.keys)
	return seed.Target{URL: s.url, Keys: keys, Phone: s.url}, func() {}, err
}

// Command demo runs every scenario of package scenario, prints each step with its duration and keeps the
// documents and answers.
//
//	go run ./demo                                      # against a throw-away service, on free ports
//	go run ./demo -url http://127.0.0.1:8080 -keys ../.local/keys
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/demo/scenario"
)

// challengeLife is the shortest that the service allows, so that the demo can wait for a challenge to expire.
const challengeLife = 30 * time.Second

type settings struct{ url, phone, keys, out string }

func main() {
	var s settings
	flag.StringVar(&s.url, "url", os.Getenv("URL"), "origin of a running service; empty = start one")
	flag.StringVar(&s.phone, "phone", "", "origin of its test phone; empty = the same")
	flag.StringVar(&s.keys, "keys", filepath.Join(cmp.Or(os.Getenv("DATA"), ".local"), "keys"),
		"with -url: directory with the keys of that service's clients and app; DATA is its data directory")
	flag.StringVar(&s.out, "out", "", "directory for documents and answers; empty = out/demo in the repository")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code, err := run(ctx, s)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
	}
	os.Exit(code)
}

// run returns the exit code: 0 if every step passed.
func run(ctx context.Context, s settings) (int, error) {
	r := &scenario.Runner{Log: os.Stdout}
	if err := s.setPaths(r); err != nil {
		return 1, err
	}
	if s.url == "" {
		own, err := stack.Start(ctx, stack.Options{
			Output:           os.Stderr,
			DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT"),
			Parameters:       map[string]string{"ChallengeSeconds": fmt.Sprint(challengeLife.Seconds())},
		})
		if err != nil {
			return 1, err
		}
		defer own.Stop()
		r.Target = seed.Target{URL: own.URL, Keys: own.Keys, Phone: own.URL}
		r.Own, r.ChallengeLife = true, challengeLife
	}
	if err := s.checkKeys(ctx, r.Target); err != nil {
		return 1, err
	}
	passed, failed, err := r.Run(ctx)
	if err != nil {
		return 1, err
	}
	fmt.Printf("\ndocuments and answers: %s\ndemo: %d passed, %d failed\n", r.Dir, passed, failed)
	return min(failed, 1), nil
}

// checkKeys checks that the service at URL accepts the keys, before anything is done there.
func (s settings) checkKeys(ctx context.Context, t seed.Target) error {
	if s.url == "" {
		return nil
	}
	registry, err := t.Machine(seed.Registry)
	if err == nil {
		_, err = registry.Token(ctx, "report")
	}
	if err != nil {
		return fmt.Errorf("the service at %[1]s does not accept the keys in %[2]s; give the DATA of its `make run`, as in `make demo URL=%[1]s DATA=/tmp/x`: %[3]w", s.url, t.Keys, err)
	}
	return nil
}

// setPaths sets absolute paths, because starting a service changes the working directory.
func (s settings) setPaths(r *scenario.Runner) error {
	if s.out == "" {
		wd, err := os.Getwd()
		if err != nil {
			return err
		}
		root, err := stack.FindRoot(wd)
		if err != nil {
			return err
		}
		s.out = filepath.Join(root, "out", "demo")
	}
	var err error
	if r.Dir, err = filepath.Abs(s.out); err != nil {
		return err
	}
	r.Target = seed.Target{URL: s.url, Phone: cmp.Or(s.phone, s.url)}
	r.Keys, err = filepath.Abs(s.keys)
	return err
}

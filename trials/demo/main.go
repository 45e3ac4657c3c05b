// Command demo goes every way through the service, as the holders, the portals and the registry
// do, prints each step with its time and keeps the documents.
//
//	go run ./demo                                      # a service of its own, on free ports
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
)

// challengeLife is the shortest the service allows, so that the walk can wait for one to expire.
const challengeLife = 30 * time.Second

type settings struct{ url, phone, keys, out string }

func main() {
	var s settings
	flag.StringVar(&s.url, "url", os.Getenv("URL"), "origin of a running service; empty = start one")
	flag.StringVar(&s.phone, "phone", "", "origin of its stand-in for phones; empty = the same")
	flag.StringVar(&s.keys, "keys", filepath.Join(cmp.Or(os.Getenv("DATA"), ".local"), "keys"),
		"with -url: folder of that service's clients' and app's keys, where DATA is its data folder")
	flag.StringVar(&s.out, "out", "", "folder for documents and answers; empty = out/demo in the repository")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code, err := run(ctx, s)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
	}
	os.Exit(code)
}

// run returns the exit code: 0 when every step did what it should.
func run(ctx context.Context, s settings) (int, error) {
	w := &seed.ScenarioRunner{Log: os.Stdout}
	if err := s.setPaths(w); err != nil {
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
		w.Target = seed.Target{URL: own.URL, Keys: own.Keys, Phone: own.URL}
		w.Own, w.Short = true, challengeLife
	}
	if err := s.fits(ctx, w.Target); err != nil {
		return 1, err
	}
	passed, failed, err := w.Run(ctx)
	if err != nil {
		return 1, err
	}
	fmt.Printf("\ndocuments and answers: %s\ndemo: %d passed, %d failed\n", w.Folder, passed, failed)
	return min(failed, 1), nil
}

// fits asks whether the keys are those of the service at URL, before anything is done there.
func (s settings) fits(ctx context.Context, t seed.Target) error {
	if s.url == "" {
		return nil
	}
	registry, err := t.Machine(seed.Registry)
	if err == nil {
		_, err = registry.Token(ctx, "report")
	}
	if err != nil {
		return fmt.Errorf("the service at %[1]s does not answer to the keys in %[2]s; give the DATA of its `make run`, as in `make demo URL=%[1]s DATA=/tmp/x`: %[3]w", s.url, t.Keys, err)
	}
	return nil
}

// setPaths fills in where things are, absolutely: a stack of one's own changes the working folder.
func (s settings) setPaths(w *seed.ScenarioRunner) error {
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
	if w.Folder, err = filepath.Abs(s.out); err != nil {
		return err
	}
	w.Target = seed.Target{URL: s.url, Phone: cmp.Or(s.phone, s.url)}
	w.Keys, err = filepath.Abs(s.keys)
	return err
}

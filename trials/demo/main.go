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
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/demo/scenario"
	"github.com/jiazhu/jiazhu/trials/testservice"
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
	checks.Run("demo", func(ctx context.Context) (int, error) { return run(ctx, s) })
}

// run returns how many steps failed.
func run(ctx context.Context, s settings) (failed int, err error) {
	defer must.Catch(&err)
	r := &scenario.Runner{Steps: checks.Steps{Out: os.Stdout}}
	s.setPaths(r)
	if s.url == "" {
		own := must.Get(stack.Start(ctx, stack.Options{
			Output:           os.Stderr,
			DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT"),
			Schemes:          os.Getenv("SCHEMES"),
			Parameters:       map[string]string{"ChallengeSeconds": fmt.Sprint(challengeLife.Seconds())},
		}))
		defer own.Stop()
		r.Target = seed.Target{URL: own.URL, Keys: own.Keys, Phone: own.URL}
		r.Own, r.ChallengeLife = true, challengeLife
	}
	must.Do(s.checkKeys(ctx, r.Target))
	must.Do(r.Run(ctx))
	fmt.Printf("\ndocuments and answers: %s\ndemo: %d passed, %d failed\n", r.Dir, r.Passed, r.Failed)
	return r.Failed, nil
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
func (s settings) setPaths(r *scenario.Runner) {
	if s.out == "" {
		s.out = filepath.Join(must.Get(testservice.FindRoot()), "out", "demo")
	}
	r.Dir = must.Get(filepath.Abs(s.out))
	r.Target = seed.Target{URL: s.url, Phone: cmp.Or(s.phone, s.url), Keys: must.Get(filepath.Abs(s.keys))}
}

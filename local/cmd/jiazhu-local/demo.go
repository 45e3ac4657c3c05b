package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/local/demo"
	"github.com/jiazhu/jiazhu/local/stack"
)

// challengeLife is short, so that the walk can wait for one to expire.
const challengeLife = 30 * time.Second

// walk goes every way through a service of its own.
func walk(ctx context.Context, args []string) (int, error) {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	out := flags.String("out", filepath.Join("out", "demo"), "folder for the documents and answers")
	if err := flags.Parse(args); err != nil {
		return 2, nil // flag has said why
	}
	folder, err := filepath.Abs(*out) // S3 changes the working directory
	if err != nil {
		return 1, err
	}
	o := options()
	o.Output = os.Stderr
	o.Parameters = map[string]string{"ChallengeSeconds": fmt.Sprint(int(challengeLife.Seconds()))}
	s, err := stack.Start(ctx, o)
	if err != nil {
		return 1, err
	}
	defer s.Stop()
	w := &demo.Walk{
		Target: demo.Target{URL: s.URL, Keys: s.Keys, Phone: s.URL},
		Folder: folder, Log: os.Stdout, Own: true, Short: challengeLife,
	}
	passed, failed, err := w.Run(ctx)
	if err != nil {
		return 1, err
	}
	fmt.Printf("\n%d passed, %d failed; documents and answers in %s\n", passed, failed, *out)
	if failed > 0 {
		return 1, errors.New("the demo did not go as it should")
	}
	return 0, nil
}

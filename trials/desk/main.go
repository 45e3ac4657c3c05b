// Command desk makes a set of files as somebody who opens bids receives them (package fileset), and has every verifier
// judge all of them: the API one by one, the offline checker with the register, and the command jiazhu. Each has to say
// what is expected, and all the same.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/desk/fileset"
)

type settings struct {
	verify string
	out    string
	small  bool
	make   bool
	serve  bool
}

func main() {
	var s settings
	flag.StringVar(&s.verify, "verify", "build/verify", "the offline checker")
	flag.StringVar(&s.out, "out", "out/desk", "directory for the files")
	flag.BoolVar(&s.small, "small", false, "make every kind once")
	flag.BoolVar(&s.make, "set", false, "only make the files")
	flag.BoolVar(&s.serve, "serve", false, "keep the service running until interrupted")
	flag.Parse()
	checks.Run("desk", func(ctx context.Context) (int, error) { return run(ctx, s) })
}

func run(ctx context.Context, s settings) (failed int, err error) {
	for _, path := range []*string{&s.verify, &s.out} { // the working directory changes with the stack
		*path = must.Get(filepath.Abs(*path))
	}
	size := fileset.FullSize()
	if s.small {
		size = fileset.SmallSize()
	}
	m := must.Get(fileset.Start(ctx))
	defer m.Stop()
	start := time.Now()
	files := must.Get(m.Make(ctx, size))
	must.Do(m.Write(s.out, files))
	fmt.Printf("%d files, bad ones of %d kinds, in %s: %.1f s\n", len(files), fileset.CountKinds(files), s.out, time.Since(start).Seconds())
	if !s.make {
		failed = checks.Judge(os.Stdout, "desk", judge(ctx, m, s, files))
	}
	if s.serve {
		fmt.Printf("the service is at %s\n", m.URL)
		<-ctx.Done()
	}
	return failed, nil
}

// Command copylog makes a log of many copies by the code that appends to it, and has others check it by what is published
// alone: torchwood, aics-tlog (conformance/copylog) and `jiazhu log audit`. Then it hides, changes and back-dates
// entries, with the log's key in hand, and each has to be noticed.
//
//	go run ./copylog -entries 100000 -jiazhu PROGRAM -python PROGRAM
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/trials/checks"
)

type settings struct {
	entries, batch, proofs, tries int
	jiazhu, python, script, out   string
}

func main() {
	var s settings
	flag.IntVar(&s.entries, "entries", 100_000, "how many copies the log has")
	flag.IntVar(&s.batch, "batch", 500, "at most so many are appended at once")
	flag.IntVar(&s.proofs, "proofs", 1000, "how many proofs of copies are made")
	flag.IntVar(&s.tries, "tries", 20, "how many entries are hidden, changed and back-dated, one in each log")
	flag.StringVar(&s.jiazhu, "jiazhu", "build/jiazhu", "the command jiazhu")
	flag.StringVar(&s.python, "python", "", "a Python that has aics-tlog; without it, no second implementation checks the log")
	flag.StringVar(&s.script, "script", "conformance/copylog/check.py", "what is run with it")
	flag.StringVar(&s.out, "out", "", "directory for the log; a temporary one if empty")
	flag.Parse()
	checks.Run("log", func(ctx context.Context) (int, error) {
		all, err := run(ctx, s)
		if err != nil {
			return 0, err
		}
		return checks.Judge(os.Stdout, "log", all), nil
	})
}

func run(ctx context.Context, s settings) (all []checks.Check, err error) {
	defer must.Catch(&err)
	if s.out == "" {
		s.out = must.Get(os.MkdirTemp("", "copylog-"))
		defer os.RemoveAll(s.out)
	}
	w := must.Get(writeLog(ctx, s))
	fmt.Println(w.figures())
	all = append(all, w.appended, must.Get(w.readWithTorchwood(ctx)))
	all = append(all, must.Get(w.proveCopies(ctx, s.proofs))...)
	must.Do(w.writeKeys())
	if s.python != "" {
		all = append(all, checkWithPython(ctx, s, w))
	} else {
		fmt.Println("no second implementation checked the log: -python names a Python that has aics-tlog")
	}
	all = append(all, must.Get(w.audit(ctx, s))...)
	return append(all, must.Get(w.attack(ctx, s))...), nil
}

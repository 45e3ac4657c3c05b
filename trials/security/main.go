// Command security plays attackers who have some of the service's trust: with the stolen key of a portal, an
// authority, an organisation or an identity app; an operator who can write the tables and has no key; an
// operator who has the command. Each makes its attempts on a service on this machine. The results are the
// tables in docs/threat-model.md, with which the run compares them. An attempt fails that reaches something
// nobody is trusted with, and so does one that does not reach what its client is there for.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/trials/checks"
)

func main() {
	renew := flag.Bool("write", false, "write the table into docs/threat-model.md")
	only := flag.String("only", "", "run only attackers whose name begins so; the table is then not compared")
	commands := flag.Bool("commands", false, "print the operators' commands and their output")
	flag.Parse()
	checks.Run("security", func(ctx context.Context) (int, error) { return run(ctx, os.Stdout, *only, *renew, *commands) })
}

func run(ctx context.Context, out io.Writer, only string, renew, commands bool) (failed int, err error) {
	s := &fixture{showsCommands: commands}
	must.Do(s.start(ctx))
	defer s.Stop()
	all := must.Get(s.runScenarios(ctx, out, only))
	for _, r := range all {
		if r.failureReason() != "" {
			failed++
		}
	}
	passed := len(all) - failed
	if only == "" {
		file := filepath.Join(s.Root, "docs", "threat-model.md")
		if err := compare(file, table(all), renew); err != nil {
			fmt.Fprintf(out, "  ✗ %v\n", err)
			failed++
		} else {
			passed++
		}
	}
	fmt.Fprintf(out, "\nsecurity: %d passed, %d failed\n", passed, failed)
	return failed, nil
}

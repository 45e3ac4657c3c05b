// Command security plays those who are trusted a little: a portal, an authority, an organisation and an
// identity app whose key was stolen, an operator who can write the tables and has no key, an operator who
// has the command. Each tries, on a service of its own on this machine, what it can think of; what each
// reached is a table in docs/threat-model.md, which the run compares with. An attempt that reaches what
// nobody is trusted with fails, and so does one that is not let do what its office is.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	renew := flag.Bool("write", false, "write the table into docs/threat-model.md")
	only := flag.String("only", "", "play only those whose name begins so; the table is then not compared")
	commands := flag.Bool("commands", false, "print the operators' commands, and what they are told")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failed, err := run(ctx, os.Stdout, *only, *renew, *commands)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "security:", err)
		os.Exit(1)
	}
	os.Exit(min(failed, 1))
}

func run(ctx context.Context, out io.Writer, only string, renew, commands bool) (failed int, err error) {
	s, err := open(ctx)
	if s != nil {
		defer s.close()
	}
	if err != nil {
		return 0, err
	}
	s.commands = commands
	all, err := s.runScenarios(ctx, out, only)
	if err != nil {
		return 0, err
	}
	for _, r := range all {
		if r.failureReason() != "" {
			failed++
		}
	}
	passed := len(all) - failed
	if only == "" {
		file := filepath.Join(s.root, "docs", "threat-model.md")
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

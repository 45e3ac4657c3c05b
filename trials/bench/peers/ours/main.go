// Command ours makes the certificates as the service does, to be measured beside
// others: ours INPUTS pdf|ofd|pair.
//
// Where the others are given finished sheets, it lays each certificate out and
// encodes its QR code, as it has to for a holder.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/internal/measure"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/trials/bench/documents"
	"github.com/jiazhu/jiazhu/trials/bench/peers/batch"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "ours:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) (err error) {
	defer must.Catch(&err)
	if len(args) != 2 {
		return errors.New("usage: ours INPUTS pdf|ofd|pair")
	}
	runtime.GOMAXPROCS(1)
	issuer := must.Get(documents.Open(args[0]))
	d := worker{make: makers(issuer)[args[1]], cases: readCases(args[0], issuer)}
	if d.make == nil {
		return fmt.Errorf("it makes no %q", args[1])
	}
	answer := json.NewEncoder(out)
	must.Do(answer.Encode(batch.Hello{Version: runtime.Version()}))
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		must.Do(answer.Encode(d.answer(ctx, strings.Fields(lines.Text()))))
	}
	return lines.Err()
}

// worker makes the documents of the certificates in turn.
type worker struct {
	make  makeFunc
	cases []issue.Input
	next  int // certificate
}

// answer carries out a command (package batch).
func (d *worker) answer(ctx context.Context, words []string) (done batch.Result) {
	switch {
	case len(words) == 2 && words[0] == "make":
		return d.measure(ctx, must.Get(strconv.Atoi(words[1])))
	case len(words) == 3 && words[0] == "save":
		d.save(ctx, must.Get(strconv.Atoi(words[1])), words[2])
	default:
		must.Do(fmt.Errorf("unknown command %q", words))
	}
	return done
}

func (d *worker) measure(ctx context.Context, n int) (result batch.Result) {
	result.Documents = n
	result.CPU = measure.Of(func() {
		for range n {
			start := time.Now()
			files := d.make(ctx, d.cases[d.next])
			if wall := time.Since(start).Seconds(); result.BestWall == 0 || wall < result.BestWall {
				result.BestWall = wall
			}
			for _, f := range files {
				result.Bytes += int64(len(f))
			}
			d.next = (d.next + 1) % len(d.cases)
		}
	}).CPU.Seconds()
	return result
}

// save writes the documents to name and, where there are two, to name.2.
func (d *worker) save(ctx context.Context, i int, name string) {
	for n, f := range d.make(ctx, d.cases[i]) {
		if n > 0 {
			name += "." + strconv.Itoa(n+1)
		}
		must.Do(os.WriteFile(name, f, 0o600))
	}
}

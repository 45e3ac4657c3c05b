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

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) != 2 {
		return errors.New("usage: ours INPUTS pdf|ofd|pair")
	}
	runtime.GOMAXPROCS(1)
	issuer, err := documents.Open(args[0])
	if err != nil {
		return err
	}
	cases, err := readCases(args[0], issuer)
	if err != nil {
		return err
	}
	make, ok := makers(issuer)[args[1]]
	if !ok {
		return fmt.Errorf("it makes no %q", args[1])
	}
	d := worker{make: make, cases: cases}
	answer := json.NewEncoder(out)
	if err := answer.Encode(batch.Hello{Version: runtime.Version()}); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		result, err := d.answer(ctx, strings.Fields(lines.Text()))
		if err != nil {
			return err
		}
		if err := answer.Encode(result); err != nil {
			return err
		}
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
func (d *worker) answer(ctx context.Context, words []string) (batch.Result, error) {
	if len(words) < 2 {
		return batch.Result{}, fmt.Errorf("unknown command %q", words)
	}
	n, err := strconv.Atoi(words[1])
	if err != nil {
		return batch.Result{}, err
	}
	switch {
	case words[0] == "make" && len(words) == 2:
		return d.measure(ctx, n)
	case words[0] == "save" && len(words) == 3:
		return batch.Result{}, d.save(ctx, n, words[2])
	}
	return batch.Result{}, fmt.Errorf("unknown command %q", words)
}

func (d *worker) measure(ctx context.Context, n int) (result batch.Result, err error) {
	result.Documents = n
	cost := measure.Of(func() {
		for range n {
			var files [][]byte
			start := time.Now()
			if files, err = d.make(ctx, d.cases[d.next]); err != nil {
				return
			}
			if wall := time.Since(start).Seconds(); result.BestWall == 0 || wall < result.BestWall {
				result.BestWall = wall
			}
			for _, f := range files {
				result.Bytes += int64(len(f))
			}
			d.next = (d.next + 1) % len(d.cases)
		}
	})
	result.CPU = cost.CPU.Seconds()
	return result, err
}

// save writes the documents to name and, where there are two, to name.2.
func (d *worker) save(ctx context.Context, i int, name string) error {
	files, err := d.make(ctx, d.cases[i])
	if err != nil {
		return err
	}
	for n, f := range files {
		if n > 0 {
			name += "." + strconv.Itoa(n+1)
		}
		if err := os.WriteFile(name, f, 0o600); err != nil {
			return err
		}
	}
	return nil
}

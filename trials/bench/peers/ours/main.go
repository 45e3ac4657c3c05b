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
	"syscall"
	"time"

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
	p, err := newDocumentIssuer(args[0])
	if err != nil {
		return err
	}
	make, ok := map[string]makeFunc{"pdf": p.onlyPDF, "ofd": p.onlyOFD, "pair": p.pair}[args[1]]
	if !ok {
		return fmt.Errorf("it makes no %q", args[1])
	}
	d := driver{make: make, cases: len(p.cases)}
	answer := json.NewEncoder(out)
	if err := answer.Encode(batch.Hello{Version: runtime.Version()}); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		result, err := d.obey(ctx, strings.Fields(lines.Text()))
		if err != nil {
			return err
		}
		if err := answer.Encode(result); err != nil {
			return err
		}
	}
	return lines.Err()
}

// makeFunc makes the documents of certificate i.
type makeFunc func(ctx context.Context, i int) ([][]byte, error)

// driver takes the certificates in turn.
type driver struct {
	make  makeFunc
	cases int
	next  int // certificate
}

func (d *driver) obey(ctx context.Context, words []string) (batch.Result, error) {
	if len(words) < 2 {
		return batch.Result{}, fmt.Errorf("what is %q?", words)
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
	return batch.Result{}, fmt.Errorf("what is %q?", words)
}

func (d *driver) measure(ctx context.Context, n int) (batch.Result, error) {
	result := batch.Result{Documents: n}
	before, err := processTime()
	if err != nil {
		return result, err
	}
	for i := range n {
		start := time.Now()
		files, err := d.make(ctx, d.next)
		if err != nil {
			return result, err
		}
		if wall := time.Since(start).Seconds(); i == 0 || wall < result.BestWall {
			result.BestWall = wall
		}
		for _, f := range files {
			result.Bytes += int64(len(f))
		}
		d.next = (d.next + 1) % d.cases
	}
	after, err := processTime()
	result.CPU = after - before
	return result, err
}

// save writes the documents to name and, where there are two, to name.2.
func (d *driver) save(ctx context.Context, i int, name string) error {
	files, err := d.make(ctx, i)
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

// processTime is the seconds of CPU this process has used, in all its threads.
func processTime() (float64, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds(), nil
}

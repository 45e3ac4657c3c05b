// Command specimens makes certificates to be judged by independent programs, and
// controls that these programs have to refuse.
//
//	specimens -out DIRECTORY
//
// It uses a test authority that is discarded at the end. The directory receives the
// specimens, the controls that only change bytes, the trust bundle and roots for
// validators, and the description of all of them for package manifest.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

func main() {
	out := flag.String("out", "out/conformance", "directory to write to; what is in it is removed")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := write(ctx, *out, time.Now()); err != nil {
		fmt.Fprintln(os.Stderr, "specimens:", err)
		os.Exit(1)
	}
}

func write(ctx context.Context, out string, now time.Time) error {
	w, err := newGenerator(ctx, now)
	if err != nil {
		return err
	}
	all, err := w.specimens(ctx)
	if err != nil {
		return err
	}
	bundle, roots, err := collectTrust(w.issuers, w.schemes)
	if err != nil {
		return err
	}
	set := manifest.Set{MadeAt: now}
	files := map[string][]byte{manifest.Trust: bundle, manifest.Root: roots}
	for _, one := range all {
		set.Specimens = append(set.Specimens, one.Specimen)
		for ending, data := range map[string][]byte{"pdf": one.PDF, "ofd": one.OFD, "svg": one.Preview, "json": one.canonical} {
			files[one.Name+"."+ending] = data
		}
	}
	bad, err := w.controls(ctx, all)
	if err != nil {
		return err
	}
	for _, one := range bad {
		set.Controls = append(set.Controls, one.Control)
		if one.Recipe == "" {
			files[one.Name] = one.data
		}
	}
	if err := save(out, files); err != nil {
		return err
	}
	fmt.Printf("%d specimens and %d controls in %s\n", len(set.Specimens), len(set.Controls), out)
	return set.Write(out)
}

// save writes the files into a directory and removes any earlier set. It refuses a
// directory that holds something else.
func save(directory string, files map[string][]byte) error {
	if found, err := os.ReadDir(directory); err == nil && len(found) > 0 {
		if _, err := os.Stat(filepath.Join(directory, manifest.File)); err != nil {
			return errors.New(directory + " has other things in it: name another directory")
		}
	}
	if err := os.RemoveAll(directory); err != nil {
		return err
	}
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return err
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(directory, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generator makes specimens.
type generator struct {
	now     time.Time
	fonts   *font.Set
	schemes scheme.Set
	issuers map[string]*documentIssuer // by the name of their style
}

func newGenerator(ctx context.Context, now time.Time) (*generator, error) {
	w := &generator{now: now, issuers: map[string]*documentIssuer{}}
	var err error
	if w.fonts, err = font.Load(); err != nil {
		return nil, err
	}
	if w.schemes, err = scheme.Load(); err != nil {
		return nil, err
	}
	for name, s := range styles() {
		if w.issuers[name], err = newIssuer(ctx, w.fonts, now, s); err != nil {
			return nil, err
		}
	}
	return w, nil
}

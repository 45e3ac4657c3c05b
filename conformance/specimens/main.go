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
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/preview"
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

func write(ctx context.Context, out string, now time.Time) (err error) {
	defer must.Catch(&err)
	w := newGenerator(ctx, now)
	all := w.specimens(ctx)
	set := manifest.Set{MadeAt: now}
	files := map[string][]byte{}
	files[manifest.Trust], files[manifest.Root] = collectTrust(w.issuers)
	for _, one := range all {
		set.Specimens = append(set.Specimens, one.Specimen)
		for ending, data := range map[string][]byte{"pdf": one.PDF, "ofd": one.OFD, "svg": one.Preview, "json": one.canonical} {
			files[one.Name+"."+ending] = data
		}
	}
	for _, one := range w.controls(ctx, all) {
		set.Controls = append(set.Controls, one.Control)
		if one.Recipe == "" {
			files[one.Name] = one.data
		}
	}
	save(out, files)
	fmt.Printf("%d specimens and %d controls in %s\n", len(set.Specimens), len(set.Controls), out)
	return set.Write(out)
}

// save writes the files into a directory and removes any earlier set. It refuses a
// directory that holds something else.
func save(directory string, files map[string][]byte) {
	if found, err := os.ReadDir(directory); err == nil && len(found) > 0 {
		if _, err := os.Stat(filepath.Join(directory, manifest.File)); err != nil {
			must.Do(errors.New(directory + " has other things in it: name another directory"))
		}
	}
	must.Do(os.RemoveAll(directory))
	must.Do(os.MkdirAll(directory, 0o755))
	for name, data := range files {
		must.Do(os.WriteFile(filepath.Join(directory, name), data, 0o644))
	}
}

// generator makes specimens. Its steps stop at an error (package must).
type generator struct {
	now     time.Time
	fonts   *font.Set
	schemes scheme.Set
	issuers map[string]*documentIssuer // by the name of their style

	previews *preview.Drawer
}

func newGenerator(ctx context.Context, now time.Time) *generator {
	w := &generator{now: now, fonts: must.Get(font.Load()), schemes: must.Get(scheme.Load()), issuers: map[string]*documentIssuer{}}
	w.previews = preview.New(w.fonts, w.schemes)
	for name, s := range styles() {
		w.issuers[name] = newIssuer(ctx, w.fonts, w.schemes, now, s)
	}
	return w
}

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/tools/thin"
)

// rareFont is the optional second font: Hanazono Mincho B, which has every character of the extensions B to F in
// GB 18030-2022, level 3. Its npm package holds it in slices of about a thousand characters, packed as WOFF2; Node
// unpacks them, and they are joined into one TrueType file.
func rareFont() file {
	return file{
		Place: "shared/document/font/data/HanaMinB.ttf", Mode: 0o644,
		SHA256: "45cea7dcdcac8736d94ecfc90478d42e7f3c271106441962d68cce4e7ccb59a2",
		Make:   joinSlices,
	}
}

// fetchRare fetches the font; an error names how to have it without npm.
func fetchRare(ctx context.Context, packages string, f file) error {
	if err := fetch(ctx, packages, f); err != nil {
		return fmt.Errorf("%w; or copy HanaMinB.ttf of the Debian package fonts-hanazono to %s", err, f.Place)
	}
	fmt.Println("programs built from now on carry it")
	return nil
}

// joinSlices unpacks the slices and joins them in the order of their names.
func joinSlices(ctx context.Context, modules string) (font []byte, err error) {
	defer must.Catch(&err)
	modules = must.Get(filepath.Abs(modules))
	if err := execute(ctx, "node", filepath.Join(modules, "..", "unpack.js"), modules); err != nil {
		return nil, fmt.Errorf("unpack the fonts with node: %w", err)
	}
	names := must.Get(filepath.Glob(filepath.Join(modules, "hanamin", "*.ttf")))
	slices := make([][]byte, len(names))
	for i, name := range names {
		slices[i] = must.Get(os.ReadFile(name))
	}
	return thin.Join(slices)
}

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// rareFont is the optional second font: Hanazono Mincho B, which has every
// character of the extensions B to F in GB 18030-2022, level 3. Its npm package
// holds it in slices of about a thousand characters, packed as WOFF2; they are
// unpacked by Node and joined into one TrueType file.
type rareFont struct {
	Slices, Decoder pinned
	SHA256          string // of the joined font
	Place           string
}

// pinned is an npm package and the SHA-256 of its archive. The decoder is run,
// so its archive is checked before anything is taken out of it.
type pinned struct{ Package, SHA256 string }

func newRareFont() rareFont {
	return rareFont{
		Slices:  pinned{"hanamin@0.0.5", "7d2a579d1ae2be76d56df255170c8d9946c312af9ef034024ddb378f3e5f22c3"},
		Decoder: pinned{"wawoff2@2.0.1", "c356059ab809228e0c93b7da8862bc8b52b7b84d69f16255eaec304fc9d99a56"},
		SHA256:  "df9dc72f4ddc87ca3ddfb05edb7d72192cf554d023924c348a1b753123c867b0",
		Place:   "shared/document/font/data/HanaMinB.ttf",
	}
}

// otherWay is where the font can be had without Node.
const debianHint = "; or copy HanaMinB.ttf of the Debian package fonts-hanazono to "

// fetch puts the font in its place, unless it is there already.
func (r rareFont) fetch(ctx context.Context) error {
	name := filepath.Base(r.Place)
	switch sum, err := digest(r.Place); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case sum == r.SHA256:
		fmt.Printf("%s: already there\n", name)
		return nil
	}
	joined, err := r.make(ctx)
	if err != nil {
		return fmt.Errorf("%w%s%s", err, debianHint, r.Place)
	}
	if err := replace(r.Place, joined); err != nil {
		return err
	}
	fmt.Printf("%s: in %s, SHA-256 as pinned; programs built from now on carry it\n", name, filepath.Dir(r.Place))
	return nil
}

// make returns the joined font.
func (r rareFont) make(ctx context.Context) ([]byte, error) {
	if err := os.MkdirAll(".cache", 0o755); err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp(".cache", "rare-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	isSlice := func(name string) bool {
		return strings.HasPrefix(name, "package/HanaMinB.CJK-Unified-Ideographs-Extension-") && strings.HasSuffix(name, ".woff2")
	}
	isCode := func(name string) bool { return strings.HasSuffix(name, ".js") }
	if err := r.Slices.unpack(ctx, filepath.Join(work, "slices"), isSlice); err != nil {
		return nil, err
	}
	if err := r.Decoder.unpack(ctx, filepath.Join(work, "decoder"), isCode); err != nil {
		return nil, err
	}
	slices, err := decode(ctx, filepath.Join(work, "decoder", "package"), filepath.Join(work, "slices", "package"))
	if err != nil {
		return nil, err
	}
	joined, err := join(slices)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Slices.Package, err)
	}
	sum := sha256.Sum256(joined)
	if got := hex.EncodeToString(sum[:]); got != r.SHA256 {
		return nil, fmt.Errorf("SHA-256 of the font joined from %s is %s, pinned is %s; nothing was kept", r.Slices.Package, got, r.SHA256)
	}
	return joined, nil
}

// unpackScript writes a TrueType file beside each WOFF2 file of a folder.
//
//go:embed unpack.js
var unpackScript []byte

// decode has Node unpack the WOFF2 files of a folder and returns them in the
// order of their names.
func decode(ctx context.Context, decoder, folder string) ([][]byte, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, errors.New("node is missing: install Node.js 20 or newer")
	}
	paths := make([]string, 2)
	for i, p := range []string{decoder, folder} {
		if paths[i], err = filepath.Abs(p); err != nil {
			return nil, err
		}
	}
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, node, append([]string{"-"}, paths...)...)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(unpackScript), &said
	if err := cmd.Run(); err != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
		return nil, fmt.Errorf("unpack the fonts with node: %w: %s", err, first)
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.ttf"))
	if err != nil {
		return nil, err
	}
	slices := make([][]byte, len(names))
	for i, name := range names {
		if slices[i], err = os.ReadFile(name); err != nil {
			return nil, err
		}
	}
	return slices, nil
}

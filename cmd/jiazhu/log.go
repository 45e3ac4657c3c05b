package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/jiazhu/jiazhu/shared/domain/copylog"
)

// maxLogObject bounds what is read of a log at once, in bytes. The largest bundle has 13 056.
const maxLogObject = 1 << 20

// auditLog reads a log of copies by what is published of it, and lists what is wrong.
func (c console) auditLog(ctx context.Context, args []string) error {
	f := c.flags("log audit", "URL|DIRECTORY")
	alwaysJSON(f)
	var witnesses []string
	key := f.String("key", "", "the log's public `KEY`, name+hash+key; required")
	f.Func("witness", "the public `KEY` of a witness; may be repeated", func(v string) error { witnesses = append(witnesses, v); return nil })
	quorum := f.Int("quorum", 0, "`HOW MANY` of the witnesses must have signed the checkpoint")
	delay := f.Duration("delay", copylog.Delay, "how long after its making a copy may be logged")
	keep := f.String("keep", "", "compare with the checkpoint in `FILE`, which an audit before wrote, and write the present one to it")
	proof := f.String("proof", "", "check the proof in `FILE` (.tlog-proof), too, of the copy that -content names")
	content := f.String("content", "", "the `SHA-256` of the copy's canonical JSON, which a receipt has as copyDigest")
	document := f.String("file", "", "the PDF or OFD that the proof is to be of, `FILE`")
	names, err := parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	if *key == "" || (*proof == "") != (*content == "") || *document != "" && *proof == "" {
		return fmt.Errorf("%w: -key is required, -proof and -content go together, and -file goes with them", errUsage)
	}
	trust, err := copylog.NewTrust(*key, witnesses, *quorum)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	var earlier [][]byte
	if *proof != "" {
		checkpoint, err := checkCopyProof(trust, *proof, *content, *document)
		if err != nil {
			return err
		}
		earlier = append(earlier, checkpoint)
	}
	kept, err := readKept(*keep)
	if err != nil {
		return err
	}
	source, err := openLog(names[0])
	if err != nil {
		return err
	}
	report, err := copylog.Auditor{Trust: trust, Delay: *delay, Now: c.now()}.Audit(ctx, source, kept, earlier...)
	if err != nil {
		return err
	}
	if err := c.print(report); err != nil {
		return err
	}
	if report.Found > 0 {
		return fmt.Errorf("%d findings: the log is not what it states to be", report.Found)
	}
	if *keep == "" {
		return nil
	}
	data, err := json.Marshal(report.Kept)
	if err != nil {
		return err
	}
	return replaceFile(*keep, append(data, '\n'))
}

// readKept reads the checkpoint that an audit before kept; nil if there is no such file yet.
func readKept(name string) (*copylog.Kept, error) {
	if name == "" {
		return nil, nil
	}
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var kept copylog.Kept
	if err == nil {
		err = json.Unmarshal(data, &kept)
	}
	if err != nil {
		return nil, fmt.Errorf("-keep: %w", err)
	}
	return &kept, nil
}

// checkCopyProof checks that a proof is of a copy, and of a file of it where one is named. It returns the proof's checkpoint.
func checkCopyProof(trust copylog.Trust, name, content, document string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	p, err := copylog.ParseProof(text)
	if err != nil {
		return nil, err
	}
	sum, err := hex.DecodeString(content)
	if err != nil || len(sum) != sha256.Size {
		return nil, fmt.Errorf("%w: -content: it is no SHA-256 in hex", errUsage)
	}
	if _, err := p.Check(trust, copylog.Digest(sum)); err != nil {
		return nil, err
	}
	if document == "" {
		return p.Checkpoint, nil
	}
	data, err := os.ReadFile(document)
	if err != nil {
		return nil, err
	}
	if digest := sha256.Sum256(data); digest != p.PDF && digest != p.OFD {
		return nil, fmt.Errorf("%s is neither file of the copy in the log", document)
	}
	return p.Checkpoint, nil
}

// openLog returns a reader of the log at a URL or in a directory.
func openLog(place string) (torchwood.TileReader, error) {
	if strings.HasPrefix(place, "https://") || strings.HasPrefix(place, "http://") {
		return torchwood.NewTileFetcher(place, torchwood.WithConcurrencyLimit(8), torchwood.WithUserAgent("jiazhu"),
			torchwood.WithHTTPClient(&http.Client{Timeout: 30 * time.Second, Transport: boundedTransport{http.DefaultTransport}}))
	}
	if info, err := os.Stat(place); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%w: %s is neither a URL nor a directory", errUsage, place)
	}
	return logDirectory(place), nil
}

// boundedTransport ends an answer that is longer than any object of a log.
type boundedTransport struct{ http.RoundTripper }

func (b boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, maxLogObject), answer.Body}
	}
	return answer, err
}

// logDirectory is a directory with what is published of a log.
type logDirectory string

// ReadTiles implements torchwood.TileReader.
func (d logDirectory) ReadTiles(ctx context.Context, tiles []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(tiles))
	for i, t := range tiles {
		var err error
		if all[i], err = d.ReadEndpoint(ctx, torchwood.TilePath(t)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// SaveTiles implements torchwood.TileReader.
func (logDirectory) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadEndpoint implements torchwood.TileReader.
func (d logDirectory) ReadEndpoint(_ context.Context, path string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(d), filepath.FromSlash(path)))
}

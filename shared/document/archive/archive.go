// Package archive opens a ZIP of files to verify. Whoever sent it may be hostile: each entry is either
// readable within bounds, or refused with the reason, and the paths in it are data that lead nowhere.
package archive

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"
)

// Errors of a ZIP that is refused whole.
var (
	// ErrUnreadable reports bytes that are no ZIP, or a damaged one.
	ErrUnreadable = errors.New("archive: not a ZIP, or a damaged one")
	// ErrTooMany reports more entries than may be.
	ErrTooMany = errors.New("archive: too many entries")
	// ErrTooLarge reports more bytes than may be.
	ErrTooLarge = errors.New("archive: too large")
	// ErrEmpty reports a ZIP without files.
	ErrEmpty = errors.New("archive: no files in it")
)

// The bounds of an archive.
const (
	MaxArchive  = 512 << 20 // bytes
	MaxEntries  = 2000      // files; directories are not counted, but as many of them may be at most
	MaxFile     = 64 << 20  // bytes of one file, inflated
	MaxInflated = 2 << 30   // bytes of all files together, inflated
	MaxPath     = 1024      // bytes of a path
	maxRatio    = 200       // of a file's inflated to its compressed size
	smallFile   = 1 << 20   // bytes of a file whose ratio does not matter
)

// directoryBytes bounds what is read to list the entries, so that a directory of a million of them is
// not: the largest directory of the most entries, and the end record with the longest comment.
const directoryBytes = 2*MaxEntries*(46+MaxPath/2) + 128<<10

// Refusal says why an entry is not read.
type Refusal string

// The refusals.
const (
	Accepted  Refusal = ""           // the entry can be read
	PathTwice Refusal = "path-twice" // two entries have one path, in whatever case or composition
	PathLeads Refusal = "path-leads" // the path leads out of the archive, or is none
	Link      Refusal = "link"       // a link or device, and no file
	Encrypted Refusal = "encrypted"
	Method    Refusal = "method"    // a compression that is not read
	TooLarge  Refusal = "too-large" // more than MaxFile inflated, or the archive more than MaxInflated
	Bomb      Refusal = "bomb"      // a file of almost nothing that inflates to very much
	Overlaps  Refusal = "overlaps"  // its bytes are those of another entry, too
	Damaged   Refusal = "damaged"   // its bytes are not what the directory says
	TooMany   Refusal = "too-many"  // the archive is refused whole: more entries or bytes than may be
)

// Entry is a file of an archive.
type Entry struct {
	Path    string // as data: with slashes, in UTF-8, of any characters
	Size    int64  // bytes, inflated, as the directory states them
	Refused Refusal

	file *zip.File
}

// Open lists the files of an archive in the order of its directory. No file is read.
func Open(r io.ReaderAt, size int64) ([]Entry, error) {
	if size > MaxArchive {
		return nil, ErrTooLarge
	}
	bounded := &boundedReader{ReaderAt: r, left: directoryBytes}
	z, err := zip.NewReader(bounded, size)
	if bounded.left < 0 {
		return nil, ErrTooMany
	}
	bounded.left = math.MaxInt64
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	if len(z.File) > 2*MaxEntries {
		return nil, ErrTooMany
	}
	var entries []Entry
	for _, f := range z.File {
		if name := readPath(f); !strings.HasSuffix(name, "/") {
			entries = append(entries, Entry{Path: name, Size: int64(min(f.UncompressedSize64, 1<<62)), file: f})
		}
	}
	switch {
	case len(entries) == 0:
		return nil, ErrEmpty
	case len(entries) > MaxEntries:
		return nil, ErrTooMany
	}
	refuseEntries(entries)
	refuseOverlaps(entries)
	return entries, nil
}

// readPath returns an entry's path in UTF-8. A program that does not write UTF-8 writes the code page
// of its computer, which is GB 18030 where these files come from.
func readPath(f *zip.File) string {
	if !f.NonUTF8 || utf8.ValidString(f.Name) {
		return strings.ToValidUTF8(f.Name, "\ufffd")
	}
	if name, err := simplifiedchinese.GB18030.NewDecoder().String(f.Name); err == nil {
		return name
	}
	return strings.ToValidUTF8(f.Name, "\ufffd")
}

// refuseEntries refuses what the directory tells of each entry.
func refuseEntries(entries []Entry) {
	paths := map[string]int{}
	var inflated int64
	for i := range entries {
		e := &entries[i]
		switch e.Refused = refusalOf(e.Path, e.file); e.Refused {
		case PathLeads:
			continue
		case Accepted:
			if inflated += e.Size; inflated > MaxInflated {
				e.Refused = TooLarge
			}
		}
		key := norm.NFC.String(strings.ToLower(norm.NFC.String(path.Clean(e.Path))))
		if first, twice := paths[key]; twice { // which of them is meant cannot be told
			e.Refused, entries[first].Refused = PathTwice, PathTwice
			continue
		}
		paths[key] = i
	}
}

func refusalOf(path string, f *zip.File) Refusal {
	switch mode := f.Mode(); {
	case leadsOut(path):
		return PathLeads
	case mode&fs.ModeType != 0:
		return Link
	case f.Flags&(1|1<<6|1<<13) != 0:
		return Encrypted
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return Method
	case f.UncompressedSize64 > MaxFile:
		return TooLarge
	case f.UncompressedSize64 > smallFile && f.UncompressedSize64/maxRatio > f.CompressedSize64:
		return Bomb
	}
	return Accepted
}

// leadsOut reports whether a path would lead elsewhere if it were one of a file system, on any of them.
func leadsOut(name string) bool {
	if name == "" || len(name) > MaxPath || strings.HasPrefix(name, "/") || strings.ContainsAny(name, "\\\x00") || len(name) > 1 && name[1] == ':' {
		return true
	}
	return slices.Contains(strings.Split(name, "/"), "..")
}

// refuseOverlaps refuses entries whose bytes are those of another one, too.
func refuseOverlaps(entries []Entry) {
	type extent struct {
		entry      *Entry
		start, end int64
	}
	var all []extent
	for i := range entries {
		e := &entries[i]
		start, err := e.file.DataOffset()
		if err != nil {
			if e.Refused == Accepted {
				e.Refused = Damaged
			}
			continue
		}
		all = append(all, extent{e, start, start + int64(min(e.file.CompressedSize64, 1<<62))})
	}
	slices.SortFunc(all, func(a, b extent) int { return int(min(max(a.start-b.start, -1), 1)) })
	for i := 1; i < len(all); i++ {
		if before, next := all[i-1], &all[i]; next.start < before.end || next.start == before.start {
			before.entry.Refused, next.entry.Refused = Overlaps, Overlaps
			next.end = max(next.end, before.end)
		}
	}
}

// Read reads a file, or says why it is refused.
func (e Entry) Read() ([]byte, Refusal) {
	if e.Refused != Accepted {
		return nil, e.Refused
	}
	r, err := e.file.Open()
	if err != nil {
		return nil, Damaged
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, e.Size+1)) // of at most MaxFile bytes, or it is refused already
	switch {
	case err != nil || int64(len(data)) != e.Size:
		return nil, Damaged
	}
	return data, Accepted
}

// boundedReader reads no more bytes than are left.
type boundedReader struct {
	io.ReaderAt
	left int64
}

func (b *boundedReader) ReadAt(p []byte, at int64) (int, error) {
	if b.left -= int64(len(p)); b.left < 0 {
		return 0, ErrTooMany
	}
	return b.ReaderAt.ReadAt(p, at)
}

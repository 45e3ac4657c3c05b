// Package archive opens a ZIP of files to verify. Whoever sent it may be hostile: each entry is either
// readable within bounds, or refused with the reason, and the paths in it are data that lead nowhere.
package archive

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
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

	emptyDeflated = 2 // bytes of nothing, compressed
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
	Differs   Refusal = "differs"   // its name or form in the directory is not that before its bytes
	Directory Refusal = "directory" // a directory that has bytes
	Stray     Refusal = "stray"     // bytes of no entry are in it or behind it; or the archive is refused whole for such
	TooMany   Refusal = "too-many"  // the archive is refused whole: more entries or bytes than may be
)

// Entry is a file of an archive.
type Entry struct {
	Path    string // as data: with slashes, in UTF-8, of any characters
	Size    int64  // bytes, inflated, as the directory states them
	Refused Refusal

	file *zip.File
}

// Archive is what an archive holds.
type Archive struct {
	Entries    []Entry // the files in the order of its directory, those that are refused among them
	PassedOver int     // files of an operating system, which are not among the entries
}

// Paths returns the paths of the entries.
func (a Archive) Paths() (paths []string) {
	for _, e := range a.Entries {
		paths = append(paths, e.Path)
	}
	return paths
}

// IsName reports whether a file of this name is opened as an archive, and not judged as one file.
func IsName(name string) bool { return strings.EqualFold(path.Ext(name), ".zip") }

// IsSystemFile reports whether a path is that of a file which an operating system puts beside those of people.
// Only such files are passed over.
func IsSystemFile(name string) bool {
	folders := strings.Split(name, "/")
	last := folders[len(folders)-1]
	return slices.Contains(folders, "__MACOSX") || slices.ContainsFunc([]string{".DS_Store", "Thumbs.db", "desktop.ini"}, func(one string) bool {
		return strings.EqualFold(last, one)
	})
}

// Open lists the files of an archive. No file is read. Directories, and the files of an operating system
// that are not refused, are no entries.
func Open(r io.ReaderAt, size int64) (Archive, error) {
	if size > MaxArchive {
		return Archive{}, ErrTooLarge
	}
	bounded := &boundedReader{ReaderAt: r, left: directoryBytes}
	z, err := zip.NewReader(bounded, size)
	if bounded.left < 0 {
		return Archive{}, ErrTooMany
	}
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return Archive{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	bounded.left = math.MaxInt64
	if len(z.File) > 2*MaxEntries {
		return Archive{}, ErrTooMany
	}
	all := make([]Entry, len(z.File))
	for i, f := range z.File {
		all[i] = Entry{Path: readPath(f), Size: int64(min(f.UncompressedSize64, 1<<62)), file: f}
	}
	if err := checkLayout(r, size, all); err != nil {
		return Archive{}, err
	}
	refuseEntries(all)
	var opened Archive
	for _, e := range all {
		switch {
		case e.Refused == Accepted && isDirectory(e):
		case e.Refused == Accepted && IsSystemFile(e.Path):
			opened.PassedOver++
		default:
			opened.Entries = append(opened.Entries, e)
		}
	}
	switch {
	case len(opened.Entries) == 0:
		return Archive{}, ErrEmpty
	case len(opened.Entries) > MaxEntries:
		return Archive{}, ErrTooMany
	}
	return opened, nil
}

// RefusalOf returns why Open refuses a file that may be an archive, and Accepted for one that is none, which
// is judged as one file.
func RefusalOf(err error) Refusal {
	switch {
	case errors.Is(err, ErrTooMany), errors.Is(err, ErrTooLarge):
		return TooMany
	case errors.Is(err, ErrStray):
		return Stray
	}
	return Accepted
}

func isDirectory(e Entry) bool { return strings.HasSuffix(e.Path, "/") }

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
		switch why := refusalOf(*e); {
		case why != Accepted && e.Refused != Overlaps:
			e.Refused = why
		case e.Refused == Accepted:
			if inflated += e.Size; inflated > MaxInflated {
				e.Refused = TooLarge
			}
		}
		if e.Refused == PathLeads || isDirectory(*e) {
			continue
		}
		key := norm.NFC.String(strings.ToLower(norm.NFC.String(path.Clean(e.Path))))
		if first, twice := paths[key]; twice { // which of them is meant cannot be told
			for _, one := range []*Entry{e, &entries[first]} {
				if one.Refused != Overlaps {
					one.Refused = PathTwice
				}
			}
			continue
		}
		paths[key] = i
	}
}

func refusalOf(e Entry) Refusal {
	f := e.file
	switch mode := f.Mode(); {
	case isDirectory(e) && (f.UncompressedSize64 > 0 || f.CompressedSize64 > emptyDeflated):
		return Directory
	case isDirectory(e):
		return Accepted
	case leadsOut(e.Path):
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

// Read reads a file, or says why it is refused.
func (e Entry) Read() ([]byte, Refusal) {
	if e.Refused != Accepted {
		return nil, e.Refused
	}
	packed, err := e.file.OpenRaw()
	if err != nil {
		return nil, Damaged
	}
	exact := bufio.NewReader(packed) // of which flate reads no byte more than it needs
	var r io.Reader = exact
	if e.file.Method == zip.Deflate {
		r = flate.NewReader(exact)
	}
	data, err := io.ReadAll(io.LimitReader(r, e.Size+1)) // of at most MaxFile bytes, or it is refused already
	if err != nil || int64(len(data)) != e.Size || crc32.ChecksumIEEE(data) != e.file.CRC32 {
		return nil, Damaged
	}
	if _, err := exact.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, Stray
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

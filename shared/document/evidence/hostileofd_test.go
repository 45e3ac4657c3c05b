package evidence_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/hostile"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// entry is a part of a package, with the header to write.
type entry struct {
	zip.FileHeader
	data []byte
}

// unzipEntries reads a package with archive/zip.
func unzipEntries(t testing.TB, data []byte) []entry {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var all []entry
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, entry{zip.FileHeader{Name: f.Name, Method: f.Method}, content})
	}
	return all
}

// zipEntries writes a package with archive/zip.
func zipEntries(t testing.TB, comment string, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range entries {
		in, err := w.CreateHeader(&e.FileHeader)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := in.Write(e.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.SetComment(comment); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// newEntry returns an additional entry.
func newEntry(name, data string) entry {
	return entry{zip.FileHeader{Name: name, Method: zip.Deflate}, []byte(data)}
}

func symlink(name, target string) entry {
	e := newEntry(name, target)
	e.SetMode(fs.ModeSymlink | 0o777)
	return e
}

// with returns the entries after one change to each.
func with(entries []entry, change func(e *entry)) []entry {
	changed := slices.Clone(entries)
	for i := range changed {
		change(&changed[i])
	}
	return changed
}

// headerField overwrites a two-byte field of the first local header, at place, and of
// the first central header, where it is two bytes further on.
func headerField(data []byte, place int, local, central uint16) []byte {
	data = bytes.Clone(data)
	binary.LittleEndian.PutUint16(data[place:], local)
	first := bytes.Index(data, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint16(data[first+place+2:], central)
	return data
}

// sfx puts other data before a package and corrects its offsets, as tools for
// self-extracting archives do.
func sfx(data []byte, before string) []byte {
	moved := append([]byte(before), data...)
	le := binary.LittleEndian
	for at := bytes.Index(moved, []byte("PK\x01\x02")); string(moved[at:at+4]) == "PK\x01\x02"; {
		le.PutUint32(moved[at+42:], le.Uint32(moved[at+42:])+uint32(len(before)))
		at += 46 + int(le.Uint16(moved[at+28:]))
	}
	end := bytes.LastIndex(moved, []byte("PK\x05\x06"))
	le.PutUint32(moved[end+16:], le.Uint32(moved[end+16:])+uint32(len(before)))
	return moved
}

func TestHostilePackagesThatAreNotTheOriginal(t *testing.T) {
	d := newFixture(t)
	good := d.made.OFD
	parts := unzipEntries(t, good)
	more := func(e ...entry) []byte { return zipEntries(t, "", append(slices.Clone(parts), e...)...) }
	reversed := slices.Clone(parts)
	slices.Reverse(reversed)
	const flags, extra = 6, 28
	tests := map[string]struct {
		data []byte
		why  verdict.Reason
	}{
		"zipped anew by another program": {zipEntries(t, "", parts...), verdict.Repacked},
		"zipped anew without compression": {zipEntries(t, "", with(parts, func(e *entry) {
			e.Method = zip.Store
		})...), verdict.Repacked},
		"zipped anew with compression throughout": {zipEntries(t, "", with(parts, func(e *entry) {
			e.Method = zip.Deflate
		})...), verdict.Repacked},
		"zipped anew in another order": {zipEntries(t, "", reversed...), verdict.Repacked},
		"zipped anew with today's date": {zipEntries(t, "", with(parts, func(e *entry) {
			e.Modified = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
		})...), verdict.Repacked},
		"zipped anew with a comment":         {zipEntries(t, "certificate", parts...), verdict.Repacked},
		"one part more":                      {more(newEntry("Doc_0/more.txt", "x")), verdict.Repacked},
		"a part twice":                       {more(newEntry("OFD.xml", "<x/>")), verdict.Repacked},
		"a part in capital letters":          {more(newEntry("OFD.XML", "<x/>")), verdict.Repacked},
		"a part above the package":           {more(newEntry("../../etc/passwd", "x")), verdict.Repacked},
		"a part with an absolute path":       {more(newEntry("/etc/passwd", "x")), verdict.Repacked},
		"a part with a path of Windows":      {more(newEntry(`Doc_0\..\..\x`, "x")), verdict.Repacked},
		"a part with an empty name":          {more(newEntry("", "x")), verdict.Repacked},
		"a part with a zero byte":            {more(newEntry("Doc_0/a\x00.xml", "x")), verdict.Repacked},
		"a part that is a link":              {more(symlink("Doc_0/link", "/etc/passwd")), verdict.Repacked},
		"a folder":                           {more(newEntry("Doc_0/", "")), verdict.Repacked},
		"a thousand parts more":              {more(slices.Repeat([]entry{newEntry("x", "x")}, 1000)...), verdict.Repacked},
		"marked as encrypted":                {headerField(good, flags, 1, 1), verdict.Repacked},
		"marked as encrypted in one place":   {headerField(good, flags, 1, 0), verdict.Altered},
		"with an extra field":                {headerField(good, extra, 4, 0), verdict.Repacked},
		"of another method in the directory": {headerField(good, 8, 0, 8), verdict.Altered},
		"a comment":                          {zipComment(good, "x"), verdict.Repacked},
		"something behind it":                {append(bytes.Clone(good), "more"...), verdict.Appended},
		"a second package behind it":         {append(bytes.Clone(good), good...), verdict.Prefixed},
		"something before it":                {append([]byte("more"), good...), verdict.Prefixed},
		"a program before it":                {sfx(good, "#!/bin/sh\n"), verdict.Prefixed},
		"an OFD of another program":          {zipEntries(t, "", newEntry("OFD.xml", "<x/>"), newEntry("Doc_0/Document.xml", "<x/>")), verdict.NotOriginal},
		"a package without parts":            {zipEntries(t, ""), verdict.NotOriginal},
		"a part that becomes 64 megabytes":   {zipEntries(t, "", bomb(parts)...), verdict.Repacked},
		"parts that lie in each other":       {overlapParts(good), verdict.Altered},
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		try(t, d.trust, hostile.File{Name: name, Data: tests[name].data}, verdict.OFD, tests[name].why)
	}
}

// checkRefused checks the reason, and that the evidence states nothing else.
func checkRefused(t *testing.T, got verdict.Evidence, kind verdict.Kind, why verdict.Reason) {
	t.Helper()
	result := verdict.Fail
	if why == verdict.TooLarge || why == verdict.Unrecognised || why == verdict.NotOriginal {
		result, kind = verdict.Unsure, got.Kind
	}
	if got.Kind != kind || got.Integrity.Result != result || got.Integrity.Reason != why {
		t.Errorf("the %s: %+v, want %s", got.Kind, got.Integrity, why)
	}
	if got.Copy != nil || got.Claim != nil {
		t.Error("a refused file says something")
	}
}

func zipComment(data []byte, comment string) []byte {
	data = append(bytes.Clone(data), comment...)
	binary.LittleEndian.PutUint16(data[len(data)-len(comment)-2:], uint16(len(comment)))
	return data
}

// bomb replaces the page with a large one that compresses well.
func bomb(parts []entry) []entry {
	return with(parts, func(e *entry) {
		if strings.HasSuffix(e.Name, "Page_0/Content.xml") {
			e.Method, e.data = zip.Deflate, bytes.Repeat([]byte(" "), 64<<20)
		}
	})
}

// overlapParts points the second part of the directory at the first.
func overlapParts(data []byte) []byte {
	data = bytes.Clone(data)
	le := binary.LittleEndian
	at := bytes.Index(data, []byte("PK\x01\x02"))
	at += 46 + int(le.Uint16(data[at+28:]))
	le.PutUint32(data[at+42:], 0)
	return data
}

func TestPackagesCutShort(t *testing.T) {
	d := newFixture(t)
	for n := 4; n < len(d.made.OFD); n += 97 {
		got := evidence.Examine(d.made.OFD[:n], d.trust)
		if got.Integrity.Reason != verdict.Truncated || got.Copy != nil {
			t.Errorf("cut to %d bytes: %+v", n, got.Integrity)
		}
	}
}

func TestAPackageWithAHoleIsCutShort(t *testing.T) {
	d := newFixture(t)
	hole := slices.Concat(d.made.OFD[:len(d.made.OFD)/2], d.made.OFD[len(d.made.OFD)/2+100:])
	checkRefused(t, evidence.Examine(hole, d.trust), verdict.OFD, verdict.Truncated)
}

func TestAPartOfAnotherFileIsNoticed(t *testing.T) {
	d := newFixture(t)
	other := issuetest.Endorsement(t)
	other.ID = "01M833FGAR0000000000000002"
	theirs := unzipEntries(t, d.Make(t, other, issuetest.Certificate(t)).OFD)
	for i, p := range unzipEntries(t, d.made.OFD) {
		if bytes.Equal(p.data, theirs[i].data) {
			continue
		}
		exchanged := unzipEntries(t, d.made.OFD)
		exchanged[i].data = theirs[i].data
		got := evidence.Examine(zipEntries(t, "", exchanged...), d.trust)
		if got.Integrity.Result != verdict.Fail || got.Copy != nil {
			t.Errorf("%s of another file: %+v", p.Name, got.Integrity)
		}
	}
}

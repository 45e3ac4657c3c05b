package archive

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// item is an entry to pack.
type item struct {
	name   string
	data   string
	change func(*zip.FileHeader)
}

func pack(t testing.TB, items ...item) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, i := range items {
		h := &zip.FileHeader{Name: i.name, Method: zip.Deflate}
		if i.change != nil {
			i.change(h)
		}
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = w.Write([]byte(i.data))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// outcomes are the paths of an archive, each with its content or why it is refused.
func outcomes(t *testing.T, data []byte) (all []string) {
	t.Helper()
	opened, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range opened.Entries {
		content, why := e.Read()
		if why != Accepted {
			content = []byte("refused: " + string(why))
			if e.Refused == Accepted && why != Damaged && why != Stray || why.Text().IsZero() {
				t.Errorf("%q: %q", e.Path, why)
			}
		}
		all = append(all, e.Path+" "+string(content))
	}
	return all
}

func TestEachEntryIsReadOrRefusedWithItsReason(t *testing.T) {
	link := func(h *zip.FileHeader) { h.SetMode(fs.ModeSymlink | 0o777) }
	encrypted := func(h *zip.FileHeader) { h.Flags |= 1 }
	got := outcomes(t, pack(t,
		item{name: "bids/"}, item{name: "bids/one.pdf", data: "1"}, item{name: "two\x1b[31m\n.pdf", data: "2"},
		item{name: "../out.pdf", data: "x"}, item{name: "a/../../out.pdf", data: "x"}, item{name: "/etc/passwd", data: "x"},
		item{name: `a\..\out.pdf`, data: "x"}, item{name: "C:/out.pdf", data: "x"}, item{name: strings.Repeat("d/", 600), data: ""},
		item{name: strings.Repeat("long", 300), data: "x"},
		item{name: "link", data: "one.pdf", change: link}, item{name: "locked.pdf", data: "x", change: encrypted},
		item{name: "Same.pdf", data: "a"}, item{name: "same.PDF", data: "b"}, item{name: "\u00e9.pdf", data: "a"}, item{name: "e\u0301.pdf", data: "b"}, item{name: "./p", data: "a"}, item{name: "p", data: "b"},
		item{name: "bomb", data: strings.Repeat("\x00", MaxFile)}, item{name: "large", data: strings.Repeat("\x00", MaxFile+1)},
	))
	want := []string{
		"bids/one.pdf 1", "two\x1b[31m\n.pdf 2",
		"../out.pdf refused: path-leads", "a/../../out.pdf refused: path-leads", "/etc/passwd refused: path-leads",
		`a\..\out.pdf refused: path-leads`, "C:/out.pdf refused: path-leads", strings.Repeat("long", 300) + " refused: path-leads",
		"link refused: link", "locked.pdf refused: encrypted",
		"Same.pdf refused: path-twice", "same.PDF refused: path-twice", "\u00e9.pdf refused: path-twice", "e\u0301.pdf refused: path-twice", "./p refused: path-twice", "p refused: path-twice",
		"bomb refused: bomb", "large refused: too-large",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPathsOfACodePageAreReadInChinese(t *testing.T) {
	name, err := simplifiedchinese.GBK.NewEncoder().String("投标人/张三.pdf")
	if err != nil {
		t.Fatal(err)
	}
	got := outcomes(t, pack(t, item{name: name, data: "1", change: func(h *zip.FileHeader) { h.NonUTF8 = true }}))
	if diff := cmp.Diff([]string{"投标人/张三.pdf 1"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestAnotherMethodIsRefused: the method of both headers is changed to one that is not read (LZMA).
func TestAnotherMethodIsRefused(t *testing.T) {
	data := pack(t, item{name: "a", data: "aaaa"})
	central := bytes.Index(data, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint16(data[8:], 14)
	binary.LittleEndian.PutUint16(data[central+10:], 14)
	if diff := cmp.Diff([]string{"a refused: method"}, outcomes(t, data)); diff != "" {
		t.Error(diff)
	}
}

// TestOverlapsAreRefused: two entries of the directory lead to one local header.
func TestOverlapsAreRefused(t *testing.T) {
	data := pack(t, item{name: "a", data: "first"}, item{name: "b", data: "other"}, item{name: "c", data: "third"})
	second := bytes.Index(data, []byte("PK\x01\x02")) + 46 + len("a")
	binary.LittleEndian.PutUint32(data[second+42:], 0)
	got := outcomes(t, data)
	if diff := cmp.Diff([]string{"a refused: overlaps", "b refused: overlaps", "c third"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhatTheDirectorySaysWronglyIsDamaged(t *testing.T) {
	good := pack(t, item{name: "a", data: "content of a file"})
	for name, change := range map[string]func(data []byte, central int){
		"the checksum":  func(data []byte, central int) { data[central+16] ^= 1 },
		"a larger size": func(data []byte, central int) { data[central+24]++ },
		"a lesser size": func(data []byte, central int) { data[central+24]-- },
	} {
		data := bytes.Clone(good)
		change(data, bytes.Index(data, []byte("PK\x01\x02")))
		if diff := cmp.Diff([]string{"a refused: damaged"}, outcomes(t, data)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAnArchiveIsRefusedWhole(t *testing.T) {
	many := func(n int, name string) []byte {
		items := make([]item, n)
		for i := range items {
			items[i] = item{name: fmt.Sprintf(name, i)}
		}
		return pack(t, items...)
	}
	full := many(MaxEntries, "%d.pdf")
	if _, err := Open(bytes.NewReader(full), MaxArchive+1); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a larger archive than may be: %v", err)
	}
	for name, test := range map[string]struct {
		data []byte
		want error
	}{
		"the most entries":              {full, nil},
		"one more":                      {many(MaxEntries+1, "%d.pdf"), ErrTooMany},
		"directories besides":           {many(2*MaxEntries+1, "%d/"), ErrTooMany},
		"a million, said to be fewer":   {many(1<<16+1, "%d.pdf"), ErrTooMany},
		"directories alone":             {pack(t, item{name: "a/"}), ErrEmpty},
		"nothing":                       {pack(t), ErrEmpty},
		"no ZIP":                        {[]byte("%PDF-1.7"), ErrUnreadable},
		"the first half":                {full[:len(full)/2], ErrUnreadable},
		"a directory that is not there": {append(pack(t, item{name: "a"})[:0:0], full[len(full)-22:]...), ErrUnreadable},
	} {
		if _, err := Open(bytes.NewReader(test.data), int64(len(test.data))); !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

// FuzzOpen: whatever the bytes are, no more is read than the bounds allow, and each entry is read or refused.
func FuzzOpen(f *testing.F) {
	f.Add(pack(f, item{name: "a/b.pdf", data: "1"}, item{name: "A/B.pdf", data: "2"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		opened, err := Open(bytes.NewReader(data), int64(len(data)))
		entries := opened.Entries
		if err == nil == (len(entries) == 0) || len(entries) > MaxEntries {
			t.Fatalf("%d entries, %v", len(entries), err)
		}
		for _, e := range entries {
			if content, why := e.Read(); why == Accepted && int64(len(content)) != e.Size || why != Accepted && content != nil {
				t.Fatalf("%q: %d bytes, %q", e.Path, len(content), why)
			}
		}
	})
}

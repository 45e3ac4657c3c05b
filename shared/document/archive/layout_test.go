package archive

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// raw is a ZIP that is written byte by byte.
type raw struct{ local, central []byte }

// add adds a stored entry, whose local and central header are changed before they are written.
func (z *raw) add(name, data string, change func(local, central *header)) {
	h := header{name: name, crc: crc32.ChecksumIEEE([]byte(data)), packed: uint32(len(data)), size: uint32(len(data))}
	local, central := h, h
	if change != nil {
		change(&local, &central)
	}
	at := uint32(len(z.local))
	z.local = append(local.write(append(z.local, localMark+"\x14\x00"...), ""), data+local.behind...)
	rest := make([]byte, 10) // no comment, the first disk, no attributes
	z.central = central.write(append(z.central, centralMark+"\x14\x00\x14\x00"...), string(binary.LittleEndian.AppendUint32(rest, at)))
}

// end returns the ZIP with bytes between its entries and the directory, behind that, as its comment, and
// behind the end.
func (z *raw) end(between, behindDirectory, comment, behind string) []byte {
	count := uint16(bytes.Count(z.central, []byte(centralMark)))
	end := binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16([]byte(endMark+"\x00\x00\x00\x00"), count), count)
	end = binary.LittleEndian.AppendUint32(end, uint32(len(z.central)))
	end = binary.LittleEndian.AppendUint32(end, uint32(len(z.local)+len(between)))
	end = binary.LittleEndian.AppendUint16(end, uint16(len(comment)))
	return []byte(string(z.local) + between + string(z.central) + behindDirectory + string(end) + comment + behind)
}

type header struct {
	flags, method     uint16
	crc, packed, size uint32
	name, extra       string
	behind            string // the data
}

func (h header) write(b []byte, rest string) []byte {
	for _, v := range []uint16{h.flags, h.method, 0, 33} {
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	for _, v := range []uint32{h.crc, h.packed, h.size} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	b = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(b, uint16(len(h.name))), uint16(len(h.extra)))
	return append(b, rest+h.name+h.extra...)
}

func extraField(id uint16, data string) string {
	b := binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, id), uint16(len(data)))
	return string(b) + data
}

func unicodePath(name string) string { return extraField(0x7075, "\x01\x00\x00\x00\x00"+name) }

// What one program takes for the entry and another does not is refused, and the other entries are read.
func TestAnEntryThatIsToldTwiceAndNotAlikeIsRefused(t *testing.T) {
	large := strings.Repeat("%PDF", 300)
	for name, test := range map[string]struct {
		change func(local, central *header)
		want   Refusal
	}{
		"nothing":                        {func(_, _ *header) {}, Accepted},
		"a small extra":                  {func(l, _ *header) { l.extra = extraField(0x5455, "\x01....") }, Accepted},
		"another local name":             {func(l, _ *header) { l.name = "b.pdf" }, Differs},
		"a longer local name":            {func(l, _ *header) { l.name = "longer.pdf" }, Differs},
		"another local method":           {func(l, _ *header) { l.method = 8 }, Differs},
		"encrypted by the local header":  {func(l, _ *header) { l.flags = 1 }, Differs},
		"in UTF-8 by the local header":   {func(l, _ *header) { l.flags = 1 << 11 }, Differs},
		"another local checksum":         {func(l, _ *header) { l.crc++ }, Differs},
		"another local size":             {func(l, _ *header) { l.size-- }, Differs},
		"another packed size":            {func(l, _ *header) { l.packed-- }, Differs},
		"the same Unicode path":          {func(l, c *header) { l.extra, c.extra = unicodePath("a.pdf"), unicodePath("a.pdf") }, Accepted},
		"another Unicode path":           {func(_, c *header) { c.extra = extraField(1, "") + unicodePath("other.pdf") }, Differs},
		"another Unicode path before it": {func(l, _ *header) { l.extra = unicodePath("other.pdf") }, Differs},
		"a Unicode path cut off":         {func(l, _ *header) { l.extra = extraField(0x7075, "\x01") }, Differs},
		"a file in the local extra":      {func(l, _ *header) { l.extra = extraField(0x4242, large) }, Stray},
		"a file in the extra":            {func(_, c *header) { c.extra = extraField(0x4242, large) }, Stray},
		"a file behind the data":         {func(l, _ *header) { l.behind = "%PDF" }, Stray},
		"a file for the descriptor":      {func(l, c *header) { l.flags, c.flags, l.behind = 8, 8, large }, Stray},
		"a wrong descriptor":             {func(l, c *header) { l.flags, c.flags, l.behind = 8, 8, "%PDF%PDF%PDF" }, Damaged},
		"a name that is a system's":      {func(l, c *header) { l.name, c.name, l.behind = "Thumbs.db", "Thumbs.db", "%PDF" }, Stray},
	} {
		t.Run(name, func(t *testing.T) {
			z := &raw{}
			z.add("first", "1", nil)
			z.add("a.pdf", "data", test.change)
			z.add("last", "3", nil)
			got := outcomes(t, z.end("", "", "", ""))
			want := "data"
			if test.want != Accepted {
				want = "refused: " + string(test.want)
			}
			if len(got) != 3 || got[0] != "first 1" || !strings.HasSuffix(got[1], " "+want) || got[2] != "last 3" {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

// A descriptor is what it is in each of its forms.
func TestEveryFormOfADescriptorIsRead(t *testing.T) {
	crc := string(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte("data"))))
	for _, form := range []string{crc + "\x04\x00\x00\x00\x04\x00\x00\x00", crc + "\x04\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00"} {
		for _, mark := range []string{"", "PK\x07\x08"} {
			z := &raw{}
			z.add("a", "data", func(l, c *header) {
				l.flags, c.flags, l.behind = 8, 8, mark+form
				l.crc, l.packed, l.size = 0, 0, 0
			})
			if diff := cmp.Diff([]string{"a data"}, outcomes(t, z.end("", "", "", ""))); diff != "" {
				t.Error(diff)
			}
		}
	}
}

// An archive that is another file, too, is refused whole.
func TestBytesThatAreNoPartOfAnArchiveAreRefused(t *testing.T) {
	z := &raw{}
	z.add("a", "data", nil)
	before := &raw{local: []byte("%PDF")}
	before.add("a", "data", nil)
	for name, test := range map[string]struct {
		data []byte
		want error
	}{
		"nothing":                      {z.end("", "", "", ""), nil},
		"a short comment":              {z.end("", "", "made by", ""), nil},
		"a file for a comment":         {z.end("", "", strings.Repeat("%PDF", 300), ""), ErrStray},
		"before the entries":           {before.end("", "", "", ""), ErrStray},
		"before all, and not counted":  {append([]byte("%PDF"), z.end("", "", "", "")...), ErrStray},
		"behind the directory":         {z.end("", "%PDF", "", ""), ErrStray},
		"behind the end":               {z.end("", "", "", "%PDF"), ErrStray},
		"behind the end and a comment": {z.end("", "", "made by", "%PDF"), ErrStray},
	} {
		if _, err := Open(bytes.NewReader(test.data), int64(len(test.data))); !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
	if diff := cmp.Diff([]string{"a refused: stray"}, outcomes(t, z.end("%PDF", "", "", ""))); diff != "" {
		t.Error(diff)
	}
}

// What is behind the end of the compressed data, and counted as compressed, is no part of the file.
func TestBytesBehindTheCompressedDataAreRefused(t *testing.T) {
	packed := pack(t, item{name: "a", data: "data"})
	opened, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := opened.File[0].OpenRaw()
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	for behind, want := range map[string]string{"": "a data", "%PDF": "a refused: stray"} {
		z := &raw{}
		z.add("a", string(data)+behind, func(l, c *header) {
			l.method, l.size, l.crc = 8, 4, crc32.ChecksumIEEE([]byte("data"))
			c.method, c.size, c.crc = l.method, l.size, l.crc
		})
		if diff := cmp.Diff([]string{want}, outcomes(t, z.end("", "", "", ""))); diff != "" {
			t.Error(diff)
		}
	}
}

// Only directories, and the files of an operating system, are no entries. Their number is told.
func TestNoFileIsLeftOut(t *testing.T) {
	data := pack(t,
		item{name: "bids/"}, item{name: "bids/.hidden.pdf", data: "1"}, item{name: "...", data: "2"}, item{name: `..\w.pdf`, data: "3"},
		item{name: "__MACOSX/._a.pdf", data: "x"}, item{name: "bids/__MACOSX/a.pdf", data: "x"}, item{name: "bids/.DS_Store", data: "x"},
		item{name: "thumbs.db", data: "x"}, item{name: "Desktop.ini", data: "x"}, item{name: "a.DS_Store", data: "4"}, item{name: "__MACOSX", data: "x"},
	)
	want := []string{"bids/.hidden.pdf 1", "... 2", `..\w.pdf refused: path-leads`, "a.DS_Store 4"}
	if diff := cmp.Diff(want, outcomes(t, data)); diff != "" {
		t.Error(diff)
	}
	if opened, err := Open(bytes.NewReader(data), int64(len(data))); err != nil || opened.PassedOver != 6 {
		t.Errorf("%d, %v", opened.PassedOver, err)
	}
	z := &raw{}
	z.add("bids/", "data", nil)
	if diff := cmp.Diff([]string{"bids/ refused: directory"}, outcomes(t, z.end("", "", "", ""))); diff != "" {
		t.Error(diff)
	}
}

package hostile

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
)

// Entry is a part of a zip as each of its two headers describes it.
type Entry struct {
	Name   string
	Method uint16
	Packed []byte // as packed
	CRC    uint32
	Size   uint32 // stated: unpacked

	length        uint32 // stated: packed
	central       string // the name in the directory; "" = the same
	at            int    // where the directory says it lies; -1 = where it does
	hidden        bool   // in no directory
	directoryOnly bool   // in the directory alone
}

// StoredEntry is an entry that is not compressed.
func StoredEntry(name string, data []byte) Entry {
	n := uint32(len(data))
	return Entry{Name: name, Packed: data, CRC: crc32.ChecksumIEEE(data), length: n, Size: n, at: -1}
}

// DeflatedEntry is an entry whose data are compressed already. Its checksum is that of the compressed data.
func DeflatedEntry(name string, packed []byte, size int) Entry {
	e := StoredEntry(name, packed)
	e.Method, e.Size = zip.Deflate, uint32(size)
	return e
}

// Unpack returns the entries of a package, compressed as they are. The error is for a package that Pack would write
// otherwise.
func Unpack(good []byte) ([]Entry, error) {
	r, err := zip.NewReader(bytes.NewReader(good), int64(len(good)))
	if err != nil {
		return nil, err
	}
	var all []Entry
	for _, f := range r.File {
		in, err := f.OpenRaw()
		if err != nil {
			return nil, err
		}
		packed, err := io.ReadAll(in)
		if err != nil {
			return nil, err
		}
		all = append(all, Entry{
			Name: f.Name, Method: f.Method, Packed: packed, CRC: f.CRC32,
			length: uint32(len(packed)), Size: uint32(f.UncompressedSize64), at: -1,
		})
	}
	if !bytes.Equal(Pack(all), good) {
		return nil, errors.New("hostile: the package is not in the form that this service writes")
	}
	return all, nil
}

// Pack writes entries with the headers that this service writes, so that a reader that
// takes no other form comes to what is wrong with them.
func Pack(entries []Entry) []byte {
	var b, directory []byte
	count := 0
	for _, e := range entries {
		at := len(b)
		if e.at >= 0 {
			at = e.at
		}
		if !e.directoryOnly {
			b = append(appendHeader(binary.LittleEndian.AppendUint32(b, 0x04034b50), e, e.Name), e.Name...)
			b = append(b, e.Packed...)
		}
		if e.hidden {
			continue
		}
		name := e.Name
		if e.central != "" {
			name = e.central
		}
		directory = append(directory, "PK\x01\x02\x14\x00"...)
		directory = append(appendHeader(directory, e, name), make([]byte, 10)...)
		directory = append(binary.LittleEndian.AppendUint32(directory, uint32(at)), name...)
		count++
	}
	return appendEnd(append(b, directory...), count, len(directory), len(b))
}

func appendHeader(b []byte, e Entry, name string) []byte {
	le := binary.LittleEndian
	version := uint16(10)
	if e.Method != zip.Store {
		version = 20
	}
	for _, field := range []uint16{version, 0, e.Method, 0, 1<<5 | 1} {
		b = le.AppendUint16(b, field)
	}
	for _, field := range []uint32{e.CRC, e.length, e.Size, uint32(len(name))} {
		b = le.AppendUint32(b, field) // the last with an empty extra field
	}
	return b
}

func appendEnd(b []byte, count, size, start int) []byte {
	le := binary.LittleEndian
	b = append(b, "PK\x05\x06\x00\x00\x00\x00"...)
	b = le.AppendUint16(le.AppendUint16(b, uint16(count)), uint16(count))
	return append(le.AppendUint32(le.AppendUint32(b, uint32(size)), uint32(start)), 0, 0)
}

// Packages are changes of a good package, each in the form this service writes as
// far as the attack allows.
func Packages(good []byte) ([]File, error) {
	all, err := Unpack(good)
	if err != nil {
		return nil, err
	}
	k := packages{all}
	return slices.Concat(k.bombs(), k.names(), k.headers(), k.markup(), k.signatures()), nil
}

type packages struct{ parts []Entry }

func (k packages) addEntries(more ...Entry) []byte { return Pack(slices.Concat(k.parts, more)) }

// changePart is the package with one part changed, found by the end of its name.
func (k packages) changePart(ending string, change func(e *Entry)) []byte {
	changed := slices.Clone(k.parts)
	for i := range changed {
		if strings.HasSuffix(changed[i].Name, ending) {
			change(&changed[i])
			return Pack(changed)
		}
	}
	panic("hostile: no part " + ending)
}

// replacePart is the package with other content in a part, stored.
func (k packages) replacePart(ending string, data []byte) []byte {
	return k.changePart(ending, func(e *Entry) { *e = StoredEntry(e.Name, data) })
}

// EditPart is a good package with a part, found by the end of its name, that edit has changed, stored. The error is for a
// package that Pack would write otherwise.
func EditPart(good []byte, ending string, edit func([]byte) []byte) ([]byte, error) {
	all, err := Unpack(good)
	if err != nil {
		return nil, err
	}
	edited := packages{all}.changePart(ending, func(e *Entry) {
		data := e.Packed
		if e.Method == zip.Deflate {
			data, err = io.ReadAll(flate.NewReader(bytes.NewReader(data)))
		}
		*e = StoredEntry(e.Name, edit(data))
	})
	return edited, err
}

func (k packages) bombs() []File {
	const unpacked = 16 << 20
	zeros := deflateData(make([]byte, unpacked))
	bomb := DeflatedEntry("Doc_0/bomb.xml", zeros, unpacked)
	modest := DeflatedEntry("Doc_0/bomb.xml", zeros, 90*len(zeros)) // lies about its size, within every ratio
	kernel := slices.Clone(k.parts)
	start := len(Pack(kernel)) - directorySize(kernel)
	for i := range 50 {
		e := bomb
		e.Name, e.at, e.directoryOnly = fmt.Sprintf("Doc_0/bomb%d.xml", i), start, i > 0
		kernel = append(kernel, e)
	}
	many := slices.Clone(k.parts)
	for i := range 40 {
		e := modest
		e.Name = fmt.Sprintf("Doc_0/bomb%d.xml", i)
		many = append(many, e)
	}
	full := slices.Clone(k.parts)
	for i := range 15 {
		page := []byte(strings.Repeat(fmt.Sprintf("%08d", i)+strings.Repeat(" ", 72), 1<<20/80))
		for j := 0; j < len(page); j += 160 {
			page[j] = byte('0' + (j>>4^j>>7)%64)
		}
		e := DeflatedEntry(fmt.Sprintf("Doc_0/full%d.xml", i), deflateData(page), len(page))
		e.CRC = crc32.ChecksumIEEE(page)
		full = append(full, e)
	}
	quoting := slices.Clone(k.parts)
	quoting[1].length = uint32(len(Pack(k.parts)) - directorySize(k.parts) - 1000)
	quoting[1].Size = quoting[1].length
	return []File{
		{"a part that becomes sixteen megabytes", k.addEntries(bomb)},
		{"forty parts that become more than they say", Pack(many)},
		{"fifteen parts that become a megabyte each", Pack(full)},
		{"fifty parts that are one bomb", Pack(kernel)},
		{"a part that holds the parts behind it", Pack(quoting)},
		{"packages in a package, sixteen deep, a bomb in the last", k.addEntries(StoredEntry("Doc_0/a.zip", nestPackages(16, Pack([]Entry{bomb}))))},
		{"a package twenty megabytes long", append(k.addEntries(), make([]byte, 20<<20)...)},
	}
}

func directorySize(entries []Entry) int {
	size := 22
	for _, e := range entries {
		size += 46 + len(e.Name)
	}
	return size
}

func nestPackages(levels int, inner []byte) []byte {
	for range levels {
		inner = Pack([]Entry{StoredEntry("a.zip", inner), StoredEntry("b.zip", []byte("PK"))})
	}
	return inner
}

// deflateData packs data as DEFLATE does.
func deflateData(data []byte) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.DefaultCompression)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

func (k packages) names() []File {
	const composed, decomposed = "Doc_0/\u00e9.xml", "Doc_0/e\u0301.xml"
	x := []byte("x")
	hundred := make([]Entry, 100_000)
	for i := range hundred {
		hundred[i] = StoredEntry(fmt.Sprintf("%x", i), nil)
	}
	return []File{
		{"a hundred thousand parts", Pack(hundred)},
		{"a hundred thousand parts behind the good ones", k.addEntries(hundred...)},
		{"a name twice, with the same bytes", k.addEntries(k.parts[1])},
		{"a name twice, composed and decomposed", k.addEntries(StoredEntry(composed, x), StoredEntry(decomposed, x))},
		{"a name twice, once in capitals", k.addEntries(StoredEntry("DOC_0/DOCUMENT.XML", x))},
		{"a name in letters of full width", k.addEntries(StoredEntry("ＯＦＤ.xml", x))},
		{"a name that runs to the right", k.addEntries(StoredEntry("Doc_0/\u202elmx.exe", x))},
		{"a name above the package", k.addEntries(StoredEntry("../OFD.xml", x))},
		{"a name of the root", k.addEntries(StoredEntry("/OFD.xml", x))},
		{"a name of another host", k.addEntries(StoredEntry(`\\host\share\OFD.xml`, x))},
		{"a name of sixty thousand bytes", k.addEntries(StoredEntry(strings.Repeat("n", 60_000), x))},
		{"a name of thirty thousand folders", k.addEntries(StoredEntry(strings.Repeat("f/", 30_000)+"x", x))},
		{"a name that is not UTF-8", k.addEntries(StoredEntry("Doc_0/\xff\xfe.xml", x))},
	}
}

func (k packages) headers() []File {
	lying := func(change func(e *Entry)) []byte { return k.changePart("Content.xml", change) }
	return []File{
		{"another name in the directory", lying(func(e *Entry) { e.central = "Doc_0/other.xml" })},
		{"a part in no directory", k.addEntries(func() Entry { e := StoredEntry("Doc_0/x.xml", nil); e.hidden = true; return e }())},
		{"a part in the directory alone", k.addEntries(func() Entry { e := StoredEntry("Doc_0/x.xml", nil); e.directoryOnly = true; return e }())},
		{"a part twice in the directory", k.addEntries(func() Entry { e := k.parts[1]; e.directoryOnly, e.at = true, 0; return e }())},
		{"a part of four gigabytes", lying(func(e *Entry) { e.Size, e.length = 1<<32-1, 1<<32-1 })},
		{"a part that becomes four gigabytes", lying(func(e *Entry) { e.Size = 1<<32 - 1 })},
		{"a part one byte longer than it says", lying(func(e *Entry) { e.Size-- })},
		{"another checksum", lying(func(e *Entry) { e.CRC++ })},
		{"a method nobody knows", lying(func(e *Entry) { e.Method = 99 })},
		{"a part behind the end of the file", lying(func(e *Entry) { e.at = 1<<31 - 1 })},
		{"a directory of four gigabytes", appendEnd(nil, 65535, 1<<32-1, 0)},
		{"a hundred thousand ends", append(k.addEntries(), bytes.Repeat([]byte("PK\x05\x06"), 100_000)...)},
	}
}

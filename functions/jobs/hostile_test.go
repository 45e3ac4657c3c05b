package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/hostile"
)

// What a job may allocate: a constant for its groups, results and pages, and so much for each byte of the archive.
const jobBeside, jobPerByte = 320 << 20, 8

// repeatEntry returns an archive whose directory has so many entries, each of them the archive's one file.
func repeatEntry(t *testing.T, content []byte, times int) []byte {
	t.Helper()
	one := pack(t, file{"a.pdf", content})
	start := bytes.LastIndex(one, []byte("PK\x01\x02"))
	end := bytes.LastIndex(one, []byte("PK\x05\x06"))
	all := slices.Concat(one[:start], bytes.Repeat(one[start:end], times), one[end:])
	record := all[len(all)-22:]
	binary.LittleEndian.PutUint16(record[8:], uint16(times))
	binary.LittleEndian.PutUint16(record[10:], uint16(times))
	binary.LittleEndian.PutUint32(record[12:], uint32(times*(end-start)))
	return all
}

// zeros returns an archive of a file of so many zeros, which says that it has size bytes.
func zeros(t *testing.T, length int64, size uint32) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	entry, err := w.Create("zeros.pdf")
	if err == nil {
		_, err = io.CopyN(entry, endless{}, length)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	binary.LittleEndian.PutUint32(data[bytes.LastIndex(data, []byte("PK\x01\x02"))+24:], size)
	return data
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestHostileArchives(t *testing.T) {
	w := newFixture(t)
	nested := pack(t, file{"x.pdf", []byte("x")})
	for range 30 {
		nested = pack(t, file{"inner.zip", nested})
	}
	var twins, long []file
	for i := range 2000 {
		twins = append(twins, file{strings.Repeat("a", 1+i%2), nil})
		long = append(long, file{fmt.Sprintf("%04d%s", i, strings.Repeat("长", 300)), []byte("x")})
	}
	for name, archive := range map[string][]byte{
		"a file of 256 megabytes of zeros":           zeros(t, 256<<20, 256<<20),
		"a file that says it is smaller than it is":  zeros(t, 256<<20, 100),
		"a file of 60 megabytes of zeros":            zeros(t, 60<<20, 60<<20),
		"two thousand entries that are one file":     repeatEntry(t, bytes.Repeat([]byte("x"), 1<<20), 2000),
		"sixty thousand entries that are one file":   repeatEntry(t, []byte("x"), 60_000),
		"archives in archives":                       pack(t, file{"a.zip", nested}, file{"b.zip", nested}),
		"two thousand files of two names":            pack(t, twins...),
		"two thousand files of long names":           pack(t, long...),
		"a directory that is longer than the file":   append(bytes.Repeat([]byte("PK\x01\x02"), 1000), "PK\x05\x06\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\x7f\x00\x00\x00\x00\x00\x00"...),
		"an end record a thousand times":             bytes.Repeat([]byte("PK\x05\x06"), 1000),
		"a file that leads to where passwords stand": pack(t, file{"../../../etc/passwd", []byte("x")}, file{"/etc/passwd", []byte("x")}, file{`C:\x`, nil}),
	} {
		hostile.Bear(t, name, int64(len(archive)), jobBeside+jobPerByte*uint64(len(archive)), func(t *testing.T) string {
			w.app.limits = noLimits{}
			job := w.upload(t, archive, nil)
			w.judge(t, job)
			p := w.progress(t, job)
			if p.State == "refused" {
				return p.Refused.Rule
			}
			why := map[string]bool{}
			for _, e := range w.manifest(t, job).Entries {
				if e.Verdict != "unknown" {
					t.Errorf("%s is %s", e.Path, e.Verdict)
				}
				if e.Refused != "" {
					why[e.Refused] = true
				} else {
					why[e.Checks[0].Reason] = true
				}
			}
			return strings.Join(slices.Sorted(maps.Keys(why)), ", ")
		})
	}
}

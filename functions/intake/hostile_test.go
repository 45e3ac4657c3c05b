package main

import (
	"bytes"
	"context"
	"strconv"
	"testing"

	"github.com/jiazhu/jiazhu/internal/hostile"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// What importing a file may allocate: a constant, and an amount for each block and for each row,
// whose outcome says why it was refused.
const (
	intakeBeside   = 32 << 20
	intakePerBlock = 128 << 10
	intakePerRow   = 16 << 10
)

// endlessFile is a file that repeats one unit, without storing it. What is written is stored in the
// real bucket.
type endlessFile struct {
	fileStore
	block []byte // at least blockSize bytes of it
	unit  int
	size  int64
}

func (e endlessFile) ReadAt(_ context.Context, _ string, offset, n int64) ([]byte, int64, error) {
	start := offset % int64(e.unit)
	return e.block[start : start+min(n, e.size-offset)], e.size, nil
}

func (d fixture) takeIn(t *testing.T, unit string, size int64) records.Upload {
	t.Helper()
	upload := d.announce(t, size)
	a := *d.app
	a.files = endlessFile{d.Files, bytes.Repeat([]byte(unit), blockSize/len(unit)+2), len(unit), size}
	done, err := a.run(t.Context(), upload.ID)
	if err != nil || !done.IsDone() {
		t.Fatalf("%+v, %v", done, err)
	}
	return done
}

func TestHostileFiles(t *testing.T) {
	d := newFixture(t)
	const gigabyte = 1 << 30
	for _, c := range []struct {
		name, unit string
		size       int64
	}{
		{"a line of a gigabyte", "x", gigabyte},
		{"a line of a gigabyte that begins a row", `{"a":`, gigabyte},
		{"128 megabytes of empty lines", "\n", gigabyte / 8},
		{"rows of nothing", "{}\n", 256 << 10},
	} {
		rows := 1
		if c.unit == "{}\n" {
			rows = int(c.size) / len(c.unit)
		}
		bound := intakeBeside + int(c.size/blockSize)*intakePerBlock + rows*intakePerRow
		hostile.Bear(t, c.name, c.size, uint64(bound), func(t *testing.T) string {
			done := d.takeIn(t, c.unit, c.size)
			if done.Accepted != 0 || done.Rows > 0 && done.Refused == 0 {
				t.Errorf("%+v", done)
			}
			return strconv.FormatInt(done.Refused, 10) + " of " + strconv.FormatInt(done.Rows, 10) + " rows"
		})
	}
}

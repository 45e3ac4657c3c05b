package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rowsOf splits a whole file as run does, in blocks of at most n bytes.
func rowsOf(t *testing.T, file []byte, n int) (rows []string) {
	t.Helper()
	skipping := false
	for offset := 0; offset < len(file); {
		block := file[offset:min(offset+n, len(file))]
		c := cut(block, offset+len(block) == len(file), skipping)
		if c.used == 0 {
			t.Fatalf("stands still at %d", offset)
		}
		for _, r := range c.rows {
			if r == nil {
				r = []byte("too long")
			}
			rows = append(rows, string(r))
		}
		offset, skipping = offset+int(c.used), c.skipping
	}
	return rows
}

func TestAFileIsCutIntoItsRowsWhereverItsBlocksEnd(t *testing.T) {
	long := strings.Repeat("x", blockSize)
	for _, test := range []struct {
		name, file string
		want       []string
	}{
		{"a row a line", "1\n2\n3\n", []string{"1", "2", "3"}},
		{"no end of line at the end", "1\n2", []string{"1", "2"}},
		{"empty lines are no rows", "\n1\r\n \n\n2\n\n", []string{"1", "2"}},
		{"the longest row", long[1:] + "\n2\n", []string{long[1:], "2"}},
		{"a row too long", "1\n" + long + "\n2\n", []string{"1", "too long", "2"}},
		{"a row of several blocks", long + long + long + "\n2\n", []string{"too long", "2"}},
		{"a row too long at the end", "1\n" + long + "x", []string{"1", "too long"}},
		{"two rows too long", long + "\n" + long + "\n", []string{"too long", "too long"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, rowsOf(t, []byte(test.file), blockSize)); diff != "" {
				t.Errorf("%.400s", diff)
			}
		})
	}
}

func TestABlockHasNoMoreRowsThanAreJudgedAtATime(t *testing.T) {
	file := []byte(strings.Repeat("{}\n", 2*maxBlockRows+1))
	if c := cut(file, true, false); len(c.rows) != maxBlockRows || c.used != 3*maxBlockRows {
		t.Errorf("%d rows in %d bytes", len(c.rows), c.used)
	}
	if rows := rowsOf(t, file, blockSize); len(rows) != 2*maxBlockRows+1 {
		t.Errorf("%d rows", len(rows))
	}
}

func FuzzCut(f *testing.F) {
	f.Add([]byte("1\n22\n\n333"), 3)
	f.Fuzz(func(t *testing.T, file []byte, n int) {
		longest := 0
		var want []string
		for line := range bytes.Lines(file) {
			longest = max(longest, len(line))
			if line = bytes.TrimSpace(line); len(line) > 0 {
				want = append(want, string(line))
			}
		}
		if n < max(longest, 1) || n > blockSize {
			return // a block must hold a row
		}
		if diff := cmp.Diff(want, rowsOf(t, file, n)); diff != "" {
			t.Fatal(diff)
		}
	})
}

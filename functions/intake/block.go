package main

import (
	"bytes"

	"github.com/jiazhu/jiazhu/shared/service/api"
)

// blockSize is the number of bytes read at a time, and the longest row with its line end. Each of a
// row's two pictures is at most 50 KB, so no valid row is this long. A process holds a few blocks,
// whatever the length of the file.
const blockSize = 1 << 20

// maxBlockRows bounds the rows that are judged at a time, so that a file of nothing but "{}" does
// not hold hundreds of thousands of rows and their errors in memory. A block of ordinary rows has
// about 2700.
const maxBlockRows = 4096

// blockRows is a block of a file, split into the rows that end in it.
type blockRows struct {
	rows     [][]byte // without empty lines; nil stands for a row that is too long
	ends     []int64  // for each row, the number of bytes processed up to its end
	used     int64    // bytes of the block that are processed
	skipping bool     // the block ends inside a row that is too long
}

// cut finds the rows of a block. Last says that the file ends with the block, so that the last row
// needs no line end. Skipping says that the block begins inside a row that is too long and has been
// counted.
func cut(block []byte, last, skipping bool) blockRows {
	c := blockRows{skipping: skipping}
	if skipping {
		end := bytes.IndexByte(block, '\n')
		if end < 0 {
			c.used, c.skipping = int64(len(block)), !last
			return c
		}
		c.used, c.skipping = int64(end+1), false
	}
	rest := block[c.used:]
	if !last {
		whole := bytes.LastIndexByte(rest, '\n') + 1
		if whole == 0 && len(rest) == blockSize {
			return blockRows{rows: [][]byte{nil}, ends: []int64{blockSize}, used: blockSize, skipping: true}
		}
		rest = rest[:whole]
	}
	for line := range bytes.Lines(rest) {
		if len(c.rows) == maxBlockRows {
			break
		}
		c.used += int64(len(line))
		if line = bytes.TrimSpace(api.TrimMark(line)); len(line) > 0 {
			c.rows, c.ends = append(c.rows, line), append(c.ends, c.used)
		}
	}
	return c
}

// firstRows returns the part of the block with its first rows. The number must be less than that of
// all rows.
func (c blockRows) firstRows(rows int) blockRows {
	used := int64(0)
	if rows > 0 {
		used = c.ends[rows-1]
	}
	return blockRows{rows: c.rows[:rows], used: used}
}

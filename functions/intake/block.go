package main

import "bytes"

// blockSize is how much of a file is read at a time and how long its longest row may be, the end
// of its line included. Both pictures of a row are at most 50 KB each, so a row of this length is
// none. A process holds a few blocks, however long the file.
const blockSize = 1 << 20

// mostRows bounds the rows that are judged at a time, so that a file of nothing but "{}" is not judged by the hundred
// thousand at a time, each with all that is wrong about it. Ordinary rows are 2700 to a block.
const maxBlockRows = 4096

// blockRows is a block of a file taken apart into the rows that end in it.
type blockRows struct {
	rows     [][]byte // without empty lines; nil stands for a row that is too long
	ends     []int64  // of each row, how many bytes of the block are dealt with by then
	used     int64    // bytes of the block that are dealt with
	skipping bool     // the block ends inside a row that is too long
}

// cut finds the rows of a block. Last says that the file ends with it, so that a last row needs no
// end of line; skipping, that it begins inside a row that is too long and has been counted.
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
		if line = bytes.TrimSpace(line); len(line) > 0 {
			c.rows, c.ends = append(c.rows, line), append(c.ends, c.used)
		}
	}
	return c
}

// firstRows is the part of the cutting with its first so many rows, which are fewer than all.
func (c blockRows) firstRows(rows int) blockRows {
	used := int64(0)
	if rows > 0 {
		used = c.ends[rows-1]
	}
	return blockRows{rows: c.rows[:rows], used: used}
}

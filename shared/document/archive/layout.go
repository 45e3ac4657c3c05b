package archive

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// ErrStray reports a ZIP with bytes that are no part of it: another program could take them for the file.
var ErrStray = errors.New("archive: bytes that are no part of it")

// maxBeside bounds an extra field and a comment, in which another file could be.
const maxBeside = 1 << 10

// The lengths of a ZIP's records without their names and extras, and the signatures.
const (
	localLength, centralLength, endLength = 30, 46, 22
	end64Length, locatorLength            = 56, 20

	localMark, centralMark, endMark = "PK\x03\x04", "PK\x01\x02", "PK\x05\x06"
	end64Mark, locatorMark          = "PK\x06\x06", "PK\x06\x07"
)

const comparedFlags = 1 | 1<<3 | 1<<6 | 1<<11 | 1<<13 // encryption, a descriptor, and the names' encoding

var (
	u16 = binary.LittleEndian.Uint16
	u32 = binary.LittleEndian.Uint32
	u64 = binary.LittleEndian.Uint64
)

// record is an entry with the bytes that it takes: its local header, data and descriptor.
type record struct {
	*Entry
	start, end int64
}

// checkLayout refuses what is not laid out as programs lay it out, one record behind the other from the
// first byte to the directory. Records that overlap or have bytes between them, and local headers that do
// not agree with the directory, are refused by themselves. With bytes before or behind all of them, the
// archive is.
func checkLayout(r io.ReaderAt, size int64, entries []Entry) error {
	starts, directory, err := readDirectory(r, size)
	switch {
	case err != nil:
		return err
	case len(starts) != len(entries):
		return fmt.Errorf("%w: %d entries in the directory, and %d were read", ErrUnreadable, len(starts), len(entries))
	}
	all := make([]record, 0, len(entries)+1)
	for i := range entries {
		all = append(all, record{&entries[i], starts[i], 0})
		all[i].checkHeader(r)
	}
	slices.SortStableFunc(all, func(a, b record) int { return int(min(max(a.start-b.start, -1), 1)) })
	if len(all) > 0 && all[0].start != 0 {
		return fmt.Errorf("%w: before the first entry", ErrStray)
	}
	all = append(all, record{&Entry{}, directory, directory})
	for i := 1; i < len(all); i++ {
		before, next := all[i-1], &all[i]
		switch gap := next.start - before.end; {
		case gap < 0 || next.start == before.start:
			before.Refused, next.Refused = Overlaps, Overlaps
			next.end = max(next.end, before.end)
		case before.Refused == Accepted:
			before.Refused = before.checkGap(r, gap)
		}
	}
	return nil
}

// readDirectory returns where the directory says that the entries begin, and where it begins itself.
func readDirectory(r io.ReaderAt, size int64) (starts []int64, directory int64, err error) {
	tail := make([]byte, min(size, end64Length+locatorLength+endLength+maxBeside))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	at := bytes.LastIndex(tail[:max(0, len(tail)-endLength+len(endMark))], []byte(endMark))
	if at < 0 || at+endLength+int(u16(tail[at+20:])) != len(tail) {
		return nil, 0, fmt.Errorf("%w: behind the end record", ErrStray)
	}
	length, from := uint64(u32(tail[at+12:])), uint64(u32(tail[at+16:]))
	if first := at - locatorLength - end64Length; first >= 0 && string(tail[at-locatorLength:][:4]) == locatorMark && string(tail[first:][:4]) == end64Mark {
		length, from, at = u64(tail[first+40:]), u64(tail[first+48:]), first
	}
	end := size - int64(len(tail)) + int64(at)
	switch {
	case length > directoryBytes:
		return nil, 0, ErrTooMany
	case from > uint64(size) || int64(from+length) != end:
		return nil, 0, fmt.Errorf("%w: around the directory", ErrStray)
	}
	data := make([]byte, length)
	if _, err := r.ReadAt(data, int64(from)); err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	for len(data) > 0 {
		if len(data) < centralLength || string(data[:4]) != centralMark {
			return nil, 0, fmt.Errorf("%w: in the directory", ErrStray)
		}
		starts = append(starts, int64(u32(data[42:])))
		data = data[min(len(data), centralLength+int(u16(data[28:]))+int(u16(data[30:]))+int(u16(data[32:]))):]
	}
	return starts, int64(from), nil
}

// checkHeader reads the local header and compares it with the directory, and finds the end of the data.
func (e *record) checkHeader(r io.ReaderAt) {
	f := e.file
	head := make([]byte, localLength, localLength+len(f.Name)+maxBeside)
	if _, err := r.ReadAt(head, e.start); err != nil || string(head[:4]) != localMark {
		e.Refused, e.end = Damaged, e.start+1
		return
	}
	name, extra := int(u16(head[26:])), int(u16(head[28:]))
	e.end = e.start + localLength + int64(name+extra) + int64(min(f.CompressedSize64, 1<<62))
	switch {
	case name != len(f.Name):
		e.Refused = Differs
		return
	case extra > maxBeside || len(f.Extra) > maxBeside || len(f.Comment) > maxBeside:
		e.Refused = Stray
		return
	}
	rest := head[localLength : localLength+name+extra]
	if _, err := r.ReadAt(rest, e.start+localLength); err != nil {
		e.Refused = Damaged
		return
	}
	if string(rest[:name]) != f.Name || u16(head[8:]) != f.Method || (u16(head[6:])^f.Flags)&comparedFlags != 0 ||
		f.Flags&(1<<3) == 0 && !hasSizes(f, head[14:]) || !e.isNamedAlike(rest[name:]) || !e.isNamedAlike(f.Extra) {
		e.Refused = Differs
	}
}

// hasSizes reports whether the checksum and the sizes are those of the directory. A size of which all bits
// are set is in an extra field.
func hasSizes(f *zip.File, stated []byte) bool {
	alike := func(stated uint32, size uint64) bool { return stated == 1<<32-1 || uint64(stated) == size }
	return u32(stated) == f.CRC32 && alike(u32(stated[4:]), f.CompressedSize64) && alike(u32(stated[8:]), f.UncompressedSize64)
}

// isNamedAlike reports whether an extra field names the entry as its header does: some programs take the
// name from there (Info-ZIP's Unicode path).
func (e *record) isNamedAlike(extra []byte) bool {
	for len(extra) >= 4 {
		id, length := u16(extra), int(u16(extra[2:]))
		if extra = extra[4:]; length > len(extra) {
			return true // what programs write behind the last field
		}
		if id == 0x7075 && (length < 5 || strings.ToValidUTF8(string(extra[5:length]), "\ufffd") != e.Path) {
			return false
		}
		extra = extra[length:]
	}
	return true
}

// checkGap refuses bytes behind the data that are no descriptor: the checksum and the sizes again, in any of
// the four forms that are written.
func (e *record) checkGap(r io.ReaderAt, length int64) Refusal {
	got := make([]byte, min(length, 25))
	switch _, err := r.ReadAt(got, e.end); {
	case err != nil && length > 0:
		return Damaged
	case e.file.Flags&(1<<3) == 0 && length == 0:
		return Accepted
	case e.file.Flags&(1<<3) == 0 || !slices.Contains([]int64{12, 16, 20, 24}, length):
		return Stray
	}
	got = bytes.TrimPrefix(got, []byte("PK\x07\x08"))
	crc := binary.LittleEndian.AppendUint32(nil, e.file.CRC32)
	short := binary.LittleEndian.AppendUint32(crc[:4:4], uint32(e.file.CompressedSize64))
	long := binary.LittleEndian.AppendUint64(crc[:4:4], e.file.CompressedSize64)
	if bytes.Equal(got, binary.LittleEndian.AppendUint32(short, uint32(e.file.UncompressedSize64))) ||
		bytes.Equal(got, binary.LittleEndian.AppendUint64(long, e.file.UncompressedSize64)) {
		return Accepted
	}
	return Damaged
}

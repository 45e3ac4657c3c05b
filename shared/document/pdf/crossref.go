package pdf

import (
	"fmt"
	"strconv"
)

// The entries of the cross-reference stream (ISO 32000-1, 7.5.8.3): a kind, then the
// offset in the file, or the number of the object stream and the index in it.
const (
	kindFree   = 0
	kindPlain  = 1
	kindPacked = 2

	entrySize   = 1 + 3 + 2
	entryWidths = "[1 3 2]"
)

// trailer writes the object stream, the cross-reference stream, which is the last object,
// and the end of the file. entries are the trailer's entries /Root, /Info and /ID.
func (o *output) trailer(entries string, deflate func([]byte) []byte) {
	packed := o.reserve()
	head := o.packedHead()
	o.stream(packed, fmt.Sprintf("/Type/ObjStm/N %d/First %d/Filter/FlateDecode", len(o.order), len(head)),
		deflate(append(head, o.packed.Bytes()...)))
	table := o.reserve()
	start := o.Len()
	o.positions[table].at = start
	o.stream(table, fmt.Sprintf("/Type/XRef/Size %d/W%s%s/Filter/FlateDecode", len(o.positions), entryWidths, entries),
		deflate(o.entries(packed)))
	fmt.Fprintf(o, "startxref\n%d\n%%%%EOF\n", start)
}

// packedHead lists the number and the offset of each object in the object stream.
func (o *output) packedHead() []byte {
	head := make([]byte, 0, 12*len(o.order)+o.packed.Len()) // the objects follow
	for _, r := range o.order {
		head = append(strconv.AppendInt(head, int64(r), 10), ' ')
		head = append(strconv.AppendInt(head, int64(o.positions[r].at), 10), ' ')
	}
	return head
}

// entries returns the entries of the cross-reference stream.
func (o *output) entries(packed ref) []byte {
	b := make([]byte, entrySize*len(o.positions))
	index := make(map[ref]int, len(o.order))
	for i, r := range o.order {
		index[r] = i
	}
	putEntry(b, kindFree, 0, 0xFFFF)
	for n := 1; n < len(o.positions); n++ {
		if p := o.positions[n]; p.packed {
			putEntry(b[entrySize*n:], kindPacked, int(packed), index[ref(n)])
		} else {
			putEntry(b[entrySize*n:], kindPlain, p.at, 0)
		}
	}
	return b
}

func putEntry(b []byte, kind byte, offset, index int) {
	b[0], b[1], b[2], b[3] = kind, byte(offset>>16), byte(offset>>8), byte(offset)
	b[4], b[5] = byte(index>>8), byte(index)
}

package pdf

import (
	"bytes"
	"fmt"
	"strconv"
)

// ref is the number of an indirect object; 0 is none.
type ref int

func (r ref) String() string { return strconv.Itoa(int(r)) + " 0 R" }

// output collects the objects of a file and where they begin.
type output struct {
	bytes.Buffer
	offsets []int // by object number; [0] is unused

	byteRange, contents int // where the signature's placeholders begin, 0 if none
}

// header begins every file; the bytes above 127 tell transfer programs that it
// is binary.
const header = "%PDF-1.7\n%\xE5\x8A\xA0\xE6\xB3\xA8\n"

func newOutput(size int) *output {
	o := &output{offsets: make([]int, 1, 128)}
	o.Grow(size)
	o.WriteString(header)
	return o
}

// reserve numbers an object that others must point to before it is written.
func (o *output) reserve() ref {
	o.offsets = append(o.offsets, 0)
	return ref(len(o.offsets) - 1)
}

// begin starts a reserved object.
func (o *output) begin(r ref) {
	o.offsets[r] = o.Len()
	o.int(int(r))
	o.WriteString(" 0 obj\n")
}

func (o *output) end() { o.WriteString("\nendobj\n") }

// object writes a reserved object.
func (o *output) object(r ref, format string, args ...any) ref {
	o.begin(r)
	fmt.Fprintf(o, format, args...)
	o.end()
	return r
}

// add numbers and writes an object.
func (o *output) add(format string, args ...any) ref {
	return o.object(o.reserve(), format, args...)
}

// stream writes a reserved stream object; dict holds the entries but /Length.
func (o *output) stream(r ref, dict string, data ...[]byte) ref {
	n := 0
	for _, d := range data {
		n += len(d)
	}
	o.begin(r)
	o.WriteString("<<")
	o.WriteString(dict)
	o.WriteString("/Length ")
	o.int(n)
	o.WriteString(">>\nstream\n")
	for _, d := range data {
		o.Write(d)
	}
	o.WriteString("\nendstream")
	o.end()
	return r
}

func (o *output) int(n int) {
	o.Write(strconv.AppendInt(o.AvailableBuffer(), int64(n), 10))
}

func (o *output) string(s string) {
	o.Write(appendString(o.AvailableBuffer(), s))
}

// trailer writes the cross-reference table and the end of the file.
func (o *output) trailer(root, info ref, id [16]byte) {
	start := o.Len()
	fmt.Fprintf(o, "xref\n0 %d\n0000000000 65535 f \n", len(o.offsets))
	for _, at := range o.offsets[1:] {
		entry := []byte("0000000000 00000 n \n")
		for i := 9; at > 0; i-- {
			entry[i] = byte('0' + at%10)
			at /= 10
		}
		o.Write(entry)
	}
	fmt.Fprintf(o, "trailer\n<</Size %d/Root %v/Info %v/ID[<%x><%x>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(o.offsets), root, info, id, id, start)
}

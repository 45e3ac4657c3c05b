package pdf

import (
	"bytes"
	"fmt"
	"strconv"
)

// ref is the number of an indirect object; 0 is none.
type ref int

func (r ref) String() string { return string(r.append(nil)) }

func (r ref) append(b []byte) []byte {
	return append(strconv.AppendInt(b, int64(r), 10), " 0 R"...)
}

// output collects the objects of a file and their offsets. Streams and the signature are
// objects of their own; all other objects are compressed together in an object stream
// (ISO 32000-1, 7.5.7).
type output struct {
	bytes.Buffer
	positions []objectPosition // by object number; [0] is unused
	packed    bytes.Buffer
	order     []ref // of the packed objects

	byteRange, contents int // offsets of the signature's placeholders; 0 without one
}

// objectPosition is the offset of an object, in the file or in the object stream.
type objectPosition struct {
	at     int
	packed bool // in the object stream
}

// header is the header of files of format 1; headers has the header of every format, by its
// number minus one. The bytes above 127 tell transfer programs that the file is binary.
// The number of the format follows them, except for format 1.
const header = firstLine + binaryComment + "\n"

var headers = [...]string{header, firstLine + binaryComment + "2\n", firstLine + binaryComment + "3\n"}

const (
	firstLine     = "%PDF-1.7\n"
	binaryComment = "%\xE5\x8A\xA0\xE6\xB3\xA8" // %加注
)

// formatOf returns the number of the format whose header data has, or 0.
func formatOf(data []byte) int {
	for i, h := range headers {
		if bytes.HasPrefix(data, []byte(h)) {
			return i + 1
		}
	}
	return 0
}

func newOutput(size, format int) *output {
	o := &output{positions: make([]objectPosition, 1, 128)}
	o.Grow(size)
	o.packed.Grow(8 << 10)
	o.WriteString(headers[format-1])
	return o
}

// reserve returns the number of an object that is written later.
func (o *output) reserve() ref {
	o.positions = append(o.positions, objectPosition{})
	return ref(len(o.positions) - 1)
}

// begin begins a reserved object outside the object stream.
func (o *output) begin(r ref) {
	o.positions[r].at = o.Len()
	o.int(int(r))
	o.WriteString(" 0 obj\n")
}

func (o *output) end() { o.WriteString("\nendobj\n") }

// object writes a reserved object to the object stream.
func (o *output) object(r ref, format string, args ...any) ref {
	o.pack(r)
	fmt.Fprintf(&o.packed, format, args...)
	o.packed.WriteByte('\n')
	return r
}

// pack begins a reserved object in the object stream.
func (o *output) pack(r ref) {
	o.positions[r] = objectPosition{o.packed.Len(), true}
	o.order = append(o.order, r)
}

// add writes an object to the object stream under a new number.
func (o *output) add(format string, args ...any) ref {
	return o.object(o.reserve(), format, args...)
}

// stream writes a reserved stream object. dict has the entries of its dictionary except
// /Length.
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

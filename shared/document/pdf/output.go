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

// output collects the objects of a file and where they begin. Streams, and the
// signature with its gap, stand on their own; all other objects are collected
// and compressed together (ISO 32000-1, 7.5.7).
type output struct {
	bytes.Buffer
	positions []objectPosition // by object number; [0] is unused
	packed    bytes.Buffer
	order     []ref // of the packed objects

	byteRange, contents int // where the signature's placeholders begin, 0 if none
}

// objectPosition is where an object begins: in the file or, where packed, among the
// packed objects.
type objectPosition struct {
	at     int
	packed bool
}

// header begins every file of the first form, and headers begin those of each form,
// by its number less one. The bytes above 127 tell transfer programs that the file
// is binary; what follows them numbers the form, nothing the first.
const header = firstLine + binaryComment + "\n"

var headers = [...]string{header, firstLine + binaryComment + "2\n"}

const (
	firstLine     = "%PDF-1.7\n"
	binaryComment = "%\xE5\x8A\xA0\xE6\xB3\xA8" // %加注
)

// formOf returns the number of the form that data begins in, or 0 for none that is
// known here.
func formOf(data []byte) int {
	for i, h := range headers {
		if bytes.HasPrefix(data, []byte(h)) {
			return i + 1
		}
	}
	return 0
}

func newOutput(size, form int) *output {
	o := &output{positions: make([]objectPosition, 1, 128)}
	o.Grow(size)
	o.packed.Grow(8 << 10)
	o.WriteString(headers[form-1])
	return o
}

// reserve numbers an object that others must point to before it is written.
func (o *output) reserve() ref {
	o.positions = append(o.positions, objectPosition{})
	return ref(len(o.positions) - 1)
}

// begin starts a reserved object that stands on its own.
func (o *output) begin(r ref) {
	o.positions[r].at = o.Len()
	o.int(int(r))
	o.WriteString(" 0 obj\n")
}

func (o *output) end() { o.WriteString("\nendobj\n") }

// object writes a reserved object among the packed ones.
func (o *output) object(r ref, format string, args ...any) ref {
	o.pack(r)
	fmt.Fprintf(&o.packed, format, args...)
	o.packed.WriteByte('\n')
	return r
}

// pack begins a reserved object among the packed ones.
func (o *output) pack(r ref) {
	o.positions[r] = objectPosition{o.packed.Len(), true}
	o.order = append(o.order, r)
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

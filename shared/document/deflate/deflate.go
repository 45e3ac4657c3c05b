// Package deflate compresses what more than one file holds, once.
//
// A font subset or a certificate's data stands in the PDF and in the OFD of one
// copy. PDF wants zlib (RFC 1950), OFD a zip entry; inside both is the same raw
// DEFLATE stream (RFC 1951), framed by one checksum or the other. A Stream is
// that raw form with both checksums, so the work is done once.
package deflate

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/adler32"
	"hash/crc32"
	"io"
	"sync"

	"github.com/klauspost/compress/flate"
)

// level of compression: above it the files shrink by less than a hundredth
// for half as much time again.
const level = 5

// Stream is data in compressed form.
type Stream struct {
	Data    []byte // as it was
	Packed  []byte // raw DEFLATE (RFC 1951)
	Adler32 uint32 // of Data, for zlib
	CRC32   uint32 // of Data, for zip
}

// Compressor makes Streams. It keeps what is costly to set up and is safe for
// use by several goroutines; its zero value is ready.
type Compressor struct{ writers sync.Pool }

// Compress returns data as a Stream, which keeps data.
func (c *Compressor) Compress(data []byte) *Stream {
	var out bytes.Buffer
	out.Grow(len(data)*3/4 + 64)
	w, _ := c.writers.Get().(*flate.Writer)
	if w == nil {
		w, _ = flate.NewWriter(&out, level) // fails only for an unknown level
	} else {
		w.Reset(&out)
	}
	defer c.writers.Put(w)
	w.Write(data) // a bytes.Buffer does not fail
	w.Close()
	return &Stream{Data: data, Packed: out.Bytes(), Adler32: adler32.Checksum(data), CRC32: crc32.ChecksumIEEE(data)}
}

// Frame is what zlib puts before and behind Packed (RFC 1950, 2.2).
func (s *Stream) Frame() (head, tail []byte) {
	return []byte{0x78, 0x9C}, binary.BigEndian.AppendUint32(nil, s.Adler32)
}

// Zlib is Packed within its frame.
func (s *Stream) Zlib() []byte {
	head, tail := s.Frame()
	return bytes.Join([][]byte{head, s.Packed, tail}, nil)
}

// ErrInflate reports a stream that is broken, longer or shorter than it is
// said to be.
var ErrInflate = errors.New("deflate: not a stream of the stated size")

// Inflate returns the size bytes that packed holds, from its first byte to its
// last. It uses no more memory than they need, whatever packed is.
func Inflate(packed []byte, size int) ([]byte, error) {
	source := bytes.NewReader(packed)
	r := flate.NewReader(source)
	defer r.Close()
	data := make([]byte, size)
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, ErrInflate
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF || source.Len() != 0 {
		return nil, ErrInflate
	}
	return data, nil
}

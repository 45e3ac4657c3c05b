// Package deflate compresses data once for use in several files.
//
// A font subset or a certificate's data is embedded in both the PDF and the OFD of one
// copy. PDF needs zlib (RFC 1950), OFD a zip entry; both contain the same raw DEFLATE
// stream (RFC 1951) with different checksums. A Stream is that raw form with both
// checksums.
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

// level is the compression level. Higher levels take half as much time again and save
// less than one percent.
const level = 5

// Stream is data in compressed form.
type Stream struct {
	Data       []byte // uncompressed
	Compressed []byte // raw DEFLATE (RFC 1951)
	Adler32    uint32 // of Data, for zlib
	CRC32      uint32 // of Data, for zip
}

// Compressor makes Streams. It reuses its writers, which are costly to set up, and is
// safe for concurrent use; its zero value is ready.
type Compressor struct{ writers sync.Pool }

// Compress returns data as a Stream. The Stream refers to data, which must not change
// afterwards.
func (c *Compressor) Compress(data []byte) *Stream {
	var out bytes.Buffer
	out.Grow(len(data)*3/4 + 64)
	w, _ := c.writers.Get().(*flate.Writer)
	if w == nil {
		w, _ = flate.NewWriter(&out, level) // an error only for an unknown level
	} else {
		w.Reset(&out)
	}
	defer c.writers.Put(w)
	w.Write(data) // a bytes.Buffer returns no error
	w.Close()
	return &Stream{Data: data, Compressed: out.Bytes(), Adler32: adler32.Checksum(data), CRC32: crc32.ChecksumIEEE(data)}
}

// Frame returns the zlib header and trailer of Compressed (RFC 1950, 2.2).
func (s *Stream) Frame() (head, tail []byte) {
	return []byte{0x78, 0x9C}, binary.BigEndian.AppendUint32(nil, s.Adler32)
}

// Zlib returns Compressed with its zlib header and trailer.
func (s *Stream) Zlib() []byte {
	head, tail := s.Frame()
	return bytes.Join([][]byte{head, s.Compressed, tail}, nil)
}

// ErrInflate reports a stream that is corrupt, or whose length is not the stated one.
var ErrInflate = errors.New("deflate: not a stream of the stated size")

// readers are the readers of Inflate. A reader has some 40 KB of tables and window, and may be reset.
var readers sync.Pool

// Inflate decompresses packed, which must hold exactly size bytes and nothing after
// them. It uses no more memory than size needs, whatever packed is.
func Inflate(packed []byte, size int) ([]byte, error) {
	source := bytes.NewReader(packed)
	r, _ := readers.Get().(io.ReadCloser)
	if r == nil {
		r = flate.NewReader(source)
	} else if err := r.(flate.Resetter).Reset(source, nil); err != nil {
		return nil, ErrInflate
	}
	defer readers.Put(r)
	data := make([]byte, size)
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, ErrInflate
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || err != io.EOF || source.Len() != 0 {
		return nil, ErrInflate
	}
	return data, nil
}

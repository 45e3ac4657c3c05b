// Package deflate compresses data once for use in several files.
//
// A font subset or a certificate's data is embedded in both the PDF and the OFD of one
// copy. PDF needs zlib (RFC 1950), OFD a zip entry; both contain the same raw DEFLATE
// stream (RFC 1951) with different checksums. A Stream is that raw form with both
// checksums. A Head is compressed once for many streams that begin with it.
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

// Compressor compresses. It is safe for concurrent use; its zero value is ready.
type Compressor struct{}

// writers are the writers of every Compressor. A writer has some 400 KB of tables, which are costly
// to set up, and which the processor's cache keeps from one stream to the next if it is the same.
var writers sync.Pool

// writer is a compressing writer with the buffer that it writes to.
type writer struct {
	*flate.Writer
	out bytes.Buffer
}

// open returns a writer with an empty buffer.
func (c *Compressor) open() *writer {
	w, _ := writers.Get().(*writer)
	if w == nil {
		w = &writer{}
		w.Writer, _ = flate.NewWriter(&w.out, level) // an error only for an unknown level
	}
	w.out.Reset()
	w.Reset(&w.out)
	return w
}

// finish writes data as the last of the stream. A bytes.Buffer returns no error.
func (w *writer) finish(data []byte) {
	w.Write(data)
	w.Close()
}

// Compress returns data as a Stream. The Stream refers to data, which must not change
// afterwards.
func (c *Compressor) Compress(data []byte) *Stream {
	w := c.open()
	defer writers.Put(w)
	w.finish(data)
	return &Stream{Data: data, Compressed: bytes.Clone(w.out.Bytes()), Adler32: adler32.Checksum(data), CRC32: crc32.ChecksumIEEE(data)}
}

// Zlib returns data in the zlib format (RFC 1950).
func (c *Compressor) Zlib(data []byte) []byte { return c.ZlibAfter(&Head{}, data) }

// Head is data with which many streams begin, compressed once.
type Head struct{ data, compressed []byte }

// NewHead compresses the data with which streams begin.
func (c *Compressor) NewHead(data []byte) *Head {
	w := c.open()
	defer writers.Put(w)
	w.Write(data)
	w.Flush() // so that what follows begins with a byte of its own
	return &Head{data, bytes.Clone(w.out.Bytes())}
}

// ZlibAfter returns the head's data followed by data in the zlib format.
func (c *Compressor) ZlibAfter(head *Head, data []byte) []byte {
	w := c.open()
	defer writers.Put(w)
	w.out.Write(zlibHead)
	w.out.Write(head.compressed)
	w.finish(data)
	sum := adler32.New()
	sum.Write(head.data)
	sum.Write(data)
	w.out.Write(sum.Sum(w.out.AvailableBuffer()))
	return bytes.Clone(w.out.Bytes())
}

// zlibHead is the header of the zlib format: DEFLATE with a window of 32 KB (RFC 1950, 2.2).
var zlibHead = []byte{0x78, 0x9C}

// Frame returns the zlib header and trailer of Compressed (RFC 1950, 2.2).
func (s *Stream) Frame() (head, tail []byte) {
	return zlibHead, binary.BigEndian.AppendUint32(nil, s.Adler32)
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

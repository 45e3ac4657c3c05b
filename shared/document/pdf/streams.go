package pdf

import (
	"bytes"
	"io"
	"iter"

	"github.com/klauspost/compress/zlib"
)

// Streams returns the data of every stream of at most longest bytes in a PDF of any program,
// inflated where it is compressed, without regard to the file's structure. It is for finding what
// is attached to a file that Read refuses, and must not be used to accept a file.
func Streams(data []byte, longest int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		rest := data[:min(len(data), MaxFile)]
		for range maxObjects {
			_, after, found := bytes.Cut(rest, []byte("stream"))
			if !found {
				return
			}
			after = bytes.TrimPrefix(bytes.TrimPrefix(after, []byte("\r")), []byte("\n"))
			held, next, ended := bytes.Cut(after, []byte("endstream"))
			if !ended {
				return
			}
			rest = next
			if content := inflateStream(held, longest); content != nil && !yield(content) {
				return
			}
		}
	}
}

// inflateStream returns what a stream holds, or nil if it is longer than longest.
func inflateStream(held []byte, longest int) []byte {
	r, err := zlib.NewReader(bytes.NewReader(held))
	if err != nil {
		held = bytes.TrimRight(held, "\r\n")
		if len(held) > longest {
			return nil
		}
		return held
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, int64(longest)+1))
	if len(content) > longest || err != nil {
		return nil
	}
	return content
}

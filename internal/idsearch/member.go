package idsearch

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zlib"
)

// member is a part of a file, unpacked.
type member struct {
	path string // where it is; all places, where it is in several
	data []byte
}

// The deepest that files lie in files, and the most that is unpacked of one.
const (
	maxDepth = 6
	maxBytes = 32 << 20
)

// unpacker collects members, each content once.
type unpacker struct {
	members []member
	seen    map[[sha256.Size]byte]int // index of the member with a content
}

// unpack returns the files and everything in them: entries of packages and their
// names, streams of PDFs, pixels of PNGs, and what is written in hexadecimal or
// base64.
func unpack(files []File) []member {
	u := &unpacker{seen: map[[sha256.Size]byte]int{}}
	for _, f := range files {
		u.add(f.Name, f.Data, 0)
	}
	return u.members
}

func (u *unpacker) add(path string, data []byte, depth int) {
	sum := sha256.Sum256(data)
	if len(data) < 8 || depth > maxDepth {
		return
	}
	if i, seen := u.seen[sum]; seen {
		u.members[i].path += "; " + path
		return
	}
	u.seen[sum] = len(u.members)
	u.members = append(u.members, member{path, data})
	for name, inside := range extractParts(data) {
		u.add(path+" > "+name, inside, depth+1)
	}
	for i, run := range base64Run.FindAll(data, -1) {
		for shift := range 4 {
			if decoded := fromBase64(run[shift:]); len(decoded) >= 8 {
				u.add(fmt.Sprintf("%s > base64 %d+%d", path, i, shift), decoded, depth+1)
			}
		}
	}
	for i, run := range hexRun.FindAll(data, -1) {
		for shift := range 2 {
			text := run[shift : len(run)-(len(run)-shift)%2]
			decoded := make([]byte, len(text)/2)
			if _, err := hex.Decode(decoded, text); err == nil {
				u.add(fmt.Sprintf("%s > hex %d+%d", path, i, shift), decoded, depth+1)
			}
		}
	}
}

var (
	base64Run = regexp.MustCompile(`[A-Za-z0-9+/_-]{12,}`)
	hexRun    = regexp.MustCompile(`[0-9A-Fa-f]{16,}`)
)

// fromBase64 decodes as much of a run as is whole, in either alphabet.
func fromBase64(run []byte) []byte {
	run = bytes.ReplaceAll(bytes.ReplaceAll(run, []byte("-"), []byte("+")), []byte("_"), []byte("/"))
	if len(run)%4 == 1 {
		run = run[:len(run)-1]
	}
	decoded, err := base64.RawStdEncoding.DecodeString(string(run))
	if err != nil {
		return nil
	}
	return decoded
}

// extractParts returns what a package, PDF or PNG holds, by name.
func extractParts(data []byte) map[string][]byte {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return entries(data)
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return streams(data)
	case bytes.HasPrefix(data, []byte("\x89PNG")):
		return map[string][]byte{"pixels": pixels(data)}
	}
	return nil
}

func entries(data []byte) map[string][]byte {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil
	}
	found := map[string][]byte{"comment": []byte(r.Comment)}
	for _, entry := range r.File {
		found[entry.Name+" (names)"] = []byte(entry.Name + "\n" + entry.Comment + "\n" + string(entry.Extra))
		if in, err := entry.Open(); err == nil {
			found[entry.Name] = readAll(in)
		}
	}
	return found
}

var streamMark = regexp.MustCompile(`stream\r?\n`)

// streams inflates whatever stands between "stream" and "endstream".
func streams(data []byte) map[string][]byte {
	found := map[string][]byte{}
	for i, at := range streamMark.FindAllIndex(data, -1) {
		body := data[at[1]:]
		if end := bytes.Index(body, []byte("endstream")); end >= 0 {
			body = body[:end]
		}
		name := fmt.Sprintf("stream %d", i)
		if in, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
			found[name] = readAll(in)
			continue
		}
		found[name] = body
	}
	return found
}

// pixels inflates the picture data of a PNG.
func pixels(data []byte) []byte {
	var packed []byte
	for at := 8; at+8 <= len(data); {
		length := int(data[at])<<24 | int(data[at+1])<<16 | int(data[at+2])<<8 | int(data[at+3])
		if length < 0 || at+8+length > len(data) {
			break
		}
		if string(data[at+4:at+8]) == "IDAT" {
			packed = append(packed, data[at+8:at+8+length]...)
		}
		at += 12 + length
	}
	if len(packed) < 2 {
		return nil
	}
	return readAll(flate.NewReader(bytes.NewReader(packed[2:])))
}

// readAll reads what can be read: a part whose end is damaged counts as far as it goes.
func readAll(in io.Reader) []byte {
	data, _ := io.ReadAll(io.LimitReader(in, maxBytes))
	return data
}

package pdf

import (
	"bytes"
	"errors"
	"slices"
)

// The results of Diagnose: what has happened to a file that Read refuses.
var (
	ErrTruncated = errors.New("a PDF whose end is missing")
	ErrPrefixed  = errors.New("a PDF with data before its header")
	ErrAppended  = errors.New("a PDF with data after its end")
	ErrUpdated   = errors.New("a PDF changed by an incremental update")
	ErrFormat    = errors.New("a PDF in an unknown version of this service's format")
)

// maxHeaderOffset is how far into a file other readers search for its header.
const maxHeaderOffset = 1024

// Every PDF begins with headerMark; every revision of it ends with endMark.
const (
	headerMark = "%PDF-"
	endMark    = "%%EOF"
)

// Diagnose returns what most likely happened to a file that Read refuses or in which it
// finds a Problem: ErrForeign, ErrTruncated, ErrPrefixed, ErrAppended, ErrUpdated,
// ErrFormat, ErrTooLarge, or ErrBroken if none of these can be seen. It looks only at both
// ends of the file and at the markers. Its result is for an explanation and must not be
// used to accept a file.
func Diagnose(data []byte) error {
	if len(data) > MaxFile {
		return ErrTooLarge
	}
	begins := bytes.Index(data[:min(len(data), maxHeaderOffset)], []byte(headerMark))
	switch {
	case begins == 0 && hasLaterFormat(data):
		return ErrFormat
	case begins < 0 && len(data) > 0 && hasOurHeader(data):
		return ErrTruncated
	case begins < 0 || !hasOurHeader(data[begins:]):
		return ErrForeign
	case begins > 0:
		return ErrPrefixed
	}
	return diagnoseEnd(data)
}

// HasHeader reports whether data begins with the header of this service's files.
func HasHeader(data []byte) bool { return len(data) > 0 && hasOurHeader(data) }

// hasLaterFormat reports whether the second line has the number of a format later than
// those known here.
func hasLaterFormat(data []byte) bool {
	first, rest, _ := bytes.Cut(data[:min(len(data), maxHeaderOffset)], []byte("\n"))
	number, ok := bytes.CutPrefix(rest, []byte(binaryComment))
	number, _, ended := bytes.Cut(number, []byte("\n"))
	return ok && ended && len(first)+1 == len(firstLine) && len(number) == 1 && '0'+len(headers) < int(number[0]) && number[0] <= '9'
}

// hasOurHeader reports whether data begins with the header of this service's files, or is
// the beginning of that header.
func hasOurHeader(data []byte) bool {
	return slices.ContainsFunc(headers[:], func(h string) bool {
		n := min(len(data), len(h))
		return string(data[:n]) == h[:n]
	})
}

func diagnoseEnd(data []byte) error {
	last := bytes.LastIndex(data, []byte(endMark))
	switch {
	case last < 0:
		return ErrTruncated
	case bytes.Count(data, []byte(endMark)) > 1:
		return ErrUpdated
	}
	switch after := data[last+len(endMark):]; {
	case len(after) == 0:
		return ErrTruncated
	case string(after) != "\n":
		return ErrAppended
	}
	return ErrBroken
}

package pdf

import (
	"bytes"
	"errors"
	"slices"
)

// What may have happened to a file that Read refuses. Each also is an error of
// its own; the file is refused whichever it is.
var (
	ErrTruncated = errors.New("a PDF without its end")
	ErrPrefixed  = errors.New("a PDF with something before its beginning")
	ErrAppended  = errors.New("a PDF with something behind its end")
	ErrUpdated   = errors.New("a PDF changed by an incremental update")
	ErrForm      = errors.New("a PDF in a form that is not known here")
)

// lateHeader is how far into a file other readers look for its beginning.
const lateHeader = 1024

// firstMark opens every PDF, and lastMark ends every revision of one.
const (
	firstMark = "%PDF-"
	lastMark  = "%%EOF"
)

// Diagnose says what most likely happened to a file that Read refuses, or finds
// a Problem with: ErrForeign, ErrTruncated, ErrPrefixed, ErrAppended,
// ErrUpdated, ErrForm, ErrTooLarge, or ErrBroken where nothing shows from outside. It
// looks at the ends of the file and at its marks only, so it believes nothing
// in it, and serves to say what to do, never to accept.
func Diagnose(data []byte) error {
	if len(data) > MaxFile {
		return ErrTooLarge
	}
	begins := bytes.Index(data[:min(len(data), lateHeader)], []byte(firstMark))
	switch {
	case begins == 0 && laterForm(data):
		return ErrForm
	case begins < 0 && len(data) > 0 && sameBeginning(data):
		return ErrTruncated
	case begins < 0 || !sameBeginning(data[begins:]):
		return ErrForeign
	case begins > 0:
		return ErrPrefixed
	}
	return diagnoseEnd(data)
}

// laterForm reports whether the second line numbers a form after those that are
// known here.
func laterForm(data []byte) bool {
	first, rest, _ := bytes.Cut(data[:min(len(data), lateHeader)], []byte("\n"))
	number, ok := bytes.CutPrefix(rest, []byte(binaryComment))
	number, _, ended := bytes.Cut(number, []byte("\n"))
	return ok && ended && len(first)+1 == len(firstLine) && len(number) == 1 && '0'+len(headers) < int(number[0]) && number[0] <= '9'
}

// sameBeginning reports whether data begins as a file of this service does, as
// far as data goes.
func sameBeginning(data []byte) bool {
	return slices.ContainsFunc(headers[:], func(h string) bool {
		n := min(len(data), len(h))
		return string(data[:n]) == h[:n]
	})
}

func diagnoseEnd(data []byte) error {
	last := bytes.LastIndex(data, []byte(lastMark))
	switch {
	case last < 0:
		return ErrTruncated
	case bytes.Count(data, []byte(lastMark)) > 1:
		return ErrUpdated
	}
	switch behind := data[last+len(lastMark):]; {
	case len(behind) == 0:
		return ErrTruncated
	case string(behind) != "\n":
		return ErrAppended
	}
	return ErrBroken
}

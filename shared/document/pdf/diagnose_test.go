package pdf

import (
	"bytes"
	"errors"
	"testing"
)

func TestDiagnoseSaysWhatHappened(t *testing.T) {
	const whole = header + "1 0 obj\n1\nendobj\nxref\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
	foreign := "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
	for _, c := range []struct {
		name, data string
		want       error
	}{
		{"nothing", "", ErrForeign},
		{"no PDF", "certificate", ErrForeign},
		{"a PDF of another program", foreign, ErrForeign},
		{"one with something before it", "\n" + foreign, ErrForeign},
		{"two letters of ours", "%P", ErrTruncated},
		{"half the first line of ours", header[:10], ErrTruncated},
		{"ours without the end", whole[:len(whole)-8], ErrTruncated},
		{"ours without the last line break", whole[:len(whole)-1], ErrTruncated},
		{"ours behind a line break", "\r\n" + whole, ErrPrefixed},
		{"ours behind a mail's header", "Content-Type: application/pdf\r\n\r\n" + whole, ErrPrefixed},
		{"ours before a line break", whole + "\n", ErrAppended},
		{"ours before a picture", whole + "\xff\xd8\xff\xe0", ErrAppended},
		{"ours of a later form", "%PDF-2.0\n" + binaryComment + "4\n1 0 obj\n", ErrFormat},
		{"ours of the second form, without the end", headers[1] + "1 0 obj\n", ErrTruncated},
		{"half the second line of the second form", headers[1][:15], ErrTruncated},
		{"ours, updated", whole + "1 0 obj\n2\nendobj\nxref\n%%EOF\n", ErrUpdated},
		{"ours, twice", whole + whole, ErrUpdated},
		{"ours, changed in the middle", whole, ErrBroken},
		{"too much", string(make([]byte, MaxFile+1)), ErrTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Diagnose([]byte(c.data)); !errors.Is(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// FuzzDiagnose demands one of the known answers, and that none depends on what
// stands in the middle of a file.
func FuzzDiagnose(f *testing.F) {
	f.Add([]byte(header))
	f.Add([]byte("%PDF-1.4\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		known := []error{ErrForeign, ErrTruncated, ErrPrefixed, ErrAppended, ErrUpdated, ErrFormat, ErrTooLarge, ErrBroken}
		got := Diagnose(data)
		named := false
		for _, e := range known {
			named = named || errors.Is(got, e)
		}
		if !named {
			t.Fatalf("got %v", got)
		}
		whole := append([]byte(header), '\n')
		whole = append(whole, bytes.ReplaceAll(data, []byte("%%EOF"), nil)...)
		if bytes.Contains(whole, []byte(endMark)) {
			return
		}
		if got := Diagnose(append(whole, "%%EOF\n"...)); !errors.Is(got, ErrBroken) && len(whole) < MaxFile-6 {
			t.Errorf("a file with both ends: %v", got)
		}
	})
}

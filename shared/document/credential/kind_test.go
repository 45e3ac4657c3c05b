package credential

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// newReceipts returns a receipt of each kind.
func newReceipts(t testing.TB) map[ReceiptKind]string {
	t.Helper()
	signer := newSigner(t, "V0J8")
	one, oneErr := IssueReceipt(t.Context(), signer, someReceipt(t))
	many, manyErr := IssueBatchReceipt(t.Context(), signer, newBatch(t, 100))
	job, jobErr := IssueManifest(t.Context(), signer, someManifest(t))
	if err := errors.Join(oneErr, manyErr, jobErr); err != nil {
		t.Fatal(err)
	}
	return map[ReceiptKind]string{OneReceipt: one, ManyReceipt: many, JobReceipt: job}
}

// wrap breaks a text into lines, as a mail does.
func wrap(text, end string) string {
	var lines []string
	for line := range slices.Chunk([]byte(text), 76) {
		lines = append(lines, string(line))
	}
	return strings.Join(lines, end)
}

// What surrounds a receipt is no part of it, of whichever kind it is.
func TestReceiptsOfEveryKindAreFoundAlike(t *testing.T) {
	token := readSurroundings(t).Token
	receipts := newReceipts(t)
	for kind, text := range receipts {
		if KindOf(text) != kind {
			t.Errorf("%s is %q", kind, KindOf(text))
		}
		for name, form := range map[string]struct {
			text        string
			find, alone error
		}{
			"by itself": {text, nil, nil}, "a line break behind it": {"\ufeff " + text + "\r\n", nil, nil}, "wrapped": {wrap(text, "\n") + "\n", nil, nil}, "wrapped for Windows": {wrap(text, "\r\n"), nil, nil},
			"cited": {"> " + wrap(text, "\r\n> "), nil, ErrBeside}, "a word behind it": {text + " 谢谢", nil, ErrBeside}, "wrapped, a word behind it": {wrap(text, "\n") + " 谢谢", nil, ErrBeside},
			"twice": {text + "\n" + text, nil, ErrBeside}, "with a token": {text + "\n" + token, ErrSeveral, ErrSeveral}, "behind a token": {token + " " + text, ErrSeveral, ErrSeveral},
		} {
			for search, want := range map[string]error{"Find": form.find, "FindAlone": form.alone} {
				found, err := map[string]func(string) (Content, error){"Find": Find, "FindAlone": FindAlone}[search](form.text)
				if !errors.Is(err, want) || err == nil && found != (Content{Receipt: text}) {
					t.Errorf("%s of %s, %s: %v, %.40q", search, kind, name, err, fmt.Sprint(found))
				}
			}
		}
		for other, beside := range receipts {
			if _, err := FindAlone(text + "\n" + beside); other != kind && !errors.Is(err, ErrSeveral) {
				t.Errorf("%s and %s: %v", kind, other, err)
			}
		}
	}
}

// A text that is too long to be searched may be a manifest, and nothing else.
func TestALongManifestIsFound(t *testing.T) {
	m := someManifest(t)
	m.Entries = slices.Repeat(m.Entries[:1], 1500)
	text, err := IssueManifest(t.Context(), newSigner(t, "V0J8"), m)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) <= MaxText {
		t.Fatalf("it has only %d bytes", len(text))
	}
	for name, long := range map[string]string{"by itself": text + "\n", "wrapped": wrap(text, "\r\n")} {
		for _, search := range []func(string) (Content, error){Find, FindAlone} {
			if found, err := search(long); err != nil || found.Receipt != text {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	blanks := strings.Repeat(" ", MaxText)
	for name, long := range map[string]string{
		"words beside it": text + " 谢谢", "blanks": blanks, "a token": blanks + readSurroundings(t).Token, "a receipt": blanks + newReceipts(t)[OneReceipt],
	} {
		if found, err := FindAlone(long); !errors.Is(err, ErrNothing) {
			t.Errorf("%s: %v, %+v", name, err, found)
		}
	}
}

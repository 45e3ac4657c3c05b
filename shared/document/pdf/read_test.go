package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
)

func TestReadReturnsWhatWasWritten(t *testing.T) {
	signer := newSigner(t)
	d := document(signer)
	f, err := Read(write(t, signer))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Attachment{*d.Attachment}, f.Attachments); diff != "" {
		t.Error(diff)
	}
	if f.Signature == nil || !f.Signature.CoversWhole || len(f.Problems) > 0 {
		t.Fatalf("signature %+v, problems %v", f.Signature, f.Problems)
	}
	if !f.Signature.At.Equal(madeAt) || f.Signature.Name != "测试机关" {
		t.Errorf("signed %v by %q", f.Signature.At, f.Signature.Name)
	}
	if _, err := cms.Verify(f.Signature.CMS, f.Signature.Digest); err != nil {
		t.Error(err)
	}
}

func TestReadUnsigned(t *testing.T) {
	f, err := Read(write(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	if f.Signature != nil || len(f.Attachments) != 1 {
		t.Errorf("%+v", f)
	}
}

// checkIntact is the judgement that a verifier makes of a file's own bytes.
func checkIntact(data []byte) error {
	f, err := Read(data)
	if err != nil {
		return err
	}
	if len(f.Problems) > 0 || f.Signature == nil || !f.Signature.CoversWhole {
		return fmt.Errorf("problems %v", f.Problems)
	}
	_, err = cms.Verify(f.Signature.CMS, f.Signature.Digest)
	return err
}

// No byte of a signed file can change unseen, except within the enclosed
// certificates that are not the signer's, of which this one has none.
func TestAnyChangedByteIsSeen(t *testing.T) {
	good := write(t, newSigner(t))
	if err := checkIntact(good); err != nil {
		t.Fatal(err)
	}
	const stride = 3
	bad := bytes.Clone(good)
	for i := 0; i < len(good); i += stride {
		bad[i] ^= 1 << (i % 8)
		if checkIntact(bad) == nil {
			t.Errorf("a change of byte %d of %d (%q) went unseen", i, len(good), good[max(0, i-20):i+1])
		}
		bad[i] = good[i]
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	signer := newSigner(t)
	roomy := document(signer)
	roomy.Signature.Size += 8 // so that there always is something behind the value
	good := writeDocument(t, roomy, signer)
	replace := func(old, new string) []byte { return bytes.Replace(good, []byte(old), []byte(new), 1) }
	for _, c := range []struct {
		name     string
		data     []byte
		problems []Problem
		err      error
	}{
		{"an empty file", nil, nil, ErrForeign},
		{"another kind of file", []byte("PK\x03\x04"), nil, ErrForeign},
		{"a PDF of another program", []byte("%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"), nil, ErrForeign},
		{"a file that is too large", make([]byte, MaxFile+1), nil, ErrTooLarge},
		{"a cut file", good[:len(good)-100], nil, ErrBroken},
		{"something appended", append(bytes.Clone(good), "\n%more"...), []Problem{Appended, NotCovered}, nil},
		{"something before the first object", replace(header, header+"%\n"), nil, ErrBroken},
		{"a byte range that leaves a gap", replace("/ByteRange[0 1", "/ByteRange[1 1"), []Problem{NotCovered}, nil},
		{"changes permitted", replace("/P 1/V", "/P 2/V"), []Problem{NotFinal}, nil},
		{"capital letters in the signature", upperContents(good), []Problem{Padded}, nil},
		{"something behind the signature's value", afterValue(good), []Problem{Padded}, nil},
		{"another signature format", replace("ETSI.CAdES.detached", "ETSI.RFC3161.deta.."), nil, ErrBroken},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := Read(c.data)
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if err == nil && !cmp.Equal(c.problems, f.Problems) {
				t.Errorf("problems %v, want %v", f.Problems, c.problems)
			}
		})
	}
}

func contentsOf(data []byte) (start, end int) {
	start = bytes.Index(data, []byte("/Contents<")) + len("/Contents<")
	return start, start + bytes.IndexByte(data[start:], '>')
}

func upperContents(good []byte) []byte {
	data := bytes.Clone(good)
	start, end := contentsOf(data)
	copy(data[start:], bytes.ToUpper(data[start:end]))
	return data
}

func afterValue(good []byte) []byte {
	data := bytes.Clone(good)
	_, end := contentsOf(data)
	data[end-1] = '1'
	return data
}

// A file that another program saved again is not taken for the original, even
// though it looks the same.
func TestResavedFileIsRefused(t *testing.T) {
	qpdf := tool(t, "qpdf")
	in, out := file(t, write(t, newSigner(t))), t.TempDir()+"/out.pdf"
	if text, err := exec.Command(qpdf, in, out).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if err := checkIntact(contents(t, out)); err == nil {
		t.Error("accepted")
	}
}

func TestInflateIsBounded(t *testing.T) {
	w := NewWriter(loadFonts(t))
	for _, c := range []struct {
		name string
		data []byte
		ok   bool
	}{
		{"an ordinary text", []byte("certificate"), true},
		{"a bomb", make([]byte, 4<<20), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := inflate(w.deflate(c.data))
			if (err == nil) != c.ok || c.ok && !bytes.Equal(got, c.data) {
				t.Errorf("%d bytes, error %v", len(got), err)
			}
		})
	}
}

// A file may end anywhere, and its bytes with their slice.
func TestAFileThatEndsInAStringIsRefused(t *testing.T) {
	for _, end := range []string{"(a", `(a\`, "<0", "<", "/A", "/A#", "/A#4", "[", "<<", "<</A", "1 0", "tru"} {
		data := []byte(headers[1] + "1 0 obj\n" + end)
		if _, err := Read(data[:len(data):len(data)]); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: %v", end, err)
		}
	}
}

package pdf

import (
	"bytes"
	"image"
	"image/color"
	pngimage "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
)

// tool finds a program or skips the test.
func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skip(name + " is not installed")
	}
	return path
}

func file(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "certificate.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func contents(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func run(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(tool(t, name), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, out)
	}
	return string(out)
}

func TestQPDFFindsNoFault(t *testing.T) {
	if out := run(t, "qpdf", "--check", file(t, write(t, newSigner(t)))); !strings.Contains(out, "No syntax or stream encoding errors found") {
		t.Error(out)
	}
}

// pdfsig ends with success on tampered files as well: its words count, and a
// tampered control shows that they mean something.
func TestPdfsigValidates(t *testing.T) {
	good := write(t, newSigner(t))
	out := run(t, "pdfsig", "-nocert", file(t, good))
	for _, want := range []string{"Signature is Valid.", "Total document signed", "ETSI.CAdES.detached", "SHA-256"} {
		if !strings.Contains(out, want) {
			t.Errorf("pdfsig does not say %q: %s", want, out)
		}
	}
	bad := ReplacePacked(t, good, "/Keywords<feff75355b50", "/Keywords<feff75355b51")
	if out := run(t, "pdfsig", "-nocert", file(t, bad)); strings.Contains(out, "Signature is Valid.") {
		t.Errorf("pdfsig accepts a tampered file: %s", out)
	}
}

// ReplacePacked replaces something in one of the packed objects of a file.
func ReplacePacked(t testing.TB, data []byte, old, new string) []byte {
	t.Helper()
	parts := disassemble(t, data)
	for i := range parts.packed {
		text := &parts.packed[i].text
		if bytes.Contains(*text, []byte(old)) {
			*text = bytes.Replace(*text, []byte(old), []byte(new), 1)
			return parts.assembleFile()
		}
	}
	t.Fatalf("no packed object holds %q", old)
	return nil
}

func TestTextComesOutAsItWentIn(t *testing.T) {
	out := run(t, "pdftotext", file(t, write(t, nil)), "-")
	for _, want := range []string{"注册证书", "欧阳䶮㛃𬱖", "京1112021202100001"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing from %q", want, out)
		}
	}
}

// The seal's image has a red point where the page is black, and one where it is white.
func TestTheSealHidesNothingUnderIt(t *testing.T) {
	signer := newSigner(t)
	d := document(signer)
	disc := image.NewPaletted(image.Rect(0, 0, 8, 8), color.Palette{color.NRGBA{R: 212, G: 18, B: 24, A: 255}})
	d.SealImage = pngPicture(disc)
	at := d.Page.Seal
	d.Page.Items = append(d.Page.Items, &displaylist.Path{Fill: &black, Ops: []displaylist.Op{
		{Kind: 'M', X: at.X, Y: at.Y}, {Kind: 'L', X: at.X + at.W/2, Y: at.Y}, {Kind: 'L', X: at.X + at.W/2, Y: at.Y + at.H}, {Kind: 'L', X: at.X, Y: at.Y + at.H}, {Kind: 'C'},
	}})
	out := filepath.Join(t.TempDir(), "page")
	run(t, "pdftoppm", "-r", "25.4", "-png", "-singlefile", file(t, writeDocument(t, d, signer)), out)
	page, err := pngimage.Decode(bytes.NewReader(contents(t, out+".png")))
	if err != nil {
		t.Fatal(err)
	}
	point := func(x float64) color.NRGBA {
		return color.NRGBAModel.Convert(page.At(int(at.X+x*at.W), int(at.Y+at.H/2))).(color.NRGBA)
	}
	if over := point(0.25); over.R > 40 {
		t.Errorf("the seal over black is %v", over)
	}
	if beside := point(0.75); beside.R < 180 || beside.G > 60 {
		t.Errorf("the seal over white is %v", beside)
	}
}

func TestFontsAreEmbeddedSubsetsWithUnicode(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(run(t, "pdffonts", file(t, write(t, nil)))), "\n")
	if len(lines) != 4 {
		t.Fatalf("want two fonts: %q", lines)
	}
	for _, l := range lines[2:] {
		if !strings.Contains(l, "yes yes yes") || !strings.Contains(l, "+NotoSerifSC-Regular") {
			t.Error(l)
		}
	}
}

func TestStructureReadsInOrder(t *testing.T) {
	out := run(t, "pdfinfo", "-struct-text", file(t, write(t, newSigner(t))))
	at := -1
	for _, want := range []string{"H1 (block)", "注册证书", "Figure", "P (block)", "姓名：", "欧阳䶮㛃𬱖", "注册编号：", "京1112021202100001", "Form"} {
		next := strings.Index(out, want)
		if next <= at {
			t.Fatalf("%q is missing or out of order:\n%s", want, out)
		}
		at = next
	}
}

func TestAttachmentComesOut(t *testing.T) {
	d := document(nil)
	out := filepath.Join(t.TempDir(), "certificate.json")
	run(t, "pdfdetach", "-save", "1", "-o", out, file(t, writeDocument(t, d, nil)))
	if got := contents(t, out); !bytes.Equal(got, d.Attachment.Data) {
		t.Errorf("%q", got)
	}
}

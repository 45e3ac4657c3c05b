package issue_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/preview"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// faceOf is a font of some characters of another one.
func faceOf(t *testing.T, whole *font.Face, runes []rune) *font.Face {
	t.Helper()
	slices.Sort(runes)
	sfnt := whole.Subset(slices.Compact(runes)).File.Data
	face, err := font.Parse(bytes.NewReader(sfnt), int64(len(sfnt)))
	if err != nil {
		t.Fatal(err)
	}
	return face
}

// splitFont is the default font in two: the second has only the characters of rare.
func splitFont(t *testing.T, rare string) *font.Set {
	whole := issuetest.Fonts(t).Faces[0]
	var common []rune
	for r := rune(' '); r <= 0x9FFF; r++ {
		if _, ok := whole.Glyph(r); ok && !strings.ContainsRune(rare, r) && (r < 0x3400 || r >= 0x4E00) {
			common = append(common, r)
		}
	}
	common = append(common, []rune("（），：")...)
	return font.NewSet(faceOf(t, whole, common), faceOf(t, whole, []rune(rare)))
}

// TestANameOfTwoFontsIsInEveryFile prints a name whose characters alternate
// between two fonts, and reads it back out of each file.
func TestANameOfTwoFontsIsInEveryFile(t *testing.T) {
	for is, c := range map[string]struct {
		fonts func(*testing.T) *font.Set
		name  string
	}{
		"the default font in halves": {func(t *testing.T) *font.Set { return splitFont(t, "䶮㛃") }, "䶮阳㛃"},
		"the font for rare characters": {func(t *testing.T) *font.Set {
			fonts := issuetest.Fonts(t)
			if len(fonts.MissingRunes("𠀀")) > 0 {
				t.Skip("the font for rare characters is not here: `make fonts-rare`")
			}
			return fonts
		}, "𠀀阳𪜀𫝀𫠠𬺰"}, // of the extensions B to F
		"the font for Latin letters": {func(t *testing.T) *font.Set { return issuetest.Fonts(t) }, "ŁžĞłaşŐ"},
	} {
		t.Run(is, func(t *testing.T) {
			fonts := c.fonts(t)
			issuer := issuetest.New(t, issuetest.CopyTime())
			documentIssuer, err := issue.New(fonts, issuer.Authorities)
			if err != nil {
				t.Fatal(err)
			}
			issuer.DocumentIssuer = documentIssuer
			record := issuetest.Certificate(t)
			record.Holder.Name = c.name
			made := issuer.Make(t, issuetest.Endorsement(t), record)
			if made.Preview, err = preview.New(fonts, issuer.Schemes).Draw(made.OFD); err != nil {
				t.Fatal(err)
			}
			checkTwoFonts(t, issuer, made, c.name)
		})
	}
}

func checkTwoFonts(t *testing.T, issuer *issuetest.Issuer, made issuetest.IssuedCopy, name string) {
	t.Helper()
	trust, err := evidence.ParseTrust(issuer.Trust)
	if err != nil {
		t.Fatal(err)
	}
	for kind, data := range map[string][]byte{"PDF": made.PDF, "OFD": made.OFD} {
		e := evidence.Examine(data, trust)
		if e.Integrity.Result != verdict.Pass || e.Copy == nil || e.Copy.Certificate.Holder.Name != name {
			t.Errorf("the %s is not verified: %+v", kind, e)
		}
	}
	if text := readText(t, made.OFD); !strings.Contains(text, name) {
		t.Errorf("the OFD's text lacks the name: %s", text)
	}
	if shapes := regexp.MustCompile(`<path id="b[0-9a-z]+"`).FindAll(made.Preview, -1); len(shapes) != len([]rune(name))-1 {
		t.Errorf("the preview has %d shapes of the second font", len(shapes))
	}
	path := filepath.Join(t.TempDir(), "certificate.pdf")
	if err := os.WriteFile(path, made.PDF, 0o600); err != nil {
		t.Fatal(err)
	}
	if text := tool(t, "pdftotext", path, "-"); !strings.Contains(text, name) {
		t.Errorf("the PDF's text lacks the name:\n%s", text)
	}
	fonts := tool(t, "pdffonts", path)
	if embedded := regexp.MustCompile(`(?m)CID TrueType +Identity-H +yes yes yes`).FindAllString(fonts, -1); len(embedded) != 3 {
		t.Errorf("of the base's, the copy's and the second font, %d are embedded:\n%s", len(embedded), fonts)
	}
}

// tool runs another program over a file, or leaves the rest of the test out.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skip(name + " is not installed")
	}
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(out)
}

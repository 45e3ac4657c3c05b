package layout

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Every face that is built in is right, with the longest texts and the most rows, too.
func TestEveryBuiltInFaceIsRight(t *testing.T) {
	l, _ := newLayout(t)
	schemes, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range schemes.List() {
		for _, err := range l.CheckFace(s) {
			t.Errorf("%s: %v", s.ID, err)
		}
	}
}

// drawFace draws a scheme with a face that scheme.Check accepts.
func drawFace(t *rapid.T, s scheme.Scheme) scheme.Scheme {
	f := *s.Face
	f.Rows, s.Details = nil, nil
	firm := rapid.Bool().Draw(t, "organisation")
	label := func(name string) string { return strings.Repeat("示", rapid.IntRange(1, 11).Draw(t, name)) }
	for i, value := range []string{scheme.HolderName, scheme.NumberValue, scheme.HolderSex, scheme.HolderBirth, scheme.EmployerName, scheme.HolderCode, scheme.Specialties} {
		personal, optional := i == 2 || i == 3, i > 1 && i < 5
		if firm && personal || !firm && value == scheme.HolderCode || optional && !rapid.Bool().Draw(t, "with "+value) {
			continue
		}
		f.Rows = append(f.Rows, scheme.Row{Label: label(value) + string(rune('甲'+i)), Value: value})
	}
	if !strings.Contains(fmt.Sprint(f.Rows), scheme.EmployerName) {
		s.Employer = certificate.Absent
	}
	for i := range rapid.IntRange(0, 12-len(f.Rows)).Draw(t, "details") {
		d := scheme.Detail{Name: label("detail") + fmt.Sprint(i%10), Longest: rapid.IntRange(1, 200).Draw(t, "longest")}
		if i > 9 {
			d.Name = "末" + d.Name
		}
		s.Details = append(s.Details, d)
		f.Rows = append(f.Rows, scheme.Row{Label: d.Name, Value: scheme.DetailPrefix + d.Name})
	}
	f.Rows = rapid.Permutation(f.Rows).Draw(t, "rows")
	for _, part := range []string{scheme.PhotoPart, scheme.SignaturePart} {
		if firm || rapid.Bool().Draw(t, "without "+part) {
			f.Without = append(f.Without, part)
		}
	}
	f.Beside = rapid.IntRange(0, min(6, slices.IndexFunc(f.Rows, func(r scheme.Row) bool { return r.Value == scheme.Specialties }))).Draw(t, "beside")
	within := func(name string, low, high float64) float64 { return rapid.Float64Range(low, high).Draw(t, name) }
	f.Sizes = scheme.Sizes{Heading: within("heading", 5, 12), Title: within("title", 6, 15), Subtitle: within("subtitle", 2.5, 6), Statement: within("statement", 3, 6)}
	f.TitleWeight = within("weight", 0, 1)
	f.Photo.W, f.Photo.H = within("photo's width", 20, 45), within("photo's height", 25, 60)
	f.Photo.X, f.Photo.Y = within("photo's x", 125, 190-f.Photo.W), within("photo's y", 71, 82)
	f.Signature = scheme.Hand{X: within("signature's x", 50, 80), H: within("signature's height", 12, 24)}
	f.Code.Size = within("code's size", 30, 38)
	f.Code.X, f.Code.Y = within("code's x", 16, 45), within("code's y", 227, 266-f.Code.Size)
	f.Seal.Size = within("seal's size", 38, 46)
	f.Seal.X, f.Seal.Y = within("seal's x", f.Code.X+f.Code.Size+60, 190-f.Seal.Size), within("seal's y", 227, 274-f.Seal.Size)
	s.Face = &f
	if firm {
		s.Holder, s.AgeLimit, s.Window.CapAge = scheme.HeldByOrganisation, 0, false
	}
	s.Specialties = s.Specialties[:rapid.IntRange(0, len(s.Specialties)).Draw(t, "specialties")]
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	return s
}

// A face that scheme.Check accepts is right, or has too much in it, which CheckFace says.
func TestNothingLiesOnAnythingElseOnAnyFace(t *testing.T) {
	l, _ := newLayout(t)
	s := constructor(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawFace(t, s)
		for _, longest := range []bool{false, true} {
			for _, declared := range []bool{false, true} {
				in := Sample(s, longest)
				in.Photo, in.SignatureImage, in.Preview = portrait(), hand(), declared
				if !declared {
					in.Copy.Purpose, in.Copy.Recipient = nil, nil
				}
				page, err := l.Certificate(in)
				switch {
				case errors.Is(err, errTooMuch) || errors.Is(err, errUnreadable):
					if len(l.CheckFace(s)) == 0 {
						t.Errorf("CheckFace does not say: %v", err)
					}
				case err != nil:
					t.Fatal(err)
				default:
					for _, fault := range l.findFaults(page) {
						t.Error(fault)
					}
				}
			}
		}
	})
}

// The faces in the manual of kinds of certificate are right.
func TestTheFacesOfTheManualAreRight(t *testing.T) {
	l, _ := newLayout(t)
	manual, err := os.ReadFile("../../../docs/schemes.md")
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile("../../domain/scheme/schemes/constructor-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	builtIn := regexp.MustCompile(`(?m)^face:\n(?: .*\n)+`)
	blocks := regexp.MustCompile("(?s)```yaml\n(face:.*?)```").FindAllSubmatch(manual, -1)
	if len(blocks) != 2 || string(blocks[0][1]) != string(builtIn.Find(file)) {
		t.Fatalf("the manual has %d faces, and first\n%s", len(blocks), blocks[0][1])
	}
	for _, block := range blocks {
		s, err := scheme.Parse(builtIn.ReplaceAll(file, block[1]))
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range l.CheckFace(s) {
			t.Error(err)
		}
	}
}

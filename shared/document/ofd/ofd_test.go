package ofd

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
)

func TestWhatIsWrittenIsRead(t *testing.T) {
	w := newFixture(t)
	data := w.write(t)
	if path := os.Getenv("OFD_OUT"); path != "" {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	d := w.document(t)
	t.Run("its metadata", func(t *testing.T) {
		got := []string{f.ID, f.Title, f.Author, f.Subject}
		if diff := cmp.Diff([]string{d.ID, d.Title, d.Author, d.Subject}, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(d.CustomData, f.CustomData); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("its attachment", func(t *testing.T) {
		if diff := cmp.Diff([]Attachment{*d.Attachment}, f.Attachments); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("every line of its text", func(t *testing.T) {
		var want []string
		for _, item := range append(w.base.Items, d.Page.Items...) {
			if v, ok := item.(*displaylist.Text); ok && v.Body != "" {
				want = append(want, v.Body)
			}
		}
		text, err := f.ReadText()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, strings.Split(text, "\n")); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("its seal", func(t *testing.T) {
		roots, err := ses.NewRoots(w.ca.SealRoot)
		if err != nil {
			t.Fatal(err)
		}
		s, err := ses.Verify(f.Signature.Value, ses.Expected{
			Roots: roots, DataHash: f.Signature.DataHash, Seal: f.Signature.Seal, Property: f.Signature.Property,
		})
		if err != nil {
			t.Fatal(err)
		}
		if !s.At.Equal(sealed) {
			t.Errorf("sealed at %v, want %v", s.At, sealed)
		}
	})
}

// Only the title of the sample is bold.
func TestBoldTextIsFilledAndStroked(t *testing.T) {
	w := newFixture(t)
	parts, err := unpack(w.write(t))
	if err != nil {
		t.Fatal(err)
	}
	template := string(parts[find(t, parts, templatePart)].data)
	want := ` LineWidth="0.3" Join="Round" Stroke="true" Font="`
	_, title, found := strings.Cut(template, want)
	title, _, _ = strings.Cut(title, "</ofd:TextObject>")
	if !found || strings.Count(template, "Stroke=\"true\"") != 1 || !strings.Contains(title, "一级建造师注册证书") ||
		!strings.Contains(title, `<ofd:FillColor Value="176 141 60"/><ofd:StrokeColor Value="176 141 60"/><ofd:TextCode `) {
		t.Errorf("%s", template)
	}
}

// Readers draw no line for a C alone. A shape whose last curve ends where it began needs none.
func TestAClosedShapeHasItsLastLine(t *testing.T) {
	brown := displaylist.Color{R: 0x96, G: 0x6e, B: 0x2a}
	for name, tt := range map[string]struct {
		shape *displaylist.Path
		want  string
	}{
		"a frame":  {frame(10, 1, brown), ">M 2.1 2.1 L 192.1 2.1 L 192.1 279.1 L 2.1 279.1 L 2.1 2.1 C<"},
		"a circle": {circle(10, 10, 5, brown), " 11.1 6.1 C<"},
	} {
		t.Run(name, func(t *testing.T) {
			c := canvas{m: &markup{}}
			c.path(tt.shape)
			if drawn := string(c.m.b); !strings.Contains(drawn, tt.want) {
				t.Errorf("%q is not in %s", tt.want, drawn)
			}
		})
	}
}

func TestEachDocumentHasItsOwnPeriodAndSeal(t *testing.T) {
	w, other := newFixture(t), newFixture(t)
	writer := NewWriter(w.fonts)
	for round := range 2 { // the second has each of them in the cache
		for i, esl := range [][]byte{w.esl, other.esl} {
			d := w.document(t)
			d.ValidUntil, d.ESL = d.ValidUntil.AddDays(i), esl
			draft, err := writer.Write(d)
			if err != nil {
				t.Fatal(err)
			}
			document := draft.parts[find(t, draft.parts, documentPart)].data
			if want := `EndDate="` + d.ValidUntil.String(); !bytes.Contains(document, []byte(want)) {
				t.Errorf("round %d: want %s in %s", round, want, document)
			}
			if !bytes.Equal(draft.parts[find(t, draft.parts, sealPart)].data, esl) {
				t.Errorf("round %d: the document has the seal of another", round)
			}
		}
	}
}

func TestTheSameDocumentIsTheSameFile(t *testing.T) {
	w := newFixture(t)
	value := []byte("a signature")
	writer := NewWriter(w.fonts)
	var files [][]byte
	for range 2 {
		draft, err := writer.Write(w.document(t))
		if err != nil {
			t.Fatal(err)
		}
		data, err := draft.AddSignature(value)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, data)
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("two files of one document differ")
	}
}

func TestAnOrdinaryZipReaderOpensThePackage(t *testing.T) {
	data := newFixture(t).write(t)
	package_, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range package_.File {
		r, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			t.Errorf("%s: %v", entry.Name, err)
		}
	}
	if package_.File[0].Name != rootPart {
		t.Errorf("the first entry is %s, want %s", package_.File[0].Name, rootPart)
	}
}

func TestWriteRefusals(t *testing.T) {
	w := newFixture(t)
	tests := map[string]struct {
		change func(d *Document)
		want   error
	}{
		"a character no font has": {func(d *Document) {
			d.Page.Items = append(d.Page.Items, &displaylist.Text{Size: 4, Body: "姓名\U0010FFFD"})
		}, ErrGlyph},
		"a control character":                  {func(d *Document) { d.Title = "证照\x00" }, ErrText},
		"a broken character":                   {func(d *Document) { d.CustomData[0].Value = "\xff" }, ErrText},
		"an ID that is none":                   {func(d *Document) { d.ID = "1" }, ErrDocument},
		"no time":                              {func(d *Document) { d.At = time.Time{} }, ErrDocument},
		"no seal":                              {func(d *Document) { d.ESL = nil }, ErrDocument},
		"no place for the seal":                {func(d *Document) { d.Page.Seal = displaylist.Rect{} }, ErrDocument},
		"an attachment in another folder":      {func(d *Document) { d.Attachment.Name = "../OFD.xml" }, ErrDocument},
		"an attachment named like its list":    {func(d *Document) { d.Attachment.Name = "Attachments.xml" }, ErrDocument},
		"custom data named like the packing":   {func(d *Document) { d.CustomData[0].Name = packingName }, ErrDocument},
		"a picture of another kind":            {func(d *Document) { picture(d).MIME = "image/webp" }, ErrDocument},
		"a seal that is not valid at the time": {func(d *Document) { d.At = d.At.AddDate(50, 0, 0) }, ses.ErrSealPeriod},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := w.document(t)
			tt.change(&d)
			draft, err := NewWriter(w.fonts).Write(d)
			if err == nil {
				_, err = w.sign(t, draft)
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func picture(d *Document) *displaylist.Picture {
	return d.Page.Items[len(d.Page.Items)-1].(*displaylist.Image).Picture
}

func BenchmarkWrite(b *testing.B) {
	w := newFixture(b)
	writer := NewWriter(w.fonts)
	d := w.document(b)
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(int64(len(w.writeDocument(b, writer, d))))
	}
}

// BenchmarkWriteForAnother writes each document for a holder whose characters
// were not met before, so that its font is cut anew.
func BenchmarkWriteForAnother(b *testing.B) {
	w := newFixture(b)
	writer := NewWriter(w.fonts)
	d := w.document(b)
	first := *d.Page.Items[0].(*displaylist.Text)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		name := first
		name.Body += string([]rune{rune(0x4E00 + i%9000), rune(0x4E00 + i*7%9000)})
		d.Page.Items[0] = &name
		w.writeDocument(b, writer, d)
	}
}

func BenchmarkRead(b *testing.B) {
	data := newFixture(b).write(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(data); err != nil {
			b.Fatal(err)
		}
	}
}

package issue_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/idsearch"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
)

// TestNoFileTellsTheIDNumber tries every number of the holder's day of birth and sex
// against everything that is made of a copy, and the true one in every combination
// with a text of it.
func TestNoFileTellsTheIDNumber(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	c := issuetest.Certificate(t)
	made := issuer.Make(t, issuetest.Endorsement(t), c)
	files := []idsearch.File{
		{Name: "the PDF", Data: made.PDF}, {Name: "the OFD", Data: made.OFD}, {Name: "the preview", Data: made.Preview},
		{Name: "the link of the QR code", Data: []byte(made.Endorsement.QR)}, {Name: "the token", Data: []byte(made.Token)},
	}
	files = append(files, texts(t, made)...)
	files = append(files, specimen(t, "2")...)
	who := idsearch.Person{Birth: c.Holder.Birth, Sex: c.Holder.Sex}
	for _, found := range append(idsearch.Search(files, who), idsearch.SearchKnown(files, c.Holder.IDNumber, who)...) {
		t.Error(found)
	}
}

// The files of the first format show that the search finds what is there.
func TestFilesOfTheFirstFormatTellTheIDNumber(t *testing.T) {
	c := issuetest.Certificate(t)
	found := idsearch.Search(specimen(t, "1"), idsearch.Person{Birth: c.Holder.Birth, Sex: c.Holder.Sex})
	if len(found) != 1 || found[0].Number != c.Holder.IDNumber ||
		!strings.Contains(found[0].Member, "certificate.pdf > ") || !strings.Contains(found[0].Member, "certificate.ofd > OFD.xml > ") {
		t.Errorf("found %v", found)
	}
}

// texts are what the pages say, as other programs read it.
func texts(t *testing.T, made issuetest.IssuedCopy) []idsearch.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "certificate.pdf")
	if err := os.WriteFile(path, made.PDF, 0o600); err != nil {
		t.Fatal(err)
	}
	all := []idsearch.File{{Name: "the OFD's text", Data: []byte(readText(t, made.OFD))}}
	for _, command := range [][]string{{"pdftotext", path, "-"}, {"pdfinfo", path}, {"pdfinfo", "-meta", path}} {
		all = append(all, idsearch.File{Name: strings.Join(command[:len(command)-1], " "), Data: []byte(tool(t, command[0], command[1:]...))})
	}
	return all
}

// readText returns the text of an OFD's pages.
func readText(t testing.TB, data []byte) string {
	t.Helper()
	file, err := ofd.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	text, err := file.ReadText()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// specimen are the files of a form that were made once and kept.
func specimen(t *testing.T, form string) []idsearch.File {
	t.Helper()
	var files []idsearch.File
	for _, name := range []string{"certificate.pdf", "certificate.ofd", "copy.json"} {
		data, err := os.ReadFile(filepath.Join("..", "evidence", "testdata", "specimens", form, name))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, idsearch.File{Name: name, Data: data})
	}
	return files
}

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"testing"

	"github.com/jiazhu/jiazhu/internal/idsearch"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/photo"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// TestAPictureKeptWithNotesIsMadeIntoFilesWithoutThem endorses a certificate whose stored picture
// files have an ID number beside the pictures. The copy has the digests of the rebuilt pictures in
// its files.
func TestAPictureKeptWithNotesIsMadeIntoFilesWithoutThem(t *testing.T) {
	house := recordstest.NewFixture(t)
	press := issuetest.New(t, house.Clock.Now())
	fonts, err := font.Load()
	if err != nil {
		t.Fatal(err)
	}
	number := recordstest.ZhangSan().IDNumber
	clean, hand := issuetest.Photo(t).Data, issuetest.Handwriting(t).Data
	noted := slices.Concat(clean[:2], []byte{0}, clean[2:], []byte(number)) // with a stray byte, too
	written := slices.Concat(hand, []byte(number))
	record := recordstest.Sample(house.Clock.Now(), noted, written)
	c := fixture{Fixture: house, app: newApp(deps{
		sessions: house.Sessions, phones: house.Sessions, certificates: house.Records, files: house.Files,
		issuer: press.DocumentIssuer, tokens: press.Tokens, glyphs: fonts, schemes: house.Schemes, portals: house.Portals,
		origin: origin, test: true,
	}, api.Server{Now: house.Clock.Now, Log: io.Discard}), record: house.Enter(t, record, noted, written)}
	got := c.mustEndorse(t, `{"purpose":{"kind":"投标","text":"示例项目"}}`)
	_, e, err := c.Records.ForVerify(t.Context(), got.Certificate, got.Endorsement)
	if err != nil {
		t.Fatal(err)
	}
	var files []idsearch.File
	for name, f := range e.Files {
		files = append(files, idsearch.File{Name: name, Data: []byte(c.Object(t, c.Bucket, f.Key))})
	}
	who := idsearch.Person{Birth: record.Holder.Birth, Sex: record.Holder.Sex}
	for _, found := range idsearch.SearchKnown(files, number, who) {
		t.Error(found)
	}
	inOFD, err := ofd.Read([]byte(c.Object(t, c.Bucket, e.Files["ofd"].Key)))
	if err != nil {
		t.Fatal(err)
	}
	made, err := endorsement.ParseCopy(inOFD.Attachments[0].Data)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		stored []byte
		digest string
	}{"photo": {noted, made.Certificate.Photo}, "handwriting": {written, made.Certificate.SignatureImage}} {
		rebuilt, err := photo.Rebuild(want.stored)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(rebuilt)
		if hex.EncodeToString(sum[:]) != want.digest {
			t.Errorf("the digest of the %s is not that of the picture in the files", name)
		}
		if name == "photo" && !bytes.Contains([]byte(c.Object(t, c.Bucket, e.Files["pdf"].Key)), rebuilt) {
			t.Error("the PDF has another photo")
		}
	}
}

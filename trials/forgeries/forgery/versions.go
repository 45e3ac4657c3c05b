package forgery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
)

var (
	format    = regexp.MustCompile(`"format":"jiazhu-copy/(\d+)"`)
	idDigest  = regexp.MustCompile(`"idDigest":\{[^}]*\},`)
	birthdate = regexp.MustCompile(`("holder":\{"birth":"[^"]*",)`)
)

// mixtures are the JSON of a copy in which the versions of the format are mixed.
func (c Copy) mixtures() []named[string] {
	text := string(c.JSON)
	is := format.FindStringSubmatch(text)
	if is == nil {
		return nil
	}
	to := func(json, version string) string {
		return format.ReplaceAllString(json, `"format":"jiazhu-copy/`+version+`"`)
	}
	sum := sha256.Sum256([]byte("salt:111:110101198001010010"))
	without := idDigest.ReplaceAllString(text, "")
	with := birthdate.ReplaceAllString(without, `${1}"idDigest":{"salt":"salt","sha256":"`+hex.EncodeToString(sum[:])+`"},`)
	return []named[string]{
		{"version 1 with a digest", to(with, "1")},
		{"version 1 without a digest", to(without, "1")},
		{"version 2 with a digest", to(with, "2")},
		{"version 2 without a digest, until 2036", strings.Replace(to(without, "2"), `"useUntil":"`+c.Says.UseUntil.String(), `"useUntil":"2036-05-28`, 1)},
		{"the genuine JSON", text},
		{"version 0", to(text, "0")},
		{"version 3", to(text, "3")},
		{"version 02", to(text, "02")},
		{"no version", format.ReplaceAllString(text, `"format":"jiazhu-copy"`)},
		{"both versions", strings.Replace(text, is[0], is[0]+`,"format":"jiazhu-copy/`+map[string]string{"1": "2", "2": "1"}[is[1]]+`"`, 1)},
	}
}

// mixVersions draws pages whose JSON mixes the versions, signed by its own authority or by none.
func (s *outsider) mixVersions() {
	own, err := newSigner(s.genuine.Copy.Signer, s.ca.PDF.Signer)
	if err != nil {
		s.fail("its own key", err)
		return
	}
	s.beginKind("PDF: the versions of the format mixed, unsigned")
	s.drawMixedPDF(s.renderer, s.genuine.Copy, nil)
	s.beginKind("PDF: the versions of the format mixed, signed by its own authority")
	s.drawMixedPDF(s.renderer, s.genuine.Copy, &own)
	s.beginKind("OFD: the versions of the format mixed, sealed by its own authority")
	s.drawMixedOFD(s.renderer, s.genuine.Copy, newSealer(s.ca.Seal.Signer, s.esl))
}

// mixedDrafts are a copy's page with each mixture, in files of either form.
func mixedDrafts(of Copy) (all []named[func() (draft, error)]) {
	for _, m := range of.mixtures() {
		for form := 1; form <= 2; form++ {
			if m.what == string(of.JSON) && form == of.Says.FormatVersion() {
				continue
			}
			all = append(all, named[func() (draft, error)]{fmt.Sprintf("%s, in a file of form %d", m.name, form), func() (draft, error) {
				d, err := draftOf(of)
				d.form, d.attachment = form, certificateJSON([]byte(m.what))
				return d, err
			}})
		}
	}
	return all
}

func (w *forgeryList) drawMixedPDF(p *Renderer, of Copy, by *signer) {
	for _, m := range mixedDrafts(of) {
		w.try(PDF, m.name, func() ([]byte, error) {
			d, err := m.what()
			if err != nil {
				return nil, err
			}
			return p.writePDF(context.Background(), d, by)
		})
	}
}

func (w *forgeryList) drawMixedOFD(p *Renderer, of Copy, by sealer) {
	for _, m := range mixedDrafts(of) {
		w.try(OFD, m.name, func() ([]byte, error) {
			d, err := m.what()
			if err != nil {
				return nil, err
			}
			return p.writeOFD(context.Background(), d, by)
		})
	}
}

package testkeys

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/testkeys/sealimage"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/testtrust"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Office is the directory of an issuing authority's keys and seal, by its code (GB 32100).
func (p Paths) Office(code string) string { return filepath.Join(p.Sign, code) }

// writeOffice writes an issuing authority's keys and its seal, also as a picture.
func (p Paths) writeOffice(ctx context.Context, ca *testca.Authority, o testtrust.Office) {
	for name, issued := range map[string]testca.Issued{"pdf": o.PDF, "seal": o.Seal} {
		path := filepath.Join(p.Office(o.Code), name)
		writeFile(path+".key.pem", issued.KeyPEM)
		writeFile(path+".chain.pem", issued.ChainPEM)
	}
	image := must.Get(sealimage.Draw(must.Get(font.Load()), o.SealName, "仅供测试"))
	writeFile(filepath.Join(p.Office(o.Code), "seal.esl"), must.Get(o.NewSeal(ctx, ca, image)))
	writeFile(filepath.Join(p.Office(o.Code), "seal.png"), image)
}

// addOffices makes keys for the issuing authorities of schemes that have none, and names them in the trust bundle.
// They are certified by another test authority, because the first one's own keys are not kept.
func (p Paths) addOffices(ctx context.Context, now time.Time, schemes scheme.Set) {
	isThere := func(code string) bool {
		_, err := os.Stat(p.Office(code))
		return err == nil
	}
	if !slices.ContainsFunc(schemes.List(), func(s scheme.Scheme) bool { return !isThere(s.Issuer.Code) }) {
		return
	}
	ca := must.Get(testca.New(now))
	offices := slices.DeleteFunc(must.Get(testtrust.Offices(ca, schemes)), func(o testtrust.Office) bool { return isThere(o.Code) })
	bundle, more := p.readBundle(), testtrust.NewBundle(ca, offices, nil, nil)
	bundle.Roots, bundle.SealRoots = append(bundle.Roots, more.Roots...), append(bundle.SealRoots, more.SealRoots...)
	bundle.Signers = append(bundle.Signers, more.Signers...)
	writeFile(p.Trust, must.Get(json.MarshalIndent(bundle, "", "  ")))
	for _, o := range offices {
		p.writeOffice(ctx, ca, o)
	}
}

// splitKeys puts the keys of earlier versions, which signed for every issuing authority, into the directory of the
// ministry, whose seal it is. The others get keys of their own.
func (p Paths) splitKeys() {
	if _, err := os.Stat(filepath.Join(p.Sign, "pdf.key.pem")); err != nil {
		return
	}
	for _, name := range officeFiles() {
		writeFile(filepath.Join(p.Office(testca.Ministry), name), must.Get(os.ReadFile(filepath.Join(p.Sign, name))))
	}
	for _, name := range officeFiles() {
		must.Do(os.Remove(filepath.Join(p.Sign, name)))
	}
}

func officeFiles() []string {
	return []string{"seal.esl", "seal.png", "seal.key.pem", "seal.chain.pem", "pdf.chain.pem", "pdf.key.pem"}
}

func (p Paths) readBundle() (b evidence.Bundle) {
	must.Do(json.Unmarshal(must.Get(os.ReadFile(p.Trust)), &b))
	return b
}

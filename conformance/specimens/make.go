package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/internal/pictures"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

// What the copies state about the service that made them.
const (
	origin = "https://jiazhu.example.cn"
	portal = "住房和城乡建设部政务服务门户"
)

// madeSpecimen is a specimen with the bytes of its files.
type madeSpecimen struct {
	manifest.Specimen
	issue.Documents
	Preview   []byte
	canonical []byte
}

func (w *generator) specimens(ctx context.Context) (all []madeSpecimen) {
	for i, wanted := range specimenSpecs(w.schemes.List(), civil.Of(w.now)) {
		all = append(all, w.make(ctx, w.issuers[wanted.style], wanted, i))
	}
	return all
}

// make makes a specimen as an endorsement is made: the record is checked, the window
// follows from the rules, the copy is made, laid out and signed.
func (w *generator) make(ctx context.Context, p *documentIssuer, wanted specimenSpec, seed int) madeSpecimen {
	s, c := w.record(wanted)
	e := w.endorsement(s, c, wanted.ask)
	e.StatusIndex = statuslist.NewIndex(1, seed)
	e.QR = credential.Link(origin, must.Get(credential.Issue(ctx, p.tokens, credential.NewClaims(e, c))))
	copied := endorsement.NewCopy(e, c, portal, !wanted.plain)
	in := issue.Input{Scheme: s, Copy: copied, At: copied.MadeAt}
	if !wanted.bare && s.Face.HasPhoto() {
		in.Photo = pictures.Photo(seed)
	}
	if !wanted.bare && s.Face.HasSignature() {
		in.SignatureImage = pictures.Handwriting(seed)
	}
	one := madeSpecimen{
		Specimen:  manifest.Specimen{Name: wanted.name, Level: p.level, LongTerm: p.longTerm, Certificate: c, Endorsement: e},
		Documents: must.Get(p.issuer.Make(ctx, in)), canonical: must.Get(copied.Canonical()),
	}
	one.Preview = must.Get(w.previews.Draw(one.OFD))
	one.Endorsement.CopyDigest = one.Documents.Digest
	one.Endorsement.Files = map[string]endorsement.File{}
	for kind, data := range map[string][]byte{"pdf": one.PDF, "ofd": one.OFD} {
		one.Endorsement.Files[kind] = endorsement.File{SHA256: fmt.Sprintf("%x", sha256.Sum256(data)), Bytes: int64(len(data))}
	}
	return one
}

func (w *generator) record(wanted specimenSpec) (scheme.Scheme, certificate.Certificate) {
	s := w.schemes.List()[0]
	if wanted.scheme != "" {
		s, _ = w.schemes.ByID(wanted.scheme)
	}
	c := example(s, civil.Of(w.now), cmp.Or(wanted.specialties, min(2, len(s.Specialties))))
	c.ID = ulid.Make().String()
	if wanted.change != nil {
		wanted.change(&c)
	}
	if err := checkRecord(c, s); err != nil {
		must.Do(fmt.Errorf("%s: %w", wanted.name, err))
	}
	return s, c
}

func (w *generator) endorsement(s scheme.Scheme, c certificate.Certificate, ask endorsement.Request) endorsement.Endorsement {
	must.Do(ask.Check(s, w.schemes.Numbers()))
	window := must.Get(endorsement.WindowFor(s, c, civil.Of(w.now), ask))
	id := ulid.Make()
	return endorsement.Endorsement{
		ID: id.String(), CertID: c.ID, Identifier: c.Identifier, CertVersion: c.Version, Scheme: s.ID,
		MadeAt:  ulid.Time(id.Time()),
		Maker:   endorsement.Maker{Account: "zhangsan", Portal: "mohurd", Auth: "face:challenge"},
		UseFrom: window.From, UseUntil: window.Until, Limit: window.Limit, Warnings: window.Warnings,
		Purpose: ask.Purpose, Recipient: ask.Recipient,
	}
}

package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/internal/pictures"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
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
	canonical []byte
}

func (w *generator) specimens(ctx context.Context) ([]madeSpecimen, error) {
	var all []madeSpecimen
	for i, wanted := range specimenSpecs(w.schemes.List(), civil.Of(w.now)) {
		one, err := w.make(ctx, w.issuers[wanted.style], wanted, i)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", wanted.name, err)
		}
		all = append(all, one)
	}
	return all, nil
}

// make makes a specimen as an endorsement is made: the record is checked, the window
// follows from the rules, the copy is made, laid out and signed.
func (w *generator) make(ctx context.Context, p *documentIssuer, wanted specimenSpec, seed int) (madeSpecimen, error) {
	s, c, err := w.record(wanted)
	if err != nil {
		return madeSpecimen{}, err
	}
	e, err := w.endorsement(s, c, wanted.ask)
	if err != nil {
		return madeSpecimen{}, err
	}
	token, err := credential.Issue(ctx, p.tokens, credential.NewClaims(e, c))
	if err != nil {
		return madeSpecimen{}, err
	}
	e.QR = credential.Link(origin, token)
	copied := endorsement.NewCopy(e, c, portal, !wanted.plain)
	in := issue.Input{Scheme: s, Copy: copied, At: copied.MadeAt}
	if !wanted.bare {
		in.Photo, in.SignatureImage = pictures.Photo(seed), pictures.Handwriting(seed)
	}
	one := madeSpecimen{Specimen: manifest.Specimen{Name: wanted.name, Level: p.level, LongTerm: p.longTerm, Certificate: c, Endorsement: e}}
	if one.canonical, err = copied.Canonical(); err != nil {
		return madeSpecimen{}, err
	}
	if one.Documents, err = p.issuer.Make(ctx, in); err != nil {
		return madeSpecimen{}, err
	}
	one.Endorsement.CopyDigest = one.Documents.Digest
	one.Endorsement.Files = map[string]endorsement.File{}
	for kind, data := range map[string][]byte{"pdf": one.PDF, "ofd": one.OFD} {
		one.Endorsement.Files[kind] = endorsement.File{SHA256: fmt.Sprintf("%x", sha256.Sum256(data)), Bytes: int64(len(data))}
	}
	return one, nil
}

func (w *generator) record(wanted specimenSpec) (scheme.Scheme, certificate.Certificate, error) {
	s := w.schemes.List()[0]
	if wanted.scheme != "" {
		s, _ = w.schemes.ByID(wanted.scheme)
	}
	c, err := example(s, civil.Of(w.now), cmp.Or(wanted.specialties, 2))
	if err != nil {
		return s, c, err
	}
	c.ID = ulid.Make().String()
	if wanted.change != nil {
		if err := wanted.change(&c); err != nil {
			return s, c, err
		}
	}
	return s, c, checkRecord(c, s)
}

func (w *generator) endorsement(s scheme.Scheme, c certificate.Certificate, ask endorsement.Request) (endorsement.Endorsement, error) {
	if err := ask.Check(); err != nil {
		return endorsement.Endorsement{}, err
	}
	window, err := endorsement.WindowFor(s, c, civil.Of(w.now), ask)
	if err != nil {
		return endorsement.Endorsement{}, err
	}
	id := ulid.Make()
	return endorsement.Endorsement{
		ID: id.String(), CertID: c.ID, Identifier: c.Identifier, CertVersion: c.Version, Scheme: s.ID,
		MadeAt:  ulid.Time(id.Time()),
		Maker:   endorsement.Maker{Account: "zhangsan", Portal: "mohurd", Auth: "face:challenge"},
		UseFrom: window.From, UseUntil: window.Until, Limit: window.Limit, Warnings: window.Warnings,
		Purpose: ask.Purpose, Recipient: ask.Recipient,
	}, nil
}

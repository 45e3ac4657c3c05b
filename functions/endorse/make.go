package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	_ "image/jpeg" // photos and signatures are JPEG
	_ "image/png"  // or PNG

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/photo"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// issueDocuments makes the copy and its signed documents. The endorsement that it returns is not
// stored yet and has no files.
func (a *app) issueDocuments(ctx context.Context, r *api.Request, k endorseInput, w endorsement.Window, ask endorsement.Request) (endorsement.Endorsement, issue.Documents, error) {
	e, err := newEndorsement(k.Record, r, w, ask)
	if err != nil {
		return e, issue.Documents{}, err
	}
	if e.StatusIndex, err = a.certificates.NextStatusIndex(ctx); err != nil {
		return e, issue.Documents{}, err
	}
	token, err := credential.Issue(ctx, a.tokens, credential.NewClaims(e, k.Certificate))
	if err != nil {
		return e, issue.Documents{}, problem.New(problem.SigningUnavailable).WithCause(err)
	}
	e.QR = credential.Link(a.origin, token)
	in := issue.Input{Scheme: k.scheme, At: e.MadeAt}
	if in.Photo, k.Certificate.Photo, err = picture(k.Certificate.Photo, k.Photo); err != nil {
		return e, issue.Documents{}, fmt.Errorf("reading the photo: %w", err)
	}
	if in.SignatureImage, k.Certificate.SignatureImage, err = picture(k.Certificate.SignatureImage, k.Signature); err != nil {
		return e, issue.Documents{}, fmt.Errorf("reading the signature: %w", err)
	}
	in.Copy = endorsement.NewCopy(e, k.Certificate, k.portal.Name, a.test)
	documents, err := a.issuer.Make(ctx, in)
	if err != nil {
		return e, documents, fmt.Errorf("making the documents: %w", err)
	}
	e.CopyDigest, e.Excerpt = documents.Digest, in.Copy.Excerpt()
	return e, documents, nil
}

// newEndorsement makes the endorsement and its identifier, which carries the time it was made.
func newEndorsement(k records.Record, r *api.Request, w endorsement.Window, ask endorsement.Request) (endorsement.Endorsement, error) {
	id, c := records.NewID(r.Time), k.Certificate
	at, err := records.TimeOf(id)
	maker := endorsement.Maker{Account: r.Session.Username, Portal: r.Session.Portal, Auth: "face:" + r.Session.IdentifiedBy}
	if r.Session.Organisation != nil {
		maker.Agent = r.Session.Name
	}
	return endorsement.Endorsement{
		ID: id, CertID: c.ID, Identifier: c.Identifier, CertVersion: c.Edition(), Scheme: c.Scheme, MadeAt: at,
		Maker:   maker,
		UseFrom: w.From, UseUntil: w.Until, Limit: w.Limit, Warnings: w.Warnings,
		Purpose: ask.Purpose, Recipient: ask.Recipient, VouchedBy: r.Session.VouchedBy, Holder: k.Holder,
	}, err
}

// picture prepares a reported picture for drawing, and describes it as drawn. A picture file that
// holds more than the picture is rebuilt; the register keeps the file as it was reported.
func picture(described *certificate.Image, data []byte) (*displaylist.Picture, *certificate.Image, error) {
	if described == nil {
		return nil, nil, nil
	}
	data, err := photo.Strip(data)
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256(data)
	described = &certificate.Image{SHA256: hex.EncodeToString(sum[:]), MIME: described.MIME, Bytes: len(data)}
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, nil, err
	}
	return &displaylist.Picture{MIME: described.MIME, Data: data, Width: config.Width, Height: config.Height}, described, nil
}

// documentFile is one of an endorsement's files.
type documentFile struct {
	name, ending, mime string
	data               []byte
}

// store stores both files under a prefix, at the same time.
func (a *app) store(ctx context.Context, prefix string, d issue.Documents) (map[string]endorsement.File, error) {
	kinds := []documentFile{
		{"pdf", "pdf", "application/pdf", d.PDF},
		{"ofd", "ofd", "application/ofd", d.OFD},
	}
	stored := make([]endorsement.File, len(kinds))
	group, ctx := errgroup.WithContext(ctx)
	for i, k := range kinds {
		group.Go(func() error {
			s, err := a.files.Put(ctx, prefix, k.ending, k.mime, k.data)
			stored[i] = endorsement.File{Key: s.Key, SHA256: s.SHA256, Bytes: s.Bytes, MIME: s.MIME}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	byName := make(map[string]endorsement.File, len(kinds))
	for i, k := range kinds {
		byName[k.name] = stored[i]
	}
	return byName, nil
}

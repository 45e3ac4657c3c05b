package records

import (
	"context"
	"fmt"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// ByNumber finds the one certificate with this 注册编号. Error: ErrCertificateNotFound.
func (s *Store) ByNumber(ctx context.Context, printed string) (Record, error) {
	at := s.numberKey(printed)
	got, err := s.table.BatchGet(ctx, at)
	if err != nil {
		return Record{}, err
	}
	id := dynamo.Text(got[at], "id")
	if id == "" {
		return Record{}, ErrCertificateNotFound
	}
	for {
		r, _, err := s.ForVerify(ctx, id, "")
		if err == nil {
			err = s.checkNumber(r, at)
		}
		if err != nil {
			return Record{}, err
		}
		if r.ReplacedBy == "" {
			return r, nil
		}
		id = r.ReplacedBy // it was replaced between the two reads
	}
}

// ForVerify reads a certificate and the endorsement that a copy names, for any caller. Without an
// endorsementID it reads only the certificate. See Examine for the errors.
func (s *Store) ForVerify(ctx context.Context, certID, endorsementID string) (Record, *endorsement.Endorsement, error) {
	e, err := s.Examine(ctx, Presented{Certificate: certID, Endorsement: endorsementID})
	return e.Record, e.Endorsement, err
}

// Presented identifies what a verifier has: a copy of a certificate, or without an endorsement the
// certificate alone, and the secret of a consent, if the holder gave one.
type Presented struct {
	Certificate, Endorsement, Consent string
}

// PresentedRecord is what the register holds about what was presented.
type PresentedRecord struct {
	Record
	Endorsement *endorsement.Endorsement
	Seals       sealhistory.Register // only with an endorsement
	Consent     *Consent             // nil without the right secret or from a former holder; the caller checks Holds
	Photo       []byte               // only with a consent's secret
}

// Examine reads everything about what was presented in one BatchGetItem. It decrypts no field that
// needs the field key.
//
// If the endorsement is void because the certificate has changed its holder since, the only parts
// of the record returned are the certificate's id, scheme and version and the holding.
//
// Errors: ErrCertificateNotFound; ErrEndorsementNotFound, with which the certificate is returned.
func (s *Store) Examine(ctx context.Context, x Presented) (PresentedRecord, error) {
	if _, err := TimeOf(x.Certificate); err != nil {
		return PresentedRecord{}, fmt.Errorf("%w: %w", ErrCertificateNotFound, err)
	}
	at := certificateKey(x.Certificate)
	keys := []dynamo.Key{at}
	copyAt, copyErr := endorsementKey(x.Certificate, x.Endorsement)
	if copyErr == nil {
		keys = append(keys, copyAt, latestKey(x.Certificate), sealsKeyOf(x.Certificate))
	}
	consentAt, asked := consentKeyOf(x.Certificate, x.Consent)
	if asked {
		keys = append(keys, consentAt, imageKey(x.Certificate, skPhoto))
	}
	got, err := s.table.BatchGet(ctx, keys...)
	if err != nil {
		return PresentedRecord{}, err
	}
	from, ok := got[at]
	if !ok {
		return PresentedRecord{}, ErrCertificateNotFound
	}
	var e PresentedRecord
	if e.Record, err = s.readRecord(from); err != nil || x.Endorsement == "" {
		return e, err
	}
	e.Record = e.noteLatest(got[latestKey(x.Certificate)])
	if copyErr != nil { // an invalid id finds no endorsement
		return e, ErrEndorsementNotFound
	}
	if e.Endorsement, err = s.readEndorsement(got[copyAt]); err != nil {
		return e, err
	}
	seals, err := s.decodeSeals(got[sealsKeyOf(x.Certificate)])
	if err != nil {
		return e, err
	}
	e.Seals = seals.Register
	if !e.Holding().Covers(e.Endorsement.Holder, e.Endorsement.CertVersion) {
		e.Record = e.Record.conceal()
		return e, nil
	}
	if !asked {
		return e, nil
	}
	e.Consent, err = s.provenConsent(got[consentAt], x)
	if e.Consent != nil && !e.Holding().Covers(e.Consent.Holder, e.Consent.Version) {
		e.Consent = nil
	}
	if e.Consent != nil {
		if photo, ok := readPicture(e.Certificate.Photo, got[imageKey(x.Certificate, skPhoto)]); ok {
			e.Photo = photo
		}
	}
	return e, err
}

// conceal removes everything from the record that says something about its holder.
func (r Record) conceal() Record {
	c := r.Certificate
	return Record{
		Certificate: certificate.Certificate{ID: c.ID, Scheme: c.Scheme, Version: c.Version, Round: c.Round},
		Holder:      r.Holder, HeldFrom: r.HeldFrom, Revision: r.Revision,
	}
}

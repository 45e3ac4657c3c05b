package records

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// ReadOptions says what to read besides the certificate itself. A zero field is not read.
type ReadOptions struct {
	Images bool       // the photo and the signature image
	Key    string     // hash of an idempotency key of the holder's
	Day    civil.Date // how many endorsements the holder made that day

	endorsement string // the id of one endorsement, see ReadEndorsement
}

// CertificateView is what the register holds about one certificate, read at one time.
type CertificateView struct {
	Record
	Bound            bool // on the portal of the request
	Photo, Signature []byte
	Answered         *IdempotencyRecord
	MadeToday        int
	Endorsement      *endorsement.Endorsement // only from ReadEndorsement
}

// IdempotencyRecord is the stored result of the first request with an idempotency key.
type IdempotencyRecord struct {
	Endorsement string
	Fingerprint string    // of the request that came with the key
	Until       time.Time // the key expires then
}

// ReadCertificate reads the certificate and what the options ask for in one consistent
// BatchGetItem.
//
// Errors: certificate-not-found when the certificate does not exist, belongs to another holder or
// was replaced, which the caller cannot tell apart; certificate-changed when the record changed
// while it was read.
func (s *Store) ReadCertificate(ctx context.Context, certID, holder, portal string, want ReadOptions) (CertificateView, error) {
	keys, wantedKey, err := viewKeys(certID, holder, portal, want)
	if err != nil {
		return CertificateView{}, err
	}
	got, err := s.batch(ctx, keys)
	if err != nil {
		return CertificateView{}, err
	}
	f, err := readView(certID, got)
	if err != nil {
		return CertificateView{}, err
	}
	if f.Holder != holder || f.ReplacedBy != "" {
		return CertificateView{}, problem.New(problem.CertificateNotFound)
	}
	_, f.Bound = got[bindingKey(holder, portal, certID)]
	if want.endorsement != "" {
		if f.Endorsement, err = readEndorsement(got, wantedKey); err != nil {
			return CertificateView{}, err
		}
		if f.Endorsement.Holder != holder {
			return CertificateView{}, problem.New(problem.EndorsementNotFound)
		}
	}
	if want.Key != "" {
		f.Answered = readAnswered(got[idempotencyKey(certID, holder, want.Key)])
	}
	if !want.Day.IsZero() {
		f.MadeToday = int(num(got[dayKey(certID, holder, want.Day)], "made"))
	}
	if want.Images {
		err = f.readImages(got)
	}
	return f, err
}

// ReadEndorsement is ReadCertificate with one of the certificate's endorsements. Error:
// endorsement-not-found if it does not exist or was made for another holder.
func (s *Store) ReadEndorsement(ctx context.Context, certID, holder, portal, id string) (CertificateView, error) {
	if _, err := TimeOf(id); err != nil {
		return CertificateView{}, problem.New(problem.EndorsementNotFound).WithCause(err)
	}
	return s.ReadCertificate(ctx, certID, holder, portal, ReadOptions{endorsement: id})
}

func viewKeys(certID, holder, portal string, want ReadOptions) (keys []key, wanted key, err error) {
	if _, err := TimeOf(certID); err != nil {
		return nil, key{}, problem.New(problem.CertificateNotFound).WithCause(err)
	}
	keys = []key{certificateKey(certID), latestKey(certID), bindingKey(holder, portal, certID)}
	if want.Images {
		keys = append(keys, imageKey(certID, skPhoto), imageKey(certID, skSignature))
	}
	if want.Key != "" {
		keys = append(keys, idempotencyKey(certID, holder, want.Key))
	}
	if !want.Day.IsZero() {
		keys = append(keys, dayKey(certID, holder, want.Day))
	}
	if want.endorsement != "" {
		if wanted, err = endorsementKey(certID, want.endorsement); err != nil {
			return nil, key{}, problem.New(problem.EndorsementNotFound).WithCause(err)
		}
		keys = append(keys, wanted)
	}
	return keys, wanted, nil
}

func readView(certID string, got batchItems) (CertificateView, error) {
	at, ok := got[certificateKey(certID)]
	if !ok {
		return CertificateView{}, problem.New(problem.CertificateNotFound)
	}
	r, err := readRecord(at)
	return CertificateView{Record: r.noteLatest(got[latestKey(certID)])}, err
}

// readImages reads the pictures that belong to this state of the certificate. A batch is not a
// snapshot; a picture replaced during the read is detected by its digest.
func (f *CertificateView) readImages(got batchItems) error {
	var ok bool
	id := f.Certificate.ID
	if f.Photo, ok = readPicture(f.Certificate.Photo, got[imageKey(id, skPhoto)]); !ok {
		return problem.New(problem.CertificateChanged)
	}
	if f.Signature, ok = readPicture(f.Certificate.SignatureImage, got[imageKey(id, skSignature)]); !ok {
		return problem.New(problem.CertificateChanged)
	}
	return nil
}

func readPicture(image *certificate.Image, from item) ([]byte, bool) {
	if image == nil {
		return nil, true
	}
	data := blob(from, "image")
	sum := sha256.Sum256(data)
	return data, hex.EncodeToString(sum[:]) == image.SHA256
}

func readAnswered(from item) *IdempotencyRecord {
	if from == nil {
		return nil
	}
	return &IdempotencyRecord{
		Endorsement: str(from, "endorsement"),
		Fingerprint: str(from, "fingerprint"),
		Until:       time.Unix(num(from, "ttl"), 0).In(civil.Zone()),
	}
}

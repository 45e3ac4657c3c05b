package records

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// ReadOptions says what to read besides the certificate itself. A zero field is not read.
type ReadOptions struct {
	Images bool       // the photo and the signature image
	Key    string     // hash of an idempotency key of the holder's
	Day    civil.Date // how many endorsements the holder made that day
	Seals  bool       // what became of the seals and signing certificates

	endorsement string // the id of one endorsement, see ReadEndorsement
}

// CertificateView is what the register holds about one certificate, read at one time.
type CertificateView struct {
	Record
	Bound            bool // on the portal of the request
	Photo, Signature []byte
	Answered         *IdempotencyRecord
	MadeToday        int
	Seals            sealhistory.Register
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
// Errors: ErrCertificateNotFound when the certificate does not exist or is not this person's (see
// Record.BelongsTo); ErrCertificateChanged when the record changed while it was read.
func (s *Store) ReadCertificate(ctx context.Context, certID string, who Person, want ReadOptions) (CertificateView, error) {
	holder, portal := who.Holder, who.Portal
	keys, wantedKey, err := viewKeys(certID, holder, portal, want)
	if err != nil {
		return CertificateView{}, err
	}
	got, err := s.table.BatchGet(ctx, keys...)
	if err != nil {
		return CertificateView{}, err
	}
	f, err := s.readView(certID, got)
	if err != nil {
		return CertificateView{}, err
	}
	if !f.BelongsTo(who) {
		return CertificateView{}, ErrCertificateNotFound
	}
	_, f.Bound = got[bindingKey(holder, portal, certID)]
	if want.endorsement != "" {
		if f.Endorsement, err = s.readEndorsement(got[wantedKey]); err != nil {
			return CertificateView{}, err
		}
		if f.Endorsement.Holder != holder {
			return CertificateView{}, ErrEndorsementNotFound
		}
	}
	if want.Key != "" {
		if f.Answered, err = s.readAnswered(got[idempotencyKey(certID, holder, want.Key)]); err != nil {
			return CertificateView{}, err
		}
	}
	if !want.Day.IsZero() {
		f.MadeToday = int(dynamo.Number(got[dayKey(certID, holder, want.Day)], "made"))
	}
	if want.Seals {
		seals, err := s.decodeSeals(got[sealsKeyOf(certID)])
		if err != nil {
			return CertificateView{}, err
		}
		f.Seals = seals.Register
	}
	if want.Images {
		err = f.readImages(got)
	}
	return f, err
}

// ReadEndorsement is ReadCertificate with one of the certificate's endorsements. Error:
// ErrEndorsementNotFound if it does not exist or was made for another holder.
func (s *Store) ReadEndorsement(ctx context.Context, certID string, who Person, id string) (CertificateView, error) {
	if _, err := TimeOf(id); err != nil {
		return CertificateView{}, fmt.Errorf("%w: %w", ErrEndorsementNotFound, err)
	}
	return s.ReadCertificate(ctx, certID, who, ReadOptions{endorsement: id})
}

func viewKeys(certID, holder, portal string, want ReadOptions) (keys []dynamo.Key, wanted dynamo.Key, err error) {
	if _, err := TimeOf(certID); err != nil {
		return nil, dynamo.Key{}, fmt.Errorf("%w: %w", ErrCertificateNotFound, err)
	}
	keys = []dynamo.Key{certificateKey(certID), latestKey(certID), bindingKey(holder, portal, certID)}
	if want.Images {
		keys = append(keys, imageKey(certID, skPhoto), imageKey(certID, skSignature))
	}
	if want.Key != "" {
		keys = append(keys, idempotencyKey(certID, holder, want.Key))
	}
	if !want.Day.IsZero() {
		keys = append(keys, dayKey(certID, holder, want.Day))
	}
	if want.Seals {
		keys = append(keys, sealsKeyOf(certID))
	}
	if want.endorsement != "" {
		if wanted, err = endorsementKey(certID, want.endorsement); err != nil {
			return nil, dynamo.Key{}, fmt.Errorf("%w: %w", ErrEndorsementNotFound, err)
		}
		keys = append(keys, wanted)
	}
	return keys, wanted, nil
}

func (s *Store) readView(certID string, got map[dynamo.Key]dynamo.Item) (CertificateView, error) {
	at, ok := got[certificateKey(certID)]
	if !ok {
		return CertificateView{}, ErrCertificateNotFound
	}
	r, err := s.readRecord(at)
	return CertificateView{Record: r.noteLatest(got[latestKey(certID)])}, err
}

// readImages reads the pictures that belong to this state of the certificate. A batch is not a
// snapshot; a picture replaced during the read is detected by its digest.
func (f *CertificateView) readImages(got map[dynamo.Key]dynamo.Item) error {
	var ok bool
	id := f.Certificate.ID
	if f.Photo, ok = readPicture(f.Certificate.Photo, got[imageKey(id, skPhoto)]); !ok {
		return ErrCertificateChanged
	}
	if f.Signature, ok = readPicture(f.Certificate.SignatureImage, got[imageKey(id, skSignature)]); !ok {
		return ErrCertificateChanged
	}
	return nil
}

// imageItem is the item of a picture.
type imageItem struct {
	dynamo.Header
	Image []byte `dynamodbav:"image"`
}

func readPicture(image *certificate.Image, from dynamo.Item) ([]byte, bool) {
	if image == nil {
		return nil, true
	}
	item, err := dynamo.DecodeAny[imageItem](from)
	if err != nil {
		return nil, false
	}
	data := item.Image
	sum := sha256.Sum256(data)
	return data, hex.EncodeToString(sum[:]) == image.SHA256
}

func (s *Store) readAnswered(from dynamo.Item) (*IdempotencyRecord, error) {
	if from == nil {
		return nil, nil
	}
	item, err := dynamo.Decode[answeredItem](s.table, from)
	return &IdempotencyRecord{
		Endorsement: item.Endorsement, Fingerprint: item.Fingerprint, Until: time.Unix(item.TTL, 0).In(civil.Zone()),
	}, err
}

package records

import (
	"context"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// KeyLife is how long a repeated idempotency key returns the result of its first request.
const KeyLife = 24 * time.Hour

// Entry is an endorsement about to be entered in the register. Its files are already stored; they
// are reachable only once the entry is made.
type Entry struct {
	Endorsement endorsement.Endorsement // its Holder is the certificate's
	// Revision is the certificate's revision as it was read; Endorse fails if it has changed.
	Revision int64
	// Key is the hash of the request's Idempotency-Key, Fingerprint the digest of its body.
	Key, Fingerprint string
	// Day and Quota limit how many endorsements of the certificate its holder can enter on one day.
	// A Quota of 0 means no limit.
	Day   civil.Date
	Quota int
}

// Endorse enters an endorsement in one transaction: all of it or nothing.
//
// If the idempotency key has already led to an endorsement, that result is returned and nothing is
// entered. Errors: ErrCertificateChanged when the certificate changed since it was read;
// ErrQuotaReached.
func (s *Store) Endorse(ctx context.Context, e Entry) (*IdempotencyRecord, error) {
	made, err := s.newEndorsementItem(e.Endorsement)
	if err != nil {
		return nil, err
	}
	writes := []dynamo.Write{putAnswered(e), checkUnchanged(e), dynamo.Put(made).IfAbsent()}
	if e.Quota > 0 {
		writes = append(writes, countDay(e))
	}
	err = s.table.Transact(ctx, "entering the endorsement", append(writes, putLatest(e.Endorsement))...)
	if r := dynamo.AsRefusal(err); r != nil && !r.IsOf(partKey) && !r.IsOf(partCertificate) && r.IsOf(partLatest) {
		err = s.table.Transact(ctx, "entering the endorsement behind a newer one", append(writes, checkNewer(e.Endorsement))...)
	}
	if refusal := dynamo.AsRefusal(err); refusal != nil {
		return s.explainRefusal(e, refusal)
	}
	return nil, err
}

// The parts of the transaction that may be refused.
const (
	partKey         = "key"
	partCertificate = "certificate"
	partLatest      = "latest"
	partDay         = "day"
)

// explainRefusal says why the entry was refused. The first that applies wins: the result already
// stored for the key, a changed certificate, the quota.
func (s *Store) explainRefusal(e Entry, r *dynamo.Refusal) (*IdempotencyRecord, error) {
	earlier, err := s.readAnswered(r.Existing(partKey))
	switch {
	case err != nil:
		return nil, err
	case earlier != nil && earlier.Endorsement == e.Endorsement.ID:
		return nil, nil // our own entry, whose response was lost
	case earlier != nil:
		return earlier, nil
	case r.IsOf(partCertificate):
		return nil, fmt.Errorf("%w: %w", ErrCertificateChanged, r)
	case r.IsOf(partDay):
		return nil, fmt.Errorf("%w: %w", ErrQuotaReached, r)
	}
	return nil, r
}

// answeredItem is the item of an idempotency key.
type answeredItem struct {
	dynamo.Header
	Holder      string `dynamodbav:"holder"`
	Edition     string `dynamodbav:"version"`
	Endorsement string `dynamodbav:"endorsement"`
	Fingerprint string `dynamodbav:"fingerprint"`
}

func putAnswered(e Entry) dynamo.Write {
	made := e.Endorsement
	return dynamo.Put(answeredItem{
		Header: newHeader(idempotencyKey(made.CertID, made.Holder, e.Key)).Until(made.MadeAt.Add(KeyLife)),
		Holder: made.Holder, Edition: made.CertVersion, Endorsement: made.ID, Fingerprint: e.Fingerprint,
	}).If("attribute_not_exists(pk) OR #ttl <= :now", dynamo.Values{"now": made.MadeAt.Unix()}).ShowExisting().WithName(partKey)
}

// checkUnchanged checks that the certificate has the revision that was read, and the endorsement's
// holder.
func checkUnchanged(e Entry) dynamo.Write {
	return dynamo.Check(certificateKey(e.Endorsement.CertID)).If("revision = :revision AND holder = :holder",
		dynamo.Values{"revision": e.Revision, "holder": e.Endorsement.Holder}).WithName(partCertificate)
}

// hasNewer is the condition that the holder's latest endorsement is not older than this one.
const hasNewer = "holder = :holder AND latest >= :id"

// latestItem is the item that names a holder's newest endorsement.
type latestItem struct {
	dynamo.Header
	Holder  string `dynamodbav:"holder"`
	Edition string `dynamodbav:"version"`
	Latest  string `dynamodbav:"latest"`
}

// putLatest records the endorsement as the holder's newest, unless a newer one was entered first.
// The item is beside the endorsements and not in the record, so the function that endorses needs no
// right to write records.
func putLatest(e endorsement.Endorsement) dynamo.Write {
	return dynamo.Put(latestItem{Header: newHeader(latestKey(e.CertID)), Holder: e.Holder, Edition: e.CertVersion, Latest: e.ID}).
		If("attribute_not_exists(pk) OR NOT ("+hasNewer+")", dynamo.Values{"holder": e.Holder, "id": e.ID}).WithName(partLatest)
}

// checkNewer replaces putLatest when a newer endorsement was entered first.
func checkNewer(e endorsement.Endorsement) dynamo.Write {
	return dynamo.Check(latestKey(e.CertID)).If(hasNewer, dynamo.Values{"holder": e.Holder, "id": e.ID}).WithName(partLatest)
}

// countDay counts an endorsement of the day, up to the quota.
func countDay(e Entry) dynamo.Write {
	at := dayKey(e.Endorsement.CertID, e.Endorsement.Holder, e.Day)
	return dynamo.Update(at, "SET v = :v, #ttl = :ttl ADD made :one", dynamo.Values{
		"v": schemaVersion(at.PK), "one": 1, "ttl": e.Day.AddDays(2).End().Unix(),
	}).If("attribute_not_exists(made) OR made < :quota", dynamo.Values{"quota": e.Quota}).WithName(partDay)
}

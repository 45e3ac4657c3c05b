package records

import (
	"context"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// VerificationEntryLife is how long an entry of the ledger is kept.
const VerificationEntryLife = 3 * 365 * 24 * time.Hour

// VerificationEntry is one public verification of a certificate or a copy, as its holder can read
// it: when, through which channel, with what result, and who asked as far as they said. It never
// contains a network address.
type VerificationEntry struct {
	ID           string   // a ULID; its time is the time of the verification
	Holder       string   `json:"-"` // keyed hash of the holder who can read it: that of the copy, or of the certificate
	Version      string   // the certificate's at that time
	Endorsement  string   // empty when the certificate was asked for by its number
	Channel      string   // "qr", "pdf", "ofd", "number" or "receipt"
	Verdict      string   // "valid", "invalid", "unknown" or, of a receipt, "receipt"
	Organisation string   // name of the authenticated organisation, else empty
	Client       string   // its id as a machine client
	Asker        string   // what the person who asked called themselves (自称); not checked
	Purpose      string   // the purpose that the organisation stated
	Consent      string   // id of the holder's consent that was used
	Shown        []string // what was shown beyond what everybody sees: fields of Consent
}

// AddVerification adds an entry to the certificate's ledger; a repeated call adds nothing.
func (s *Store) AddVerification(ctx context.Context, certID string, seen VerificationEntry) error {
	at, err := seenKey(certID, seen.ID)
	if err != nil {
		return err
	}
	if seen.Holder == "" {
		return fmt.Errorf("noting a verification of %s: it has no holder", certID)
	}
	made := at.with(item{
		"id": text(seen.ID), "holder": text(seen.Holder), "version": text(seen.Version), "by": text(seen.Channel), "verdict": text(seen.Verdict),
		"ttl": number(seen.Time().Add(VerificationEntryLife).Unix()),
	})
	for name, value := range map[string]string{
		"endorsement": seen.Endorsement, "organisation": seen.Organisation, "client": seen.Client,
		"asker": seen.Asker, "purpose": seen.Purpose, "consent": seen.Consent,
	} {
		if value != "" {
			made[name] = text(value)
		}
	}
	if len(seen.Shown) > 0 {
		made["shown"] = texts(seen.Shown)
	}
	return s.putOnce(ctx, made)
}

// Ledger is one page of a certificate's verification entries, newest first. Next is empty on the
// last page.
type Ledger struct {
	Items []VerificationEntry
	Next  string
}

// ListVerifications reads one page of a holder's part of a certificate's ledger by the day of the
// verification. Like History it does not check whose certificate it is now, and refuses a cursor
// outside the period as invalid-field.
func (s *Store) ListVerifications(ctx context.Context, certID, holder string, p Period) (Ledger, error) {
	var page Ledger
	next, err := s.pageOf(ctx, prefixSeen+certID, prefixSeen, holder, p, func(read item) (string, error) {
		seen := readVerification(read)
		page.Items = append(page.Items, seen)
		return seen.ID, checkSchema(read)
	})
	if err != nil {
		return Ledger{}, err
	}
	page.Next = next
	return page, nil
}

func readVerification(read item) VerificationEntry {
	return VerificationEntry{
		ID: str(read, "id"), Holder: str(read, "holder"), Version: str(read, "version"), Endorsement: str(read, "endorsement"), Channel: str(read, "by"), Verdict: str(read, "verdict"),
		Organisation: str(read, "organisation"), Client: str(read, "client"), Asker: str(read, "asker"),
		Purpose: str(read, "purpose"), Consent: str(read, "consent"), Shown: list(read, "shown"),
	}
}

// Time is when the copy was verified, in Asia/Shanghai.
func (s VerificationEntry) Time() time.Time {
	at, err := TimeOf(s.ID)
	if err != nil {
		return time.Time{}.In(civil.Zone())
	}
	return at
}

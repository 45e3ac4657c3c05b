package records

import (
	"context"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// VerificationEntryLife is how long an entry of the ledger is kept.
const VerificationEntryLife = 3 * 365 * 24 * time.Hour

// VerificationEntry is one public verification of a certificate or a copy, as its holder can read
// it: when, through which channel, with what result, and who asked as far as they said. It never
// contains a network address.
type VerificationEntry struct {
	ID           string   `dynamodbav:"id"`                     // a ULID; its time is the time of the verification
	Holder       string   `dynamodbav:"holder" json:"-"`        // keyed hash of the holder who can read it: that of the copy, or of the certificate
	Version      string   `dynamodbav:"version"`                // the certificate's at that time
	Endorsement  string   `dynamodbav:"endorsement,omitempty"`  // empty when the certificate was asked for by its number
	Channel      string   `dynamodbav:"by"`                     // "qr", "pdf", "ofd", "number" or "receipt"
	Verdict      string   `dynamodbav:"verdict"`                // "valid", "invalid", "unknown" or, of a receipt, "receipt"
	Organisation string   `dynamodbav:"organisation,omitempty"` // name of the authenticated organisation, else empty
	Client       string   `dynamodbav:"client,omitempty"`       // its id as a machine client
	Asker        string   `dynamodbav:"asker,omitempty"`        // what the person who asked called themselves (自称); not checked
	Purpose      string   `dynamodbav:"purpose,omitempty"`      // the purpose that the organisation stated
	Consent      string   `dynamodbav:"consent,omitempty"`      // id of the holder's consent that was used
	Shown        []string `dynamodbav:"shown,omitempty"`        // what was shown beyond what everybody sees: fields of Consent
}

// AddVerification adds an entry to the certificate's ledger; a repeated call adds nothing.
func (s *Store) AddVerification(ctx context.Context, certID string, seen VerificationEntry) error {
	if seen.Holder == "" {
		return fmt.Errorf("noting a verification of %s: it has no holder", certID)
	}
	if s.formerItems {
		return s.addFormerVerification(ctx, certID, seen)
	}
	made, err := newLedgerItem(certID, seen)
	if err != nil {
		return err
	}
	return putInto(ctx, s.ledger, "entering a verification", made)
}

// addFormerVerification adds an entry as programs before the ledger's own table did.
func (s *Store) addFormerVerification(ctx context.Context, certID string, seen VerificationEntry) error {
	at, err := seenKey(certID, seen.ID)
	if err != nil {
		return err
	}
	made := verificationItem{newHeader(at).Until(seen.Time().Add(VerificationEntryLife)), seen}
	return s.putOnce(ctx, "entering a verification", made)
}

// verificationItem is the item of an entry of the ledger in the table of records.
type verificationItem struct {
	dynamo.Header
	VerificationEntry
}

// Ledger is one page of a certificate's verification entries, newest first. Next is empty on the
// last page.
type Ledger struct {
	Items []VerificationEntry
	Next  string
}

// ListVerifications reads one page of a holder's part of a certificate's ledger by the day of the
// verification, from both tables that have entries. Like History it does not check whose certificate
// it is now, and refuses a cursor outside the period with ErrCursor.
func (s *Store) ListVerifications(ctx context.Context, certID, holder string, p Period) (Ledger, error) {
	former, err := holderQuery(prefixSeen+certID, prefixSeen, holder, p)
	if err != nil {
		return Ledger{}, err
	}
	old := mapEntries(dynamo.QueryAs[verificationItem](ctx, s.table, former), func(v verificationItem) VerificationEntry { return v.VerificationEntry })
	var page Ledger
	for entry, err := range mergeEntries(s.ledgerEntries(ctx, certID, holder, p), old) {
		if err != nil {
			return Ledger{}, err
		}
		if len(page.Items) == p.Limit {
			page.Next = page.Items[p.Limit-1].ID
			break
		}
		page.Items = append(page.Items, entry)
	}
	return page, nil
}

// Time is when the copy was verified, in Asia/Shanghai.
func (s VerificationEntry) Time() time.Time {
	at, err := TimeOf(s.ID)
	if err != nil {
		return time.Time{}.In(civil.Zone())
	}
	return at
}

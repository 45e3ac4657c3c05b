package records

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// Check scans one of so many equal parts of the register's tables, counted from 0, and calls found for every
// item that is wrong: an invalid tag; a holder that does not match the record's ID number; a chain
// of versions that does not lead to its record or differs from it; look-up entries that lead to
// another record; a picture that is not the record's; a newest endorsement that is not recorded as
// such; a binding or an open consent from before its person was erased; an entry of the ledger that
// does not end when it should. erased returns when a person was erased, zero for nobody. Check writes
// nothing.
func (s *Store) Check(ctx context.Context, part, parts int, erased func(holder string) time.Time, found func(tags.Finding)) error {
	u := s.UncheckedStore()
	err := s.table.FindFaults(ctx, part, parts, func(item dynamo.Item) (string, error) { return u.fault(ctx, item, erased) }, found)
	if err != nil {
		return err
	}
	return s.ledger.FindFaults(ctx, part, parts, func(item dynamo.Item) (string, error) {
		if why, err := tagFault(s.ledger, item); why != "" || err != nil {
			return why, err
		}
		return endFault(item, dynamo.KeyOf(item).SK), nil
	}, found)
}

// tagFault says that an item's tag is missing or wrong.
func tagFault(of *dynamo.Table, read dynamo.Item) (why string, err error) {
	err = of.Check(read)
	if errors.Is(err, tags.ErrTag) {
		return "its tag is missing or wrong", nil
	}
	return "", err
}

// endFault says that an entry of the ledger does not end when it should: its tag does not cover its end.
func endFault(entry dynamo.Item, id string) string {
	at, err := TimeOf(id)
	if err != nil {
		return unreadable
	}
	is, should := dynamo.Number(entry, "ttl"), at.Add(VerificationEntryLife).Unix()
	if is == should {
		return ""
	}
	return fmt.Sprintf("its ttl is %d and should be %d: it ends at another time than it should", is, should)
}

const unreadable = "it cannot be read"

// fault says what is wrong with an item, "" if nothing is.
func (s *Store) fault(ctx context.Context, read dynamo.Item, erased func(holder string) time.Time) (why string, err error) {
	if why, err := tagFault(s.table, read); why != "" || err != nil {
		return why, err
	}
	if s.checkItemHolder(read) != nil {
		return "its holder is not whose ID number it has", nil
	}
	at := dynamo.KeyOf(read)
	sk := at.SK
	kind, rest, _ := strings.Cut(at.PK, "#")
	switch {
	case kind+"#" == prefixBinding, kind+"#" == prefixHolder && strings.HasPrefix(sk, prefixBinding), kind+"#" == prefixCopies && strings.HasPrefix(sk, prefixConsent):
		return s.erasedFault(read, erased), nil
	case kind+"#" == prefixSeen:
		return endFault(read, dynamo.Text(read, "id")), nil
	case kind+"#" == prefixCertificate && sk == skCertificate:
		return s.recordFault(ctx, read)
	case kind+"#" == prefixCertificate:
		return s.about(ctx, rest, func(r Record) bool {
			of := r.Certificate.Photo
			if sk == skSignature {
				of = r.Certificate.SignatureImage
			}
			_, same := readPicture(of, read)
			return of != nil && same
		}, "it is not the picture its record describes")
	case kind+"#" == prefixPast:
		return s.about(ctx, rest, func(r Record) bool { return dynamo.Number(read, "revision") <= r.Revision }, "its record is older than it")
	case kind+"#" == prefixHolder:
		_, former := read["former"]
		return s.about(ctx, strings.TrimPrefix(sk, prefixCertificate), func(r Record) bool { return former || r.Holder == rest }, "it lists a certificate of somebody else")
	case kind+"#" == prefixSeals:
		return s.sealsFault(ctx, read)
	case kind+"#" == prefixKeySets:
		return s.keySetFault(ctx, read)
	case kind == "NUMBER" && sk == skCertificate:
		return s.numberFault(ctx, read)
	case kind+"#" == prefixCopies && strings.HasPrefix(sk, prefixEndorsement):
		return s.about(ctx, rest, func(Record) bool { return true }, "")
	}
	return "", nil
}

// numberFault says what is wrong with the entry for a number. Other kinds of certificate may have kept the
// number in another spelling; entries in two spellings can lead to two certificates.
func (s *Store) numberFault(ctx context.Context, entry dynamo.Item) (string, error) {
	at, now := dynamo.KeyOf(entry), dynamo.Key{}
	why, err := s.about(ctx, dynamo.Text(entry, "id"), func(r Record) bool {
		now = s.numberKey(r.Certificate.Number)
		return now == at && r.ReplacedBy == ""
	}, "it does not lead to the certificate that has the number")
	if err != nil || now == at || now == (dynamo.Key{}) {
		return why, err
	}
	why = "the kinds of certificate in use look its certificate's number up in another spelling"
	got, err := s.table.BatchGet(ctx, now)
	if got[now] != nil {
		why += ", for which there is an entry, too"
	}
	return why, err
}

// erasedFault reports a binding or an open consent that is older than the erasure of its person.
func (s *Store) erasedFault(item dynamo.Item, erased func(holder string) time.Time) string {
	at := dynamo.KeyOf(item)
	_, holder, _ := strings.Cut(at.PK, "#")
	made, err := time.Parse(time.RFC3339, dynamo.Text(item, "boundAt"))
	isOpen := func(time.Time) bool { return true }
	if strings.HasPrefix(at.PK, prefixCopies) {
		c, unread := s.openConsent(item)
		if unread != nil {
			return unreadable
		}
		holder, isOpen = c.Holder, c.keptConsent().IsOpen
		made, err = TimeOf(c.ID)
	}
	switch when := erased(holder); {
	case err != nil:
		return unreadable
	case !when.IsZero() && !made.After(when) && isOpen(when):
		return tags.ErasedReason(when)
	}
	return ""
}

// about returns why, unless the record exists and satisfies right.
func (s *Store) about(ctx context.Context, certID string, right func(Record) bool, why string) (string, error) {
	at := certificateKey(certID)
	got, err := s.table.BatchGet(ctx, at)
	if err != nil {
		return "", err
	}
	if got[at] == nil {
		return "there is no certificate for it", nil
	}
	if r, err := s.readRecord(got[at]); err != nil || !right(r) {
		return why, nil
	}
	return "", nil
}

// recordFault compares a record with its versions and with the entries by which it is looked up.
func (s *Store) recordFault(ctx context.Context, read dynamo.Item) (string, error) {
	r, err := s.readRecord(read)
	if err != nil {
		return unreadable, nil
	}
	if s.CheckHolder(r) != nil {
		return "its holder is named by another form of the ID number: jiazhu migrate brings it along", nil
	}
	id := r.Certificate.ID
	versions, err := s.Versions(ctx, id)
	if errors.Is(err, ErrBroken) {
		return "a version of it is missing, or not as it was written", nil
	} else if err != nil && !errors.Is(err, ErrCertificateNotFound) {
		return "", err
	}
	if why, err := r.describeDifference(versions); why != "" || err != nil {
		return why, err
	}
	number, held := s.numberKey(r.Certificate.Number), heldKey(r.Holder, id)
	keys, former := []dynamo.Key{number, held}, certificateKey(r.Certificate.Supersedes)
	if r.Certificate.Supersedes != "" {
		keys = append(keys, former)
	}
	got, err := s.table.BatchGet(ctx, keys...)
	if err != nil {
		return "", err
	}
	_, left := got[held]["former"]
	if before, err := s.readRecord(got[former]); r.Certificate.Supersedes != "" && r.ReplacedBy == "" && (err != nil || before.ReplacedBy == "") {
		return "the certificate whose place it took is missing, or has not ended: that one was put back", nil
	}
	leads, lost := dynamo.Text(got[number], "id") == id, r.hasLostNumber(versions)
	switch {
	case lost && leads:
		return "a settled dispute took its number, and the number leads to it", nil
	case r.ReplacedBy == "" && !lost && !leads:
		return "the entry for its number is missing, or leads elsewhere", nil
	case r.ReplacedBy == "" && (got[held] == nil || left):
		return "its holder's entry is missing", nil
	}
	for sk, image := range map[string]bool{skPhoto: r.Certificate.Photo != nil, skSignature: r.Certificate.SignatureImage != nil} {
		if !image {
			continue
		}
		if got, err = s.table.BatchGet(ctx, imageKey(id, sk)); err != nil {
			return "", err
		}
		if len(got) == 0 {
			return fmt.Sprintf("its %s is missing", strings.ToLower(sk)), nil
		}
	}
	return s.latestFault(ctx, r)
}

// hasLostNumber reports whether an operator settled a dispute by taking the record's number away.
func (r Record) hasLostNumber(versions []Version) bool {
	c := r.Certificate
	return c.State == certificate.Other && c.StateNote == disputeSettledText && strings.HasPrefix(versions[len(versions)-1].By.Client, "operator:")
}

// describeDifference says in what a record differs from its newest version. The encrypted ID number
// is not compared, because a key rotation changes it; CheckHolder compares the number itself.
func (r Record) describeDifference(versions []Version) (string, error) {
	at := slices.IndexFunc(versions, func(v Version) bool { return v.Revision == r.Revision })
	if at < 0 {
		return "the version that it should be is not kept", nil
	}
	v := versions[at]
	kept, err := json.Marshal(v.Certificate)
	if err != nil {
		return "", err
	}
	is, err := json.Marshal(r.Certificate)
	if err != nil {
		return "", err
	}
	if !bytes.Equal(kept, is) || v.Holder != r.Holder || v.HeldFrom != r.HeldFrom || v.ReplacedBy != r.ReplacedBy {
		return "its newest version says something else", nil
	}
	return "", nil
}

// latestFault reports that the LATEST item does not name the newest endorsement of the record's
// holder. The endorsements are read before that item, which is written together with them.
func (s *Store) latestFault(ctx context.Context, r Record) (string, error) {
	id, newest := r.Certificate.ID, ""
	endorsements := dynamo.Query{PK: prefixCopies + id, Prefix: prefixEndorsement, Newest: true, Limit: 10}
	for made, err := range s.table.Query(ctx, endorsements) {
		if err != nil {
			return "", err
		}
		if r.Holding().Covers(dynamo.Text(made, "holder"), dynamo.Text(made, "version")) {
			newest = idOf(made)
			break
		}
	}
	if newest == "" {
		return "", nil
	}
	got, err := s.table.BatchGet(ctx, latestKey(id))
	if err != nil || r.noteLatest(got[latestKey(id)]).Latest >= newest {
		return "", err
	}
	return "its holder's newest endorsement is not noted as the newest: copies before it are not told as such", nil
}

// CheckWithdrawn calls found if the endorsement exists and is not withdrawn.
func (s *Store) CheckWithdrawn(ctx context.Context, certID, endorsementID string, found func(tags.Finding)) error {
	at, err := endorsementKey(certID, endorsementID)
	if err != nil {
		return err
	}
	return s.checkHas(ctx, at, "withdrawnAt", "its holder withdrew it, and it is not withdrawn", found)
}

// CheckRevoked calls found if the consent exists and has not ended.
func (s *Store) CheckRevoked(ctx context.Context, certID, consentID string, found func(tags.Finding)) error {
	return s.checkHas(ctx, consentKey(certID, consentID), "revokedAt", "its holder ended it, and it is not ended", found)
}

// CheckSeal calls found if the journal has a change that stopped a seal, and the table does not.
func (s *Store) CheckSeal(ctx context.Context, w journal.StoppedSeal, found func(tags.Finding)) error {
	read, err := s.UncheckedStore().ReadSeals(ctx)
	if dynamo.IsUnavailable(err) {
		return err
	}
	if read.Of[w.Name()].LacksChange(w.Change) {
		found(s.table.NewFinding(sealsKey(0).Item(), fmt.Sprintf("the seal %s of %s was %s, and by the table it was not", w.Seal, w.Issuer, w.Change.State)))
	}
	return nil
}

// CheckSealReplicas calls found if the replicas of the histories of seals are not equal.
func (s *Store) CheckSealReplicas(ctx context.Context, found func(tags.Finding)) error {
	read, err := s.UncheckedStore().ReadSeals(ctx)
	if dynamo.IsUnavailable(err) {
		return err
	}
	if read.Differ {
		found(s.table.NewFinding(sealsKey(0).Item(), "the sixteen items of the histories of seals are not equal"))
	}
	return nil
}

// sealsFault says what is wrong with the histories of seals.
func (s *Store) sealsFault(ctx context.Context, read dynamo.Item) (string, error) {
	seals, err := s.decodeSeals(read)
	if err != nil {
		return unreadable, nil
	}
	sets, err := s.ReadKeySets(ctx)
	switch {
	case dynamo.IsUnavailable(err):
		return "", err
	case err != nil, len(sets) < seals.KeySets:
		return "a key set that it counts is missing or wrong", nil
	}
	for name, h := range seals.Of {
		switch {
		case errors.Join(name.CheckName(), h.CheckHistory()) != nil:
			return "it has a change of a seal's state that cannot follow", nil
		case !slices.Equal(seals.Sets[name], sealhistory.ListSets(sets[:seals.KeySets], name)):
			return "it names other key sets than a seal is in", nil
		}
	}
	return "", nil
}

func (s *Store) checkHas(ctx context.Context, at dynamo.Key, name, why string, found func(tags.Finding)) error {
	got, err := s.table.UncheckedTable().BatchGet(ctx, at)
	if err != nil || got[at] == nil || got[at][name] != nil {
		return err
	}
	found(s.table.NewFinding(got[at], why))
	return nil
}

// UncheckedStore returns the register without tag checks, for migrating items stored before there
// were tags.
func (s *Store) UncheckedStore() *Store {
	return &Store{table: s.table.UncheckedTable(), ledger: s.ledger, sealer: s.sealer, numbers: s.numbers}
}

// Adopt tags the items in one of so many equal parts of the register with the current key; see
// dynamo.Table. An item whose holder does not match its ID number counts as wrong.
func (s *Store) Adopt(ctx context.Context, part, parts int, how dynamo.AdoptOptions) (dynamo.AdoptResult, error) {
	seen, err := s.ledger.Adopt(ctx, part, parts, dynamo.AdoptOptions{Dry: how.Dry}) // programs before tags had no ledger of its own
	if err != nil {
		return seen, err
	}
	how.Sound = s.checkItemHolder
	all, err := s.table.Adopt(ctx, part, parts, how)
	all.Add(seen)
	return all, err
}

// checkItemHolder returns an error where the holder of a record or a version does not match its
// encrypted ID number, in either form in which the number may have been stored.
func (s *Store) checkItemHolder(item dynamo.Item) error {
	at := dynamo.KeyOf(item)
	if strings.HasPrefix(at.PK, prefixPast) || strings.HasPrefix(at.PK, prefixCertificate) && at.SK == skCertificate {
		r, err := s.readRecord(item)
		if err != nil {
			return err
		}
		_, _, err = s.openIDNumber(r)
		return err
	}
	return nil
}

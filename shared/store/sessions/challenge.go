package sessions

import (
	"context"
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

const (
	prefixChallenge = "CHALLENGE#"
	skChallenge     = "CHALLENGE"
)

func challengeKey(id string) dynamo.Key { return dynamo.Key{PK: prefixChallenge + id, SK: skChallenge} }

type challengeItem struct {
	dynamo.Header
	NonceHash  string        `dynamodbav:"nonce"`
	Number     string        `dynamodbav:"number"`
	Subject    string        `dynamodbav:"subject"`
	State      string        `dynamodbav:"state"`
	Device     string        `dynamodbav:"device,omitempty"`
	Reason     string        `dynamodbav:"reason,omitempty"`
	Session    string        `dynamodbav:"session"`
	Ends       dynamo.Millis `dynamodbav:"ends"`
	Holder     string        `dynamodbav:"holder"`
	Portal     string        `dynamodbav:"portal"`
	Username   string        `dynamodbav:"username"`
	Name       string        `dynamodbav:"name"`
	CreatedAt  dynamo.Millis `dynamodbav:"created"`
	ExpiresAt  dynamo.Millis `dynamodbav:"expires"`
	FinishedAt dynamo.Millis `dynamodbav:"finished"`
}

// SubjectHash is the keyed hash of the digest by which an assertion identifies the person. The
// digest is made from an ID number, which could be found by trying all numbers.
func (s *Store) SubjectHash(digest string) string { return s.sealer.HashPassing("subject", digest) }

// DeviceHash is the keyed hash of an identity app and its name for a phone. The same name from
// another app means another phone.
func (s *Store) DeviceHash(app, device string) string {
	return s.sealer.HashPassing("device", app+"\n"+device)
}

// PutChallenge stores a new challenge. Its key is random: if the item exists, an earlier attempt
// succeeded and its response was lost.
func (s *Store) PutChallenge(ctx context.Context, c identity.Challenge) error {
	_, err := s.table.Do(ctx, "storing a challenge", dynamo.Put(challengeItem{
		Header:    newHeader(challengeKey(c.ID), c.ExpiresAt),
		NonceHash: c.NonceHash, Number: c.Number, Subject: c.Subject, State: string(c.State),
		Session: c.Session, Ends: dynamo.ToMillis(c.Ends), Holder: c.Holder, Portal: c.Portal, Username: c.Username, Name: c.Name,
		CreatedAt: dynamo.ToMillis(c.CreatedAt), ExpiresAt: dynamo.ToMillis(c.ExpiresAt),
	}).IfAbsent())
	return dynamo.IgnoreRefusal(err)
}

// Challenge reads a challenge. Error: ErrChallengeNotFound.
func (s *Store) Challenge(ctx context.Context, id string) (identity.Challenge, error) {
	item, err := dynamo.GetAs[challengeItem](ctx, s.table, challengeKey(id))
	return newChallenge(id, item, err)
}

func newChallenge(id string, item challengeItem, err error) (identity.Challenge, error) {
	if errors.Is(err, ErrNotFound) {
		return identity.Challenge{}, ErrChallengeNotFound
	}
	if err != nil {
		return identity.Challenge{}, err
	}
	return identity.Challenge{
		ID: id, NonceHash: item.NonceHash, Number: item.Number, Subject: item.Subject,
		State: identity.State(item.State), Device: item.Device, Reason: problem.Code(item.Reason),
		Session: item.Session, Ends: item.Ends.Time(), Holder: item.Holder, Portal: item.Portal, Username: item.Username, Name: item.Name,
		CreatedAt: item.CreatedAt.Time(), ExpiresAt: item.ExpiresAt.Time(), FinishedAt: item.FinishedAt.Time(),
	}, nil
}

// ScanChallenge stores that the device scanned a challenge that was read as pending. If the
// challenge has changed since, it returns the stored challenge and ErrChanged, and the caller
// decides again.
func (s *Store) ScanChallenge(ctx context.Context, c identity.Challenge) (identity.Challenge, error) {
	_, err := s.table.Do(ctx, "noting a scan", dynamo.SetPart(challengeKey(c.ID), tagState, dynamo.Values{
		"state": string(identity.Scanned), "device": c.Device, "finished": 0,
	}).If("#state = :pending", dynamo.Values{"pending": string(identity.Pending)}).ShowExisting())
	refusal := dynamo.AsRefusal(err)
	if refusal == nil {
		return c, err
	}
	item, err := dynamo.Decode[challengeItem](s.table, refusal.Existing(""))
	now, err := newChallenge(c.ID, item, err)
	if err != nil {
		return c, err
	}
	return now, ErrChanged
}

// FinishChallenge stores the result of a scanned challenge and marks the assertion as used. If the
// challenge is verified, it also steps up the session, records in it the identity app (the
// assertion's issuer), and records that the account's person showed their face. All of it is one
// transaction. Errors: ErrSessionEnded if the session has ended or belongs to another person,
// ErrAssertionUsed; nothing is written then. ErrChanged says that
// another answer came first.
func (s *Store) FinishChallenge(ctx context.Context, c identity.Challenge, assertion OneTimeToken) error {
	if c.State == identity.Verified {
		if err := s.SessionOf(ctx, c, c.FinishedAt); err != nil {
			return err
		}
	}
	writes := []dynamo.Write{finish(c).WithName("challenge"), spend(assertion).WithName("assertion")}
	if c.State == identity.Verified {
		writes = append(writes, stepUp(c, assertion.Issuer).WithName("session"), putFace(c))
	}
	err := s.table.Transact(ctx, "finishing a challenge", writes...)
	switch refusal := dynamo.AsRefusal(err); {
	case refusal == nil, refusal.IsOf("challenge"):
		return err
	case refusal.IsOf("assertion"):
		return ErrAssertionUsed
	case refusal.IsOf("session"):
		return ErrSessionEnded
	}
	return err
}

// finish updates no attribute that stepUp also names. A challenge's expiry never changes, so the
// caller has checked it after reading.
func finish(c identity.Challenge) dynamo.Write {
	return dynamo.SetPart(challengeKey(c.ID), tagState, dynamo.Values{
		"state": string(c.State), "device": c.Device, "reason": string(c.Reason), "finished": dynamo.ToMillis(c.FinishedAt),
	}).If("#state = :scanned AND #device = :device", dynamo.Values{"scanned": string(identity.Scanned)})
}

// SessionOf checks the session that a challenge steps up. Error: ErrSessionEnded, also where it
// belongs to another person. A session's expiry never changes.
func (s *Store) SessionOf(ctx context.Context, c identity.Challenge, now time.Time) error {
	item, err := dynamo.GetAs[sessionItem](ctx, s.table, sessionKey(c.Session))
	if errors.Is(err, ErrNotFound) || err == nil && (item.Holder != c.Holder || !now.Before(item.ExpiresAt.Time())) {
		return ErrSessionEnded
	}
	return err
}

// stepUp sets only three attributes of the session and their tag: the role of the identify function
// may write no others, and none that finish names in the same transaction.
func stepUp(c identity.Challenge, app string) dynamo.Write {
	return dynamo.SetPart(sessionKey(c.Session), tagIdentified, dynamo.Values{
		"identifiedUntil": dynamo.ToMillis(c.StepUpUntil(c.FinishedAt)), "identifiedBy": c.ID, "vouchedBy": app,
	}).IfPresent()
}

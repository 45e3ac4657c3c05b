package sessions

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

const challengeSK = "CHALLENGE"

func challengePK(id string) string { return "CHALLENGE#" + id }

type challengeItem struct {
	itemHeader
	NonceHash  string `dynamodbav:"nonce"`
	Number     string `dynamodbav:"number"`
	Subject    string `dynamodbav:"subject"`
	State      string `dynamodbav:"state"`
	Device     string `dynamodbav:"device,omitempty"`
	Reason     string `dynamodbav:"reason,omitempty"`
	Session    string `dynamodbav:"session"`
	Ends       millis `dynamodbav:"ends"`
	Holder     string `dynamodbav:"holder"`
	Portal     string `dynamodbav:"portal"`
	Username   string `dynamodbav:"username"`
	Name       string `dynamodbav:"name"`
	CreatedAt  millis `dynamodbav:"created"`
	ExpiresAt  millis `dynamodbav:"expires"`
	FinishedAt millis `dynamodbav:"finished"`
}

// SubjectHash is the keyed hash of the digest by which an assertion identifies the person. The
// digest is made from an ID number, which could be found by trying all numbers.
func (s *Store) SubjectHash(digest string) string { return s.sealer.HashPassing("subject", digest) }

// DeviceHash is the keyed hash of an identity app and its name for a phone. The same name from
// another app means another phone.
func (s *Store) DeviceHash(app, device string) string {
	return s.sealer.HashPassing("device", app+"\n"+device)
}

// PutChallenge stores a new challenge.
func (s *Store) PutChallenge(ctx context.Context, c identity.Challenge) error {
	return s.create(ctx, "store a challenge", challengeItem{
		itemHeader: newItemHeader(challengePK(c.ID), challengeSK, c.ExpiresAt),
		NonceHash:  c.NonceHash, Number: c.Number, Subject: c.Subject, State: string(c.State),
		Session: c.Session, Ends: toMillis(c.Ends), Holder: c.Holder, Portal: c.Portal, Username: c.Username, Name: c.Name,
		CreatedAt: toMillis(c.CreatedAt), ExpiresAt: toMillis(c.ExpiresAt),
	})
}

// Challenge reads a challenge. Error: challenge-not-found.
func (s *Store) Challenge(ctx context.Context, id string) (identity.Challenge, error) {
	item, err := get[challengeItem](ctx, s, challengePK(id), challengeSK)
	return newChallenge(id, item, err)
}

func newChallenge(id string, item challengeItem, err error) (identity.Challenge, error) {
	if errors.Is(err, ErrNotFound) {
		return identity.Challenge{}, problem.New(problem.ChallengeNotFound)
	}
	if err != nil {
		return identity.Challenge{}, err
	}
	return identity.Challenge{
		ID: id, NonceHash: item.NonceHash, Number: item.Number, Subject: item.Subject,
		State: identity.State(item.State), Device: item.Device, Reason: problem.Code(item.Reason),
		Session: item.Session, Ends: item.Ends.time(), Holder: item.Holder, Portal: item.Portal, Username: item.Username, Name: item.Name,
		CreatedAt: item.CreatedAt.time(), ExpiresAt: item.ExpiresAt.time(), FinishedAt: item.FinishedAt.time(),
	}, nil
}

// ScanChallenge stores that the device scanned a challenge that was read as pending. If the
// challenge has changed since, it returns the stored challenge and ErrChanged, and the caller
// decides again.
func (s *Store) ScanChallenge(ctx context.Context, c identity.Challenge) (identity.Challenge, error) {
	w, err := s.change(challengePK(c.ID), challengeSK, tagState, "#state = :pending", attributes{
		"state": text(string(identity.Scanned)), "device": text(c.Device), "finished": number(0),
	}, attributes{":pending": text(string(identity.Pending))})
	if err != nil {
		return c, err
	}
	_, err = s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: w.TableName, Key: w.Key, UpdateExpression: w.UpdateExpression, ConditionExpression: w.ConditionExpression,
		ExpressionAttributeNames: w.ExpressionAttributeNames, ExpressionAttributeValues: w.ExpressionAttributeValues,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var broken *types.ConditionalCheckFailedException
	if errors.As(err, &broken) {
		item, err := decode[challengeItem](broken.Item, challengeSK)
		now, err := newChallenge(c.ID, item, err)
		if err != nil {
			return c, err
		}
		return now, ErrChanged
	}
	return c, writeError("scan a challenge", err)
}

// FinishChallenge stores the result of a scanned challenge and marks the assertion as used. If the
// challenge is verified, it also steps up the session, records in it the identity app (the
// assertion's issuer), and records that the account's person showed their face. All of it is one
// transaction. Problems: session-expired if the session has ended or belongs to another person,
// assertion-invalid if the assertion was used before; nothing is written then. ErrChanged says that
// another answer came first.
func (s *Store) FinishChallenge(ctx context.Context, c identity.Challenge, assertion OneTimeToken) error {
	if c.State == identity.Verified {
		if err := s.SessionOf(ctx, c, c.FinishedAt); err != nil {
			return err
		}
	}
	spent, err := s.spend(assertion)
	if err != nil {
		return err
	}
	finished, err := s.finish(c)
	if err != nil {
		return err
	}
	writes := []writeItem{finished, spent}
	if c.State == identity.Verified {
		face, err := s.showFace(c)
		if err != nil {
			return err
		}
		steppedUp, err := s.stepUp(c, assertion.Issuer)
		if err != nil {
			return err
		}
		writes = append(writes, steppedUp, face)
	}
	err = s.write(ctx, "finish a challenge", writes...)
	switch {
	case hasFailedAt(err, 0):
		return ErrChanged
	case hasFailedAt(err, 1):
		return problem.New(problem.AssertionInvalid)
	case hasFailedAt(err, 2):
		return problem.New(problem.SessionExpired)
	}
	return err
}

// finish updates no attribute that stepUp also names. A challenge's expiry never changes, so the
// caller has checked it after reading.
func (s *Store) finish(c identity.Challenge) (writeItem, error) {
	update, err := s.change(challengePK(c.ID), challengeSK, tagState, "#state = :scanned AND #device = :device", attributes{
		"state": text(string(c.State)), "device": text(c.Device), "reason": text(string(c.Reason)), "finished": number(toMillis(c.FinishedAt)),
	}, attributes{":scanned": text(string(identity.Scanned))})
	return writeItem{Update: update}, err
}

// SessionOf checks the session that a challenge steps up: the problem is session-expired if it has
// ended or belongs to another person. A session's expiry never changes.
func (s *Store) SessionOf(ctx context.Context, c identity.Challenge, now time.Time) error {
	item, err := get[sessionItem](ctx, s, sessionPK(c.Session), sessionSK)
	if errors.Is(err, ErrNotFound) || err == nil && (item.Holder != c.Holder || !now.Before(item.ExpiresAt.time())) {
		return problem.New(problem.SessionExpired)
	}
	return err
}

// stepUp sets only three attributes of the session and their tag: the role of the identify function
// may write no others, and none that finish names in the same transaction.
func (s *Store) stepUp(c identity.Challenge, app string) (writeItem, error) {
	update, err := s.change(sessionPK(c.Session), sessionSK, tagIdentified, present, attributes{
		"identifiedUntil": number(toMillis(c.StepUpUntil(c.FinishedAt))), "identifiedBy": text(c.ID), "vouchedBy": text(app),
	}, nil)
	return writeItem{Update: update}, err
}

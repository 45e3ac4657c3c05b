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

// SubjectHash is the keyed hash of the digest by which an assertion names the
// person. The digest alone is of an ID number and could be tried out.
func (s *Store) SubjectHash(digest string) string { return s.sealer.HashPassing("subject", digest) }

// DeviceHash is the keyed hash of an identity app and the name by which it knows a
// phone: the same name told by another app is another phone.
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

// Challenge reads a challenge, or the problem challenge-not-found.
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

// ScanChallenge stores that the device scanned a challenge read as pending. If
// it has moved on meanwhile, the error is ErrChanged and the challenge returned
// is the one stored now, to be judged again.
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

// FinishChallenge stores the end of a challenge that was scanned, spends the
// assertion, and, if it is verified, steps up the session that asked, records
// in it which app vouched, the assertion's issuer, and notes that its account showed
// the face: one transaction. The session must still be there and be the same person's; if
// not, the problem is session-expired and nothing is written. An assertion
// spent before is assertion-invalid. Neither is an ErrChanged, which says that
// another answer was faster.
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

// finish names no attribute that a session has too, see stepUp. When the challenge expires never
// changes, so that reading it was enough.
func (s *Store) finish(c identity.Challenge) (writeItem, error) {
	update, err := s.change(challengePK(c.ID), challengeSK, tagState, "#state = :scanned AND #device = :device", attributes{
		"state": text(string(c.State)), "device": text(c.Device), "reason": text(string(c.Reason)), "finished": number(toMillis(c.FinishedAt)),
	}, attributes{":scanned": text(string(identity.Scanned))})
	return writeItem{Update: update}, err
}

// SessionOf looks for the session that a challenge steps up: the problem is session-expired where it has ended or is
// another person's. When it ends never changes as long as it is there.
func (s *Store) SessionOf(ctx context.Context, c identity.Challenge, now time.Time) error {
	item, err := get[sessionItem](ctx, s, sessionPK(c.Session), sessionSK)
	if errors.Is(err, ErrNotFound) || err == nil && (item.Holder != c.Holder || !now.Before(item.ExpiresAt.time())) {
		return problem.New(problem.SessionExpired)
	}
	return err
}

// stepUp names no attribute of the session but the three it sets and their tag: identify's role may touch no others,
// nor any that finish names, which is in the same transaction.
func (s *Store) stepUp(c identity.Challenge, app string) (writeItem, error) {
	update, err := s.change(sessionPK(c.Session), sessionSK, tagIdentified, present, attributes{
		"identifiedUntil": number(toMillis(c.StepUpUntil(c.FinishedAt))), "identifiedBy": text(c.ID), "vouchedBy": text(app),
	}, nil)
	return writeItem{Update: update}, err
}

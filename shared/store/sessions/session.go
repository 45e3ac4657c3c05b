package sessions

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

const sessionSK = "SESSION"

func sessionPK(hash string) string { return "SESSION#" + hash }

type sessionItem struct {
	itemHeader
	Kind            string `dynamodbav:"kind"`
	Portal          string `dynamodbav:"portal"`
	Username        string `dynamodbav:"username"`
	Holder          string `dynamodbav:"holder"`
	Name            string `dynamodbav:"name"`
	CreatedAt       millis `dynamodbav:"created"`
	ExpiresAt       millis `dynamodbav:"expires"`
	IdentifiedUntil millis `dynamodbav:"identifiedUntil"`
	IdentifiedBy    string `dynamodbav:"identifiedBy,omitempty"`
	VouchedBy       string `dynamodbav:"vouchedBy,omitempty"`
	Document        string `dynamodbav:"document,omitempty"` // sealed
	FaceShown       bool   `dynamodbav:"face,omitempty"`
}

// documentPlace is the additional data of the sealed document of a session.
func documentPlace(hash string) string { return "session/document/" + hash }

func (s *Store) newSessionItem(x identity.Session, a identity.Account) (sessionItem, error) {
	document, err := s.sealer.Seal(a.IDType+":"+a.IDNumber, documentPlace(x.Hash))
	if err != nil {
		return sessionItem{}, fmt.Errorf("sessions: seal an ID number: %w", err)
	}
	return sessionItem{
		itemHeader: newItemHeader(sessionPK(x.Hash), sessionSK, x.ExpiresAt),
		Kind:       x.Kind, Portal: x.Portal, Username: x.Username, Holder: x.Holder, Name: x.Name,
		CreatedAt: toMillis(x.CreatedAt), ExpiresAt: toMillis(x.ExpiresAt),
		IdentifiedUntil: toMillis(x.IdentifiedUntil), IdentifiedBy: x.IdentifiedBy, VouchedBy: x.VouchedBy,
		Document: document, FaceShown: x.FaceShown,
	}, nil
}

// OpenDocument returns the ID type and number of the session's holder. ErrNotFound says that the
// session was opened before sessions stored them.
func (s *Store) OpenDocument(x identity.Session) (idType, idNumber string, err error) {
	if x.Document == "" {
		return "", "", ErrNotFound
	}
	document, err := s.sealer.Open(x.Document, documentPlace(x.Hash))
	if err != nil {
		return "", "", fmt.Errorf("sessions: open an ID number: %w", err)
	}
	idType, idNumber, _ = strings.Cut(document, ":")
	return idType, idNumber, nil
}

// Session finds the session of a bearer token, in one consistent read. Problem: session-expired for
// a token that is unknown, ended or expired at now.
func (s *Store) Session(ctx context.Context, token string, now time.Time) (identity.Session, error) {
	hash := identity.HashToken(token)
	item, err := get[sessionItem](ctx, s, sessionPK(hash), sessionSK)
	if errors.Is(err, ErrNotFound) {
		return identity.Session{}, problem.New(problem.SessionExpired)
	}
	if err != nil {
		return identity.Session{}, err
	}
	found := item.session(hash)
	if !found.IsLive(now) {
		return identity.Session{}, problem.New(problem.SessionExpired)
	}
	return found, nil
}

func (item sessionItem) session(hash string) identity.Session {
	return identity.Session{
		Hash: hash, Kind: item.Kind, Portal: item.Portal, Username: item.Username,
		Holder: item.Holder, Name: item.Name,
		CreatedAt: item.CreatedAt.time(), ExpiresAt: item.ExpiresAt.time(),
		IdentifiedUntil: item.IdentifiedUntil.time(), IdentifiedBy: item.IdentifiedBy, VouchedBy: item.VouchedBy,
		Document: item.Document, FaceShown: item.FaceShown,
	}
}

// SessionsOf reads the stored sessions of an account, the oldest first, including expired ones that
// TTL has not removed yet.
func (s *Store) SessionsOf(ctx context.Context, a identity.Account) (all []identity.Session, err error) {
	for hash := range a.Sessions {
		item, err := get[sessionItem](ctx, s, sessionPK(hash), sessionSK)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, item.session(hash))
	}
	slices.SortFunc(all, func(a, b identity.Session) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return all, nil
}

// PutSession stores a session of the account as it was read, ends the oldest if there are too many,
// and resets the limit of failed log-ins, in one transaction. ErrChanged says that the account has
// changed, for example its password.
func (s *Store) PutSession(ctx context.Context, a identity.Account, x identity.Session, attempts identity.Limit) error {
	a, ended := a.Admit(x, x.CreatedAt)
	account, err := s.putAccount(a)
	if err != nil {
		return err
	}
	item, err := s.newSessionItem(x, a)
	if err != nil {
		return err
	}
	session, err := s.put(item, absent, nil)
	if err != nil {
		return err
	}
	writes := append(s.end(ended), account, session, s.forget(s.limitPK(attempts), limitSK))
	return s.write(ctx, "open a session", writes...)
}

// DeleteSession ends a session. It is no error if the session has ended.
func (s *Store) DeleteSession(ctx context.Context, hash string) error {
	return s.write(ctx, "end a session", s.end([]string{hash})...)
}

// end returns the writes that end sessions.
func (s *Store) end(hashes []string) (writes []writeItem) {
	for _, hash := range hashes {
		writes = append(writes, s.forget(sessionPK(hash), sessionSK))
	}
	return writes
}

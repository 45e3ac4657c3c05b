package sessions

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

const (
	prefixSession = "SESSION#"
	skSession     = "SESSION"
)

func sessionKey(hash string) dynamo.Key { return dynamo.Key{PK: prefixSession + hash, SK: skSession} }

type sessionItem struct {
	dynamo.Header
	Kind            string            `dynamodbav:"kind"`
	Portal          string            `dynamodbav:"portal"`
	Username        string            `dynamodbav:"username"`
	Holder          string            `dynamodbav:"holder"`
	Name            string            `dynamodbav:"name"`
	CreatedAt       dynamo.Millis     `dynamodbav:"created"`
	ExpiresAt       dynamo.Millis     `dynamodbav:"expires"`
	IdentifiedUntil dynamo.Millis     `dynamodbav:"identifiedUntil"`
	IdentifiedBy    string            `dynamodbav:"identifiedBy,omitempty"`
	VouchedBy       string            `dynamodbav:"vouchedBy,omitempty"`
	Document        string            `dynamodbav:"document,omitempty"` // sealed
	FaceShown       bool              `dynamodbav:"face,omitempty"`
	Organisation    *organisationItem `dynamodbav:"organisation,omitempty"`
}

// documentPlace is the additional data of the sealed document of a session.
func documentPlace(hash string) string { return "session/document/" + hash }

func (s *Store) newSessionItem(x identity.Session, a identity.Account) (sessionItem, error) {
	document, err := s.sealer.Seal(a.IDType+":"+a.IDNumber, documentPlace(x.Hash))
	if err != nil {
		return sessionItem{}, fmt.Errorf("sessions: seal an ID number: %w", err)
	}
	item := sessionItem{
		Header: newHeader(sessionKey(x.Hash), x.ExpiresAt),
		Kind:   x.Kind, Portal: x.Portal, Username: x.Username, Holder: x.Holder, Name: x.Name,
		CreatedAt: dynamo.ToMillis(x.CreatedAt), ExpiresAt: dynamo.ToMillis(x.ExpiresAt),
		IdentifiedUntil: dynamo.ToMillis(x.IdentifiedUntil), IdentifiedBy: x.IdentifiedBy, VouchedBy: x.VouchedBy,
		Document: document, FaceShown: x.FaceShown,
	}
	if o := x.Organisation; o != nil {
		item.Organisation = &organisationItem{o.Name, o.USCC, o.Holder}
	}
	return item, nil
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

// Session finds the session of a bearer token, in one consistent read. Error: ErrSessionEnded for a
// token that is unknown, ended or expired at now.
func (s *Store) Session(ctx context.Context, token string, now time.Time) (identity.Session, error) {
	hash := identity.HashToken(token)
	item, err := dynamo.GetAs[sessionItem](ctx, s.table, sessionKey(hash))
	if errors.Is(err, ErrNotFound) {
		return identity.Session{}, ErrSessionEnded
	}
	if err != nil {
		return identity.Session{}, err
	}
	found := item.session(hash)
	if !found.IsLive(now) {
		return identity.Session{}, ErrSessionEnded
	}
	return found, nil
}

func (item sessionItem) session(hash string) identity.Session {
	x := identity.Session{
		Hash: hash, Kind: item.Kind, Portal: item.Portal, Username: item.Username,
		Holder: item.Holder, Name: item.Name,
		CreatedAt: item.CreatedAt.Time(), ExpiresAt: item.ExpiresAt.Time(),
		IdentifiedUntil: item.IdentifiedUntil.Time(), IdentifiedBy: item.IdentifiedBy, VouchedBy: item.VouchedBy,
		Document: item.Document, FaceShown: item.FaceShown,
	}
	if o := item.Organisation; o != nil {
		x.Organisation = &identity.Organisation{Holder: o.Key, Name: o.Name, USCC: o.USCC}
	}
	return x
}

// SessionsOf reads the stored sessions of an account, the oldest first, including expired ones that
// TTL has not removed yet.
func (s *Store) SessionsOf(ctx context.Context, a identity.Account) (all []identity.Session, err error) {
	for hash := range a.Sessions {
		item, err := dynamo.GetAs[sessionItem](ctx, s.table, sessionKey(hash))
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
	writes := append(endSessions(ended), account, dynamo.Put(item).IfAbsent(), deleteIfExists(s.limitKey(attempts)))
	return s.table.Transact(ctx, "opening a session", writes...)
}

// DeleteSession ends a session. It is no error if the session has ended.
func (s *Store) DeleteSession(ctx context.Context, hash string) error {
	return s.table.Transact(ctx, "ending a session", endSessions([]string{hash})...)
}

// endSessions returns the writes that end sessions.
func endSessions(hashes []string) (writes []dynamo.Write) {
	for _, hash := range hashes {
		writes = append(writes, deleteIfExists(sessionKey(hash)))
	}
	return writes
}

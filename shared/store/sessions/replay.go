package sessions

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/journal"
)

// ReplayPassword sets an account's password as the journal says, in a table restored to an earlier
// time. If the account was revoked it removes the password, and the phone unless the portal stated
// it later. Call it with the last entry of an account. The account's person then has to show their
// face again, since a link may have set the password. With dry it only reports what it would do.
func (s *Store) ReplayPassword(ctx context.Context, holder string, c journal.Credential, at time.Time, dry bool) (journal.Outcome, error) {
	a, err := s.Account(ctx, c.Portal, c.Username)
	switch {
	case errors.Is(err, ErrNotFound):
		return journal.Gone, nil
	case err != nil:
		return journal.Gone, err
	case a.Holder != holder || a.CreatedAt.After(at): // the user name became free and now belongs to somebody else
		return journal.Gone, nil
	case a.PasswordHash == c.Password && a.Link == nil:
		return journal.Already, nil
	case dry:
		return journal.Applied, nil
	case c.Password == "":
		stated, err := s.Phone(ctx, a.Holder, a.Portal)
		if err != nil {
			return journal.Gone, err
		}
		if stated.BoundAt.After(at) { // the portal stated it after the revocation
			stated = identity.Phone{}
		}
		return journal.Applied, s.revoke(ctx, a, stated, laterTime(at, a.UpdatedAt))
	}
	changed, ended := a.WithPassword(c.Password, "", laterTime(at, a.UpdatedAt))
	return journal.Applied, s.ResetPassword(ctx, changed, ended)
}

// ReplayErasure erases a person as the journal says. If the person has an account that was opened
// later, the table already contains the erasure.
func (s *Store) ReplayErasure(ctx context.Context, holder string, at time.Time, dry bool) (journal.Outcome, error) {
	accounts, err := s.AccountsOf(ctx, holder)
	if err != nil {
		return journal.Gone, err
	}
	for _, a := range accounts {
		if a.CreatedAt.After(at) {
			return journal.Already, nil
		}
	}
	if dry && len(accounts) > 0 {
		return journal.Applied, nil
	}
	if dry {
		return journal.Already, nil
	}
	done, err := s.EraseHolder(ctx, holder)
	if err == nil && done == (Erased{}) {
		return journal.Already, nil
	}
	return journal.Applied, err
}

// TemporaryCounts counts items that give access for a limited time.
type TemporaryCounts struct{ Sessions, Tokens, Codes, Challenges, Links int }

// Add adds other counts.
func (p *TemporaryCounts) Add(q TemporaryCounts) {
	p.Sessions += q.Sessions
	p.Tokens += q.Tokens
	p.Codes += q.Codes
	p.Challenges += q.Challenges
	p.Links += q.Links
}

func (p *TemporaryCounts) of(kind string) *int {
	return map[string]*int{"SESSION": &p.Sessions, "TOKEN": &p.Tokens, "CODE": &p.Codes, "CHALLENGE": &p.Challenges, "LINK": &p.Links}[kind]
}

// EndPassing removes every session, token, one-time code, challenge and password link in one part
// of the table, from 0 to parts-1, because a restored table may contain some that were ended or
// used. With dry it only counts them.
func (s *Store) EndPassing(ctx context.Context, part, parts int, dry bool) (done TemporaryCounts, err error) {
	var prefixes []string
	values := dynamo.Values{}
	for i, prefix := range []string{prefixSession, prefixGrant, prefixCode, prefixChallenge, prefixLink} {
		name := fmt.Sprintf("prefix%d", i)
		prefixes, values[name] = append(prefixes, "begins_with(pk, :"+name+")"), prefix
	}
	group, removing := errgroup.WithContext(ctx)
	group.SetLimit(maxRemovals)
	items := s.table.Scan(removing, dynamo.Scan{Part: part, Parts: parts, KeysOnly: true, Filter: strings.Join(prefixes, " OR "), Values: values})
	for item, err := range items {
		if err != nil {
			return done, errors.Join(group.Wait(), err)
		}
		at := dynamo.KeyOf(item)
		kind, _, _ := strings.Cut(at.PK, "#")
		*done.of(kind)++
		if dry {
			continue
		}
		group.Go(func() error {
			_, err := s.table.Do(removing, "ending sessions", dynamo.Delete(at))
			return err
		})
	}
	return done, group.Wait()
}

// maxRemovals is how many items are removed concurrently.
const maxRemovals = 16

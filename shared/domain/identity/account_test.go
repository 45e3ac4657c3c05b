package identity_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

func TestAnAccountKeepsTheNewestLiveSessions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a identity.Account
		now := noon
		for n := range rapid.IntRange(1, 3*identity.MaxSessions).Draw(t, "logins") {
			now = now.Add(time.Duration(rapid.IntRange(0, 120).Draw(t, "minutes")) * time.Minute)
			s := identity.Session{Hash: fmt.Sprintf("%02d", n), ExpiresAt: now.Add(identity.SessionLife)}
			live := 0
			for _, expires := range a.Sessions {
				if now.Before(expires) {
					live++
				}
			}
			next, ended := a.Admit(s, now)
			if _, ok := next.Sessions[s.Hash]; !ok || len(next.Sessions) > identity.MaxSessions {
				t.Fatalf("login %d: %d sessions, admitted: %v", n, len(next.Sessions), ok)
			}
			if want := max(0, live+1-identity.MaxSessions); len(ended) != want {
				t.Fatalf("login %d ended %d live sessions of %d, want %d", n, len(ended), live, want)
			}
			for _, hash := range ended {
				for kept, expires := range next.Sessions {
					if expires.Before(a.Sessions[hash]) {
						t.Fatalf("ended %s, and kept the older %s", hash, kept)
					}
				}
			}
			a = next
		}
	})
}

func TestANewPasswordEndsTheOtherSessionsAndTheLink(t *testing.T) {
	a := identity.Account{
		Link:     &identity.Link{Hash: "l"},
		Sessions: map[string]time.Time{"mine": noon, "other": noon},
	}
	got, ended := a.WithPassword("phc", "mine", noon)
	want := identity.Account{PasswordHash: "phc", Sessions: map[string]time.Time{"mine": noon}, UpdatedAt: noon}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"other"}, ended); diff != "" {
		t.Error(diff)
	}
}

func TestWhenALinkIsSent(t *testing.T) {
	delivered := identity.Link{Hash: "l", SentTo: "138", ExpiresAt: noon.Add(identity.LinkLife), SentAt: noon}
	undelivered := delivered
	undelivered.SentAt = time.Time{}
	for name, c := range map[string]struct {
		account identity.Account
		phone   string
		asked   bool
		after   time.Duration
		want    bool
	}{
		"a new account with a phone":            {phone: "138", want: true},
		"a new account without a phone":         {},
		"one delivered a minute ago":            {account: identity.Account{Link: &delivered}, phone: "138", after: time.Minute},
		"one delivered ten minutes ago":         {account: identity.Account{Link: &delivered}, phone: "138", after: 10 * time.Minute, want: true},
		"one on its way":                        {account: identity.Account{Link: &undelivered}, phone: "138", after: 9 * time.Second},
		"one that never arrived":                {account: identity.Account{Link: &undelivered}, phone: "138", after: 10 * time.Second, want: true},
		"another phone":                         {account: identity.Account{Link: &delivered}, phone: "139", after: time.Second, want: true},
		"a password is set":                     {account: identity.Account{PasswordHash: "phc"}, phone: "138"},
		"a password is set and forgotten":       {account: identity.Account{PasswordHash: "phc"}, phone: "138", asked: true, want: true},
		"a forgotten one asked for twice":       {account: identity.Account{PasswordHash: "phc", Link: &delivered}, phone: "138", asked: true, after: time.Minute},
		"a forgotten one, and no phone to send": {account: identity.Account{PasswordHash: "phc"}, asked: true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.account.NeedsLink(c.phone, c.asked, noon.Add(c.after)); got != c.want {
				t.Errorf("NeedsLink = %v, want %v", got, c.want)
			}
		})
	}
}

func TestStepUpNeverOutlivesTheSession(t *testing.T) {
	s := identity.Session{ExpiresAt: noon.Add(time.Hour)}
	if got := s.StepUpUntil(noon); !got.Equal(noon.Add(identity.StepUpLife)) {
		t.Errorf("a fresh session is stepped up until %v", got)
	}
	if got := s.StepUpUntil(noon.Add(50 * time.Minute)); !got.Equal(s.ExpiresAt) {
		t.Errorf("ten minutes before its end it is stepped up until %v", got)
	}
	s.IdentifiedUntil = noon.Add(2 * time.Hour)
	if s.IsIdentified(noon.Add(time.Hour)) {
		t.Error("a session that is over counts as identified")
	}
}

func TestACodeIsGoodForFiveTriesAndFiveMinutes(t *testing.T) {
	c := identity.Code{Hash: "right", ExpiresAt: noon.Add(identity.CodeLife)}
	for name, try := range map[string]struct {
		tries int
		hash  string
		after time.Duration
		want  problem.Code
	}{
		"right at once":            {tries: 1, hash: "right"},
		"right at the fifth try":   {tries: 5, hash: "right"},
		"right at the sixth":       {tries: 6, hash: "right", want: problem.CodeExpired},
		"wrong at once":            {tries: 1, hash: "wrong", want: problem.CodeWrong},
		"wrong at the fifth":       {tries: 5, hash: "wrong", want: problem.CodeExpired},
		"right after five minutes": {tries: 1, hash: "right", after: identity.CodeLife, want: problem.CodeExpired},
	} {
		t.Run(name, func(t *testing.T) {
			c := c
			c.Tries = try.tries
			if err := c.Check(try.hash, noon.Add(try.after)); !hasCode(err, try.want) {
				t.Errorf("Check = %v, want %q", err, try.want)
			}
		})
	}
}

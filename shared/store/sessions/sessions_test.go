package sessions_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
	"github.com/jiazhu/jiazhu/shared/store/sessions/sessionstest"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

func zhang() identity.Account {
	return identity.Account{
		Portal: "mohurd", Username: "zhangsan", Name: "张三", IDType: "111", IDNumber: "110101198001010010",
		IDValidFrom: civil.Date{Year: 2015, Month: 3, Day: 1}, RealNameLevel: 4, PasswordHash: "$phc",
	}
}

func TestAnAccountComesBackAsItWasStored(t *testing.T) {
	table := sessionstest.Open(t)
	a := zhang()
	a.Holder = table.Sealer.Hash("holder", a.IDType, a.IDNumber)
	a.CreatedAt, a.UpdatedAt = noon, noon
	a = a.Remember(identity.HashToken("laptop"), noon)
	link := identity.Link{Hash: identity.HashToken("secret"), SentTo: "13800000001", ExpiresAt: noon.Add(identity.LinkLife)}
	change := table.Change(t, a, "13800000001", noon)
	if err := table.Store.PutAccount(t.Context(), a, sessions.Put{At: noon, Phone: change, Link: &link}); err != nil {
		t.Fatal(err)
	}
	want := a
	want.Link, want.Revision, want.Sessions = &link, 1, map[string]time.Time{}

	got, gotPhone, err := table.Store.Profile(t.Context(), a.Portal, a.Username, a.Holder)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(change.To, gotPhone); diff != "" {
		t.Error(diff)
	}
	byLink, err := table.Store.LinkAccount(t.Context(), "secret", noon)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, byLink); diff != "" {
		t.Error(diff)
	}
}

// TestAnAccountIsOfWhoseNumberItHas: an account with another person's hash belongs to nobody, even
// with a valid tag.
func TestAnAccountIsOfWhoseNumberItHas(t *testing.T) {
	table := sessionstest.Open(t)
	a := zhang()
	a.Holder, a.CreatedAt, a.UpdatedAt = table.Sealer.Hash("holder", "111", "310101198506150016"), noon, noon
	if err := table.Store.PutAccount(t.Context(), a, sessions.Put{At: noon}); err != nil {
		t.Fatal(err)
	}
	if _, err := table.Store.Account(t.Context(), a.Portal, a.Username); !errors.Is(err, tags.ErrTag) {
		t.Errorf("got %v", err)
	}
}

// TestTheTableHoldsNoSecrets reads every item as an attacker with a copy of the table would.
func TestTheTableHoldsNoSecrets(t *testing.T) {
	table := sessionstest.Open(t)
	a := table.Account(t, zhang(), "13800000001", noon)
	link := identity.Link{Hash: identity.HashToken("link-secret"), SentTo: "13800000001", ExpiresAt: noon.Add(time.Hour)}
	if err := table.Store.PutAccount(t.Context(), a, sessions.Put{Link: &link}); err != nil {
		t.Fatal(err)
	}
	token := table.SignIn(t, a, noon)
	table.Identify(t, token, noon)
	grant := table.Grant(t, identity.Client{ID: "portal", Scopes: []string{"accounts"}}, noon)
	code := identity.Code{
		Portal: a.Portal, Username: a.Username, ExpiresAt: noon,
		Hash: table.Store.CodeHash(a.Portal, a.Username, "13800000001", "123456"),
	}
	if err := table.Store.PutCode(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	holder := identity.Session{Portal: a.Portal, Username: a.Username, Holder: a.Holder}
	for _, limit := range identity.CodeLimits(holder, "13800000001", noon) {
		if err := table.Store.Take(t.Context(), limit, noon); err != nil {
			t.Fatal(err)
		}
	}
	everything := dump(t, table)
	for _, secret := range []string{"110101198001010010", "13800000001", "link-secret", token, grant, "123456"} {
		if strings.Contains(everything, secret) {
			t.Errorf("the table shows %q", secret)
		}
	}
	if !strings.Contains(everything, "zhangsan") {
		t.Error("the dump does not even show the user name: it proves nothing")
	}
}

func dump(t *testing.T, table *sessionstest.Table) string {
	t.Helper()
	out, err := table.Client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table.Name})
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	if err := attributevalue.UnmarshalListOfMaps(out.Items, &all); err != nil {
		t.Fatal(err)
	}
	for _, item := range all {
		if item["v"] != 1.0 {
			t.Errorf("%v has schema version %v", item["pk"], item["v"])
		}
		kind, _, _ := strings.Cut(item["pk"].(string), "#")
		permanent := slices.Contains([]string{"ACCOUNT", "FACE", "HOLDER", "PHONE"}, kind)
		if _, mortal := item["ttl"]; mortal == permanent {
			t.Errorf("%v has a ttl: %v", item["pk"], mortal)
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestASessionEndsByItsTimeWithoutTTL(t *testing.T) {
	table := sessionstest.Open(t)
	token := table.SignIn(t, table.Account(t, zhang(), "", noon), noon)
	if _, err := table.Store.Session(t.Context(), token, noon.Add(identity.SessionLife-time.Millisecond)); err != nil {
		t.Error(err)
	}
	for name, ask := range map[string]struct {
		token string
		after time.Duration
	}{
		"at its end":      {token, identity.SessionLife},
		"another token":   {token + "X", 0},
		"the stored hash": {identity.HashToken(token), 0},
	} {
		if _, err := table.Store.Session(t.Context(), ask.token, noon.Add(ask.after)); !errors.Is(err, sessions.ErrSessionEnded) {
			t.Errorf("%s: %v, want session-expired", name, err)
		}
	}
}

func TestTheEleventhLoginEndsTheFirst(t *testing.T) {
	table := sessionstest.Open(t)
	a := table.Account(t, zhang(), "", noon)
	var tokens []string
	for n := range identity.MaxSessions + 1 {
		tokens = append(tokens, table.SignIn(t, a, noon.Add(time.Duration(n)*time.Second)))
	}
	for n, token := range tokens {
		_, err := table.Store.Session(t.Context(), token, noon.Add(time.Minute))
		if live := err == nil; live != (n > 0) {
			t.Errorf("login %d lives: %v", n, live)
		}
	}
}

func TestALoginThatReadTheAccountBeforeThePasswordChangedIsRefused(t *testing.T) {
	table := sessionstest.Open(t)
	a := table.Account(t, zhang(), "", noon)
	stale, err := table.Store.Account(t.Context(), a.Portal, a.Username)
	if err != nil {
		t.Fatal(err)
	}
	changed, ended := stale.WithPassword("$new", "", noon)
	if err := table.Store.SetPassword(t.Context(), changed, ended); err != nil {
		t.Fatal(err)
	}
	narrow := identity.UnknownNetworkTries(a.Portal, a.Username, "192.0.2.1").Own
	session := identity.Session{Hash: "h", CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
	if err := table.Store.PutSession(t.Context(), stale, session, narrow); !errors.Is(err, sessions.ErrChanged) {
		t.Errorf("PutSession = %v, want ErrChanged", err)
	}
}

func TestAnOlderBindingNeverUndoesANewerUnbinding(t *testing.T) {
	table := sessionstest.Open(t)
	a := table.Account(t, zhang(), "13800000001", noon)
	unbinding := table.Change(t, a, "", noon.Add(time.Minute))
	if err := table.Store.PutAccount(t.Context(), a, sessions.Put{Phone: unbinding}); err != nil {
		t.Fatal(err)
	}
	a.Revision++
	late := table.Change(t, a, "13900000002", noon.Add(time.Second))
	if err := table.Store.PutAccount(t.Context(), a, sessions.Put{Phone: late}); !errors.Is(err, sessions.ErrChanged) {
		t.Errorf("PutAccount = %v, want ErrChanged", err)
	}
	if got, err := table.Store.Phone(t.Context(), a.Holder, a.Portal); err != nil || got.IsBound() {
		t.Errorf("Phone = %+v, %v; want it unbound", got, err)
	}
}

func TestALimitGivesItsBurstAndThenItsRate(t *testing.T) {
	table := sessionstest.Open(t)
	limit := identity.Limit{Name: "test", Key: []string{"k"}, Burst: 3, Every: time.Minute}
	for _, step := range []struct {
		after time.Duration
		wait  time.Duration // 0: a token is available
	}{
		{after: 0}, {after: 0}, {after: 0},
		{after: 0, wait: time.Minute},
		{after: 59 * time.Second, wait: time.Second},
		{after: 60 * time.Second},
		{after: 60 * time.Second, wait: time.Minute},
		{after: 10 * time.Minute}, {after: 10 * time.Minute}, {after: 10 * time.Minute},
		{after: 10 * time.Minute, wait: time.Minute},
	} {
		err := table.Store.Take(t.Context(), limit, noon.Add(step.after))
		var wait time.Duration
		var exhausted *sessions.LimitError
		if errors.As(err, &exhausted) {
			wait = exhausted.RetryIn
		} else if err != nil {
			t.Fatal(err)
		}
		if wait != step.wait {
			t.Errorf("after %v: wait %v, want %v", step.after, wait, step.wait)
		}
	}
	if err := table.Store.Return(t.Context(), limit); err != nil {
		t.Fatal(err)
	}
	if err := table.Store.Take(t.Context(), limit, noon.Add(10*time.Minute)); err != nil {
		t.Errorf("after one was returned: %v", err)
	}
	other := limit
	other.Key = []string{"other"}
	if err := table.Store.Take(t.Context(), other, noon); err != nil {
		t.Errorf("another key: %v", err)
	}
}

func isExhausted(err error) bool {
	var exhausted *sessions.LimitError
	return errors.As(err, &exhausted)
}

func TestTakesAtTheSameMomentShareOneBucket(t *testing.T) {
	table := sessionstest.Open(t)
	limit := identity.Limit{Name: "test", Key: []string{"k"}, Burst: 5, Every: time.Hour}
	errs := runConcurrently(12, func(int) error { return table.Store.Take(t.Context(), limit, noon) })
	var took int
	for _, err := range errs {
		if err == nil {
			took++
		} else if !isExhausted(err) {
			t.Error(err)
		}
	}
	if took != limit.Burst {
		t.Errorf("%d took one, want %d", took, limit.Burst)
	}
}

func runConcurrently(n int, do func(int) error) []error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = do(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

func TestTriesAtTheSameMomentAreCountedOneByOne(t *testing.T) {
	table := sessionstest.Open(t)
	code := identity.Code{Portal: "mohurd", Username: "zhangsan", Hash: "right", ExpiresAt: noon.Add(identity.CodeLife)}
	if err := table.Store.PutCode(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	errs := runConcurrently(20, func(int) error {
		tried, err := table.Store.TryCode(t.Context(), code.Portal, code.Username)
		if err != nil {
			return err
		}
		return tried.Check("wrong", noon)
	})
	var wrong int
	for _, err := range errs {
		switch {
		case problem.Is(err, problem.CodeWrong):
			wrong++
		case !problem.Is(err, problem.CodeExpired):
			t.Error(err)
		}
	}
	if wrong != identity.CodeTries-1 {
		t.Errorf("%d were told their code is wrong, want %d", wrong, identity.CodeTries-1)
	}
}

func TestACodeBindsOnce(t *testing.T) {
	table := sessionstest.Open(t)
	code := identity.Code{Portal: "mohurd", Username: "zhangsan", Hash: "right", ExpiresAt: noon.Add(identity.CodeLife)}
	if err := table.Store.PutCode(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	h := identity.Account{Holder: "h", Portal: "mohurd"}
	if err := table.Store.BindPhone(t.Context(), code, *table.Change(t, h, "13800000001", noon)); err != nil {
		t.Fatal(err)
	}
	if err := table.Store.BindPhone(t.Context(), code, *table.Change(t, h, "13900000002", noon)); !errors.Is(err, sessions.ErrCodeEnded) {
		t.Errorf("the second time: %v, want code-expired", err)
	}
	if got, err := table.Store.Phone(t.Context(), "h", "mohurd"); err != nil || got.Number != "13800000001" {
		t.Errorf("Phone = %+v, %v", got, err)
	}
}

func TestAnAssertionIsSpentOnce(t *testing.T) {
	table := sessionstest.Open(t)
	once := sessions.OneTimeToken{Issuer: "portal", ID: "jti-12345678", Until: noon}
	grant := func(n string) identity.Grant {
		return identity.Grant{Hash: identity.HashToken(n), Client: identity.Client{ID: "portal"}, ExpiresAt: noon.Add(time.Minute)}
	}
	for range 2 { // the second time the response to the first was lost
		if err := table.Store.PutGrant(t.Context(), grant("a"), once); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.Store.PutGrant(t.Context(), grant("b"), once); !errors.Is(err, sessions.ErrChanged) {
		t.Errorf("the second time: %v, want ErrChanged", err)
	}
	if _, err := table.Store.Client(t.Context(), "b", noon); !errors.Is(err, sessions.ErrSessionEnded) {
		t.Errorf("its token: %v, want session-expired", err)
	}
	once.Issuer = "other"
	if err := table.Store.PutGrant(t.Context(), grant("b"), once); err != nil {
		t.Errorf("the same id of another issuer: %v", err)
	}
	if _, err := table.Store.Client(t.Context(), "a", noon.Add(time.Minute)); !errors.Is(err, sessions.ErrSessionEnded) {
		t.Errorf("at its end: %v, want session-expired", err)
	}
}

func TestASessionThatEndedIsNotSteppedUp(t *testing.T) {
	table := sessionstest.Open(t)
	token := table.SignIn(t, table.Account(t, zhang(), "", noon), noon)
	s, err := table.Store.Session(t.Context(), token, noon)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		holder  string
		session string
	}{
		"another person":     {"somebody else", s.Hash},
		"a session not here": {s.Holder, identity.HashToken("gone")},
	} {
		t.Run(name, func(t *testing.T) {
			challenge := identity.Challenge{
				ID: name, State: identity.Pending, Session: c.session, Holder: c.holder, Ends: s.ExpiresAt,
				CreatedAt: noon, ExpiresAt: noon.Add(time.Minute), Device: "phone",
			}
			if err := table.Store.PutChallenge(t.Context(), challenge); err != nil {
				t.Fatal(err)
			}
			if _, err := table.Store.ScanChallenge(t.Context(), challenge); err != nil {
				t.Fatal(err)
			}
			challenge.State, challenge.FinishedAt = identity.Verified, noon
			once := sessions.OneTimeToken{Issuer: "app", ID: name, Until: noon}
			if err := table.Store.FinishChallenge(t.Context(), challenge, once); !errors.Is(err, sessions.ErrSessionEnded) {
				t.Errorf("FinishChallenge = %v, want session-expired", err)
			}
			if got, err := table.Store.Challenge(t.Context(), name); err != nil || got.State != identity.Scanned {
				t.Errorf("the challenge is %s, %v; want it as it was", got.State, err)
			}
		})
	}
	if s, err = table.Store.Session(t.Context(), token, noon); err != nil || s.IsIdentified(noon) {
		t.Errorf("the session is identified: %v, %v", s.IsIdentified(noon), err)
	}
}

// TestASessionKnowsItsHoldersDocument: the identify function reads the document from the session,
// so it needs no access to the account and its password hash.
func TestASessionKnowsItsHoldersDocument(t *testing.T) {
	table := sessionstest.Open(t)
	account := table.Account(t, zhang(), "", noon)
	read := func(token string) identity.Session {
		s, err := table.Store.Session(t.Context(), token, noon)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first, second := read(table.SignIn(t, account, noon)), read(table.SignIn(t, account, noon))
	if idType, number, err := table.Store.OpenDocument(first); err != nil || idType != "111" || number != "110101198001010010" {
		t.Errorf("OpenDocument = %q, %q, %v", idType, number, err)
	}
	moved := second
	moved.Document = first.Document
	if _, number, err := table.Store.OpenDocument(moved); !errors.Is(err, fieldcrypto.ErrOpen) {
		t.Errorf("in another session it opens as %q, %v", number, err)
	}
	before := first
	before.Document = ""
	if _, _, err := table.Store.OpenDocument(before); !errors.Is(err, sessions.ErrNotFound) {
		t.Errorf("a session opened before: %v", err)
	}
}

// TestWhatNeedsNoKeyWorksWithout: a function that only reads sessions and checks for a bound phone
// is given the integrity key alone.
func TestWhatNeedsNoKeyWorksWithout(t *testing.T) {
	table := sessionstest.Open(t)
	account := table.Account(t, zhang(), "13800000001", noon)
	token := table.SignIn(t, account, noon)
	grant := table.Grant(t, identity.Client{ID: "r", Schemes: []string{"*"}, Scopes: []string{"report"}}, noon)
	bare := sessions.New(table.Client, table.Name, table.Integrity)
	if s, err := bare.Session(t.Context(), token, noon); err != nil || s.Holder != account.Holder {
		t.Errorf("Session = %+v, %v", s, err)
	}
	if _, err := bare.Client(t.Context(), grant, noon); err != nil {
		t.Errorf("Client: %v", err)
	}
	for holder, want := range map[string]bool{account.Holder: true, "somebody else": false} {
		if bound, err := bare.PhoneBound(t.Context(), holder, "mohurd"); err != nil || bound != want {
			t.Errorf("PhoneBound(%s) = %t, %v", holder, bound, err)
		}
	}
	if _, err := bare.Account(t.Context(), account.Portal, account.Username); !errors.Is(err, fieldcrypto.ErrNoFieldKey) {
		t.Errorf("Account: %v; want ErrNoFieldKey", err)
	}
}

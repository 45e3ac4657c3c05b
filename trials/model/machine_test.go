package model

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/dynamodb"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// machine takes one random sequence of steps through the model and the service.
type machine struct {
	ctx             context.Context
	model           *Model
	service         *Service
	number          string
	id              string // of the certificate
	sessions        map[LoginKey]*seed.Session
	identifications map[LoginKey]int // identifications of the session, which are limited
	ends            time.Time        // the clock stays before it
	copies          map[string]client.Endorsement
	files           map[string][]byte // OFDs of copies that were downloaded
	consents        []grantedConsent
	tally           map[string]int
}

func TestTheServiceDoesWhatTheModelSays(t *testing.T) {
	s, err := Open(t.Context())
	if errors.Is(err, stack.ErrNotBuilt) || errors.Is(err, dynamodb.ErrMissing) {
		t.Fatalf("%v; run `make build`", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	began := s.clock.now
	tally := map[string]int{}
	for name, value := range extent() {
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		failed := 0
		if t.Failed() {
			failed = 1
		}
		fmt.Printf("model: %d sequences, %d steps, %d copies made, %d numbers came to another holder, %d disputes settled, %d answers looked through; %d verdicts valid, %d unknown, %d invalid: %d passed, %d failed\n",
			tally["sequence"], tally["step"], tally["copy"], tally["holder"], tally["dispute"], s.leakDetector.countAnswers(), tally["valid"], tally["unknown"], tally["invalid"], tally["whole"], failed)
	})
	rapid.Check(t, func(t *rapid.T) {
		m := begin(t, s, began, tally)
		tally["sequence"]++
		actions := map[string]func(*rapid.T){"": m.look}
		for name, step := range m.steps() {
			actions[name] = func(t *rapid.T) {
				tally["step"]++
				m.tick(t, time.Duration(rapid.IntRange(0, 2000).Draw(t, "milliseconds"))*time.Millisecond)
				step(t)
			}
		}
		t.Repeat(actions)
		m.end(t)
		tally["whole"]++
	})
}

// begin has a new certificate reported, at a time that is the same for every sequence.
func begin(t *rapid.T, s *Service, began time.Time, tally map[string]int) *machine {
	kind := rapid.SampledFrom(Kinds()).Draw(t, "kind")
	m := &machine{
		ctx: context.Background(), service: s, number: s.number(kind),
		model:    &Model{Kind: kind, Now: began, Logins: map[LoginKey]*Login{}},
		sessions: map[LoginKey]*seed.Session{}, identifications: map[LoginKey]int{}, copies: map[string]client.Endorsement{},
		tally: tally, files: map[string][]byte{},
		ends: began.AddDate(4, 11, 0), // the test authority's certificates are valid for five years
	}
	m.tick(t, 0)
	m.report(t, Registration{State: "01", From: civil.Of(began).AddDays(-400), To: civil.Of(began).AddDays(600), Reported: true}, "01")
	for _, portal := range []string{ministry, national} {
		m.login(t, portal)
		m.identify(t, portal)
	}
	return m
}

func (m *machine) tick(t *rapid.T, by time.Duration) {
	if err := m.service.clock.Set(m.model.Now.Add(by)); err != nil {
		t.Fatal(err)
	}
	m.model.Now = m.service.clock.now
}

// requireEqual fails the sequence when the two do not agree. Values of the client's text types, such
// as client.EndorsementState, are compared as text.
func requireEqual(t *rapid.T, what string, model, service any) {
	t.Helper()
	if v := reflect.ValueOf(service); v.Kind() == reflect.String {
		service = v.String()
	}
	if diff := cmp.Diff(model, service); diff != "" {
		t.Fatalf("%s (-model +service):\n%s", what, diff)
	}
}

// checkRefusal compares a refusal with the model's one code, "" for none.
func checkRefusal(t *rapid.T, what, model string, err error) bool {
	t.Helper()
	var want []string
	if model != "" {
		want = []string{model}
	}
	requireEqual(t, what, want, codes(err))
	return model != ""
}

func (m *machine) report(t *rapid.T, says Registration, operation string) {
	m.reportOf(t, m.model.Holder, says, operation)
}

// reportOf reports whose the certificate is, too.
func (m *machine) reportOf(t *rapid.T, holder int, says Registration, operation string) {
	before := len(m.model.Past)
	result, rule, version := m.model.Report(holder, says, operation)
	done, err := m.service.Report(m.ctx, m.model.Kind, m.number, holder, says, operation)
	if err != nil || len(done.Rows) != 1 {
		t.Fatalf("report %+v: %v, %+v", says, err, done)
	}
	row := done.Rows[0]
	requireEqual(t, "the report", result, row.Result)
	if result == "refused" {
		requireEqual(t, "the rule it breaks", rule, row.Errors[0].Rule)
		return
	}
	requireEqual(t, "the version", fmt.Sprintf("%03d", version), row.Version)
	if ended := m.model.Past; len(ended) > before { // the other person's begins
		ended[before].ID = m.id
		m.tally["holder"]++
		requireEqual(t, "whether it is another certificate", true, m.id != row.Certificate)
	}
	m.id = row.Certificate
}

func (m *machine) session(portal string) *seed.Session {
	if s := m.sessions[m.model.loginKey(portal)]; s != nil {
		return s
	}
	return &seed.Session{API: m.service.api, Portal: portal, Holder: m.service.people[m.model.Holder]}
}

func (m *machine) login(t *rapid.T, portal string) {
	var s *seed.Session
	err := m.retryWhileLimited(t, func() (err error) {
		s, err = m.service.api.Login(m.ctx, portal, m.service.people[m.model.Holder])
		return err
	})
	if checkRefusal(t, "log in", "", err) {
		return
	}
	m.model.Login(portal)
	at := m.model.loginKey(portal)
	m.sessions[at], m.identifications[at] = s, 0
	m.service.leakDetector.setTokenOwner(s.Token, at.Person)
}

func (m *machine) identify(t *rapid.T, portal string) {
	at := m.model.loginKey(portal)
	if m.identifications[at]++; m.identifications[at] > 8 {
		return
	}
	err := m.retryWhileLimited(t, func() error { return m.service.Identify(m.ctx, m.session(portal)) })
	checkRefusal(t, "identify", m.model.Identify(portal), err)
}

// retryWhileLimited tries again a little later what is limited, as often as limits can stand behind one another:
// right after the clock was put back, a bucket used before is as good as empty.
func (m *machine) retryWhileLimited(t *rapid.T, try func() error) error {
	err := try()
	for range 3 {
		if c := codes(err); len(c) != 1 || c[0] != "rate-limited" {
			break
		}
		m.tick(t, 31*time.Second)
		err = try()
	}
	return err
}

// extent is how much is tried: RAPID_CHECKS sequences, others each time, or the same few as every day.
func extent() map[string]string {
	flags := map[string]string{"rapid.steps": "60", "rapid.checks": "12", "rapid.seed": "20261123"}
	if n := os.Getenv("RAPID_CHECKS"); n != "" {
		flags["rapid.checks"], flags["rapid.seed"] = n, "0" // 0 = drawn
	}
	return flags
}

package endorsement_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

func TestStateOf(t *testing.T) {
	at := func(text string) time.Time {
		instant, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		return instant
	}
	withdrawn := at("2021-05-01T00:00:00Z")
	keep, replace := scheme.Scheme{}, scheme.Scheme{Supersedes: true}
	moving := scheme.Scheme{States: []certificate.State{"01", "06"}}
	for _, test := range []struct {
		is          string
		withdrawnAt *time.Time
		state       certificate.State
		scheme      scheme.Scheme
		latest      string
		now         time.Time
		want        endorsement.State
	}{
		{"on its first moment", nil, "01", keep, "a", at("2021-04-22T00:00:00+08:00"), endorsement.Ready},
		{"a moment before", nil, "01", keep, "a", at("2021-04-21T23:59:59.999999999+08:00"), endorsement.NotYet},
		{"on its last moment", nil, "01", keep, "a", at("2021-10-19T23:59:59.999999999+08:00"), endorsement.Ready},
		{"on its last moment, told in UTC", nil, "01", keep, "a", at("2021-10-19T15:59:59.999999999Z"), endorsement.Ready},
		{"a moment after", nil, "01", keep, "a", at("2021-10-19T16:00:00Z"), endorsement.Expired},
		{"an older copy where copies coexist", nil, "01", keep, "b", at("2021-05-01T00:00:00Z"), endorsement.Ready},
		{"an older copy where the newest replaces it", nil, "01", replace, "b", at("2021-05-01T00:00:00Z"), endorsement.Superseded},
		{"the newest copy itself", nil, "01", replace, "a", at("2021-05-01T00:00:00Z"), endorsement.Ready},
		{"the newest copy is not known", nil, "01", replace, "", at("2021-05-01T00:00:00Z"), endorsement.Ready},
		{"the certificate was suspended", nil, "02", keep, "a", at("2021-05-01T00:00:00Z"), endorsement.Revoked},
		{"the certificate is being transferred", nil, "06", keep, "a", at("2021-05-01T00:00:00Z"), endorsement.Revoked},
		{"it is, where that keeps it in force", nil, "06", moving, "a", at("2021-05-01T00:00:00Z"), endorsement.Ready},
		{"it is suspended there", nil, "02", moving, "a", at("2021-05-01T00:00:00Z"), endorsement.Revoked},
		{"the certificate's state is not known", nil, "", keep, "a", at("2021-05-01T00:00:00Z"), endorsement.Revoked},
		{"withdrawn", &withdrawn, "01", keep, "a", at("2021-05-02T00:00:00Z"), endorsement.Withdrawn},
		{"withdrawn, and everything else", &withdrawn, "04", replace, "b", at("2022-05-02T00:00:00Z"), endorsement.Withdrawn},
		{"revoked before superseded and expired", nil, "04", replace, "b", at("2022-05-02T00:00:00Z"), endorsement.Revoked},
		{"superseded before expired", nil, "01", replace, "b", at("2022-05-02T00:00:00Z"), endorsement.Superseded},
	} {
		t.Run(test.is, func(t *testing.T) {
			e := endorsement.Endorsement{
				ID: "a", UseFrom: day(t, "2021-04-22"), UseUntil: day(t, "2021-10-19"), WithdrawnAt: test.withdrawnAt,
			}
			c := certificate.Certificate{State: test.state}
			if got := endorsement.StateOf(e, c, endorsement.Holding{}, test.scheme, test.latest, test.now); got != test.want {
				t.Errorf("%s, not %s", got, test.want)
			}
		})
	}
}

func TestAFinalStateHasItsProblem(t *testing.T) {
	c := certificate.Certificate{State: certificate.Cancelled}
	for state, want := range map[endorsement.State]problem.Code{
		endorsement.Expired: problem.EndorsementExpired, endorsement.Withdrawn: problem.EndorsementWithdrawn,
		endorsement.Superseded: problem.EndorsementSuperseded, endorsement.VoidHolder: problem.EndorsementHolderChanged, endorsement.Revoked: problem.CertificateCancelled,
	} {
		if p := state.Problem(c); p == nil || p.Code != want {
			t.Errorf("%s gives %v", state, p)
		}
	}
	for _, state := range []endorsement.State{endorsement.Ready, endorsement.NotYet} {
		if p := state.Problem(c); p != nil {
			t.Errorf("%s gives %v", state, p)
		}
	}
}

// rank orders the states of a copy.
var rank = map[endorsement.State]int{
	endorsement.NotYet: 0, endorsement.Ready: 1, endorsement.Expired: 2,
	endorsement.Superseded: 3, endorsement.Revoked: 4, endorsement.Withdrawn: 5,
}

// TestACopyNeverComesBack lets time pass and applies final events, in any order, and checks that
// the rank of the state never decreases.
func TestACopyNeverComesBack(t *testing.T) {
	first := civil.Date{Year: 2026, Month: time.November, Day: 23}
	rapid.Check(t, func(t *rapid.T) {
		from := first.AddDays(rapid.IntRange(0, 30).Draw(t, "from"))
		e := endorsement.Endorsement{ID: "a", UseFrom: from, UseUntil: from.AddDays(rapid.IntRange(0, 200).Draw(t, "length"))}
		c := certificate.Certificate{State: certificate.Valid}
		s := scheme.Scheme{Supersedes: rapid.Bool().Draw(t, "supersedes")}
		latest, now := "a", first.Start()
		before := endorsement.StateOf(e, c, endorsement.Holding{}, s, latest, now)
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"wait", "wait", "wait", "withdraw", "cancel", "replace"}).Draw(t, "step") {
			case "wait":
				now = now.Add(time.Duration(rapid.IntRange(0, 60*24).Draw(t, "hours")) * time.Hour)
			case "withdraw":
				if e.WithdrawnAt == nil {
					then := now
					e.WithdrawnAt = &then
				}
			case "cancel":
				c.State = certificate.Cancelled
			case "replace":
				latest = "b"
			}
			after := endorsement.StateOf(e, c, endorsement.Holding{}, s, latest, now)
			if rank[after] < rank[before] {
				t.Fatalf("%s became %s", before, after)
			}
			if after == endorsement.Ready && (e.WithdrawnAt != nil || civil.Of(now).After(e.UseUntil) || c.State != certificate.Valid) {
				t.Fatalf("ready at %v: %+v", now, e)
			}
			before = after
		}
	})
}

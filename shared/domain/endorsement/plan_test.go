package endorsement_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

func TestPlanGivesTheWindowWhereNothingStandsInTheWay(t *testing.T) {
	s := readySituation(t)
	ask := endorsement.Request{UseUntil: s.Today.AddDays(7)}
	want, err := endorsement.WindowFor(*s.Scheme, *s.Certificate, s.Today, ask)
	if err != nil {
		t.Fatal(err)
	}
	got, err := endorsement.Plan(s, ask)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	ask.UseUntil = s.Today.AddDays(181)
	if _, err := endorsement.Plan(s, ask); !problem.Is(err, problem.WindowTooLong) {
		t.Errorf("got %v, want %s", err, problem.WindowTooLong)
	}
}

func TestPlanNamesEveryBlockerAndTheFirstAsTheReason(t *testing.T) {
	s := readySituation(t)
	s.Bound, s.PhoneBound = false, false
	for name, tt := range map[string]struct {
		situation endorsement.Situation
		want      []problem.Code
	}{
		"two":            {s, []problem.Code{problem.NotBound, problem.PhoneUnbound}},
		"no certificate": {endorsement.Situation{Identified: true, SigningReady: true}, []problem.Code{problem.CertificateNotFound}},
	} {
		_, err := endorsement.Plan(tt.situation, endorsement.Request{UseUntil: s.Today.AddDays(181)})
		p, ok := problem.As(err)
		if !ok || p.Code != tt.want[0] {
			t.Fatalf("%s: got %v, want %s", name, err, tt.want[0])
		}
		if diff := cmp.Diff(tt.want, codes(p.Blockers)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

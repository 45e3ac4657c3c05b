package e2e

import (
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
)

// openChallenge opens a challenge and reads its QR code.
func openChallenge(t *testing.T, s *seed.Session) (client.ChallengeOpened, identityapp.Code) {
	t.Helper()
	c, err := s.OpenChallenge(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	code, err := identityapp.ReadCode(c.QR.Text)
	if err != nil {
		t.Fatal(err)
	}
	return c, code
}

func TestAChallengeThatIsOverIdentifiesNobody(t *testing.T) {
	h := holder(t, "ready")
	s := login(t, h)
	phone := app(t, h)
	c, code := openChallenge(t, s)
	if err := service.api().Scan(t.Context(), phone, code); err != nil {
		t.Fatal(err)
	}
	lapse(t, "CHALLENGE#"+c.Challenge, "CHALLENGE", "expires")
	err := service.api().Assert(t.Context(), phone, code, identityapp.Input{Number: c.Number, Result: "pass"})
	wantProblem(t, err, "challenge-expired")
	seen, err := s.Look(t.Context(), c.Challenge)
	if err != nil || seen.State != "expired" || seen.Problem == nil || seen.Problem.Code != "challenge-expired" {
		t.Errorf("the page sees %+v, %v", seen, err)
	}
}

func TestAnAssertionIsTakenOnce(t *testing.T) {
	h := holder(t, "ready")
	s := login(t, h)
	phone := app(t, h)
	c, code := openChallenge(t, s)
	if err := service.api().Scan(t.Context(), phone, code); err != nil {
		t.Fatal(err)
	}
	assertion, err := phone.Assert(code, identityapp.Input{Number: c.Number, Result: "pass"})
	if err != nil {
		t.Fatal(err)
	}
	if err := service.api().PostAssertion(t.Context(), c.Challenge, assertion); err != nil {
		t.Fatal(err)
	}
	t.Run("for the challenge it was made for", func(t *testing.T) {
		wantProblem(t, service.api().PostAssertion(t.Context(), c.Challenge, assertion), "challenge-used")
	})
	t.Run("and for no other", func(t *testing.T) {
		other, code := openChallenge(t, s)
		if err := service.api().Scan(t.Context(), phone, code); err != nil {
			t.Fatal(err)
		}
		wantProblem(t, service.api().PostAssertion(t.Context(), other.Challenge, assertion), "assertion-invalid")
	})
}

func TestAChallengeBelongsToTheSessionThatOpenedIt(t *testing.T) {
	s, other := login(t, holder(t, "ready")), login(t, holder(t, "ready"))
	c, _ := openChallenge(t, s)
	_, err := other.Look(t.Context(), c.Challenge)
	wantProblem(t, err, "challenge-not-found")
	_, err = s.Look(t.Context(), "01ARZ3NDEKTSV4RRFFQ69G5FAV")
	wantProblem(t, err, "challenge-not-found")
}

func TestARejectedChallengeSaysWhy(t *testing.T) {
	h := holder(t, "ready")
	s := login(t, h)
	stranger := app(t, holder(t, "outside the pilot"))
	c, code := openChallenge(t, s)
	if err := service.api().Scan(t.Context(), stranger, code); err != nil {
		t.Fatal(err)
	}
	err := service.api().Assert(t.Context(), stranger, code, identityapp.Input{Number: c.Number, Result: "pass"})
	wantProblem(t, err, "other-person")
	seen, err := s.Look(t.Context(), c.Challenge)
	if err != nil || seen.State != "rejected" || seen.Problem == nil || seen.Problem.Code != "other-person" {
		t.Errorf("the page sees %+v, %v", seen, err)
	}
	_, _, err = s.Certificates(t.Context())
	wantProblem(t, err, "identity-required")
}

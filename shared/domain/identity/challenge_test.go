package identity_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

func pendingChallenge() identity.Challenge {
	return identity.Challenge{
		ID: "c", NonceHash: identity.HashToken("nonce"), Number: "42", Subject: "zhang",
		State: identity.Pending, Session: "s", Holder: "h", CreatedAt: noon, ExpiresAt: noon.Add(identity.ChallengeLife),
	}
}

func goodAssertion() identity.Assertion {
	return identity.Assertion{Nonce: "nonce", Device: "phone", Number: "42", Passed: true, Subject: "zhang"}
}

func scannedChallenge(t *testing.T) identity.Challenge {
	t.Helper()
	c, err := pendingChallenge().Scan("phone", "nonce", noon)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAnswersToAScannedChallenge(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*identity.Assertion)
		late   time.Duration
		want   identity.State
		code   problem.Code
	}{
		"the right person in time":         {want: identity.Verified},
		"one nanosecond before the end":    {late: identity.ChallengeLife - 1, want: identity.Verified},
		"at the end":                       {late: identity.ChallengeLife, want: identity.Expired, code: problem.ChallengeExpired},
		"the face failed":                  {change: func(a *identity.Assertion) { a.Passed = false }, want: identity.Rejected, code: problem.FaceFailed},
		"another person":                   {change: func(a *identity.Assertion) { a.Subject = "li" }, want: identity.Rejected, code: problem.OtherPerson},
		"no person":                        {change: func(a *identity.Assertion) { a.Subject = "" }, want: identity.Rejected, code: problem.OtherPerson},
		"another number":                   {change: func(a *identity.Assertion) { a.Number = "43" }, want: identity.Rejected, code: problem.NumberMismatch},
		"no number":                        {change: func(a *identity.Assertion) { a.Number = "" }, want: identity.Rejected, code: problem.NumberMismatch},
		"another person with wrong number": {change: func(a *identity.Assertion) { a.Subject, a.Number = "li", "43" }, want: identity.Rejected, code: problem.OtherPerson},
		"another nonce changes nothing":    {change: func(a *identity.Assertion) { a.Nonce = "x" }, want: identity.Scanned, code: problem.AssertionInvalid},
		"another phone changes nothing":    {change: func(a *identity.Assertion) { a.Device = "x" }, want: identity.Scanned, code: problem.ChallengeScanned},
	} {
		t.Run(name, func(t *testing.T) {
			a, now := goodAssertion(), noon.Add(c.late)
			if c.change != nil {
				c.change(&a)
			}
			got, err := scannedChallenge(t).Answer(a, now)
			if got.StateAt(now) != c.want || !hasCode(err, c.code) {
				t.Errorf("Answer = %s, %v; want %s, %q", got.StateAt(now), err, c.want, c.code)
			}
		})
	}
}

func hasCode(err error, code problem.Code) bool {
	if code == "" {
		return err == nil
	}
	return problem.Is(err, code)
}

// TestAChallengeSteppedAtRandom applies random scans, answers and waits, and compares the state
// with a second description of the rules that looks only at the history.
func TestAChallengeSteppedAtRandom(t *testing.T) {
	device := rapid.SampledFrom([]string{"phone", "other"})
	nonce := rapid.SampledFrom([]string{"nonce", "nonce", "nonce", "wrong"})
	rapid.Check(t, func(t *rapid.T) {
		c, now := pendingChallenge(), noon
		var scannedBy string
		var finished identity.State
		final := func() bool { return finished != "" || !now.Before(c.ExpiresAt) }
		t.Repeat(map[string]func(*rapid.T){
			"wait": func(t *rapid.T) { now = now.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "s")) * time.Second) },
			"scan": func(t *rapid.T) {
				d, n := device.Draw(t, "device"), nonce.Draw(t, "nonce")
				next, err := c.Scan(d, n, now)
				may := !final() && n == "nonce" && (scannedBy == "" || scannedBy == d)
				if (err == nil) != may {
					t.Fatalf("Scan(%s, %s) = %v; allowed: %v", d, n, err, may)
				}
				if err != nil && next != c {
					t.Fatal("a refused scan changed the challenge")
				}
				if err == nil {
					scannedBy = d
				}
				c = next
			},
			"answer": func(t *rapid.T) {
				a := goodAssertion()
				a.Device, a.Nonce = device.Draw(t, "device"), nonce.Draw(t, "nonce")
				a.Passed = rapid.Bool().Draw(t, "passed")
				a.Subject = rapid.SampledFrom([]string{"zhang", "li"}).Draw(t, "subject")
				a.Number = rapid.SampledFrom([]string{"42", "24"}).Draw(t, "number")
				next, err := c.Answer(a, now)
				heard := !final() && a.Nonce == "nonce" && scannedBy != "" && a.Device == scannedBy
				right := heard && a.Passed && a.Subject == "zhang" && a.Number == "42"
				if (err == nil) != right {
					t.Fatalf("Answer(%+v) = %v; right: %v", a, err, right)
				}
				switch {
				case right:
					finished = identity.Verified
				case heard:
					finished = identity.Rejected
				case next != c:
					t.Fatal("an answer that was not heard changed the challenge")
				}
				c = next
			},
			"": func(t *rapid.T) {
				if finished != "" && c.StateAt(now) != finished {
					t.Fatalf("a finished challenge is %s, was %s", c.StateAt(now), finished)
				}
				if shows := c.Problem(now) != nil; shows != (c.StateAt(now) == identity.Expired || c.StateAt(now) == identity.Rejected) {
					t.Fatalf("a challenge that is %s shows a problem: %v", c.StateAt(now), shows)
				}
			},
		})
	})
}

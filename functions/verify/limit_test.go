package main

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func TestABrakeGivesItsBurstAndThenOneAtATime(t *testing.T) {
	now := issuetest.CopyTime()
	b := newRateLimiter(3, time.Second)
	for i := range 3 {
		if err := b.take("a", now); err != nil {
			t.Fatalf("take %d: %v", i, err)
		}
	}
	var p *problem.Problem
	if err := b.take("a", now); !errors.As(err, &p) || p.Code != problem.RateLimited || p.RetryAfter != time.Second {
		t.Errorf("one too many: %v", err)
	}
	if err := b.take("b", now); err != nil {
		t.Errorf("another bucket: %v", err)
	}
	if err := b.take("a", now.Add(time.Second)); err != nil {
		t.Errorf("a second later: %v", err)
	}
	if err := b.take("a", now.Add(time.Second)); err == nil {
		t.Error("a second later there is one, not two")
	}
}

func TestABrakeUsedBeforeTheClockWasPutBackIsEmptyAndNoMore(t *testing.T) {
	now := issuetest.CopyTime()
	b := newRateLimiter(3, time.Second)
	if err := b.take("a", now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := b.take("a", now); !problem.Is(err, problem.RateLimited) {
		t.Errorf("right after: %v", err)
	}
	if err := b.take("a", now.Add(time.Second)); err != nil {
		t.Errorf("a second later: %v", err)
	}
}

func TestABrakeForgetsWhatIsFull(t *testing.T) {
	now := issuetest.CopyTime()
	b := newRateLimiter(2, time.Second)
	for i := range maxBuckets {
		if err := b.take(fmt.Sprint("old ", i), now); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := b.take("new", now.Add(2*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.fullAt) != 1 {
		t.Errorf("%d buckets are kept, want 1", len(b.fullAt))
	}
	if err := b.take("new", now.Add(2*time.Second)); err == nil {
		t.Error("a bucket in use was forgotten")
	}
	for i := range 2 * maxBuckets {
		if err := b.take(fmt.Sprint("flood ", i), now.Add(2*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.fullAt) > maxBuckets {
		t.Errorf("%d buckets are kept, want at most %d", len(b.fullAt), maxBuckets)
	}
}

func TestOneCopyIsNotAskedForWithoutEnd(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	w.Clock.Advance(time.Minute)
	other := w.endorse(t)
	ask := func(token string) int {
		return recordstest.Send(t, w.app, recordstest.Request{Route: "POST /v1/verifications", Body: `{"token":"` + token + `"}`}).Status
	}
	burst := newRateLimiters().networkCopy.burst
	for i := range burst {
		if got := ask(made.Token); got != 200 {
			t.Fatalf("request %d: status %d", i, got)
		}
	}
	calls := w.Transport.Listen()
	if got := ask(made.Token); got != 429 {
		t.Errorf("one too many: status %d, want 429", got)
	}
	if asked := calls(); len(asked) != 0 {
		t.Errorf("the registry was asked: %v", asked)
	}
	if got := ask(other.Token); got != 200 {
		t.Errorf("another copy: status %d, want 200", got)
	}
}

func TestNamesAreNotGuessedFromManyPlaces(t *testing.T) {
	w := newFixture(t)
	limits := identity.LookupLimits("198.51.0.7", "x")
	burst := limits[len(limits)-1].Burst
	status := 0
	for i := range burst + 1 {
		got := w.postFrom(t, fmt.Sprintf("198.51.%d.7", i), `{"number":"京1112019202000001","name":"李四"}`)
		if status = got.StatusCode; i < burst && status != 200 {
			t.Fatalf("guess %d: status %d", i, status)
		}
	}
	if status != 429 {
		t.Errorf("one guess too many: status %d, want 429", status)
	}
}

// exhaust sends the same request from each network until it is refused, every minute for a quarter
// of an hour, and returns the number of answers.
func (w *fixture) exhaust(t *testing.T, body string, networks ...string) (answered int) {
	t.Helper()
	for range 15 {
		for _, network := range networks {
			for w.postFrom(t, network, body).StatusCode == 200 {
				answered++
			}
		}
		w.Clock.Advance(time.Minute)
	}
	return answered
}

func TestOneNetworkDoesNotKeepOthersFromANumber(t *testing.T) {
	const guess, right = `{"number":"京1112019202000001","name":"李四"}`, `{"number":"京1112019202000001","name":"张三"}`
	var site []string
	for n := range 25 {
		site = append(site, fmt.Sprintf("2001:db8:0:%x::7", n))
	}
	for name, c := range map[string]struct {
		networks []string
		most     int // answers: a burst, and three a minute
	}{
		"one address":     {[]string{"198.51.100.7"}, 30 + 45},
		"a few addresses": {[]string{"198.51.100.7", "198.51.100.8", "203.0.113.7"}, 3 * (30 + 45)},
		"a customer's /48, by its neighbourhoods": {site, 60 + 90},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			if answered := w.exhaust(t, guess, c.networks...); answered > c.most {
				t.Errorf("%d guesses were answered, want %d at most", answered, c.most)
			}
			for _, other := range []string{"192.0.2.50", "2001:db8:1::1"} {
				if got := w.postFrom(t, other, right); got.StatusCode != 200 {
					t.Errorf("%s, elsewhere, gets %d", other, got.StatusCode)
				}
			}
		})
	}
}

// TestANetworkWithoutLookupsLeftCostsANumberNothing: the network's own limit is checked first, so
// that a refused request takes nothing from the number's.
func TestANetworkWithoutLookupsLeftCostsANumberNothing(t *testing.T) {
	w := newFixture(t)
	for n := range 30 {
		if got := w.postFrom(t, "198.51.100.7", fmt.Sprintf(`{"number":"京11120192020%05d","name":"李四"}`, n+2)); got.StatusCode != 200 {
			t.Fatalf("look-up %d: %d", n, got.StatusCode)
		}
	}
	calls := w.Transport.Listen()
	if got := w.postFrom(t, "198.51.100.7", `{"number":"京1112019202000001","name":"李四"}`); got.StatusCode != 429 {
		t.Errorf("one look-up too many: %d", got.StatusCode)
	}
	if diff := cmp.Diff([]recordstest.Call{"PutItem", "UpdateItem"}, calls()); diff != "" { // both are of one limit
		t.Errorf("a refused look-up asks for more than the network's own limit: %s", diff)
	}
}

func TestOneNetworkDoesNotKeepOthersFromACopy(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	body := `{"token":"` + made.Token + `"}`
	for n := range newRateLimiters().networkCopy.burst {
		if got := w.postFrom(t, "198.51.100.7", body); got.StatusCode != 200 {
			t.Fatalf("verification %d: %d", n, got.StatusCode)
		}
	}
	if got := w.postFrom(t, "198.51.100.7", body); got.StatusCode != 429 {
		t.Errorf("one too many from one network: %d", got.StatusCode)
	}
	if got := w.postFrom(t, "198.51.100.8", body); got.StatusCode != 200 {
		t.Errorf("another network: %d", got.StatusCode)
	}
}

// TestOneSiteDoesNotKeepOthersFromACopy: a customer's /48 has 65536 networks, but only as many
// tokens as two of them.
func TestOneSiteDoesNotKeepOthersFromACopy(t *testing.T) {
	w := newFixture(t)
	body := `{"token":"` + w.endorse(t).Token + `"}`
	answered := 0
	for n := range 26 {
		for w.postFrom(t, fmt.Sprintf("2001:db8:77:%x::1", n), body).StatusCode == 200 {
			answered++
		}
	}
	if want := 2 * newRateLimiters().networkCopy.burst; answered != want {
		t.Errorf("26 networks of one site were answered %d times, want %d", answered, want)
	}
	for _, stranger := range []string{"192.0.2.50", "2001:db8:78::1"} {
		if got := w.postFrom(t, stranger, body); got.StatusCode != 200 {
			t.Errorf("%s, elsewhere, gets %d", stranger, got.StatusCode)
		}
	}
}

// TestOneSiteIsBrakedForEverything: the networks of one site together have the tokens of two
// networks.
func TestOneSiteIsBrakedForEverything(t *testing.T) {
	b, now, taken := newRateLimiters(), issuetest.CopyTime(), 0
	for n := range 3 {
		for b.takeAny(callerFrom(fmt.Sprintf("2001:db8:77:%x::1", n)), now) == nil {
			taken++
		}
	}
	if taken != 2*b.network.burst {
		t.Errorf("one site takes %d, want %d", taken, 2*b.network.burst)
	}
	for _, stranger := range []string{"192.0.2.50", "2001:db8:78::1"} {
		if err := b.takeAny(callerFrom(stranger), now); err != nil {
			t.Errorf("%s, elsewhere: %v", stranger, err)
		}
	}
}

func TestItTakesTwentyNetworksToKeepOthersFromACopy(t *testing.T) {
	b, now := newRateLimiters(), issuetest.CopyTime()
	exhaust := func(network string) {
		for b.takeCopy(caller{network: network}, "copy", now) == nil {
		}
	}
	for n := range 19 {
		exhaust(fmt.Sprint("network ", n))
	}
	if err := b.takeCopy(callerFrom("192.0.2.50"), "copy", now); err != nil {
		t.Errorf("after nineteen networks: %v", err)
	}
	exhaust("network 19")
	if err := b.takeCopy(callerFrom("192.0.2.51"), "copy", now); err == nil {
		t.Error("a copy has no end")
	}
	if err := b.takeCopy(callerFrom("192.0.2.51"), "another copy", now); err != nil {
		t.Errorf("another copy: %v", err)
	}
}

// TestANetworkIsBrakedBeforeItsBodyIsRead: a malformed body is refused as malformed until the
// network's tokens are used up; then it is not read.
func TestANetworkIsBrakedBeforeItsBodyIsRead(t *testing.T) {
	w := newFixture(t)
	for name, body := range map[string]string{"JSON of no form": "{", "base64 of no form": "%%%"} {
		t.Run(name, func(t *testing.T) {
			e := events.APIGatewayV2HTTPRequest{
				RouteKey: "POST /v1/verifications", Headers: map[string]string{"content-type": "application/json"}, Body: body, IsBase64Encoded: body[0] == '%',
			}
			e.RequestContext.HTTP.SourceIP = name
			statuses := map[int]int{}
			for range newRateLimiters().network.burst + 1 {
				answer, err := w.app.Handle(t.Context(), e)
				if err != nil {
					t.Fatal(err)
				}
				statuses[answer.StatusCode]++
			}
			if statuses[400] != newRateLimiters().network.burst || statuses[429] != 1 {
				t.Errorf("got %v", statuses)
			}
		})
	}
}

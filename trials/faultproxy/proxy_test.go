package faultproxy

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func newTestProxy(t *testing.T, seen *int, handle Handler) *Proxy {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*seen++
		_, _ = io.WriteString(w, "from "+r.Host)
	}))
	t.Cleanup(server.Close)
	p := New(handle)
	t.Cleanup(p.Close)
	if err := p.SetTargets(server.URL, server.URL); err != nil {
		t.Fatal(err)
	}
	return p
}

// answer is the status and body of a POST, or 0 where the connection broke.
func answer(t *testing.T, url, operation, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if operation != "" {
		r.Header.Set("X-Amz-Target", operation)
	}
	// A client without connections to keep does not send a broken POST again by itself.
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		return 0, ""
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func TestAProxyDoesToACallWhatItIsTold(t *testing.T) {
	const tables, objects = "DynamoDB_20120810.GetItem", ""
	for name, c := range map[string]struct {
		faults    Faults
		operation string
		status    int
		arrived   int
		counts    Counts
	}{
		"nothing":                               {Faults{}, tables, 200, 1, Counts{Passed: 1}},
		"a delay ends in an answer":             {Faults{Delay: time.Millisecond}, tables, 200, 1, Counts{Passed: 1}},
		"a throttled call does not arrive":      {Faults{Throttle: 1}, tables, 400, 0, Counts{Throttled: 1}},
		"a throttled call to S3 is answered so": {Faults{Throttle: 1}, objects, 503, 0, Counts{Throttled: 1}},
		"a call that is cut does not arrive":    {Faults{Cut: 1}, tables, 0, 0, Counts{Cut: 1}},
		"a call whose answer is lost has come":  {Faults{Lose: 1}, tables, 0, 1, Counts{Lost: 1}},
		"a throttled call is not cut beside it": {Faults{Throttle: 1, Cut: 1, Lose: 1}, tables, 400, 0, Counts{Throttled: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			arrived, random := 0, NewRandom(1)
			p := newTestProxy(t, &arrived, random.Handle)
			random.Set(c.faults)
			if status, _ := answer(t, p.URL, c.operation, "{}"); status != c.status {
				t.Errorf("answered %d, want %d", status, c.status)
			}
			if arrived != c.arrived {
				t.Errorf("%d calls arrived, want %d", arrived, c.arrived)
			}
			if diff := cmp.Diff(c.counts, random.Counts()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestASignedHostArrivesAsItWasSent(t *testing.T) {
	seen := 0
	p := newTestProxy(t, &seen, NewRandom(1).Handle)
	if _, body := answer(t, p.URL, "", ""); body != "from "+strings.TrimPrefix(p.URL, "http://") {
		t.Errorf("the server was asked as %q", body)
	}
}

func TestAThrottledTransactionNamesAReasonForEachPart(t *testing.T) {
	seen, random := 0, NewRandom(1)
	p := newTestProxy(t, &seen, random.Handle)
	random.Set(Faults{Throttle: 1})
	_, body := answer(t, p.URL, "DynamoDB_20120810.TransactWriteItems", `{"TransactItems":[{},{},{}]}`)
	var said struct {
		Type                string `json:"__type"`
		CancellationReasons []struct{ Code string }
	}
	if err := json.Unmarshal([]byte(body), &said); err != nil {
		t.Fatal(err)
	}
	want := []struct{ Code string }{{"ThrottlingError"}, {"None"}, {"None"}}
	if diff := cmp.Diff(want, said.CancellationReasons); diff != "" || !strings.HasSuffix(said.Type, "#TransactionCanceledException") {
		t.Errorf("%s\n%s", body, diff)
	}
}

func TestFaultsFollowFromTheSeed(t *testing.T) {
	faults := func(seed uint64) (all []callFault) {
		random := NewRandom(seed)
		random.Set(Faults{Delay: time.Second, Throttle: 0.5, Lose: 0.5, Cut: 0.5})
		for range 50 {
			all = append(all, random.decide())
		}
		return all
	}
	same := cmp.Comparer(func(a, b callFault) bool { return a == b })
	if !cmp.Equal(faults(3), faults(3), same) || cmp.Equal(faults(3), faults(4), same) {
		t.Error("the seed does not decide")
	}
}

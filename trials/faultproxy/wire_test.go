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

func newTestProxy(t *testing.T, seen *int, refuse Refusal) *Proxy {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*seen++
		_, _ = io.WriteString(w, "from "+r.Host)
	}))
	t.Cleanup(server.Close)
	w, err := NewProxy(server.URL, refuse, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

// answer is the status and body of a POST, or 0 where the connection broke.
func answer(t *testing.T, url, operation, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", operation)
	// A POST with this header is not sent again by the client itself.
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

func TestAWireDoesToACallWhatItIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		faults  Faults
		status  int
		arrived int
		counts  Counts
	}{
		"nothing":                               {Faults{}, 200, 1, Counts{Passed: 1}},
		"a delay ends in an answer":             {Faults{Delay: time.Millisecond}, 200, 1, Counts{Passed: 1}},
		"a throttled call does not arrive":      {Faults{Throttle: 1}, 400, 0, Counts{Throttled: 1}},
		"a call that is cut does not arrive":    {Faults{Cut: 1}, 0, 0, Counts{Cut: 1}},
		"a call whose answer is lost has come":  {Faults{Lose: 1}, 0, 1, Counts{Lost: 1}},
		"a throttled call is not cut beside it": {Faults{Throttle: 1, Cut: 1, Lose: 1}, 400, 0, Counts{Throttled: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			arrived := 0
			w := newTestProxy(t, &arrived, RefuseTables)
			w.Set(c.faults)
			if status, _ := answer(t, w.URL, "DynamoDB_20120810.GetItem", "{}"); status != c.status {
				t.Errorf("answered %d, want %d", status, c.status)
			}
			if arrived != c.arrived {
				t.Errorf("%d calls arrived, want %d", arrived, c.arrived)
			}
			if diff := cmp.Diff(c.counts, w.Counts()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestASignedHostArrivesAsItWasSent(t *testing.T) {
	seen := 0
	w := newTestProxy(t, &seen, RefuseObjects)
	if _, body := answer(t, w.URL, "", ""); body != "from "+strings.TrimPrefix(w.URL, "http://") {
		t.Errorf("the server was asked as %q", body)
	}
}

func TestAThrottledTransactionNamesAReasonForEachPart(t *testing.T) {
	seen := 0
	w := newTestProxy(t, &seen, RefuseTables)
	w.Set(Faults{Throttle: 1})
	_, body := answer(t, w.URL, "DynamoDB_20120810.TransactWriteItems", `{"TransactItems":[{},{},{}]}`)
	var said struct {
		Type                string `json:"__type"`
		CancellationReasons []struct{ Code string }
	}
	if err := json.Unmarshal([]byte(body), &said); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(said.Type, "#TransactionCanceledException") || len(said.CancellationReasons) != 3 || said.CancellationReasons[2].Code != "ThrottlingError" {
		t.Errorf("said %s", body)
	}
}

func TestFaultsFollowFromTheSeed(t *testing.T) {
	fates := func(seed uint64) (all []callFault) {
		w, err := NewProxy("http://127.0.0.1:1", RefuseTables, seed)
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		w.Set(Faults{Delay: time.Second, Throttle: 0.5, Lose: 0.5, Cut: 0.5})
		for range 50 {
			all = append(all, w.decide())
		}
		return all
	}
	same := cmp.Comparer(func(a, b callFault) bool { return a == b })
	if !cmp.Equal(fates(3), fates(3), same) || cmp.Equal(fates(3), fates(4), same) {
		t.Error("the seed does not decide")
	}
}

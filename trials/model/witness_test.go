package model

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// TestTheWitnessSeesWhatIsTheOthers answers with marks of one person, to sessions and verifications of both.
func TestTheWitnessSeesWhatIsTheOthers(t *testing.T) {
	people := [2]seed.Holder{seed.EndorsableHolder(1, civil.Date{Year: 2026, Month: 11, Day: 1}), seed.EndorsableHolder(2, civil.Date{Year: 2026, Month: 11, Day: 1})}
	people[0].Name, people[1].Name = "欧阳甲", "司马乙"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"employer":"`+employers()[1][2]+`"}`)
	}))
	defer server.Close()
	w := newLeakDetector(http.DefaultTransport, people)
	w.setTokenOwner("first", 0)
	w.setTokenOwner("second", 1)
	for _, c := range []struct {
		token string
		about int
		sees  bool
	}{{"first", -1, true}, {"second", -1, false}, {"unknown", -1, false}, {"", 0, true}, {"", 1, false}, {"", -1, false}} {
		w.setVerifiedHolder(c.about)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v1/verifications", nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
		answer, err := w.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || !strings.Contains(string(body), employers()[1][2]) {
			t.Errorf("the answer was read away: %q, %v", body, err)
		}
		if saw := w.takeLeaks(); (len(saw) > 0) != c.sees {
			t.Errorf("%+v: saw %v", c, saw)
		}
	}
}

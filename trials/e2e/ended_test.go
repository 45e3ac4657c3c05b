package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/seed"
)

func TestAnOperatorEndsTheSessionsOfAnAccount(t *testing.T) {
	c := newCommandLine(t)
	h := holder(t, "signature image missing")
	one, two := login(t, h), login(t, h)
	national, err := service.api().Login(t.Context(), seed.National, h)
	if err != nil {
		t.Fatal(err)
	}
	out, _ := c.jiazhu(t, 0, "", "accounts", "end", h.Username+"@"+seed.Ministry)
	if !strings.Contains(out, `"sessionsEnded": `) {
		t.Error(out)
	}
	for _, s := range []*seed.Session{one, two} {
		wantProblem(t, s.Do(t.Context(), http.MethodGet, "/v1/account", nil, nil), "session-expired")
	}
	if err := national.Do(t.Context(), http.MethodGet, "/v1/account", nil, nil); err != nil {
		t.Errorf("the account on the other portal: %v", err)
	}
	login(t, h)
	_, why := c.jiazhu(t, 1, "", "accounts", "end", "nobody@"+seed.Ministry)
	if !strings.Contains(why, "there is no account") {
		t.Error(why)
	}
}

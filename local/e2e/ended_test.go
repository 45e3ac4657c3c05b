package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/demo"
)

func TestAnOperatorEndsTheSessionsOfAnAccount(t *testing.T) {
	c := newTerminal(t)
	h := holder(t, "signature image missing")
	one, two := login(t, h), login(t, h)
	national, err := service.api().Login(t.Context(), demo.National, h)
	if err != nil {
		t.Fatal(err)
	}
	out, _ := c.jiazhu(t, 0, "", "accounts", "end", h.Username+"@"+demo.Ministry)
	if !strings.Contains(out, `"sessionsEnded": `) {
		t.Error(out)
	}
	for _, s := range []*demo.Session{one, two} {
		wantProblem(t, s.Do(t.Context(), http.MethodGet, "/v1/account", nil, nil), "session-expired")
	}
	if err := national.Do(t.Context(), http.MethodGet, "/v1/account", nil, nil); err != nil {
		t.Errorf("the account on the other portal: %v", err)
	}
	login(t, h)
	_, why := c.jiazhu(t, 1, "", "accounts", "end", "nobody@"+demo.Ministry)
	if !strings.Contains(why, "there is no account") {
		t.Error(why)
	}
}

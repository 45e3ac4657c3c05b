package client

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
)

// answers is a client of a server that answers everything alike.
func answers(t *testing.T, status int, kind, body string) *Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" {
			t.Errorf("%s came with %q", r.URL, r.Header.Get("Authorization"))
		}
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	c, err := NewClient(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAnAnswerIsItsValue(t *testing.T) {
	c := answers(t, 200, "application/json", `{"items":[{"certificate":"c","state":"01","issuedOn":"2020-12-11"}],"bindable":[],"later":1}`)
	list, err := Read[CertificateList](c.ListCertificates(t.Context(), Bearer("secret")))
	if err != nil || len(list.Items) != 1 || list.Items[0].State != CertificateStateN01 || list.Items[0].IssuedOn != "2020-12-11" {
		t.Errorf("got %+v, %v", list, err)
	}
}

func TestARefusalIsAProblem(t *testing.T) {
	for name, tt := range map[string]struct {
		status           int
		kind, body, want string
		code             ProblemCode
	}{
		"of a function":     {403, "application/problem+json", `{"code":"identity-required","title":"请先进行实名身份认证","status":403}`, "403 identity-required 请先进行实名身份认证", ProblemCodeIdentityRequired},
		"of the gateway":    {429, "application/json", `{"message":"Too Many Requests"}`, "429 Too Many Requests", ""},
		"of something else": {502, "text/html", "<p>", "502 Bad Gateway", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := answers(t, tt.status, tt.kind, tt.body)
			err := Check(c.Logout(t.Context(), Bearer("secret")))
			var p *Problem
			if !errors.As(err, &p) || p.Error() != tt.want || p.Code != tt.code {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestAnAnswerThatIsNoJSONIsAnError(t *testing.T) {
	c := answers(t, 200, "application/json", `{`)
	if _, err := Read[Account](c.GetAccount(t.Context(), Bearer("secret"))); err == nil {
		t.Error("half an answer was read")
	}
}

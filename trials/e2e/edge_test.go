package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// TestNobodyGoesRoundTheEdge calls every operation of the contract, of a service that knows its edge's secret, with and
// without it. Preflights are the gateway's to answer, who knows no secret.
func TestNobodyGoesRoundTheEdge(t *testing.T) {
	secret := strings.Repeat("edge", 8)
	origin, end, err := service.stack.StartGateway(stack.FunctionSet{Environment: map[string]string{"EDGE_SECRET": strings.Repeat("past", 8) + " " + secret}})
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	send := func(operation, proof string, more map[string]string) (*http.Response, string) {
		method, path, _ := strings.Cut(operation, " ")
		r, err := http.NewRequestWithContext(t.Context(), method, origin+parameterReplacer().Replace(path), nil)
		if err != nil {
			t.Fatal(err)
		}
		if proof != "" {
			r.Header.Set(api.EdgeHeader, proof)
		}
		for name, value := range more {
			r.Header.Set(name, value)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var p api.Problem
		_ = json.NewDecoder(res.Body).Decode(&p)
		return res, string(p.Code)
	}
	for _, operation := range operations(t) {
		for _, proof := range []string{"", secret[1:], secret + "," + secret} {
			res, code := send(operation, proof, map[string]string{"X-Forwarded-For": "198.51.100.7"})
			if res.StatusCode != http.StatusForbidden || code != string(problem.EdgeRequired) || res.Header.Get("Strict-Transport-Security") == "" {
				t.Errorf("%s with the proof %q: %d %s %v", operation, proof, res.StatusCode, code, res.Header)
			}
		}
		if res, code := send(operation, secret, nil); code == string(problem.EdgeRequired) || res.StatusCode >= 500 {
			t.Errorf("%s with the secret: %d %s", operation, res.StatusCode, code)
		}
	}
	res, _ := send("OPTIONS /v1/login", "", map[string]string{"Origin": developer, "Access-Control-Request-Method": "POST"})
	if res.StatusCode != http.StatusNoContent || res.Header.Get("Access-Control-Allow-Origin") != developer {
		t.Errorf("a preflight: %d %v", res.StatusCode, res.Header)
	}
	for function, log := range logs(t) {
		if strings.Contains(log, secret) {
			t.Errorf("the log of %s has the secret", function)
		}
	}
}

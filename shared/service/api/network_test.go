package api_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

func TestWhoseAddressIsBelieved(t *testing.T) {
	const edge, viewer = "192.0.2.1", "203.0.113.9"
	first, second := strings.Repeat("a", 32), strings.Repeat("b", 32)
	one, two := []string{first}, []string{first, second}
	for name, tt := range map[string]struct {
		secrets           []string
		proof             string
		source, forwarded string
		want              string
	}{
		"no setting, nothing sent":                       {nil, "", edge, "", edge},
		"no setting, whatever is sent":                   {nil, first, edge, viewer + ", " + edge, edge},
		"no setting and an empty proof":                  {[]string{}, "", edge, viewer, edge},
		"the viewer, and the edge that the gateway adds": {one, first, edge, viewer + ", " + edge, viewer},
		"the viewer, where the gateway adds nothing":     {one, first, edge, viewer, viewer},
		"what the caller made up stands before":          {one, first, edge, "198.51.100.7, 10.0.0.1," + viewer + "," + edge, viewer},
		"an edge that the caller made up":                {one, first, edge, edge + ", " + viewer + ", " + edge, viewer},
		"the new secret while both are known":            {two, second, edge, viewer + ", " + edge, viewer},
		"the old secret while both are known":            {two, first, edge, viewer + ", " + edge, viewer},
		"IPv6":                                           {one, first, "2001:db8:ffff::1", "2001:DB8:0:0::9, 2001:db8:ffff:0:0::1", "2001:db8::9"},
		"IPv4 in the form of IPv6":                       {one, first, edge, "::ffff:203.0.113.9, ::ffff:192.0.2.1", viewer},
		"an address with a zone":                         {one, first, edge, "fe80::1%eth0, " + edge, edge},
		"an address with a port":                         {one, first, edge, viewer + ":4711, " + edge, edge},
		"a name":                                         {one, first, edge, "unknown, " + edge, edge},
		"nothing in the place of the viewer":             {one, first, edge, viewer + ", , " + edge, edge},
		"nothing at the end":                             {one, first, edge, viewer + ",", edge},
		"no header":                                      {one, first, edge, "", edge},
		"the edge alone":                                 {one, first, edge, edge, edge},
		"a gateway that names nobody":                    {one, first, "", viewer, viewer},
	} {
		t.Run(name, func(t *testing.T) {
			var got *api.Request
			app, log := appOf(func(_ context.Context, r *api.Request) (*api.Response, error) {
				got = r
				return api.NoContent(), nil
			})
			app.Edge = tt.secrets
			e := event("GET /x", map[string]string{"X-Jiazhu-Edge": tt.proof, "x-forwarded-for": tt.forwarded})
			e.RequestContext.HTTP.SourceIP = tt.source
			if _, err := app.Handle(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			if got.Network != tt.want {
				t.Errorf("the caller is %q, want %q", got.Network, tt.want)
			}
			if value, there := got.Header[api.EdgeHeader]; there {
				t.Errorf("handlers see the proof %q", value)
			}
			for _, secret := range []string{first, second, viewer, edge} {
				if strings.Contains(log.String(), secret) {
					t.Errorf("the log has %q: %s", secret, log)
				}
			}
		})
	}
}

// A request that bypassed the edge network is refused: nothing of it is read, and no handler is
// called.
func TestARequestThatWentRoundTheEdgeIsRefused(t *testing.T) {
	first, second := strings.Repeat("a", 32), strings.Repeat("b", 32)
	one, two := []string{first}, []string{first, second}
	for name, tt := range map[string]struct {
		secrets []string
		proof   string
	}{
		"no proof":                 {one, ""},
		"another's proof":          {one, second},
		"a proof and more":         {one, first + "a"},
		"a part of the proof":      {one, first[1:]},
		"a proof in other letters": {one, strings.ToUpper(first)},
		"a proof sent twice, which the gateway joins": {one, first + "," + first},
		"both secrets as they stand in the setting":   {two, first + " " + second},
	} {
		t.Run(name, func(t *testing.T) {
			app, log := appOf(func(context.Context, *api.Request) (*api.Response, error) {
				t.Error("a handler was asked")
				return api.NoContent(), nil
			})
			app.Edge = tt.secrets
			for _, route := range []string{"GET /x", "GET /nowhere"} {
				e := event(route, map[string]string{"X-Jiazhu-Edge": tt.proof, "accept-language": "en"})
				e.RawQueryString, e.Body, e.IsBase64Encoded = "%zz", "%%%", true
				out, err := app.Handle(t.Context(), e)
				if err != nil {
					t.Fatal(err)
				}
				var p api.Problem
				if err := json.Unmarshal([]byte(out.Body), &p); err != nil {
					t.Fatal(err)
				}
				if out.StatusCode != 403 || p.Code != problem.EdgeRequired || p.Owner == "" || p.Remedy == "" || p.RequestID != "request-1" {
					t.Errorf("%s: %d %+v", route, out.StatusCode, p)
				}
				if out.Headers["strict-transport-security"] == "" || out.Headers["content-security-policy"] == "" || out.Headers["x-content-type-options"] == "" {
					t.Errorf("%s: the headers are %v", route, out.Headers)
				}
				if !strings.Contains(log.String(), `"code":"edge-required"`) || strings.Contains(log.String(), first) || strings.Contains(log.String(), second) {
					t.Errorf("%s: the log says %s", route, log)
				}
			}
		})
	}
}

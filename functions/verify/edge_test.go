package main

import (
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// A thousand concurrent verifications exhaust a network's bucket. Behind the edge the bucket is the
// caller's, so others behind the same edge can still verify.
func TestStrangersBehindOneEdgeHaveBucketsOfTheirOwn(t *testing.T) {
	press := issuetest.New(t, issuetest.CopyTime())
	trust, err := evidence.ParseTrust(press.Trust)
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.Repeat("s", 32)
	app, err := newApp(deps{trust: trust, receipts: press.Receipts, edge: []string{secret}, log: io.Discard}, issuetest.CopyTime)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(proof, forwarded string) int {
		e := events.APIGatewayV2HTTPRequest{
			RouteKey: "POST /v1/verifications", Body: `{"token":"none"}`,
			Headers: map[string]string{"content-type": "application/json", api.EdgeHeader: proof, "x-forwarded-for": forwarded},
		}
		e.RequestContext.HTTP.SourceIP = "192.0.2.1"
		out, err := app.Handle(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		return out.StatusCode
	}
	const viewer, stranger = "203.0.113.9, 192.0.2.1", "198.51.100.7, 192.0.2.1"
	for n := range 1000 {
		if status := ask(secret, viewer); status != 200 {
			t.Fatalf("verification %d: %d", n, status)
		}
	}
	for name, c := range map[string]struct {
		proof, forwarded string
		want             int
	}{
		"the same caller":                         {secret, viewer, 429},
		"the same caller, who makes up addresses": {secret, "10.0.0.1, " + viewer, 429},
		"a stranger":                              {secret, stranger, 200},
		"whoever comes without the edge":          {"", viewer, 403},
	} {
		if status := ask(c.proof, c.forwarded); status != c.want {
			t.Errorf("%s: %d, want %d", name, status, c.want)
		}
	}
}

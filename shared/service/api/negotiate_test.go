package api_test

import (
	"context"
	"testing"

	"github.com/jiazhu/jiazhu/shared/service/api"
)

func TestTheAcceptHeaderIsReadByItsGrammar(t *testing.T) {
	const jsonType, pdf = "application/json", "application/pdf"
	for header, want := range map[string]string{
		"":                         jsonType,
		"*/*":                      jsonType,
		"application/*":            jsonType,
		"text/html":                jsonType,
		"application/pdf":          pdf,
		"Application/PDF":          pdf,
		"application/pdf, */*":     pdf,
		"application/pdf;q=0":      jsonType,
		"application/pdf;q=0, */*": jsonType,
		"application/pdf;q=0.5, application/json":            jsonType,
		"application/json;q=0.5,application/pdf":             pdf,
		"application/json;q=0.5,application/pdf;Q=0.9":       pdf,
		"application/pdf , application/json":                 pdf,
		"application/json, application/pdf":                  jsonType,
		"application/*;q=0.9, application/pdf;q=0.1":         jsonType,
		"application/pdfx, application/json":                 jsonType,
		"text/plain; note=\"application/pdf\"":               jsonType,
		"application/pdf;version=1.7;q=0.2,application/json": jsonType,
		"application/pdf;q=nonsense, application/json;q=0.1": jsonType,
	} {
		if got := api.Prefer(header, jsonType, pdf); got != want {
			t.Errorf("%q prefers %s, want %s", header, got, want)
		}
	}
}

func TestTheAcceptEncodingHeaderIsReadByItsGrammar(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "GZIP": true, "br, gzip;q=0.1": true, "gzip;q=0": false, "gzip; q=0.000": false, "*": true,
		"*, gzip;q=0": false, "identity": false, "x-gzipped": false, "deflate, br": false,
	} {
		if got := api.AcceptsCoding(header, "gzip"); got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
}

func TestTheIfNoneMatchHeaderIsReadByItsGrammar(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "*": true, `W/"a"`: true, `"a"`: true, `"b", W/"a"`: true, `"b"`: false, `W/"ab"`: false, "a": false,
	} {
		if got := api.MatchesTag(header, `W/"a"`); got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
}

// A HEAD request gets what GET does; the gateway leaves the body out (RFC 9110 §9.3.2).
func TestHeadIsAnsweredWhereGetIs(t *testing.T) {
	app, _ := appOf(func(context.Context, *api.Request) (*api.Response, error) {
		return api.JSON(200, map[string]int{"n": 1}), nil
	})
	app.Routes["POST /y"] = app.Routes["GET /x"]
	for route, want := range map[string]int{"GET /x": 200, "HEAD /x": 200, "HEAD /y": 404} {
		if out, err := app.Handle(t.Context(), event(route, nil)); err != nil || out.StatusCode != want {
			t.Errorf("%s: %d, %v; want %d", route, out.StatusCode, err, want)
		}
	}
}

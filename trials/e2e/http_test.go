package e2e

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// httpAnswer is what a route answers to a request without credentials and body.
type httpAnswer struct {
	Status      int
	ContentType string
	Body        bool
	Header      http.Header
}

func askRoute(t *testing.T, method, path string, header map[string]string) httpAnswer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, service.stack.URL+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	res, err := http.DefaultTransport.RoundTrip(r) // follows no redirect
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return httpAnswer{res.StatusCode, res.Header.Get("Content-Type"), len(body) > 0, res.Header}
}

// routesOfTheContract returns the methods of every path of openapi.yaml. Path parameters have values.
func routesOfTheContract(t *testing.T) map[string][]string {
	t.Helper()
	contract, err := readSpecification(service.root)
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("/v/{file}", "/v/icon.svg", "/docs/{file}", "/docs/docs.css", "{", "", "}", "")
	routes := map[string][]string{}
	for path, operations := range contract.Paths {
		for method := range operations {
			if method = strings.ToUpper(method); slices.Contains([]string{"GET", "POST", "PUT", "DELETE"}, method) {
				routes[fill.Replace(path)] = append(routes[fill.Replace(path)], method)
			}
		}
	}
	return routes
}

// Every route keeps to RFC 9110, whatever it does: HEAD answers as GET does (§9.3.2), a 401 names the
// scheme (§11.6.1), a refusal for now says until when (§10.2.3), a body says what it is (§8.3), an
// Accept header that fits nothing gets the one form there is (§12.5.1), and a method that a path does
// not have is not answered as another one (§9.1).
func TestEveryRouteKeepsToHTTP(t *testing.T) {
	for path, methods := range routesOfTheContract(t) {
		t.Run(path, func(t *testing.T) {
			for _, method := range methods {
				plain := askRoute(t, method, path, nil)
				switch {
				case plain.Status == http.StatusUnauthorized && plain.Header.Get("WWW-Authenticate") == "":
					t.Errorf("%s: 401 without WWW-Authenticate", method)
				case (plain.Status == 429 || plain.Status == 503) && plain.Header.Get("Retry-After") == "":
					t.Errorf("%s: %d without Retry-After", method, plain.Status)
				case plain.Body && plain.ContentType == "":
					t.Errorf("%s: a body of no type", method)
				case plain.Status >= 500:
					t.Errorf("%s: %d", method, plain.Status)
				}
				odd := askRoute(t, method, path, map[string]string{"Accept": "Text/HTML;Q=0.3, image/*;q=0", "Accept-Language": "EN-us;Q=1"})
				if odd.Status != plain.Status || odd.ContentType != plain.ContentType {
					t.Errorf("%s with an Accept header that fits nothing: %d %s, want %d %s", method, odd.Status, odd.ContentType, plain.Status, plain.ContentType)
				}
				if slash := askRoute(t, method, path+"/", nil); slash.Status < 300 || slash.Status >= 500 {
					t.Errorf("%s with a slash behind: %d", method, slash.Status)
				}
			}
			head, hasGet := askRoute(t, "HEAD", path, nil), slices.Contains(methods, "GET")
			if hasGet {
				get := askRoute(t, "GET", path, nil)
				if diff := cmp.Diff(withoutChanging(get.Header), withoutChanging(head.Header)); head.Status != get.Status || head.Body || diff != "" {
					t.Errorf("HEAD answers %d, GET %d, and the headers differ (-GET +HEAD):\n%s", head.Status, get.Status, diff)
				}
			} else if head.Status != http.StatusNotFound {
				t.Errorf("HEAD without GET answers %d", head.Status)
			}
			if other := askRoute(t, "PATCH", path, nil); other.Status != http.StatusNotFound && other.Status != http.StatusMethodNotAllowed {
				t.Errorf("PATCH answers %d", other.Status)
			}
		})
	}
}

// withoutChanging returns the headers that two answers to the same question have in common.
func withoutChanging(h http.Header) http.Header {
	h = h.Clone()
	for _, name := range []string{"Date", "Apigw-Requestid", "Content-Length", "Content-Encoding", "Transfer-Encoding"} {
		h.Del(name)
	}
	return h
}

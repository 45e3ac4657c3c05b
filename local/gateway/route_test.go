package gateway

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/local/template"
)

func TestTheRouteIsTheOneHTTPAPIWouldChoose(t *testing.T) {
	// The first five are the example of AWS's own documentation.
	keys := []template.Route{
		{Method: "GET", Path: "/pets/dog/1"},
		{Method: "GET", Path: "/pets/dog/{id}"},
		{Method: "GET", Path: "/pets/{proxy+}"},
		{Method: "ANY", Path: "/{proxy+}"},
		{Path: "$default"},
		{Method: "POST", Path: "/pets/{kind}/food"},
		{Method: "ANY", Path: "/pets/{kind}/food"},
		{Method: "GET", Path: "/"},
		{Method: "GET", Path: "/.well-known/jwks.json"},
	}
	for name, c := range map[string]struct {
		method, path string
		key          string
		parameters   map[string]string
	}{
		"a path written out":                   {"GET", "/pets/dog/1", "GET /pets/dog/1", map[string]string{}},
		"a parameter":                          {"GET", "/pets/dog/2", "GET /pets/dog/{id}", map[string]string{"id": "2"}},
		"a parameter is decoded":               {"GET", "/pets/dog/%E7%8A%AC%2F1", "GET /pets/dog/{id}", map[string]string{"id": "犬/1"}},
		"a greedy parameter":                   {"GET", "/pets/cat/1", "GET /pets/{proxy+}", map[string]string{"proxy": "cat/1"}},
		"a greedy parameter of another method": {"POST", "/pets/dog/1", "ANY /{proxy+}", map[string]string{"proxy": "pets/dog/1"}},
		"a method written out":                 {"POST", "/pets/dog/food", "POST /pets/{kind}/food", map[string]string{"kind": "dog"}},
		"any method":                           {"PUT", "/pets/dog/food", "ANY /pets/{kind}/food", map[string]string{"kind": "dog"}},
		"the root":                             {"GET", "/", "GET /", map[string]string{}},
		"nothing else":                         {"POST", "/", "$default", nil},
		"a written path is decoded":            {"GET", "/%2ewell-known/jwks.json", "GET /.well-known/jwks.json", map[string]string{}},
		"a slash at the end is a segment":      {"GET", "/pets/dog/1/", "GET /pets/{proxy+}", map[string]string{"proxy": "dog/1/"}},
		"a parameter is not empty":             {"GET", "/pets/dog/", "GET /pets/{proxy+}", map[string]string{"proxy": "dog/"}},
		"a greedy parameter is not empty":      {"GET", "/pets/", "ANY /{proxy+}", map[string]string{"proxy": "pets/"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, reversed := range []bool{false, true} {
				var routes []route
				for i := range keys {
					if reversed {
						i = len(keys) - 1 - i
					}
					routes = append(routes, newRoute(keys[i], nil))
				}
				got, parameters := match(routes, c.method, c.path)
				if got == nil || got.key != c.key {
					t.Fatalf("got %v, want %s", got, c.key)
				}
				if diff := cmp.Diff(c.parameters, parameters); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestNoRouteFits(t *testing.T) {
	routes := []route{newRoute(template.Route{Method: "GET", Path: "/v1/{a}/b"}, nil)}
	for name, c := range map[string][2]string{
		"another method":       {"HEAD", "/v1/x/b"},
		"too short":            {"GET", "/v1/x"},
		"too long":             {"GET", "/v1/x/b/c"},
		"other case":           {"GET", "/V1/x/b"},
		"an empty segment":     {"GET", "/v1//b"},
		"two slashes in front": {"GET", "//v1/x/b"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := match(routes, c[0], c[1]); got != nil {
				t.Errorf("got %s", got.key)
			}
		})
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("GET", "/v1/x/b")
	f.Add("GET", "/%zz//")
	f.Add("PUT", "")
	routes := []route{
		newRoute(template.Route{Method: "GET", Path: "/v1/{a}/b"}, nil),
		newRoute(template.Route{Method: "ANY", Path: "/{rest+}"}, nil),
		newRoute(template.Route{Path: "$default"}, nil),
	}
	f.Fuzz(func(t *testing.T, method, path string) {
		got, parameters := match(routes, method, path)
		if got == nil {
			t.Fatal("$default did not fit")
		}
		for name, v := range parameters {
			if v == "" {
				t.Errorf("parameter %s is empty", name)
			}
		}
	})
}

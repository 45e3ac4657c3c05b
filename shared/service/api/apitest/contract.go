// Package apitest compares the routes of a function with openapi.yaml.
package apitest

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.yaml.in/yaml/v3"

	"github.com/jiazhu/jiazhu/shared/service/api"
)

// address is what both openapi.yaml and the code state about a route.
type address struct {
	Query []string          // members of the query, sorted
	Path  map[string]string // form of each path parameter, as a regular expression

	statuses []string // of refusals: at least these must be described
}

type parameter struct {
	Ref    string `yaml:"$ref"`
	Name   string
	In     string
	Schema struct{ Pattern string }
}

type operation struct {
	Function   string `yaml:"x-function"`
	Parameters []parameter
	Responses  map[string]any
}

// CheckContract compares the addresses of the app's routes with those that openapi.yaml
// describes for the function.
func CheckContract(t *testing.T, app *api.App) {
	t.Helper()
	want, got := addressesInContract(t, app.Name), addressesInApp(t, app)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(address{})); diff != "" {
		t.Errorf("openapi.yaml (-) and the routes of %s (+) differ:\n%s", app.Name, diff)
	}
	for key := range got {
		for _, status := range got[key].statuses {
			if !slices.Contains(want[key].statuses, status) {
				t.Errorf("%s: openapi.yaml does not describe the status %s", key, status)
			}
		}
		if app.Routes[key].Page && slices.Contains(want[key].statuses, "422") {
			t.Errorf("%s: openapi.yaml says that a query is refused, and none is", key)
		}
	}
}

func addressesInApp(t *testing.T, app *api.App) map[string]address {
	t.Helper()
	all := map[string]address{}
	for key, r := range app.Routes {
		described := address{Query: slices.Sorted(slices.Values(r.Query)), Path: map[string]string{}, statuses: []string{"403"}}
		if !r.Page {
			described.statuses = append(described.statuses, "422")
		}
		for _, name := range api.Parameters(key) {
			form, otherwise := api.PathForm(name)
			if form == nil {
				t.Errorf("%s: the path parameter %s has no form", key, name)
				continue
			}
			if form.MatchString("") || form.MatchString(strings.Repeat("A", 200)) || form.MatchString(strings.Repeat("a", 200)) {
				t.Errorf("%s: the form of %s bounds no length", key, name)
			}
			described.Path[name] = form.String()
			described.statuses = append(described.statuses, strconv.Itoa(otherwise.Status))
		}
		all[key] = described
	}
	return all
}

func addressesInContract(t *testing.T, function string) map[string]address {
	t.Helper()
	text, err := os.ReadFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var contract struct {
		Paths      map[string]map[string]operation
		Components struct{ Parameters map[string]parameter }
	}
	if err := yaml.Unmarshal(text, &contract); err != nil {
		t.Fatal(err)
	}
	all := map[string]address{}
	for path, methods := range contract.Paths {
		for method, op := range methods {
			if op.Function != function {
				continue
			}
			described := address{Path: map[string]string{}}
			for _, p := range op.Parameters {
				if name, ok := strings.CutPrefix(p.Ref, "#/components/parameters/"); ok {
					p = contract.Components.Parameters[name]
				}
				switch p.In {
				case "query":
					described.Query = append(described.Query, p.Name)
				case "path":
					described.Path[p.Name] = p.Schema.Pattern
				}
			}
			slices.Sort(described.Query)
			described.statuses = slices.Collect(maps.Keys(op.Responses))
			all[strings.ToUpper(method)+" "+path] = described
		}
	}
	return all
}

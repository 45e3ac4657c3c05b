package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// specification is openapi.yaml as far as these tests read it themselves.
type specification struct {
	Paths      map[string]map[string]operation
	Components struct {
		Schemas map[string]struct {
			Enum  []string
			Words map[string]string `yaml:"x-enumDescriptions"`
		}
		Responses map[string]struct{ Content map[string]media }
	}
}

type operation struct {
	Parameters []struct {
		Name, In string
	}
	RequestBody struct{ Content map[string]media } `yaml:"requestBody"`
	Responses   map[string]struct{ Content map[string]media }
}

type media struct {
	Example  any
	Examples map[string]struct{ Value any }
}

// allExamples returns the examples by name.
func (m media) allExamples() map[string]any {
	all := map[string]any{}
	if m.Example != nil {
		all["example"] = m.Example
	}
	for name, e := range m.Examples {
		all[name] = e.Value
	}
	return all
}

func readSpecification(root string) (s specification, err error) {
	text, err := os.ReadFile(filepath.Join(root, "openapi.yaml"))
	if err != nil {
		return s, err
	}
	return s, yaml.Unmarshal(text, &s)
}

func wantSpecification(t *testing.T) specification {
	t.Helper()
	s, err := readSpecification(service.root)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheContractIsAValidDocument(t *testing.T) {
	ok, errs := service.contract.validator.ValidateDocument()
	if !ok {
		for _, e := range errs {
			t.Errorf("%s: %s", e.Message, e.Reason)
		}
	}
}

func TestTheContractNamesEveryProblemOfTheCatalogue(t *testing.T) {
	var want []string
	for _, p := range problem.Catalogue() {
		want = append(want, string(p.Code))
	}
	got := wantSpecification(t).Components.Schemas["ProblemCode"].Enum
	if diff := cmp.Diff(set(want), set(got)); diff != "" {
		t.Errorf("the catalogue (-) and openapi.yaml (+) differ:\n%s", diff)
	}
}

func TestTheContractUsesTheWordsOfTheCatalogue(t *testing.T) {
	s := wantSpecification(t)
	want := map[string]string{}
	for _, p := range problem.Catalogue() {
		want[string(p.Code)] = fmt.Sprint(p.Status, " ", p.Title)
	}
	if diff := cmp.Diff(want, s.Components.Schemas["ProblemCode"].Words); diff != "" {
		t.Errorf("the catalogue (-) and openapi.yaml (+) differ:\n%s", diff)
	}
	for name, response := range s.Components.Responses {
		for example, value := range response.Content["application/problem+json"].allExamples() {
			p, _ := value.(map[string]any)
			code := fmt.Sprint(p["code"])
			if got := fmt.Sprint(p["status"], " ", p["title"]); got != want[code] {
				t.Errorf("%s, %s: %s is %q, want %q", name, example, code, got, want[code])
			}
		}
	}
}

func set(list []string) map[string]bool {
	s := map[string]bool{}
	for _, item := range list {
		s[item] = true
	}
	return s
}

func TestExamplesFollowTheirSchemas(t *testing.T) {
	fill := parameterReplacer()
	for path, methods := range wantSpecification(t).Paths {
		for method, op := range methods {
			name := strings.ToUpper(method) + " " + path
			for kind, content := range op.RequestBody.Content {
				for example, value := range content.allExamples() {
					t.Run(name+" request "+example, func(t *testing.T) {
						r := request(t, method, fill.Replace(path), kind, value)
						if ok, errs := service.contract.validator.ValidateHttpRequest(r); !ok {
							t.Error(errs)
						}
					})
				}
			}
			for status, response := range op.Responses {
				for kind, content := range response.Content {
					for example, value := range content.allExamples() {
						t.Run(fmt.Sprint(name, " ", status, " ", example), func(t *testing.T) {
							answer(t, request(t, method, fill.Replace(path), "", nil), status, kind, value)
						})
					}
				}
			}
		}
	}
}

// parameterReplacer writes values of the right form in place of a path's parameters.
func parameterReplacer() *strings.Replacer {
	const ulid = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
	return strings.NewReplacer(
		"{username}", "zhangsan", "{challenge}", "ABCDEFGHIJKLMNOPQRSTUVWXY2", "{file}", "sw.js",
		"{certificate}", ulid, "{endorsement}", ulid, "{consent}", ulid, "{report}", ulid, "{seal}", "11010200000002",
	)
}

func request(t *testing.T, method, path, kind string, body any) *http.Request {
	t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), strings.ToUpper(method), "http://127.0.0.1:8080"+path, bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bearer x")
	r.Header.Set("Idempotency-Key", "12345678")
	return r
}

func answer(t *testing.T, r *http.Request, status, kind string, value any) {
	t.Helper()
	code, err := strconv.Atoi(status)
	if err != nil {
		code = http.StatusInternalServerError // "default"
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	ok, errs := service.contract.validator.ValidateHttpResponse(r, &http.Response{
		StatusCode: code, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(bytes.NewReader(encoded)),
	})
	if !ok {
		for _, e := range errs {
			t.Errorf("%s: %s %+v", e.Message, e.Reason, e.SchemaValidationErrors)
		}
	}
}

func TestABreachOfTheContractIsNoticed(t *testing.T) {
	for what, body := range map[string]string{
		"a list without its members":     `{"items":[{"certificate":7}]}`,
		"a member that is not described": `{"items":[],"bindable":[],"more":1}`,
	} {
		c, err := ReadContract(filepath.Join(service.root, "openapi.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		c.check(request(t, "get", "/v1/certificates", "", nil), &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
		}, []byte(body))
		if len(c.Breaches()) == 0 {
			t.Errorf("%s is no breach", what)
		}
	}
}

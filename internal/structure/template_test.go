package structure

import (
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// resource is one resource of template.yaml. References stay as they are written:
// "!Ref Records" reads as "Records".
type resource struct {
	Type           string    `yaml:"Type"`
	DeletionPolicy string    `yaml:"DeletionPolicy"`
	Properties     yaml.Node `yaml:"Properties"`
}

type function struct {
	CodeURI     string `yaml:"CodeUri"`
	Timeout     int    `yaml:"Timeout"`
	Environment struct {
		Variables map[string]string `yaml:"Variables"`
	} `yaml:"Environment"`
	Policies []struct {
		Statement []statement `yaml:"Statement"`
	} `yaml:"Policies"`
	Events map[string]struct {
		Type       string `yaml:"Type"`
		Properties struct {
			APIID  string `yaml:"ApiId"`
			Method string `yaml:"Method"`
			Path   string `yaml:"Path"`
		} `yaml:"Properties"`
	} `yaml:"Events"`
}

type statement struct {
	Sid      string `yaml:"Sid"`
	Effect   string `yaml:"Effect"`
	Action   list   `yaml:"Action"`
	Resource list   `yaml:"Resource"`
}

// list reads one text or several.
type list []string

func (l *list) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*l = list{n.Value}
		return nil
	}
	return n.Decode((*[]string)(l))
}

func (f function) name() string { return strings.TrimSuffix(path.Base(f.CodeURI), ".zip") }

type sam struct {
	Globals struct {
		Function struct {
			Runtime       string   `yaml:"Runtime"`
			Architectures []string `yaml:"Architectures"`
			Handler       string   `yaml:"Handler"`
			Timeout       int      `yaml:"Timeout"`
		} `yaml:"Function"`
	} `yaml:"Globals"`
	Resources map[string]resource `yaml:"Resources"`
}

func read(t *testing.T, file string, v any) {
	t.Helper()
	data, err := os.ReadFile("../../" + file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

func readTemplate(t *testing.T) (sam, map[string]function) {
	t.Helper()
	var s sam
	read(t, "template.yaml", &s)
	functions := map[string]function{}
	for id, r := range s.Resources {
		if r.Type != "AWS::Serverless::Function" {
			continue
		}
		var f function
		if err := r.Properties.Decode(&f); err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		functions[f.name()] = f
	}
	return s, functions
}

func TestEveryFolderOfFunctionsIsDeployed(t *testing.T) {
	_, functions := readTemplate(t)
	entries, err := os.ReadDir("../../functions")
	if err != nil {
		t.Fatal(err)
	}
	var folders, deployed []string
	for _, e := range entries {
		folders = append(folders, e.Name())
	}
	for name := range functions {
		deployed = append(deployed, name)
	}
	slices.Sort(deployed)
	if diff := cmp.Diff(folders, deployed); diff != "" {
		t.Errorf("functions/ (-) and template.yaml (+) differ:\n%s", diff)
	}
}

func TestTheTemplateHasTheRoutesOfTheContract(t *testing.T) {
	var contract struct {
		Paths map[string]map[string]yaml.Node `yaml:"paths"`
	}
	read(t, "openapi.yaml", &contract)
	methods := []string{"get", "put", "post", "delete", "patch", "head", "options"}
	var promised []string
	for p, operations := range contract.Paths {
		for method := range operations {
			if slices.Contains(methods, method) {
				promised = append(promised, strings.ToUpper(method)+" "+p)
			}
		}
	}
	_, functions := readTemplate(t)
	var routed []string
	for name, f := range functions {
		for id, e := range f.Events {
			if e.Type != "HttpApi" || e.Properties.APIID != "Api" {
				t.Errorf("%s.%s is no route of Api", name, id)
			}
			routed = append(routed, e.Properties.Method+" "+e.Properties.Path)
		}
	}
	slices.Sort(promised)
	slices.Sort(routed)
	if diff := cmp.Diff(promised, routed); diff != "" {
		t.Errorf("openapi.yaml (-) and template.yaml (+) differ:\n%s", diff)
	}
}

func TestFunctionsAreOfOneKind(t *testing.T) {
	s, functions := readTemplate(t)
	g := s.Globals.Function
	if g.Runtime != "provided.al2023" || !slices.Equal(g.Architectures, []string{"arm64"}) || g.Handler != "bootstrap" {
		t.Errorf("functions are %+v", g)
	}
	for name, f := range functions {
		if f.CodeURI != "build/lambda/"+name+".zip" {
			t.Errorf("%s is taken from %s", name, f.CodeURI)
		}
		// HTTP API gives up after 30 s; a function that goes on would work for nobody.
		if limit := max(f.Timeout, g.Timeout); limit == 0 || limit > 29 {
			t.Errorf("%s may take %d s", name, limit)
		}
	}
}

func TestPermissionsAreWrittenOut(t *testing.T) {
	_, functions := readTemplate(t)
	for name, f := range functions {
		for _, p := range f.Policies {
			for _, s := range p.Statement {
				for _, a := range s.Action {
					if strings.Contains(a, "*") || a == "dynamodb:Scan" || a == "s3:ListBucket" {
						t.Errorf("%s, %s: %s is too much to allow", name, s.Sid, a)
					}
				}
				for _, r := range s.Resource {
					if r == "*" || strings.HasPrefix(r, "arn:aws:") {
						t.Errorf("%s, %s: %s is not a resource of this template", name, s.Sid, r)
					}
				}
			}
		}
	}
}

func TestTablesAndBucketAreProtected(t *testing.T) {
	s, _ := readTemplate(t)
	want := map[string]map[string]string{
		"AWS::DynamoDB::Table": {
			"BillingMode":               "PAY_PER_REQUEST",
			"DeletionProtectionEnabled": "true",
			"PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled": "true",
			"SSESpecification.SSEEnabled":                                 "true",
			"TimeToLiveSpecification.AttributeName":                       "ttl",
			"TimeToLiveSpecification.Enabled":                             "true",
		},
		"AWS::S3::Bucket": {
			"PublicAccessBlockConfiguration.BlockPublicAcls":       "true",
			"PublicAccessBlockConfiguration.BlockPublicPolicy":     "true",
			"PublicAccessBlockConfiguration.IgnorePublicAcls":      "true",
			"PublicAccessBlockConfiguration.RestrictPublicBuckets": "true",
		},
	}
	seen := map[string]int{}
	for id, r := range s.Resources {
		if want[r.Type] == nil {
			continue
		}
		seen[r.Type]++
		if r.DeletionPolicy != "Retain" {
			t.Errorf("%s goes with the stack", id)
		}
		for key, value := range want[r.Type] {
			if got := at(&r.Properties, strings.Split(key, ".")); got != value {
				t.Errorf("%s: %s is %q, want %q", id, key, got, value)
			}
		}
	}
	if diff := cmp.Diff(map[string]int{"AWS::DynamoDB::Table": 2, "AWS::S3::Bucket": 1}, seen); diff != "" {
		t.Error(diff)
	}
}

// at returns the text at a path of keys, or "".
func at(n *yaml.Node, keys []string) string {
	if len(keys) == 0 {
		return n.Value
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == keys[0] {
			return at(n.Content[i+1], keys[1:])
		}
	}
	return ""
}

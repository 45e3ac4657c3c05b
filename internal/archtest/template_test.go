package archtest

import (
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// resource is one resource of template.yaml. References stay as they are written:
// "!Ref Records" reads as "Records".
type resource struct {
	Type                string    `yaml:"Type"`
	Condition           string    `yaml:"Condition"`
	DeletionPolicy      string    `yaml:"DeletionPolicy"`
	UpdateReplacePolicy string    `yaml:"UpdateReplacePolicy"`
	Properties          yaml.Node `yaml:"Properties"`
}

type function struct {
	CodeURI     string `yaml:"CodeUri"`
	Timeout     int    `yaml:"Timeout"`
	Environment struct {
		Variables map[string]string `yaml:"Variables"`
	} `yaml:"Environment"`
	Events map[string]struct {
		Type       string `yaml:"Type"`
		Properties struct {
			APIID  string `yaml:"ApiId"`
			Queue  string `yaml:"Queue"`
			Method string `yaml:"Method"`
			Path   string `yaml:"Path"`
		} `yaml:"Properties"`
	} `yaml:"Events"`
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
	Parameters map[string]yaml.Node `yaml:"Parameters"`
	Resources  map[string]resource  `yaml:"Resources"`
}

// of returns the ids of the resources of a type, sorted.
func (s sam) of(kind string) (ids []string) {
	for id, r := range s.Resources {
		if r.Type == kind {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// get is the text at a path of keys and indices in a resource's properties,
// "Rules.0.Id", or "" where there is none. References read as they are written.
func (s sam) get(id, path string) string {
	r := s.Resources[id]
	if n := at(&r.Properties, path); n != nil {
		return n.Value
	}
	return ""
}

// at returns the node at a path of keys and indices, or nil.
func at(n *yaml.Node, path string) *yaml.Node {
	for key := range strings.SplitSeq(path, ".") {
		if n = step(n, key); n == nil {
			return nil
		}
	}
	return n
}

func step(n *yaml.Node, key string) *yaml.Node {
	if n.Kind == yaml.SequenceNode {
		if i, err := strconv.Atoi(key); err == nil && i < len(n.Content) {
			return n.Content[i]
		}
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// visitNodes calls visit with every node at and below n.
func visitNodes(n *yaml.Node, visit func(*yaml.Node)) {
	visit(n)
	for _, c := range n.Content {
		visitNodes(c, visit)
	}
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
	var directories, deployed []string
	for _, e := range entries {
		directories = append(directories, e.Name())
	}
	for name := range functions {
		deployed = append(deployed, name)
	}
	slices.Sort(deployed)
	if diff := cmp.Diff(directories, deployed); diff != "" {
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
			if method == "get" { // RFC 9110 §9.1
				promised = append(promised, "HEAD "+p)
			}
		}
	}
	_, functions := readTemplate(t)
	var routed []string
	for name, f := range functions {
		for id, e := range f.Events {
			if e.Type == "SQS" && e.Properties.Queue != "" {
				continue // woken by a queue
			}
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

// Package template reads template.yaml, so that what runs on a developer's machine
// is what gets deployed: the same functions with the same routes, environment,
// time limits, tables and bucket.
//
// CloudFormation resolves !Ref, !Sub, !GetAtt, !If and !Join while it deploys, and
// leaves out the resources whose condition does not hold. Here they are resolved against a map of parameters and against local names: a reference to the
// table Records is "jiazhu-records", whatever account would name it otherwise.
package template

import (
	"fmt"
	"os"
	"path"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Template is the part of a SAM template that can run locally.
type Template struct {
	Functions []Function
	Tables    []Table
	Buckets   []Bucket
	Queues    []Queue
	CORS      CORS
}

// Function is one AWS::Serverless::Function.
type Function struct {
	Name        string // as in functions/<name>, from CodeUri
	Handler     string
	Memory      int // MB
	Timeout     time.Duration
	Concurrency int // ReservedConcurrentExecutions; 0 = not reserved
	Environment map[string]string
	Routes      []Route
	Sources     []Source // the queues that invoke it
}

// Route is one HTTP API route, such as GET /v1/certificates/{certificate}.
// Method ANY matches every method; path "$default" with method "" matches
// whatever nothing else does.
type Route struct{ Method, Path string }

// Key is the route key that HTTP API hands to the function.
func (r Route) Key() string {
	if r.Path == "$default" {
		return r.Path
	}
	return r.Method + " " + r.Path
}

// Table is one AWS::DynamoDB::Table: string keys only.
type Table struct {
	Name      string // local table name
	Partition string // name of the partition key
	Sort      string // name of the sort key, or ""
	TTL       string // attribute with the expiry in epoch seconds, or ""
	// Infrequent says that the table is of the class for data that is read seldom, Recovery that it can be
	// restored to any second. The local server knows neither.
	Infrequent, Recovery bool
}

// Bucket is one AWS::S3::Bucket.
type Bucket struct {
	Name    string   // local bucket name
	Readers []string // origins whose pages may read it
	Notices []Notice
	Lock    *Lock // nil = versions can be removed
	Removal []Removal
}

// Lock is how long a version of an object cannot be changed or removed: a bucket's ObjectLockConfiguration.
type Lock struct {
	Mode string // COMPLIANCE or GOVERNANCE
	Days int32
}

// Notice is what a bucket tells a queue: that an object was put under a prefix.
type Notice struct{ Queue, Prefix string }

// Source is a queue that invokes a function: an event of type SQS.
type Source struct {
	Queue       string // local name
	Concurrency int    // messages delivered at a time; 0 = not bounded
}

// Queue is one AWS::SQS::Queue.
type Queue struct {
	Name        string // local name
	MaxReceives int    // deliveries of a message before it goes to DeadLetters; 0 = not bounded
	DeadLetters string // local name of the queue, or ""
}

// CORS is the API's CorsConfiguration. No AllowOrigins means: no CORS answers.
type CORS struct {
	AllowOrigins     []string `yaml:"AllowOrigins"`
	AllowMethods     []string `yaml:"AllowMethods"`
	AllowHeaders     []string `yaml:"AllowHeaders"`
	ExposeHeaders    []string `yaml:"ExposeHeaders"`
	MaxAge           int      `yaml:"MaxAge"` // seconds
	AllowCredentials bool     `yaml:"AllowCredentials"`
}

// Read reads the template at file. Parameters override the template's defaults;
// one that has neither is an error that names it.
func Read(file string, parameters map[string]string) (*Template, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	t, err := parse(data, parameters)
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", file, err)
	}
	return t, nil
}

// TableName returns the local name of the table with this logical id.
func TableName(logicalID string) string { return "jiazhu-" + strings.ToLower(logicalID) }

// BucketName returns the local name of the bucket with this logical id.
func BucketName(logicalID string) string { return "jiazhu-" + strings.ToLower(logicalID) }

// QueueName returns the local name of the queue with this logical id.
func QueueName(logicalID string) string { return strings.ToLower(logicalID) }

func parse(data []byte, parameters map[string]string) (*Template, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, err
	}
	var head struct {
		Parameters map[string]struct {
			Type    string    `yaml:"Type"`
			Default yaml.Node `yaml:"Default"`
		} `yaml:"Parameters"`
		Conditions map[string]yaml.Node `yaml:"Conditions"`
		Resources  map[string]struct {
			Type string `yaml:"Type"`
		} `yaml:"Resources"`
	}
	if err := root.Decode(&head); err != nil {
		return nil, err
	}
	names := names{
		parameters: map[string]string{}, lists: map[string]bool{}, resources: map[string]string{},
		conditions: map[string]*yaml.Node{},
	}
	for id, c := range head.Conditions {
		names.conditions[id] = &c
	}
	for id, p := range head.Parameters {
		names.lists[id] = p.Type == "CommaDelimitedList"
		if p.Default.Kind != 0 {
			names.parameters[id] = p.Default.Value
		}
		if v, ok := parameters[id]; ok {
			names.parameters[id] = v
		}
	}
	for id := range parameters {
		if _, ok := head.Parameters[id]; !ok {
			return nil, fmt.Errorf("there is no parameter %s", id)
		}
	}
	for id, r := range head.Resources {
		names.resources[id] = r.Type
	}
	return build(&root, names)
}

// build walks the resources in the order they stand in the file.
func build(root *yaml.Node, names names) (*Template, error) {
	t := &Template{}
	var globals struct {
		Function functionProperties `yaml:"Function"`
	}
	if n := child(root.Content[0], "Globals"); n != nil {
		if err := names.decode(n, &globals); err != nil {
			return nil, err
		}
	}
	resources := child(root.Content[0], "Resources")
	if resources == nil {
		return nil, fmt.Errorf("no Resources")
	}
	for i := 0; i+1 < len(resources.Content); i += 2 {
		id, body := resources.Content[i].Value, resources.Content[i+1]
		if c := child(body, "Condition"); c != nil {
			if wanted, err := names.condition(c.Value); err != nil {
				return nil, fmt.Errorf("%s: %w", id, err)
			} else if !wanted {
				continue
			}
		}
		if err := t.add(id, names.resources[id], child(body, "Properties"), globals.Function, names); err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
	}
	return t, nil
}

func (t *Template) add(id, kind string, properties *yaml.Node, globals functionProperties, names names) error {
	switch kind {
	case "AWS::Serverless::Function":
		p := globals
		if err := names.decode(properties, &p); err != nil {
			return err
		}
		f, err := p.function()
		if err != nil {
			return err
		}
		t.Functions = append(t.Functions, f)
	case "AWS::DynamoDB::Table":
		var p tableProperties
		if err := names.decode(properties, &p); err != nil {
			return err
		}
		table, err := p.table(TableName(id))
		if err != nil {
			return err
		}
		t.Tables = append(t.Tables, table)
	case "AWS::S3::Bucket":
		var p bucketProperties
		if err := names.decode(properties, &p); err != nil {
			return err
		}
		bucket, err := p.bucket(BucketName(id))
		if err != nil {
			return err
		}
		t.Buckets = append(t.Buckets, bucket)
	case "AWS::SQS::Queue":
		var p queueProperties
		if err := names.decode(properties, &p); err != nil {
			return err
		}
		t.Queues = append(t.Queues, p.queue(QueueName(id)))
	case "AWS::Serverless::HttpApi":
		return names.decode(child(properties, "CorsConfiguration"), &t.CORS)
	}
	return nil
}

type functionProperties struct {
	CodeURI     string `yaml:"CodeUri"`
	Handler     string `yaml:"Handler"`
	MemorySize  int    `yaml:"MemorySize"`
	Timeout     int    `yaml:"Timeout"`
	Concurrency int    `yaml:"ReservedConcurrentExecutions"`
	Environment struct {
		Variables map[string]string `yaml:"Variables"`
	} `yaml:"Environment"`
	Events orderedEvents `yaml:"Events"`
}

type event struct {
	Type       string `yaml:"Type"`
	Properties struct {
		Method string `yaml:"Method"`
		Path   string `yaml:"Path"`
		Queue  string `yaml:"Queue"`
		Scale  struct {
			Concurrency int `yaml:"MaximumConcurrency"`
		} `yaml:"ScalingConfig"`
	} `yaml:"Properties"`
}

// orderedEvents keeps the order of the file, which a map would lose.
type orderedEvents []event

func (o *orderedEvents) UnmarshalYAML(n *yaml.Node) error {
	for i := 1; i < len(n.Content); i += 2 {
		var e event
		if err := n.Content[i].Decode(&e); err != nil {
			return err
		}
		*o = append(*o, e)
	}
	return nil
}

func (p functionProperties) function() (Function, error) {
	f := Function{
		Name:        strings.TrimSuffix(path.Base(p.CodeURI), ".zip"),
		Handler:     p.Handler,
		Memory:      p.MemorySize,
		Timeout:     time.Duration(p.Timeout) * time.Second,
		Concurrency: p.Concurrency,
		Environment: p.Environment.Variables,
	}
	if p.CodeURI == "" {
		return f, fmt.Errorf("no CodeUri")
	}
	if f.Memory == 0 { // Lambda's own defaults
		f.Memory = 128
	}
	if f.Timeout == 0 {
		f.Timeout = 3 * time.Second
	}
	for _, e := range p.Events {
		if e.Type == "SQS" {
			f.Sources = append(f.Sources, Source{queueOf(e.Properties.Queue), e.Properties.Scale.Concurrency})
			continue
		}
		if e.Type != "HttpApi" {
			return f, fmt.Errorf("event of type %s cannot run here", e.Type)
		}
		r := Route{Method: strings.ToUpper(e.Properties.Method), Path: e.Properties.Path}
		if r.Path == "" {
			r = Route{Path: "$default"}
		}
		f.Routes = append(f.Routes, r)
	}
	return f, nil
}

type tableProperties struct {
	AttributeDefinitions []struct {
		Name string `yaml:"AttributeName"`
		Type string `yaml:"AttributeType"`
	} `yaml:"AttributeDefinitions"`
	KeySchema []struct {
		Name string `yaml:"AttributeName"`
		Type string `yaml:"KeyType"`
	} `yaml:"KeySchema"`
	TimeToLive struct {
		Name    string `yaml:"AttributeName"`
		Enabled bool   `yaml:"Enabled"`
	} `yaml:"TimeToLiveSpecification"`
	Class    string `yaml:"TableClass"`
	Recovery struct {
		Enabled bool `yaml:"PointInTimeRecoveryEnabled"`
	} `yaml:"PointInTimeRecoverySpecification"`
}

func (p tableProperties) table(name string) (Table, error) {
	t := Table{Name: name, Infrequent: p.Class == "STANDARD_INFREQUENT_ACCESS", Recovery: p.Recovery.Enabled}
	for _, a := range p.AttributeDefinitions {
		if a.Type != "S" {
			return t, fmt.Errorf("key attribute %s is of type %s; only S is supported", a.Name, a.Type)
		}
	}
	for _, k := range p.KeySchema {
		if k.Type == "HASH" {
			t.Partition = k.Name
		} else {
			t.Sort = k.Name
		}
	}
	if t.Partition == "" {
		return t, fmt.Errorf("no partition key")
	}
	if p.TimeToLive.Enabled {
		t.TTL = p.TimeToLive.Name
	}
	return t, nil
}

package main

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const samConfig = `
[test.global.parameters]
stack_name = "jiazhu-test"
region = "REGION"
[test.deploy.parameters]
parameter_overrides = "file://deploy/test.yaml"
`

// newStage makes a directory with the real template and a stage's files. text is the file of parameters; none where empty.
func newStage(t *testing.T, region, text string, mode os.FileMode) string {
	t.Helper()
	root := t.TempDir()
	template, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		os.WriteFile(filepath.Join(root, "template.yaml"), template, 0o600),
		os.WriteFile(filepath.Join(root, "samconfig.toml"), []byte(strings.Replace(samConfig, "REGION", region, 1)), 0o600),
		os.Mkdir(filepath.Join(root, "deploy"), 0o700),
	)
	if text != "" {
		err = errors.Join(err, os.WriteFile(filepath.Join(root, "deploy", "test.yaml"), []byte(text), mode))
	}
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// answer stands in for the AWS CLI, with JSON by service and operation.
func answer(answers map[string]string) func(any, ...string) error {
	return func(into any, args ...string) error {
		text, ok := answers[strings.Join(args[:2], " ")]
		if !ok {
			return errors.New("no " + strings.Join(args[:2], " "))
		}
		return json.Unmarshal([]byte(text), into)
	}
}

func healthyAnswers() map[string]string {
	return map[string]string{
		"sts get-caller-identity":     `{"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/x"}`,
		"lambda get-account-settings": `{"AccountLimit": {"ConcurrentExecutions": 1000}}`,
	}
}

// completeValues are lines of a file of parameters, by name.
func completeValues() map[string]string {
	values := map[string]string{
		"PublicUrl": "https://jiazhu.example", "Clients": `"[]"`, "Issuers": `"[]"`, "MessagesUrl": "https://m.example", "MessagesSecret": "planted",
	}
	for _, layer := range layers {
		if layer != "SettingsLayer" {
			values[layer] = "arn:aws:lambda:us-east-1:123456789012:layer:x:1"
		}
	}
	return values
}

const publicKey = `{"keys":[{"kty":"EC","kid":"k","crv":"P-256","x":"djj8GOp03jVR0uNFGQr2S-B_3VvA8vPJaT6Nv3RLyDg","y":"IbhPHO8vBm6w_XPAjT4cUFqpH0r0-v3x-jamRkTDqJA"}]}`

func TestWhatKeepsAStageFromBeingDeployed(t *testing.T) {
	for name, c := range map[string]struct {
		set     map[string]string // "" takes a value away
		region  string
		mode    os.FileMode
		answers map[string]string
		want    []string // in the error; none: the stage may be deployed
	}{
		"complete":            {},
		"a parameter missing": {set: map[string]string{"PublicUrl": ""}, want: []string{"PublicUrl is missing"}},
		"everything is listed": {set: map[string]string{"PublicUrl": "", "Clients": "mohurd"},
			want: []string{"PublicUrl is missing", "CLIENTS: "}},
		"a client that no function takes": {set: map[string]string{"Clients": `'[{"id":"x","kind":"authority","scopes":["report"]}]'`},
			want: []string{`CLIENTS: client "x": only an authority with areas`}},
		"a kind of certificate that is not there": {set: map[string]string{"Clients": `'[{"id":"x","kind":"authority","areas":["110000"],"schemes":["constructor-l"],"scopes":["report"],"keys":` + publicKey + `}]'`},
			want: []string{`client "x": there is no kind of certificate "constructor-l"`}},
		"an area that is none": {set: map[string]string{"Clients": `'[{"id":"x","kind":"authority","areas":["11000"],"schemes":["*"],"scopes":["report"],"keys":` + publicKey + `}]'`},
			want: []string{`client "x": area "11000" is not six digits`}},
		"an area of no province": {set: map[string]string{"Clients": `'[{"id":"x","kind":"authority","areas":["980000"],"schemes":["*"],"scopes":["report"],"keys":` + publicKey + `}]'`},
			want: []string{`area "980000"`}},
		"a key of two clients": {set: map[string]string{"Clients": `'[{"id":"x","kind":"authority","areas":["*"],"schemes":["*"],"scopes":["report"],"keys":` + publicKey + `},{"id":"y","kind":"authority","areas":["*"],"schemes":["*"],"scopes":["report"],"keys":` + publicKey + `}]'`},
			want: []string{`clients "x" and "y" have the same key "k"`}},
		"an app of an unknown portal": {set: map[string]string{"Issuers": `'[{"id":"https://app","portals":["nowhere"],"keys":` + publicKey + `}]'`},
			want: []string{`no portal "nowhere"`}},
		"no such parameter":         {set: map[string]string{"Colour": "red"}, want: []string{"no parameter Colour"}},
		"a Boolean":                 {set: map[string]string{"LongTerm": "true"}, want: []string{"LongTerm is not a text"}},
		"JSON that is YAML":         {set: map[string]string{"Clients": "[{id: x}]"}, want: []string{"Clients is not a text"}},
		"a quote that SAM unquotes": {set: map[string]string{"Clients": `'["a\"b"]'`}, want: []string{`write \u0022`}},
		"clients that do not fit":   {set: map[string]string{"Clients": `"[` + strings.Repeat(" ", 3800) + `]"`}, want: []string{"variables of Login have 4", "CLIENTS 38"}},
		"a secret too long": {set: map[string]string{"MessagesSecret": strings.Repeat("planted", 600)},
			want: []string{"MESSAGES_SECRET 42"}},
		"quotes take two bytes":          {set: map[string]string{"Issuers": `'[` + strings.Repeat(`"",`, 1000) + `""]'`}, want: []string{"of Identify have 5"}},
		"a file without a layer":         {set: map[string]string{"Clients": "file:///opt/settings/clients.json"}, want: []string{"SettingsLayer does not say"}},
		"a file of a layer":              {set: map[string]string{"Clients": "file:///opt/settings/clients.json", "SettingsLayer": "arn:x"}},
		"a key without its layer":        {set: map[string]string{"SigningLayer": ""}, want: []string{"SigningLayer does not say"}},
		"pages in us-east-1":             {set: map[string]string{"PortalPages": `"true"`}},
		"pages in China":                 {set: map[string]string{"PortalPages": `"true"`}, region: "cn-north-1", want: []string{"not for China"}},
		"pages elsewhere":                {set: map[string]string{"PortalPages": `"true"`}, region: "eu-west-1", want: []string{"make web-acl"}},
		"pages elsewhere with a web ACL": {set: map[string]string{"PortalPages": `"true"`, "PagesWebAcl": "arn:x"}, region: "eu-west-1"},
		"a file that others can read":    {mode: 0o644, want: []string{"chmod 600"}},
		"no credentials":                 {answers: map[string]string{"sts get-caller-identity": ""}, want: []string{"get-caller-identity"}},
		"a small account": {answers: map[string]string{"lambda get-account-settings": `{"AccountLimit": {"ConcurrentExecutions": 10}}`},
			want: []string{"allows 10 executions"}},
		"a small account, nothing reserved": {set: map[string]string{"ReserveConcurrency": `"false"`},
			answers: map[string]string{"lambda get-account-settings": `{"AccountLimit": {"ConcurrentExecutions": 10}}`}},
	} {
		t.Run(name, func(t *testing.T) {
			values, answers := completeValues(), healthyAnswers()
			maps.Copy(values, c.set)
			maps.Copy(answers, c.answers)
			maps.DeleteFunc(answers, func(_, text string) bool { return text == "" })
			var text strings.Builder
			for name, value := range values {
				if value != "" {
					text.WriteString(name + ": " + value + "\n")
				}
			}
			region, mode := "us-east-1", os.FileMode(0o600)
			if c.region != "" {
				region = c.region
			}
			if c.mode != 0 {
				mode = c.mode
			}
			s, err := readStage(newStage(t, region, text.String(), mode), "test", false)
			if s.aws = answer(answers); err == nil {
				err = s.checkDeployment()
			}
			if (err == nil) != (len(c.want) == 0) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q", err, want)
				}
			}
			if err != nil && strings.Contains(err.Error(), "planted") {
				t.Errorf("the error shows the secret: %v", err)
			}
		})
	}
}

// TestEveryVariableCanBeMeasured: what the template gives to functions are texts, parameters and names of resources, and
// every layer of its parameters is known here.
func TestEveryVariableCanBeMeasured(t *testing.T) {
	s, err := readStage(newStage(t, "us-east-1", "{}", 0o600), "test", false)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for id, r := range s.template.Resources {
		for name, node := range r.Properties.Environment.Variables {
			if seen++; node.Kind != yaml.ScalarNode || strings.HasPrefix(node.ShortTag(), "!") && !strings.HasPrefix(node.ShortTag(), "!!") && node.Tag != "!Ref" {
				t.Errorf("%s of %s is %s", name, id, node.Tag)
			}
		}
	}
	if seen < 50 {
		t.Errorf("%d variables", seen)
	}
	for name := range s.template.Parameters {
		if strings.HasSuffix(name, "Layer") && !slices.Contains(slices.Collect(maps.Values(layers)), name) {
			t.Errorf("%s is not among the layers", name)
		}
	}
}

func TestVariablesAreMeasuredAsLambdaMeasuresThem(t *testing.T) {
	for name, c := range map[string]struct {
		variables string
		fits      bool
	}{
		"what fits to the byte": {`{A: "` + strings.Repeat("x", 4096-8) + `"}`, true},
		"a byte too many":       {`{A: "` + strings.Repeat("x", 4096-7) + `"}`, false},
		"a resource's name":     {`{A: !Ref T, B: "` + strings.Repeat("x", 4096-15-len("jiazhu-prod-T-0123456789012")) + `"}`, true},
		"and a byte too many":   {`{A: !Ref T, B: "` + strings.Repeat("x", 4096-14-len("jiazhu-prod-T-0123456789012")) + `"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := stage{stack: "jiazhu-prod"}
			if err := yaml.Unmarshal([]byte("Resources: {F: {Properties: {Environment: {Variables: "+c.variables+"}}}}"), &s.template); err != nil {
				t.Fatal(err)
			}
			if faults := s.checkVariableSizes(); (len(faults) == 0) != c.fits {
				t.Errorf("got %v", faults)
			}
		})
	}
}

func TestANewStageGetsAFileToFillIn(t *testing.T) {
	root := newStage(t, "us-east-1", "", 0)
	if _, err := readStage(root, "test", false); err == nil || !strings.Contains(err.Error(), "fill it in") {
		t.Fatalf("got %v", err)
	}
	info, err := os.Stat(filepath.Join(root, "deploy", "test.yaml"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	s, err := readStage(root, "test", false)
	if got, want := slices.Sorted(maps.Keys(s.values)), []string{
		"Clients", "FieldKeyLayer", "IntegrityKeyLayer", "Issuers", "LimitsKeyLayer", "MessagesSecret", "MessagesUrl", "NamesKeyLayer",
		"PublicUrl", "SigningLayer", "VerifyLayer",
	}; err != nil || !slices.Equal(got, want) {
		t.Errorf("the file asks for %v, want %v; %v", got, want, err)
	}
}

func TestAStageOfSamconfigIsComplete(t *testing.T) {
	for _, name := range []string{"prod", "drill"} {
		if s, err := readStage("../..", name, true); err != nil || s.stack != "jiazhu-"+name || s.region == "" {
			t.Errorf("%s: %q in %q, %v", name, s.stack, s.region, err)
		}
	}
	if _, err := readStage("../..", "another", true); err == nil {
		t.Error("a stage that is not there is read")
	}
}

func TestAProtectedStageIsNotDestroyed(t *testing.T) {
	const stacks = `{"Stacks": [{"Outputs": [{"OutputKey": "RecordsTable", "OutputValue": "r"}, {"OutputKey": "LedgerTable", "OutputValue": "l"}, {"OutputKey": "SessionsTable", "OutputValue": "s"}]}]}`
	for name, c := range map[string]struct{ stacks, table, want string }{
		"protected":         {stacks, `{"Table": {"DeletionProtectionEnabled": true}}`, "data are protected"},
		"not known whether": {stacks, `{"Table": {}}`, "data are protected"},
		"tables not known":  {`{"Stacks": [{}]}`, `{"Table": {"DeletionProtectionEnabled": false}}`, "does not say"},
		"unprotected":       {stacks, `{"Table": {"DeletionProtectionEnabled": false}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := stage{aws: answer(map[string]string{"cloudformation describe-stacks": c.stacks, "dynamodb describe-table": c.table})}
			if err := s.checkUnprotected(); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

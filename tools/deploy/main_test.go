package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// fakeAWS stands in for the AWS CLI: it answers by subcommand and remembers what it was asked.
type fakeAWS struct {
	answers    map[string]string // JSON by "service operation"
	calls      []string
	parameters string // the parameters' file of a deployment

	regions []string          // of each call
	files   map[string]string // templates deployed, by stack
}

// flagValue is the argument behind a flag.
func flagValue(args []string, flag string) string {
	if i := slices.Index(args, flag); i >= 0 && i+1 < len(args) {
		return args[i+1]
	}
	return ""
}

func (a *fakeAWS) run(_ context.Context, args ...string) ([]byte, error) {
	what := strings.Join(args[:2], " ")
	a.calls = append(a.calls, what)
	for _, arg := range args {
		if path, ok := strings.CutPrefix(arg, "file://"); ok {
			data, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			a.parameters = string(data)
		}
	}
	a.regions = append(a.regions, flagValue(args, "--region"))
	if file := flagValue(args, "--template-file"); what == "cloudformation deploy" {
		data, _ := os.ReadFile(file) // packages are not made here
		if a.files == nil {
			a.files = map[string]string{}
		}
		a.files[flagValue(args, "--stack-name")] = string(data)
	}
	if stack := flagValue(args, "--stack-name"); a.answers[what+" "+stack] != "" {
		what += " " + stack
	}
	answer, ok := a.answers[what]
	if !ok {
		return nil, errors.New("no " + what)
	}
	return []byte(answer), nil
}

func healthyAnswers() map[string]string {
	return map[string]string{
		"sts get-caller-identity":     `{"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/x"}`,
		"s3api head-bucket":           ``,
		"lambda get-account-settings": `{"AccountLimit": {"ConcurrentExecutions": 1000}}`,
		"cloudformation package":      ``,
		"cloudformation deploy":       ``,
		"cloudformation delete-stack": ``,
		"cloudformation wait":         ``,
		"cloudformation describe-stacks": `{"Stacks": [{"Outputs": [
			{"OutputKey": "RecordsTable", "OutputValue": "r"}, {"OutputKey": "SessionsTable", "OutputValue": "s"}]}]}`,
		"dynamodb describe-table": `{"Table": {"DeletionProtectionEnabled": false}}`,
	}
}

func completeSettings() map[string]string {
	return map[string]string{
		"PublicUrl": "https://jiazhu.example", "Clients": "[]", "Issuers": "[]", "MessagesUrl": "https://m.example", "MessagesSecret": "planted",
		"NamesKeyLayer":     "arn:aws:lambda:us-east-1:123456789012:layer:names:1",
		"LimitsKeyLayer":    "arn:aws:lambda:us-east-1:123456789012:layer:limits:1",
		"FieldKeyLayer":     "arn:aws:lambda:us-east-1:123456789012:layer:field:1",
		"IntegrityKeyLayer": "arn:aws:lambda:us-east-1:123456789012:layer:integrity:1",
		"SigningLayer":      "arn:aws:lambda:us-east-1:123456789012:layer:sign:1",
		"VerifyLayer":       "arn:aws:lambda:us-east-1:123456789012:layer:verify:1",
	}
}

// writeStage makes a checkout with the real template and a stage's file.
func writeStage(t *testing.T, values map[string]string, mode os.FileMode) string {
	t.Helper()
	root := t.TempDir()
	template, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := settings{Region: "us-east-1", Artifacts: "bucket", Parameters: map[string]json.RawMessage{}}
	for name, value := range values {
		s.Parameters[name], _ = json.Marshal(value)
	}
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(
		os.WriteFile(filepath.Join(root, "template.yaml"), template, 0o600),
		os.Mkdir(filepath.Join(root, "deploy"), 0o700),
		os.WriteFile(filepath.Join(root, "deploy", "test.json"), data, mode),
	); err != nil {
		t.Fatal(err)
	}
	return root
}

// run runs in a checkout without functions, so that none has to be built.
func run(t *testing.T, root, typed string, a *fakeAWS, destroy bool) (string, error) {
	t.Helper()
	var out bytes.Buffer
	d := deployment{stage: "test", root: root, in: strings.NewReader(typed), out: &out, aws: a.run}
	if destroy {
		return out.String(), d.destroy(t.Context())
	}
	p, err := d.planRevision(t.Context(), "abc")
	if err == nil {
		err = d.applyPlan(t.Context(), p)
	}
	return out.String(), err
}

func TestWhatKeepsAStageFromBeingDeployed(t *testing.T) {
	with := func(name, value string) map[string]string {
		v := completeSettings()
		v[name] = value
		return v
	}
	without := func(name string) map[string]string {
		v := completeSettings()
		delete(v, name)
		return v
	}
	for name, c := range map[string]struct {
		values  map[string]string
		mode    os.FileMode
		answers func(map[string]string)
		typed   string
		want    string // in the error; "" = it is deployed
	}{
		"all is well":                 {values: completeSettings(), typed: "jiazhu-test\n"},
		"the wrong name typed":        {values: completeSettings(), typed: "yes\n", want: "nothing was changed"},
		"a parameter missing":         {values: without("PublicUrl"), want: "PublicUrl is missing"},
		"a parameter of another form": {values: with("PublicUrl", "https://jiazhu.example/"), want: "PublicUrl has not the form"},
		"a value not allowed":         {values: with("LogDays", "30"), want: "LogDays is none of"},
		"a number out of bounds":      {values: with("ChallengeSeconds", "5"), want: "ChallengeSeconds is not a number"},
		"clients that do not fit":     {values: with("Clients", "["+strings.Repeat(" ", 5000)+"]"), want: "Clients has 5002 bytes"},
		"clients that are no JSON":    {values: with("Clients", "mohurd"), want: "Clients is no JSON"},
		"clients for CloudFormation and not for Lambda": {values: with("Clients", "["+strings.Repeat(" ", 3800)+"]"),
			want: "variables of login have 4"},
		"quotes, which take two bytes":      {values: with("Issuers", "["+strings.Repeat(`"",`, 1000)+`""]`), want: "of identify have 5"},
		"clients in a file without a layer": {values: with("Clients", "file:///opt/settings/clients.json"), want: "SettingsLayer does not say"},
		"clients in a file of a layer": {values: func() map[string]string {
			v := with("Clients", "file:///opt/settings/clients.json")
			v["SettingsLayer"] = "arn:aws:lambda:us-east-1:123456789012:layer:settings:1"
			return v
		}(), typed: "jiazhu-test"},
		"a parameter that is not there": {values: with("Colour", "red"), want: "no parameter Colour"},
		"pages without a secret":        {values: with("PortalPages", "true"), want: "PortalPages needs an EdgeSecret"},
		"pages with a short secret": {values: func() map[string]string {
			v := with("PortalPages", "true")
			v["EdgeSecret"] = "planted"
			return v
		}(), want: "EdgeSecret has not the form"},
		"pages with two secrets": {values: func() map[string]string {
			v := with("PortalPages", "true")
			v["EdgeSecret"] = strings.Repeat("n", 64) + " " + strings.Repeat("o", 64)
			return v
		}(), typed: "jiazhu-test"},
		"a balancer without a secret": {values: with("Balancer", "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/front/1"),
			want: "Balancer needs an EdgeSecret"},
		"a balancer beside the pages": {values: func() map[string]string {
			v := with("Balancer", "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/front/1")
			v["PortalPages"], v["EdgeSecret"] = "true", strings.Repeat("n", 64)
			return v
		}(), want: "instead of the distribution"},
		"messages that go without TLS": {values: with("MessagesUrl", "http://m.example"), want: "MessagesUrl has not the form"},
		"a key without its layer":      {values: without("SigningLayer"), want: "SigningLayer does not say"},
		"a file that others can read":  {values: completeSettings(), mode: 0o644, want: "chmod 600"},
		"no credentials":               {values: completeSettings(), answers: func(a map[string]string) { delete(a, "sts get-caller-identity") }, want: "get-caller-identity"},
		"no bucket for the programs":   {values: completeSettings(), answers: func(a map[string]string) { delete(a, "s3api head-bucket") }, want: "head-bucket"},
		"a small account": {values: completeSettings(), answers: func(a map[string]string) {
			a["lambda get-account-settings"] = `{"AccountLimit": {"ConcurrentExecutions": 10}}`
		}, want: "allows 10 executions"},
		"a small account, nothing reserved": {values: with("ReserveConcurrency", "false"), typed: "jiazhu-test", answers: func(a map[string]string) {
			a["lambda get-account-settings"] = `{"AccountLimit": {"ConcurrentExecutions": 10}}`
		}},
	} {
		t.Run(name, func(t *testing.T) {
			a := &fakeAWS{answers: healthyAnswers()}
			if c.answers != nil {
				c.answers(a.answers)
			}
			if c.mode == 0 {
				c.mode = 0o600
			}
			_, err := run(t, writeStage(t, c.values, c.mode), c.typed, a, false)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "planted") {
				t.Errorf("the error shows the secret: %v", err)
			}
			if changed := slices.Contains(a.calls, "cloudformation deploy"); changed != (c.want == "") {
				t.Errorf("deployed: %t", changed)
			}
			if err == nil && !strings.Contains(a.parameters, `"PublicUrl=https://jiazhu.example"`) {
				t.Errorf("the parameters given are %s", a.parameters)
			}
		})
	}
}

func TestVariablesAreMeasuredAsLambdaMeasuresThem(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "template.yaml")
	for name, test := range map[string]struct{ variables, want string }{
		"what fits to the byte":            {`{A: "` + strings.Repeat("x", 4096-8) + `"}`, ""},
		"a byte too many":                  {`{A: "` + strings.Repeat("x", 4096-7) + `"}`, "A 4097"},
		"a parameter":                      {`{A: !Ref P}`, ""},
		"a resource's name has its length": {`{A: !Ref T, B: "` + strings.Repeat("x", 4096-8-7-len("jiazhu-prod-T-")-suffix) + `"}`, ""},
		"and no more":                      {`{A: !Ref T, B: "` + strings.Repeat("x", 4096-7-7-len("jiazhu-prod-T-")-suffix) + `"}`, "4097"},
		"the secret is not repeated":       {`{SECRET: !Ref S}`, "SECRET 50"},
	} {
		t.Run(name, func(t *testing.T) {
			text := "Parameters: {P: {Default: short}, S: {Type: String}}\nResources: {F: {Type: AWS::Serverless::Function, Properties: {Environment: {Variables: " +
				test.variables + "}}}}\n"
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			faults, err := checkVariableSizes(path, "jiazhu-prod", map[string]string{"S": strings.Repeat("planted", 715)})
			if err != nil || (len(faults) == 0) != (test.want == "") || test.want != "" && !strings.Contains(faults[0], test.want) {
				t.Errorf("%v, %v; want %q", faults, err, test.want)
			}
			if strings.Contains(strings.Join(faults, ""), "planted") {
				t.Error("the fault shows a value")
			}
		})
	}
}

func TestPagesAreNotDeployedInChina(t *testing.T) {
	values := completeSettings()
	values["PortalPages"] = "true"
	root := writeStage(t, values, 0o600)
	path := filepath.Join(root, "deploy", "test.json")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(data, []byte("us-east-1\",\"art"), []byte("cn-north-1\",\"art"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t, root, "jiazhu-test", &fakeAWS{answers: healthyAnswers()}, false); err == nil || !strings.Contains(err.Error(), "not for China") {
		t.Errorf("got %v", err)
	}
}

// TestAWebACLIsMadeWhereCloudFrontWantsIt: a stage in another region has it as a stack of its own in
// us-east-1, made first, of the rules that the template has for everybody; and is told its ARN.
func TestAWebACLIsMadeWhereCloudFrontWantsIt(t *testing.T) {
	const arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/jiazhu-test-web-acl/1"
	values := completeSettings()
	values["PortalPages"], values["EdgeSecret"], values["ServerNetworks"] = "true", strings.Repeat("n", 64), "192.0.2.0/24"
	root := writeStage(t, values, 0o600)
	path := filepath.Join(root, "deploy", "test.json")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(data, []byte("us-east-1\",\"art"), []byte("ap-southeast-1\",\"art"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	a := &fakeAWS{answers: healthyAnswers()}
	a.answers["cloudformation describe-stacks jiazhu-test-web-acl"] = `{"Stacks": [{"Outputs": [{"OutputKey": "WebAclArn", "OutputValue": "` + arn + `"}]}]}`
	if _, err := run(t, root, "jiazhu-test", a, false); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(a.parameters, `"PagesWebAcl=`+arn+`"`) {
		t.Errorf("the stage is told %s", a.parameters)
	}
	first := slices.Index(a.calls, "cloudformation deploy")
	if a.regions[first] != "us-east-1" || a.regions[slices.Index(a.calls, "cloudformation package")] != "ap-southeast-1" {
		t.Errorf("%v in %v", a.calls, a.regions)
	}
	var part struct {
		Parameters map[string]yaml.Node `yaml:"Parameters"`
		Conditions map[string]yaml.Node `yaml:"Conditions"`
		Resources  map[string]yaml.Node `yaml:"Resources"`
		Outputs    map[string]yaml.Node `yaml:"Outputs"`
	}
	if err := yaml.Unmarshal([]byte(a.files["jiazhu-test-web-acl"]), &part); err != nil {
		t.Fatal(err)
	}
	if got, want := slices.Sorted(maps.Keys(part.Resources)), []string{"Servers", "WebAcl"}; !slices.Equal(got, want) {
		t.Errorf("it has %v, want %v", got, want)
	}
	if got, want := slices.Sorted(maps.Keys(part.Outputs)), []string{"WebAclArn"}; !slices.Equal(got, want) {
		t.Errorf("it tells %v, want %v", got, want)
	}
	for _, section := range []map[string]yaml.Node{part.Conditions, part.Resources, part.Outputs} {
		for name, n := range section {
			for _, refers := range referencedNames(&n) {
				_, p := part.Parameters[refers]
				_, c := part.Conditions[refers]
				if _, r := part.Resources[refers]; !p && !c && !r {
					t.Errorf("%s refers to %s, which is not there", name, refers)
				}
			}
		}
	}
	for _, secret := range []string{"EdgeSecret", "MessagesSecret"} {
		if _, told := part.Parameters[secret]; told {
			t.Errorf("it is told %s", secret)
		}
	}
	a = &fakeAWS{answers: a.answers}
	if _, err := run(t, root, "jiazhu-test", a, true); err != nil {
		t.Fatal(err)
	}
	if deleted := slices.Collect(func(yield func(string) bool) {
		for i, what := range a.calls {
			if what == "cloudformation delete-stack" && !yield(a.regions[i]) {
				return
			}
		}
	}); !slices.Equal(deleted, []string{"ap-southeast-1", "us-east-1"}) {
		t.Errorf("stacks are deleted in %v", deleted)
	}
}

func TestANewStageGetsAFileToFillIn(t *testing.T) {
	root := writeStage(t, completeSettings(), 0o600)
	path := filepath.Join(root, "deploy", "test.json")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t, root, "", &fakeAWS{}, false); err == nil || !strings.Contains(err.Error(), "fill it in") {
		t.Fatalf("got %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	s, err := readSettings(path, nil)
	got := slices.Sorted(maps.Keys(s.Parameters))
	if want := []string{"Clients", "Issuers", "MessagesSecret", "MessagesUrl", "PublicUrl"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("the file asks for %v, want %v; %v", got, want, err)
	}
}

func TestAProtectedStageIsNotDestroyed(t *testing.T) {
	for name, c := range map[string]struct {
		table, typed, want string
	}{
		"protected":             {`{"Table": {"DeletionProtectionEnabled": true}}`, "jiazhu-test\n", "data are protected"},
		"not known whether":     {`{"Table": {}}`, "jiazhu-test\n", "data are protected"},
		"unprotected, not sure": {`{"Table": {"DeletionProtectionEnabled": false}}`, "\n", "nothing was changed"},
		"unprotected":           {`{"Table": {"DeletionProtectionEnabled": false}}`, "jiazhu-test\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := &fakeAWS{answers: healthyAnswers()}
			a.answers["dynamodb describe-table"] = c.table
			_, err := run(t, writeStage(t, completeSettings(), 0o600), c.typed, a, true)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if deleted := slices.Contains(a.calls, "cloudformation delete-stack"); deleted != (c.want == "") {
				t.Errorf("deleted: %t", deleted)
			}
		})
	}
}

func TestAProgramOlderThanItsSourcesIsNoticed(t *testing.T) {
	root := t.TempDir()
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for path, age := range map[string]time.Duration{
		"functions/a/main.go": 0, "functions/a/main_test.go": time.Hour, "shared/x.go": 0, "go.mod": 0, "go.sum": 0,
		"build/lambda/fresh.zip": time.Minute, "build/lambda/old.zip": -time.Minute,
	} {
		path = filepath.Join(root, filepath.FromSlash(path))
		if err := errors.Join(
			os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600), os.Chtimes(path, at.Add(age), at.Add(age)),
		); err != nil {
			t.Fatal(err)
		}
	}
	got := strings.Join(staleFunctions(root, []string{"fresh", "old", "missing"}), "\n")
	if strings.Contains(got, "fresh") || !strings.Contains(got, "old is older than") || !strings.Contains(got, "missing is not packaged") {
		t.Errorf("got %s", got)
	}
}

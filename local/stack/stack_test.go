package stack

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/dynamodb"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
)

// options skips the test where the functions are not built or dynoxide is not there.
func options(t *testing.T) Options {
	t.Helper()
	o, err := Options{DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT")}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	for _, needed := range []string{o.Functions, o.DynamoDB} {
		if _, err := os.Stat(needed); err != nil {
			t.Fatalf("%s is not there: run `make build`", needed)
		}
	}
	return o
}

func start(t *testing.T, o Options) *Stack {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

func ask(t *testing.T, method, url string, header ...string) (int, http.Header, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			request.Host = header[i+1]
		}
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(body)
}

func TestEveryRouteReachesItsFunction(t *testing.T) {
	o := options(t)
	s := start(t, o)
	all, err := template.Read(o.Template, placeholders(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all.Functions {
		for _, r := range f.Routes {
			t.Run(r.Key(), func(t *testing.T) {
				path := strings.NewReplacer("/v/{file}", "/v/icon.svg", "/docs/{file}", "/docs/openapi.yaml", "{", "", "}", "").Replace(r.Path)
				status, header, body := ask(t, r.Method, s.URL+path)
				// The function refuses what it is sent; the gateway would answer {"message": …}.
				if status >= 500 || strings.HasPrefix(body, `{"message"`) {
					t.Errorf("got %d %s", status, body)
				}
				if r.Method == http.MethodHead { // has no body
					if media := header.Get("Content-Type"); body != "" || status >= 400 && media != "application/problem+json" {
						t.Errorf("got %d %s %s", status, media, body)
					}
					return
				}
				var p struct{ Code string }
				if status >= 400 && (json.Unmarshal([]byte(body), &p) != nil || p.Code == "" || p.Code == "not-found") {
					t.Errorf("got %d %s %s", status, header.Get("Content-Type"), body)
				}
			})
		}
	}
}

func TestAStackLeavesNothingBehind(t *testing.T) {
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, options(t))
	ask(t, "GET", s.URL+"/v")
	if len(children(t)) < 2 { // dynoxide and verify
		t.Errorf("children: %v", children(t))
	}
	s.Stop()
	s.Stop()
	<-s.StorageEnded()
	if left := children(t); len(left) > 0 {
		t.Errorf("still running: %v", left)
	}
	if _, err := os.Stat(s.Data); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there", s.Data)
	}
	if after, _ := os.Getwd(); after != before {
		t.Errorf("the working directory is %s", after)
	}
}

func TestASetAloneHasItsOwnAddressAndEndsEarlier(t *testing.T) {
	s := start(t, options(t))
	before := len(children(t))
	url, end, err := s.StartGateway(FunctionSet{})
	if err != nil {
		t.Fatal(err)
	}
	if status, _, body := ask(t, "GET", url+"/v"); status != http.StatusOK {
		t.Errorf("got %d %.200s", status, body)
	}
	if got := len(children(t)); got != before+1 {
		t.Errorf("%d children, %d before", got, before)
	}
	end()
	end()
	if got := len(children(t)); got != before {
		t.Errorf("%d children when it has ended, %d before", got, before)
	}
	if _, err := net.Dial("tcp", strings.TrimPrefix(url, "http://")); err == nil {
		t.Error("somebody still answers at its address")
	}
	if status, _, body := ask(t, "GET", s.URL+"/v"); status != http.StatusOK {
		t.Errorf("the stack's own: got %d %.200s", status, body)
	}
}

func TestWhatIsKeptIsFoundAgain(t *testing.T) {
	o := options(t)
	o.Data = filepath.Join(t.TempDir(), "data")
	kept := []string{"credentials.json", "messages.secret", "keys/names.key", "keys/limits.key", "keys/field.key", "keys/sign/" + testca.Ministry + "/seal.esl", "keys/trust/trust.json"}
	content := map[string]string{}
	for range 2 {
		s := start(t, o)
		for _, name := range kept {
			data, err := os.ReadFile(filepath.Join(o.Data, name))
			if err != nil {
				t.Fatal(err)
			}
			if before, again := content[name]; again && before != string(data) {
				t.Errorf("%s is another", name)
			}
			content[name] = string(data)
		}
		s.Stop()
	}
	if err := Reset(o.Data); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(o.Data); !errors.Is(err, os.ErrNotExist) {
		t.Error("the data are still there")
	}
	if err := Reset(o.Data); !errors.Is(err, ErrNoData) {
		t.Errorf("resetting nothing: %v", err)
	}
}

func TestAStackHasTheKindsOfCertificateOfItsDirectory(t *testing.T) {
	const added = "111100000000999959"
	o := options(t)
	text, err := os.ReadFile(filepath.Join(o.Root, "shared/domain/scheme/schemes/constructor-2-beijing.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	directory := t.TempDir()
	text = []byte(strings.NewReplacer("id: constructor-2-beijing", "id: added", "code: 11110000000021135M", "code: "+added).Replace(string(text)))
	if err := os.WriteFile(filepath.Join(directory, "added.yaml"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	o.Schemes = "file://" + directory
	s := start(t, o)
	if _, known := s.Schemes.ByID("added"); !known || len(s.Schemes.List()) != 1 {
		t.Errorf("the stack has %v", s.Schemes.List())
	}
	if _, err := os.Stat(filepath.Join(s.Paths.Office(added), "seal.esl")); err != nil {
		t.Error(err)
	}
	told := 0
	for _, f := range s.Settings(FunctionSet{}) {
		if f.Environment["SCHEMES"] == o.Schemes {
			told++
		}
	}
	if told != 7 || s.Operator()["SCHEMES"] != o.Schemes {
		t.Errorf("%d functions are told the directory, and the operator %q", told, s.Operator()["SCHEMES"])
	}
}

func TestWhatKeepsAStackFromStarting(t *testing.T) {
	o := options(t)
	used, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer used.Close()
	held := filepath.Join(t.TempDir(), "data")
	if err := os.MkdirAll(held, 0o700); err != nil {
		t.Fatal(err)
	}
	unlock, err := lock(filepath.Join(held, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	for name, c := range map[string]struct {
		change func(*Options)
		want   error
		says   string
	}{
		"a port in use":             {func(o *Options) { o.Port = used.Addr().(*net.TCPAddr).Port }, ErrPortInUse, strconv.Itoa(used.Addr().(*net.TCPAddr).Port)},
		"data in use":               {func(o *Options) { o.Data = held }, ErrDataInUse, held},
		"functions not built":       {func(o *Options) { o.Functions = t.TempDir() }, ErrNotBuilt, "login"},
		"no dynoxide":               {func(o *Options) { o.DynamoDB = "/nowhere/dynoxide" }, dynamodb.ErrMissing, "make fetch"},
		"a parameter it has not":    {func(o *Options) { o.Parameters = map[string]string{"X": "y"} }, nil, "no parameter X"},
		"a template that is not so": {func(o *Options) { o.Template = "/nowhere/template.yaml" }, os.ErrNotExist, "template"},
	} {
		t.Run(name, func(t *testing.T) {
			o := o
			c.change(&o)
			s, err := Start(t.Context(), o)
			if err == nil {
				s.Stop()
				t.Fatal("it started")
			}
			if c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v", err)
			}
			if left := children(t); len(left) > 0 {
				t.Errorf("still running: %v", left)
			}
		})
	}
}

func TestTheStackAnswersToThisMachineOnly(t *testing.T) {
	s := start(t, options(t))
	for name, c := range map[string]struct {
		path, host string
		want       int
	}{
		"the phone":                         {"/phone", "", 200},
		"the messages":                      {"/messages.json", "", 200},
		"by the name of localhost":          {"/phone", "localhost:8080", 200},
		"by another name":                   {"/phone", "attacker.example", 421},
		"the API by another name":           {"/v", "attacker.example:80", 421},
		"neither a route nor a page":        {"/nothing", "", 404},
		"out of the directory of the pages": {"/..%2ftemplate.yaml", "", 404},
	} {
		t.Run(name, func(t *testing.T) {
			header := []string{}
			if c.host != "" {
				header = []string{"Host", c.host}
			}
			if status, _, body := ask(t, "GET", s.URL+c.path, header...); status != c.want {
				t.Errorf("got %d %.200s", status, body)
			}
		})
	}
}

func TestAThrowawayHasEmptyTablesAndBuckets(t *testing.T) {
	env, stop, err := StartTemporary(context.Background(), options(t))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	for _, name := range []string{"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_S3", "RECORDS_TABLE", "SESSIONS_TABLE", "FILES_BUCKET", "JOURNAL_BUCKET"} {
		if env[name] == "" {
			t.Errorf("no %s", name)
		}
	}
}

// children are the programs this process has started, as far as the system tells.
func children(t *testing.T) []string {
	t.Helper()
	if _, err := os.Stat("/proc/self/task"); err != nil {
		t.Skip("this system does not list a process's children")
	}
	var names []string
	lists, _ := filepath.Glob("/proc/self/task/*/children")
	for _, list := range lists {
		data, _ := os.ReadFile(list)
		for _, pid := range strings.Fields(string(data)) {
			name, _ := os.ReadFile("/proc/" + pid + "/comm")
			names = append(names, strings.TrimSpace(string(name)))
		}
	}
	return names
}

// TestAShellGetsTheOperatorsEnvironmentOfTheStackThatRuns, and of none that has ended or was killed.
func TestAShellGetsTheOperatorsEnvironmentOfTheStackThatRuns(t *testing.T) {
	o := options(t)
	o.Data = t.TempDir()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	lines, err := OperatorOf(o.Data)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(operatorFile(o.Data))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	shell := exec.CommandContext(t.Context(), "sh", "-c", `eval "$0"; env`, lines)
	shell.Env = []string{"PATH=" + os.Getenv("PATH")}
	out, err := shell.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := s.Operator()
	for _, name := range []string{
		"RECORDS_TABLE", "SESSIONS_TABLE", "FILES_BUCKET", "JOURNAL_BUCKET", "NAMES_KEY", "FIELD_KEY", "INTEGRITY_KEY", "LIMITS_KEY",
		"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "CLIENTS",
	} {
		if all[name] == "" || !strings.Contains("\n"+string(out), "\n"+name+"="+all[name]+"\n") {
			t.Errorf("the shell has no %s as the stack says", name)
		}
	}
	s.Stop()
	if _, err := OperatorOf(o.Data); !errors.Is(err, ErrNotRunning) {
		t.Errorf("after its end: %v", err)
	}
	if err := os.WriteFile(operatorFile(o.Data), []byte(lines), 0o600); err != nil { // as one that was killed leaves it
		t.Fatal(err)
	}
	if _, err := OperatorOf(o.Data); !errors.Is(err, ErrNotRunning) {
		t.Errorf("after it was killed: %v", err)
	}
}

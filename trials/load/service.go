package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/child"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// roleStack is the first argument with which this program is the gateway and its functions, so that their cost is not
// mixed with that of sending requests.
const roleStack = "serve-stack"

// stackConfig says what the stack's process consists of.
type stackConfig struct {
	stack.Options
	Recorded map[string]string // environment of functions whose calls are recorded
	Bare     stack.FunctionSet
}

// stackInfo is what the stack's process prints when it is ready, as one line of JSON.
type stackInfo struct {
	URL, Keys      string
	Recorded, Bare string // the same API with recorded calls, and with bare functions
}

// serve is the stack, until ctx ends.
func (o stackConfig) serve(ctx context.Context) (err error) {
	defer must.Catch(&err)
	o.Output = os.Stderr
	s := must.Get(stack.Start(ctx, o.Options))
	defer s.Stop()
	recorded, endRecorded := must.Get2(s.StartGateway(stack.FunctionSet{Environment: o.Recorded}))
	defer endRecorded()
	bare, endBare := must.Get2(s.StartGateway(o.Bare))
	defer endBare()
	must.Do(json.NewEncoder(os.Stdout).Encode(stackInfo{s.URL, s.Keys, recorded, bare}))
	<-ctx.Done()
	return nil
}

// startStorage starts DynamoDB and S3, and a recorder before each.
func (p *harness) startStorage(ctx context.Context, root string) {
	p.data = must.Get(os.MkdirTemp("", "jiazhu-load-"))
	p.addUndo(func() { _ = os.RemoveAll(p.data) })
	p.storage = must.Get(faultproxy.NewStorage(root, p.data))
	p.addUndo(p.storage.Stop)
	must.Do(p.storage.Start(ctx))
	p.tables = must.Get(faultproxy.NewRecorder(p.storage.Tables.URL))
	p.addUndo(p.tables.Close)
	p.objects = must.Get(faultproxy.NewRecorder(p.storage.Objects.URL))
	p.addUndo(p.objects.Close)
}

// startStack starts the gateway and its functions as a process of their own.
func (p *harness) startStack(root string, s settings) {
	p.scripts = filepath.Join(p.data, "scripts.json")
	config := stackConfig{
		Options: stack.Options{
			Root: root, Data: p.data, Functions: s.functions, DynamoDBEndpoint: p.storage.Tables.URL, S3Endpoint: p.storage.Objects.URL,
			Parameters: map[string]string{"ChallengeSeconds": "600"}, SkipRoles: true,
		},
		Recorded: map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": p.tables.URL, "AWS_ENDPOINT_URL_S3": p.objects.URL},
		Bare:     stack.FunctionSet{Functions: filepath.Join(p.data, "bare"), Environment: map[string]string{faultproxy.ScriptsVariable: p.scripts}},
	}
	linkBare(s.bare, config.Bare.Functions)
	trouble := must.Get(os.Create(filepath.Join(p.data, "trouble.log")))
	p.addUndo(func() { _ = trouble.Close() })
	cmd := exec.Command(must.Get(os.Executable()), roleStack, string(must.Get(json.Marshal(config))))
	cmd.Env, cmd.Stderr = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.data}, trouble
	out := must.Get(cmd.StdoutPipe())
	c := must.Get(child.Start(cmd))
	p.addUndo(func() { c.Stop(giveUpAfter) })
	p.gateway = c.PID()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		text, _ := os.ReadFile(trouble.Name())
		must.Do(fmt.Errorf("the service did not start: %w: %s", err, text))
	}
	must.Do(json.Unmarshal(line, &p.stackInfo))
}

// linkBare puts the bare program where the program of each function is looked for.
func linkBare(program, dir string) {
	program = must.Get(filepath.Abs(program))
	must.Get(os.Stat(program))
	for _, name := range []string{"login", "identify", "certificates", "endorse", "download", "verify", "report", "intake", "jobs"} {
		at := filepath.Join(dir, name)
		must.Do(os.MkdirAll(at, 0o700))
		must.Do(os.Symlink(program, filepath.Join(at, "bootstrap")))
	}
}

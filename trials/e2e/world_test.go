package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/dynamodb"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

// challengeLife is short enough to be waited for and long enough for a slow machine.
const challengeLife = 30 * time.Second

// fixture is the one service of the package's tests.
type fixture struct {
	root, data string
	database   *dynamodb.Server
	proxy      *Proxy
	stack      *testservice.Service
	contract   *Contract
	longTerm   bool // what the next start is told

	refused []string        // calls that a function's role did not allow
	unused  map[string]bool // what roles allow and no call of any start has needed; nil before the first end
}

// isRarelyUsed reports whether a grant is not needed in every run of these tests: one is when a newer endorsement of
// the same certificate comes first, the others in the days after an upgrade.
func isRarelyUsed(grant string) bool {
	return slices.Contains([]string{
		"endorse may ConditionCheckItem Records COPY#", "verify may PutItem Records SEEN#", "jobs may PutItem Records SEEN#",
	}, grant)
}

// recordRoles notes what the functions did with their roles since the start.
func (w *fixture) recordRoles() {
	if w.stack == nil || w.stack.Roles == nil {
		return
	}
	w.refused = append(w.refused, w.stack.Roles.RefusedCalls()...)
	unused := map[string]bool{}
	for _, grant := range w.stack.Roles.UnusedGrants() {
		if w.unused == nil || w.unused[grant] {
			unused[grant] = true
		}
	}
	w.unused = unused
}

var service *fixture

func TestMain(m *testing.M) {
	w, err := begin()
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		os.Exit(1)
	}
	service = w
	code := m.Run()
	w.stop()
	faults := map[string][]string{"openapi.yaml": w.contract.Breaches(), "template.yaml": w.refused, "logs": w.countLines()}
	if run := flag.Lookup("test.run"); run == nil || run.Value.String() == "" {
		faults["openapi.yaml"] = append(faults["openapi.yaml"], w.untriedOperations()...)
		for grant := range w.unused {
			if !isRarelyUsed(grant) {
				faults["template.yaml"] = append(faults["template.yaml"], grant+", and never does")
			}
		}
	}
	for file, said := range faults {
		for _, fault := range said {
			fmt.Println(file+":", fault)
			code = 1
		}
	}
	w.remove()
	os.Exit(code)
}

var errNotBuilt = errors.New("functions or dynoxide are missing; run `make build`")

// untriedOperations lists the operations of the contract that no test had a success with.
func (w *fixture) untriedOperations() (faults []string) {
	s, err := readSpecification(w.root)
	if err != nil {
		return []string{err.Error()}
	}
	for path, methods := range s.Paths {
		for method := range methods {
			if method = strings.ToUpper(method); !w.contract.HasSucceeded(method, path) {
				faults = append(faults, method+" "+path+" was not tried")
			}
		}
	}
	return faults
}

func begin() (*fixture, error) {
	root, err := testservice.FindRoot()
	if err != nil {
		return nil, err
	}
	w := &fixture{root: root}
	for _, needed := range []string{w.program(), filepath.Join(w.root, "build", "local", "endorse", "bootstrap")} {
		if _, err := os.Stat(needed); err != nil {
			return nil, fmt.Errorf("%w (%w)", errNotBuilt, err)
		}
	}
	if w.data, err = os.MkdirTemp("", "jiazhu-e2e-"); err != nil {
		return nil, err
	}
	if w.contract, err = ReadContract(filepath.Join(w.root, "openapi.yaml")); err != nil {
		return nil, err
	}
	if err := w.start(context.Background(), 0); err != nil {
		w.end()
		return nil, err
	}
	if err := w.stack.Seed(context.Background()); err != nil {
		w.end()
		return nil, err
	}
	return w, nil
}

func (w *fixture) program() string { return filepath.Join(w.root, ".cache", "bin", "dynoxide") }

// start starts DynamoDB, the proxy and the service on the data directory.
func (w *fixture) start(ctx context.Context, port int) (err error) {
	if w.database, err = dynamodb.Start(ctx, w.program(), filepath.Join(w.data, "dynamodb.sqlite")); err != nil {
		return err
	}
	if w.proxy == nil {
		w.proxy = NewProxy()
	}
	if err := w.proxy.SetTargets(w.database.Endpoint, ""); err != nil {
		return err
	}
	w.stack, err = testservice.Start(ctx, stack.Options{
		Root: w.root, Data: w.data, Port: port, DynamoDBEndpoint: w.proxy.URL, Output: os.Stderr, LongTerm: w.longTerm,
		Origins:    []string{developer},
		Parameters: map[string]string{"ChallengeSeconds": fmt.Sprint(challengeLife.Seconds())},
	})
	if err == nil {
		w.contract.Origin = w.stack.URL
		w.stack.UseClient(&http.Client{Timeout: time.Minute, Transport: w.contract})
	}
	return err
}

// stop stops the service and DynamoDB, and keeps the data.
func (w *fixture) stop() {
	w.recordRoles()
	if w.stack != nil {
		w.stack.Stop()
	}
	if w.database != nil {
		w.database.Stop()
	}
}

func (w *fixture) end() {
	w.stop()
	w.remove()
}

// remove removes what the service had, once it has stopped.
func (w *fixture) remove() {
	if w.proxy != nil {
		w.proxy.Close()
	}
	_ = os.RemoveAll(w.data)
}

func (w *fixture) target() seed.Target { return w.stack.Target }

func (w *fixture) api() *seed.API { return w.stack.API }

// holder is the demo's holder in a situation.
func holder(t *testing.T, meaning string) seed.Holder {
	t.Helper()
	return service.stack.Holder(meaning)
}

// login logs the holder in on the ministry's portal.
func login(t *testing.T, h seed.Holder) *seed.Session {
	t.Helper()
	s, err := service.api().Login(t.Context(), seed.Ministry, h)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func app(t *testing.T, h seed.Holder) identityapp.App {
	t.Helper()
	a, err := service.stack.App(h.Person)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// loginAndIdentify logs the holder in, identifies them and returns their certificate.
func loginAndIdentify(t *testing.T, h seed.Holder) (*seed.Session, string) {
	t.Helper()
	s, certificate, err := service.stack.LogInWithCertificate(t.Context(), seed.Ministry, h)
	if err != nil {
		t.Fatal(err)
	}
	return s, certificate
}

// wantProblem checks a refusal's code.
func wantProblem(t *testing.T, err error, code client.ProblemCode) {
	t.Helper()
	var p *client.Problem
	if !errors.As(err, &p) {
		t.Errorf("got %v, want the problem %s", err, code)
	} else if p.Code != code {
		t.Errorf("got %v, want the problem %s", p, code)
	}
}

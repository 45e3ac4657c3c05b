package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/local/child"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Who is on the stage besides those of every local stack.
const (
	beijing  = "beijing-registry"
	shanghai = "shanghai-registry"
	former   = "former-registry" // whose key is taken out of the settings
	limited  = "limited-"        // and a portal: a client of it that may open few accounts
	otherApp = "https://app.example.cn"
)

// fixture is a running service, and everybody's keys.
type fixture struct {
	root    string // the repository
	data    string
	stack   *stack.Stack
	target  seed.Target
	api     *seed.API
	today   civil.Date
	clients []map[string]any // the setting, as the functions read it from a file at their start
	issuers string           // the setting of apps
	undo    []func()

	commands bool   // print what operators give, and what they are told
	printed  string // the last of it
}

func open(ctx context.Context) (*fixture, error) {
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	s := &fixture{today: civil.Of(time.Now())}
	if s.root, err = stack.FindRoot(wd); err != nil {
		return nil, err
	}
	if s.data, err = os.MkdirTemp("", "jiazhu-security-"); err != nil {
		return nil, err
	}
	s.undo = append(s.undo, func() { _ = os.RemoveAll(s.data) })
	port, err := child.FreePort()
	if err != nil {
		return s, err
	}
	paths, err := testkeys.Ensure(filepath.Join(s.data, "keys"), fmt.Sprintf("http://127.0.0.1:%d", port))
	if err != nil {
		return s, err
	}
	if s.issuers, err = s.enrol(paths); err != nil {
		return s, err
	}
	s.stack, err = stack.Start(ctx, stack.Options{
		Root: s.root, Data: s.data, Port: port, Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT"),
		Parameters: map[string]string{"Clients": testkeys.Location(s.clientsFile()), "Issuers": s.issuers},
	})
	if err != nil {
		return s, err
	}
	s.undo = append(s.undo, s.stack.Stop)
	s.target = seed.Target{URL: s.stack.URL, Keys: s.stack.Keys, Phone: s.stack.URL}
	s.api = &seed.API{URL: s.stack.URL}
	return s, nil
}

func (s *fixture) close() {
	for _, undo := range slices.Backward(s.undo) {
		undo()
	}
}

func (s *fixture) clientsFile() string { return filepath.Join(s.data, "clients.json") }

// clientsExcept are the clients but those named.
func (s *fixture) clientsExcept(without ...string) []map[string]any {
	return slices.DeleteFunc(slices.Clone(s.clients), func(c map[string]any) bool {
		return slices.Contains(without, c["id"].(string))
	})
}

// writeClients writes the clients that functions know from their next start, all but those named.
func (s *fixture) writeClients(without ...string) error {
	text, err := json.Marshal(s.clientsExcept(without...))
	if err != nil {
		return err
	}
	return os.WriteFile(s.clientsFile(), text, 0o600)
}

// enrol adds the authorities and the app that a local stack does not have, and returns the setting of apps.
// Beijing speaks for Beijing and first-class constructors alone.
func (s *fixture) enrol(paths testkeys.Paths) (issuers string, err error) {
	text, err := paths.ClientsSetting()
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal([]byte(text), &s.clients); err != nil {
		return "", err
	}
	for id, area := range map[string]string{beijing: "110000", shanghai: "310000", former: "330000"} {
		c := maps.Clone(find(s.clients, testkeys.Registry))
		c["id"], c["areas"] = id, []string{area}
		if c["schemes"] != nil {
			c["schemes"] = []string{seed.ConstructorOne}
		}
		if c["keys"], err = testkeys.NewKey(paths.ClientKey(id)); err != nil {
			return "", err
		}
		s.clients = append(s.clients, c)
	}
	if agency := find(s.clients, testkeys.Agency); agency["purposes"] != nil {
		agency["purposes"], agency["namesPerDay"] = []string{purposeKnown}, maxNames
	}
	for _, portal := range []string{seed.Ministry, seed.National} {
		c := maps.Clone(find(s.clients, portal+"-portal"))
		c["id"] = limited + portal
		if find(s.clients, testkeys.Agency)["purposes"] != nil {
			c["accountsPerDay"] = maxAccounts
		}
		if c["keys"], err = testkeys.NewKey(paths.ClientKey(limited + portal)); err != nil {
			return "", err
		}
		s.clients = append(s.clients, c)
	}
	if err := s.writeClients(); err != nil {
		return "", err
	}
	if text, err = paths.IssuersSetting(); err != nil {
		return "", err
	}
	var apps []map[string]any
	if err := json.Unmarshal([]byte(text), &apps); err != nil {
		return "", err
	}
	app := maps.Clone(apps[0])
	app["id"] = otherApp
	if app["portals"] != nil {
		app["portals"] = []string{seed.National}
	}
	if app["keys"], err = testkeys.NewKey(s.otherAppKey(paths)); err != nil {
		return "", err
	}
	made, err := json.Marshal(append(apps, app))
	return string(made), err
}

func (s *fixture) otherAppKey(p testkeys.Paths) string {
	return filepath.Join(filepath.Dir(p.AppKey), "other.key.pem")
}

func find(clients []map[string]any, id string) map[string]any {
	at := slices.IndexFunc(clients, func(c map[string]any) bool { return c["id"] == id })
	return clients[at]
}

// scenarios are everybody's, one after the other.
func (s *fixture) scenarios() []scenario {
	return []scenario{
		s.portalScenario("A portal's key: the national one's", seed.National, seed.Ministry, 200),
		s.portalScenario("A portal's key: another than the national one's", seed.Ministry, seed.National, 210),
		s.appScenario(225),
		s.authorityScenario(230),
		s.organisationScenario(250),
		s.tablesScenario(260),
		s.commandScenario(280),
	}
}

// person is an invented holder with accounts on both portals, a phone and a certificate bound on both.
func (s *fixture) person(ctx context.Context, order int) (seed.Holder, error) {
	h := seed.EndorsableHolder(order, s.today)
	return h, s.target.Enter(ctx, []seed.Holder{h})
}

// loginAndIdentify logs a holder in, with the face, and finds the certificate.
func (s *fixture) loginAndIdentify(ctx context.Context, portal string, h seed.Holder) (*seed.Session, string, error) {
	session, err := s.api.Login(ctx, portal, h)
	if err != nil {
		return nil, "", err
	}
	if err := s.identify(ctx, session, h.Person); err != nil {
		return nil, "", err
	}
	items, _, err := session.Certificates(ctx)
	if err != nil || len(items) == 0 {
		return session, "", err
	}
	return session, items[0].Certificate, nil
}

func (s *fixture) identify(ctx context.Context, session *seed.Session, face seed.Person) error {
	signer, err := seed.OpenSigner(s.stack.Paths.AppKey)
	if err != nil {
		return err
	}
	return session.Identify(ctx, seed.App{Signer: signer, Audience: s.stack.URL, Device: "phone-of-" + face.Phone, Person: face})
}

// token is a client's access token.
func (s *fixture) token(ctx context.Context, client, scope string) (string, error) {
	m, err := s.target.Machine(client)
	if err != nil {
		return "", err
	}
	return m.Token(ctx, scope)
}

// startWithout is the API whose functions were started after clients and apps were taken out of the settings.
func (s *fixture) startWithout(names ...string) (*seed.API, error) {
	clients, err := json.Marshal(s.clientsExcept(names...))
	if err != nil {
		return nil, err
	}
	var apps []map[string]any
	if err := json.Unmarshal([]byte(s.issuers), &apps); err != nil {
		return nil, err
	}
	issuers, err := json.Marshal(slices.DeleteFunc(apps, func(a map[string]any) bool { return slices.Contains(names, a["id"].(string)) }))
	if err != nil {
		return nil, err
	}
	way, err := s.stack.NewTransport(stack.FunctionSet{Environment: map[string]string{"CLIENTS": string(clients), "ISSUERS": string(issuers)}})
	return &seed.API{URL: s.stack.URL, HTTP: &http.Client{Timeout: time.Minute, Transport: way}}, err
}

// withdrawnClientAttempt is what every client's thief tries when the client was taken out of the settings.
func (s *fixture) withdrawnClientAttempt(client, scope string) attempt {
	return attempt{"asks for a token after the client was taken out of the settings", "", func(ctx context.Context) (string, error) {
		m, err := s.target.Machine(client)
		if err != nil {
			return "", err
		}
		if m.API, err = s.startWithout(client); err != nil {
			return "", err
		}
		_, err = m.Token(ctx, scope)
		return "a token", err
	}}
}

// message is a short message that arrived.
type message struct{ To, Kind, Portal, Username, Text, URL string }

// messages are those that went to a phone, the newest first.
func (s *fixture) messages(ctx context.Context, phone string) (to []message, err error) {
	var all []message
	if err := s.api.Do(ctx, seed.Call{Method: "GET", Path: "/messages.json"}, &all); err != nil {
		return nil, err
	}
	for _, m := range all {
		if m.To == phone {
			to = append(to, m)
		}
	}
	return to, nil
}

// jiazhu runs the command as an operator. Its exit code and both outputs are returned, whatever they are.
func (s *fixture) jiazhu(ctx context.Context, input string, args ...string) (code int, said string, err error) {
	return s.command(ctx, nil, input, args...)
}

// command is jiazhu with some settings changed.
func (s *fixture) command(ctx context.Context, with map[string]string, input string, args ...string) (code int, said string, err error) {
	cmd := exec.CommandContext(ctx, filepath.Join(s.root, "build", "jiazhu"), args...)
	settings := s.stack.Operator()
	maps.Copy(settings, with)
	cmd.Env = os.Environ()
	for name, value := range settings {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var out bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &out
	err = cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		return 0, "", fmt.Errorf("%w: run `make build`", err)
	}
	if s.commands {
		if now := fmt.Sprintf("      $ jiazhu %s\n%s", strings.Join(args, " "), out.String()); now != s.printed { // a play that waits asks again
			fmt.Print(now)
			s.printed = now
		}
	}
	return cmd.ProcessState.ExitCode(), out.String(), nil
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/child"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

// The parties that this service has besides those of every local stack.
const (
	beijing  = "beijing-registry"
	shanghai = "shanghai-registry"
	former   = "former-registry" // is taken out of the settings
	limited  = "limited-"        // before a portal: a client of it that may open few accounts
	otherApp = "https://app.example.cn"
)

// fixture is a running service, and every party's keys.
type fixture struct {
	*testservice.Service
	clients []map[string]any // the setting; functions read it from a file when they start
	issuers []map[string]any // the setting of apps

	showsCommands bool   // prints operators' commands and their output
	shown         string // the last of it
}

// start starts the service.
func (s *fixture) start(ctx context.Context) (err error) {
	defer must.Catch(&err)
	data := must.Get(os.MkdirTemp("", "jiazhu-security-"))
	removeData := func() { _ = os.RemoveAll(data) }
	port := must.Get(child.FreePort())
	paths := must.Get(testkeys.Ensure(filepath.Join(data, "keys"), fmt.Sprintf("http://127.0.0.1:%d", port), must.Get(scheme.Load())))
	s.addParties(paths)
	clients := filepath.Join(data, "clients.json")
	must.Do(os.WriteFile(clients, encodeJSON(s.clients), 0o600))
	s.Service, err = testservice.Start(ctx, stack.Options{
		Data: data, Port: port, Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT"),
		Parameters: map[string]string{"Clients": testkeys.Location(clients), "Issuers": string(encodeJSON(s.issuers))},
	})
	if err != nil {
		removeData()
		return err
	}
	s.AddCleanup(removeData)
	return nil
}

func encodeJSON(v any) []byte { return must.Get(json.Marshal(v)) }

// addParties adds authorities, portals' clients and an app to the settings of a local stack. Beijing reports for
// Beijing and first-class constructors alone.
func (s *fixture) addParties(paths testkeys.Paths) {
	must.Do(json.Unmarshal([]byte(must.Get(paths.ClientsSetting())), &s.clients))
	must.Do(json.Unmarshal([]byte(must.Get(paths.IssuersSetting())), &s.issuers))
	add := func(list *[]map[string]any, like map[string]any, key string, members map[string]any) {
		added := maps.Clone(like)
		maps.Copy(added, members)
		added["keys"] = must.Get(testkeys.NewKey(key))
		*list = append(*list, added)
	}
	client := func(id string) map[string]any {
		return s.clients[slices.IndexFunc(s.clients, func(c map[string]any) bool { return c["id"] == id })]
	}
	for id, area := range map[string]string{beijing: "110000", shanghai: "310000", former: "330000"} {
		add(&s.clients, client(testkeys.Registry), paths.ClientKey(id), map[string]any{
			"id": id, "areas": []string{area}, "schemes": []string{seed.ConstructorOne},
		})
	}
	maps.Copy(client(testkeys.Agency), map[string]any{"purposes": []string{purposeKnown}, "namesPerDay": maxNames})
	for _, portal := range []string{seed.Ministry, seed.National} {
		add(&s.clients, client(portal+"-portal"), paths.ClientKey(limited+portal), map[string]any{
			"id": limited + portal, "accountsPerDay": maxAccounts,
		})
	}
	add(&s.issuers, s.issuers[0], otherAppKey(paths), map[string]any{"id": otherApp, "portals": []string{seed.National}})
}

func otherAppKey(p testkeys.Paths) string {
	return filepath.Join(filepath.Dir(p.AppKey), "other.key.pem")
}

// except is a setting without the parties named.
func except(setting []map[string]any, names ...string) []byte {
	return encodeJSON(slices.DeleteFunc(slices.Clone(setting), func(c map[string]any) bool {
		return slices.Contains(names, c["id"].(string))
	}))
}

// removeClient takes a client out of the settings that functions read from their next start on.
func (s *fixture) removeClient(name string) {
	must.Do(os.WriteFile(filepath.Join(s.Data, "clients.json"), except(s.clients, name), 0o600))
}

// startWithout is the API over functions that started after parties were taken out of the settings.
func (s *fixture) startWithout(names ...string) *seed.API {
	return must.Get(s.Through(stack.FunctionSet{Environment: map[string]string{
		"CLIENTS": string(except(s.clients, names...)), "ISSUERS": string(except(s.issuers, names...)),
	}}))
}

// scenarios are those of all attackers, one after the other.
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
func (s *fixture) person(ctx context.Context, order int) seed.Holder {
	return must.Get(s.NewHolder(ctx, order))
}

// token is a client's access token.
func (s *fixture) token(ctx context.Context, client, scope string) string {
	return must.Get(s.Token(ctx, client, scope))
}

// requestScope is an attempt to get a token of a client's for an office that it does not have.
func (s *fixture) requestScope(client, scope string) func(context.Context) string {
	return func(ctx context.Context) string {
		s.token(ctx, client, scope)
		return "a token for it"
	}
}

// withdrawnClientAttempt is the attempt with a key of a client that is taken out of the settings.
func (s *fixture) withdrawnClientAttempt(client, scope string) attempt {
	return attempt{"asks for a token after the client was taken out of the settings", "", func(ctx context.Context) string {
		m := must.Get(s.Target.Machine(client))
		m.API = s.startWithout(client)
		must.Get(m.Token(ctx, scope))
		return "a token"
	}}
}

// enterPassword logs in to an account with the attacker's password and returns the session's token.
func (s *fixture) enterPassword(ctx context.Context, portal, username string) string {
	login := client.Login{Portal: portal, Username: username, Password: attackerPassword}
	return must.Get(client.Read[client.LoggedIn](s.Client().Login(ctx, login))).Token
}

// message is a short message that arrived.
type message struct{ To, Kind, Portal, Username, Text, URL string }

// messages are those that went to a phone, the newest first.
func (s *fixture) messages(ctx context.Context, phone string) (to []message) {
	var all []message
	must.Do(s.API.Do(ctx, seed.Call{Method: "GET", Path: "/messages.json"}, &all))
	for _, m := range all {
		if m.To == phone {
			to = append(to, m)
		}
	}
	return to
}

// command runs the operators' command and returns its exit code and output, whatever they are.
func (s *fixture) command(ctx context.Context, c testservice.Command, args ...string) (code int, output string) {
	code, output, err := s.Run(ctx, c, args...)
	must.Do(err)
	if s.showsCommands {
		now := fmt.Sprintf("      $ jiazhu %s\n%s", strings.Join(args, " "), output)
		if now != s.shown { // an attempt that waits repeats its command
			fmt.Print(now)
			s.shown = now
		}
	}
	return code, output
}

// jiazhu runs the operators' command, which has to succeed, and returns its output.
func (s *fixture) jiazhu(ctx context.Context, args ...string) string {
	code, output := s.command(ctx, testservice.Command{}, args...)
	if code != 0 {
		must.Do(errors.New(output))
	}
	return output
}

// isRegistered asks the operators' command, a number of times, whether a number has a certificate.
func (s *fixture) isRegistered(ctx context.Context, number string, times int) bool {
	for range times {
		time.Sleep(200 * time.Millisecond)
		if code, _ := s.command(ctx, testservice.Command{}, "history", number); code == 0 {
			return true
		}
	}
	return false
}

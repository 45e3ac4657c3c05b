package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/journal/s3journal"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/store/sessions/sessionstest"
)

const (
	origin      = "https://jiazhu.example.cn"
	secret      = "gateway-secret"
	zhangID     = "110101198001010010"
	liID        = "310101198506150016"
	zhangPhone  = "13800000001"
	goodPass    = "correct horse 电池"
	homeNetwork = "192.0.2.1"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// fixture is the function over a real table, with a fake message gateway and a fixed clock.
type fixture struct {
	t       *testing.T
	table   *sessionstest.Table
	journal *s3journal.Journal
	cloud   *recordstest.Cloud // failures of the journal are set here
	app     *api.App
	gateway *fakeGateway
	key     *ecdsa.PrivateKey // of both portals' clients
	now     time.Time
	derived atomic.Int64 // number of password derivations
	log     lockedBuffer
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	w := &fixture{t: t, table: sessionstest.Open(t), now: noon, gateway: newFakeGateway(t)}
	w.cloud = recordstest.Open(t)
	w.journal = s3journal.New(w.cloud.Buckets(), w.cloud.LockedBucket(t), w.table.Sealer)
	var err error
	if w.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	real := newHasher()
	keys := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: w.key.Public(), KeyID: "k"}}}
	w.app = newApp(deps{
		store: w.table.Store, hashes: w.table.Sealer, sealer: w.table.Sealer, journal: w.journal,
		// The real derivation with small costs, because the tests log in some two hundred times.
		passwords: hasher{params: params{memory: 64, time: 1, threads: 1}, derive: func(password, salt []byte, p params) []byte {
			w.derived.Add(1)
			return real.derive(password, salt, p)
		}},
		messages: newGateway(config.Messages{URL: w.gateway.server.URL, Secret: secret}),
		portals: map[string]config.Portal{
			"mohurd": {Name: "住房和城乡建设部政务服务门户", ScanPrompt: "x"},
			"gjzwfw": {Name: "国家政务服务平台", ScanPrompt: "x", StatesPhone: true},
		},
		clients: []identity.Client{
			{ID: "mohurd-portal", Kind: "portal", Portal: "mohurd", Scopes: []string{"accounts"}, Keys: keys, Organisations: true},
			{ID: "gjzwfw-portal", Kind: "portal", Portal: "gjzwfw", Scopes: []string{"accounts"}, Keys: keys},
			{ID: "small-portal", Kind: "portal", Portal: "mohurd", Scopes: []string{"accounts"}, Keys: keys, AccountsPerDay: 3},
			{ID: "registry", Kind: "authority", Areas: []string{"*"}, Schemes: []string{"*"}, Scopes: []string{"report"}, Keys: keys},
		},
		publicURL: origin,
	}, api.Server{Now: func() time.Time { return w.now }, Log: &w.log})
	return w
}

// lockedBuffer is a log that concurrent requests can write.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

// fakeGateway is a message gateway that keeps the messages, and can be made to fail.
type fakeGateway struct {
	server   *httptest.Server
	mu       sync.Mutex
	messages []map[string]string
	status   int
}

func newFakeGateway(t *testing.T) *fakeGateway {
	m := &fakeGateway{status: http.StatusAccepted}
	m.server = httptest.NewServer(http.HandlerFunc(func(res http.ResponseWriter, req *http.Request) {
		m.mu.Lock()
		defer m.mu.Unlock()
		var got map[string]string
		body, _ := io.ReadAll(req.Body)
		if err := json.Unmarshal(body, &got); err != nil || req.Header.Get("Authorization") != "Bearer "+secret ||
			req.Header.Get("Content-Type") != "application/json" || req.Method != http.MethodPost {
			t.Errorf("the gateway got %s %v %s: %v", req.Method, req.Header, body, err)
		}
		if m.status < 300 {
			m.messages = append(m.messages, got)
		}
		res.Header().Set("Location", "/elsewhere") // the secret must not be sent there
		res.WriteHeader(m.status)
	}))
	t.Cleanup(m.server.Close)
	return m
}

func (m *fakeGateway) answer(status int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.status = status
}

// take returns the messages and empties the mailbox.
func (m *fakeGateway) take() []map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := m.messages
	m.messages = nil
	return all
}

// link returns the secret in the only message, ignoring messages to an old phone.
func (w *fixture) link() string {
	w.t.Helper()
	all := slices.DeleteFunc(w.gateway.take(), func(m map[string]string) bool { return m["kind"] == phoneChanged })
	if len(all) != 1 || all[0]["kind"] != passwordLink {
		w.t.Fatalf("the gateway has %v, want one link", all)
	}
	link, ok := strings.CutPrefix(all[0]["url"], origin+"/password#")
	if !ok {
		w.t.Fatalf("the link is %s", all[0]["url"])
	}
	return link
}

type call struct {
	route, token, path, network, media, body string
	json                                     any
	lang                                     string
	basic                                    bool // with a user name and password in the header
}

type reply struct {
	status int
	body   string
	header map[string]string
	fields map[string]any
}

func (r reply) code() string {
	code, _ := r.fields["code"].(string)
	return code
}

func (r reply) text(name string) string {
	text, _ := r.fields[name].(string)
	return text
}

func (w *fixture) call(c call) reply {
	w.t.Helper()
	e := events.APIGatewayV2HTTPRequest{RouteKey: c.route, Headers: map[string]string{}, Body: c.body}
	e.RequestContext.RequestID = "request-1"
	e.RequestContext.HTTP.SourceIP = homeNetwork
	if c.network != "" {
		e.RequestContext.HTTP.SourceIP = c.network
	}
	if c.path != "" {
		e.PathParameters = map[string]string{"username": c.path}
	}
	if c.json != nil {
		body, err := json.Marshal(c.json)
		if err != nil {
			w.t.Fatal(err)
		}
		e.Body, c.media = string(body), "application/json"
	}
	for name, value := range map[string]string{"content-type": c.media, "accept-language": c.lang} {
		if value != "" {
			e.Headers[name] = value
		}
	}
	if c.token != "" {
		e.Headers["authorization"] = "Bearer " + c.token
	}
	if c.basic {
		e.Headers["authorization"] = "Basic eDp5"
	}
	out, err := w.app.Handle(w.t.Context(), e)
	if err != nil {
		w.t.Fatal(err)
	}
	r := reply{status: out.StatusCode, body: out.Body, header: out.Headers}
	if out.Body != "" {
		if err := json.Unmarshal([]byte(out.Body), &r.fields); err != nil {
			w.t.Fatalf("%s answers %q: %v", c.route, out.Body, err)
		}
	}
	return r
}

// want sends a call, and stops the test unless the answer has this status and code.
func (w *fixture) want(status int, code string, c call) reply {
	w.t.Helper()
	r := w.call(c)
	if r.status != status || r.code() != code {
		w.t.Fatalf("%s: %d %s, want %d %q", c.route, r.status, r.body, status, code)
	}
	return r
}

type object = map[string]any

// assertion signs a client assertion; change may spoil its claims.
func (w *fixture) assertion(client string, change func(object)) string {
	w.t.Helper()
	claims := object{
		"iss": client, "sub": client, "aud": origin + "/v1/token", "jti": rand.Text(),
		"iat": w.now.Unix(), "exp": w.now.Add(time.Minute).Unix(),
	}
	if change != nil {
		change(claims)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: w.key, KeyID: "k"}}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

func tokenCall(assertion, scope string) call {
	body := "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer" +
		"&client_assertion=" + assertion
	if scope != "" {
		body += "&scope=" + scope
	}
	return call{route: "POST /v1/token", media: "application/x-www-form-urlencoded", body: body}
}

func revocationCall(assertion, token string) call {
	body := "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=" + assertion
	if token != "" {
		body += "&token=" + token
	}
	return call{route: "POST /v1/token/revocation", media: "application/x-www-form-urlencoded", body: body}
}

func (w *fixture) machine(client string) string {
	w.t.Helper()
	return w.want(200, "", tokenCall(w.assertion(client, nil), "")).text("access_token")
}

func person(id string, phone any) object {
	name := map[string]string{zhangID: "张三", liID: "李明远"}[id]
	return object{
		"name": name, "idType": "111", "idNumber": id, "idValidFrom": "2015-03-01", "idValidUntil": "2035-03-01",
		"phone": phone, "realNameLevel": 4,
	}
}

func openAccountCall(token, username string, body any) call {
	return call{route: "PUT /v1/accounts/{username}", token: token, path: username, json: body}
}

func loginCall(username, password string) call {
	return call{route: "POST /v1/login", json: object{"portal": "mohurd", "username": username, "password": password}}
}

func (w *fixture) login(username, password string) string {
	w.t.Helper()
	return w.want(200, "", loginCall(username, password)).text("token")
}

// loginAfterFace logs in to an account whose person has shown their face in an earlier session, but
// not in this one.
func (w *fixture) loginAfterFace(username string) string {
	w.t.Helper()
	w.table.Identify(w.t, w.login(username, goodPass), w.now)
	return w.login(username, goodPass)
}

func setByLink(link, password string) call {
	return call{route: "PUT /v1/account/password", json: object{"link": link, "new": password}}
}

// zhang opens an account, sets its password by the link, and returns the portal's token.
func (w *fixture) zhang() string {
	w.t.Helper()
	portal := w.machine("mohurd-portal")
	w.want(201, "", openAccountCall(portal, "zhangsan", person(zhangID, zhangPhone)))
	w.want(204, "", setByLink(w.link(), goodPass))
	return portal
}

func accountCall(token string) call { return call{route: "GET /v1/account", token: token} }

package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/sessions/sessionstest"
)

const (
	origin  = "https://jiazhu.example.cn"
	issuer  = "https://app.example.cn"
	zhangID = "110101198001010010"
	liID    = "310101198506150016"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

type object = map[string]any

// fixture is the function over a real table, with the identity app's key and a fixed clock.
type fixture struct {
	t     *testing.T
	table *sessionstest.Table
	app   *api.App
	key   *ecdsa.PrivateKey // the identity app's
	now   time.Time
	log   lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	w := &fixture{t: t, table: sessionstest.Open(t), now: noon}
	var err error
	if w.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	keys := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: w.key.Public(), KeyID: "k"}}}
	w.app = newApp(deps{
		store: w.table.Store,
		portals: map[string]config.Portal{
			"mohurd": {Name: "住房和城乡建设部政务服务门户", ScanPrompt: "请用国家政务APP扫码进行人脸识别"},
			"gjzwfw": {Name: "国家政务服务平台", ScanPrompt: "请使用国家政务服务平台APP扫描二维码进行认证!"},
		},
		issuers: []config.Issuer{
			{ID: issuer, Portals: []string{"mohurd", "gjzwfw"}, Keys: keys},
			{ID: otherApp, Portals: []string{"gjzwfw"}, Keys: keys},
		},
		publicURL: origin, lifetime: identity.ChallengeLife,
	}, api.Server{Now: func() time.Time { return w.now }, Log: &w.log})
	return w
}

// signIn makes an account and a session of it.
func (w *fixture) signIn(username, name, id string) string {
	w.t.Helper()
	return w.signInOn("mohurd", username, name, id)
}

func (w *fixture) signInOn(portal, username, name, id string) string {
	w.t.Helper()
	account := w.table.Account(w.t, identity.Account{
		Portal: portal, Username: username, Name: name, IDType: "111", IDNumber: id, RealNameLevel: 4,
	}, "", w.now)
	return w.table.SignIn(w.t, account, w.now)
}

func (w *fixture) zhang() string { w.t.Helper(); return w.signIn("zhangsan", "张三", zhangID) }

func (w *fixture) isIdentified(token string) bool {
	w.t.Helper()
	s, err := w.table.Store.Session(w.t.Context(), token, w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	return s.IsIdentified(w.now)
}

type call struct {
	route, token, challenge string
	json                    any
	body                    string
}

type reply struct {
	status int
	body   string
	fields object
}

func (r reply) text(name string) string {
	text, _ := r.fields[name].(string)
	return text
}

func (w *fixture) call(c call) reply {
	w.t.Helper()
	e := events.APIGatewayV2HTTPRequest{RouteKey: c.route, Headers: map[string]string{"content-type": "application/json"}, Body: c.body}
	if c.challenge != "" {
		e.PathParameters = map[string]string{"challenge": c.challenge}
	}
	if c.json != nil {
		body, err := json.Marshal(c.json)
		if err != nil {
			w.t.Fatal(err)
		}
		e.Body = string(body)
	}
	if c.token != "" {
		e.Headers["authorization"] = "Bearer " + c.token
	}
	out, err := w.app.Handle(w.t.Context(), e)
	if err != nil {
		w.t.Fatal(err)
	}
	r := reply{status: out.StatusCode, body: out.Body}
	if err := json.Unmarshal([]byte(out.Body), &r.fields); err != nil {
		w.t.Fatalf("%s answers %q: %v", c.route, out.Body, err)
	}
	return r
}

func (w *fixture) want(status int, code string, c call) reply {
	w.t.Helper()
	r := w.call(c)
	if r.status != status || r.text("code") != code {
		w.t.Fatalf("%s: %d %s, want %d %q", c.route, r.status, r.body, status, code)
	}
	return r
}

// page is what a page shows after it began a challenge, and what a phone reads from it.
type page struct {
	token, challenge, nonce, number string
	pollAfterMS                     any
}

func (w *fixture) begin(token string) page {
	w.t.Helper()
	r := w.want(201, "", call{route: "POST /v1/identity/challenges", token: token, json: object{}})
	qr, _ := r.fields["qr"].(object)
	text, _ := qr["text"].(string)
	code, ok := strings.CutPrefix(text, origin+"/i#")
	challenge, nonce, two := strings.Cut(code, ".")
	if !ok || !two || challenge != r.text("challenge") {
		w.t.Fatalf("the QR code says %q", text)
	}
	return page{token: token, challenge: challenge, nonce: nonce, number: r.text("number"), pollAfterMS: r.fields["pollAfterMs"]}
}

// phone is one installation of the app and the person whose face it sees.
type phone struct{ device, id string }

var (
	zhangPhone = phone{"phone-of-zhang", zhangID}
	liPhone    = phone{"phone-of-li", liID}
)

// statement signs a phone's statement; change may spoil its claims.
func (w *fixture) statement(p phone, from page, change func(object)) string {
	w.t.Helper()
	claims := object{
		"iss": issuer, "aud": origin, "jti": rand.Text(), "iat": w.now.Unix(), "exp": w.now.Add(time.Minute).Unix(),
		"challenge": from.challenge, "nonce": from.nonce, "device": p.device,
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

func scanCall(challenge, statement string) call {
	return call{route: "POST /v1/identity/challenges/{challenge}/scan", challenge: challenge, json: object{"scan": statement}}
}

func (w *fixture) scanOf(p phone, from page) call {
	w.t.Helper()
	return scanCall(from.challenge, w.statement(p, from, nil))
}

func assertCall(challenge, statement string) call {
	return call{route: "POST /v1/identity/challenges/{challenge}/assertion", challenge: challenge, json: object{"assertion": statement}}
}

// face signs the answer of a phone that recognised its person.
func (w *fixture) face(p phone, from page, change func(object)) string {
	w.t.Helper()
	return w.statement(p, from, func(c object) {
		c["method"], c["result"], c["number"] = "face", "pass", from.number
		c["holder"] = holderDigest(from.challenge, "111", p.id)
		if change != nil {
			change(c)
		}
	})
}

func (w *fixture) assertOf(p phone, from page, change func(object)) call {
	w.t.Helper()
	return assertCall(from.challenge, w.face(p, from, change))
}

func (w *fixture) poll(from page) reply {
	w.t.Helper()
	return w.want(200, "", pollCall(from.token, from.challenge))
}

func pollCall(token, challenge string) call {
	return call{route: "GET /v1/identity/challenges/{challenge}", token: token, challenge: challenge}
}

package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/receiptpage"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// fixture is a register with 张三's certificate, an issuer, and the function.
type fixture struct {
	*recordstest.Fixture
	issuer *issuetest.Issuer
	app    *api.App
	record records.Record
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	return newFixtureWith(t, func(*certificate.Certificate) {})
}

func newFixtureWith(t *testing.T, change func(*certificate.Certificate)) *fixture {
	t.Helper()
	h := recordstest.NewFixture(t)
	w := &fixture{Fixture: h, issuer: issuetest.New(t, h.Clock.Now())}
	c := recordstest.Sample(h.Clock.Now(), nil, nil)
	change(&c)
	w.record = h.Enter(t, c, nil, nil)
	w.app = w.function(t, w.issuer)
	return w
}

// function returns the function that trusts an issuer.
func (w *fixture) function(t *testing.T, press *issuetest.Issuer) *api.App {
	t.Helper()
	return w.functionReading(t, press, w.Records)
}

// functionReading is function with another register.
func (w *fixture) functionReading(t *testing.T, press *issuetest.Issuer, register certificateStore) *api.App {
	t.Helper()
	trust, err := evidence.ParseTrust(press.Trust)
	if err != nil {
		t.Fatal(err)
	}
	app, err := newApp(deps{
		certificates: register, limits: w.Sessions, grants: w.Sessions, receipts: press.Receipts, drawer: receiptpage.New(),
		schemes: w.Schemes, trust: trust, origin: issuetest.Origin, test: true, log: io.Discard,
	}, w.Clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// endorse makes a copy for 180 days and stores it.
func (w *fixture) endorse(t *testing.T) issuetest.IssuedCopy {
	t.Helper()
	made := w.print(t, w.issuer)
	if _, err := w.Records.Endorse(t.Context(), records.Entry{
		Endorsement: made.Endorsement, Revision: w.record.Revision, Key: made.Endorsement.ID, Fingerprint: "body",
		Day: civil.Of(w.Clock.Now()),
	}); err != nil {
		t.Fatal(err)
	}
	return made
}

// print makes a copy with an issuer, without storing it.
func (w *fixture) print(t *testing.T, press *issuetest.Issuer) issuetest.IssuedCopy {
	t.Helper()
	id := records.NewID(w.Clock.Now())
	at, err := records.TimeOf(id)
	if err != nil {
		t.Fatal(err)
	}
	c := w.record.Certificate
	return press.Make(t, endorsement.Endorsement{
		ID: id, CertID: c.ID, Holder: w.record.Holder, Identifier: c.Identifier, CertVersion: c.Version, Scheme: c.Scheme, MadeAt: at,
		Maker:   endorsement.Maker{Account: "zhangsan", Portal: "mohurd", Auth: "face:challenge"},
		UseFrom: civil.Of(at), UseUntil: civil.Of(at).AddDays(180), Limit: endorsement.DaysLimit(180),
		Purpose:   &endorsement.Purpose{Kind: "投标", Text: "某某大厦一期工程施工投标", ProjectCode: "P-2026-7"},
		Recipient: &endorsement.Recipient{Name: "乙公司（集团）"},
	}, c)
}

// reply is the part of the answer that the tests check.
type reply struct {
	Verdict, VerdictName, Given, AsOf, CheckedAt string
	Checks                                       []replyRow
	Code                                         int
	Subject                                      map[string]any
	Ends                                         *struct{ On, Rule, Text string }
	Newer                                        bool
	Reminder, Receipt                            string
	Said                                         *struct {
		At, AsOf, Verdict, VerdictName, CopyDigest string
		Code                                       int
		Checks                                     []replyRow
		Claim                                      map[string]any
		Question                                   map[string]any
	}
	Job *struct {
		Count    int
		Verdicts map[string]int
	}
	Batch *struct {
		Statement string
		Items     []struct {
			Verdict string
			Printed map[string]any
		}
	}
	Now *struct {
		Checks []replyRow
		Newer  bool
	}
}

type replyRow struct{ Check, Result, Reason, Text string }

func (r reply) row(check verdict.Check) (result, text string) { return rowIn(r.Checks, check) }

func rowIn(rows []replyRow, check verdict.Check) (result, text string) {
	for _, c := range rows {
		if c.Check == string(check) {
			return c.Result, c.Text
		}
	}
	return "", ""
}

func (w *fixture) postVerification(t *testing.T, body any) reply {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return w.send(t, recordstest.Request{Body: string(text)})
}

type fields map[string]any

// upload sends a file as the body.
func (w *fixture) upload(t *testing.T, media string, file []byte, query string) reply {
	t.Helper()
	return w.send(t, recordstest.Request{Body: string(file), Query: query, Header: map[string]string{"content-type": media}})
}

func (w *fixture) send(t *testing.T, ask recordstest.Request) reply {
	t.Helper()
	ask.Route = "POST /v1/verifications"
	var r reply
	recordstest.Send(t, w.app, ask).Into(t, 200, &r)
	return r
}

// postFrom sends a request from an address.
func (w *fixture) postFrom(t *testing.T, network, body string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	event := events.APIGatewayV2HTTPRequest{
		RouteKey: "POST /v1/verifications", Headers: map[string]string{"content-type": "application/json"}, Body: body,
	}
	event.RequestContext.HTTP.SourceIP = network
	answer, err := w.app.Handle(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func want(t *testing.T, got reply, overall string, code int, check verdict.Check, result, text string) {
	t.Helper()
	if got.Verdict != overall || got.Code != code {
		t.Errorf("got %s, code %d; want %s, code %d: %+v", got.Verdict, got.Code, overall, code, got.Checks)
	}
	gotResult, gotText := got.row(check)
	if diff := cmp.Diff([]string{result, text}, []string{gotResult, gotText}); diff != "" {
		t.Errorf("%s: %s", check, diff)
	}
}

func base64Of(data []byte) string { return base64.StdEncoding.EncodeToString(data) }

// wantNoPersonalData fails if the answer shows what only the holder may know.
func wantNoPersonalData(t *testing.T, body string, c certificate.Certificate) {
	t.Helper()
	for what, secret := range map[string]string{
		"the name": c.Holder.Name, "the identity number": c.Holder.IDNumber,
		"the birth date": c.Holder.Birth.String(),
	} {
		if strings.Contains(body, secret) {
			t.Errorf("the answer gives %s away: %s", what, body)
		}
	}
}

// failingSigner is a key whose signing fails.
type failingSigner struct{ keys.Signer }

func (failingSigner) Sign(context.Context, []byte) ([]byte, error) {
	return nil, errors.New("the key service is away")
}

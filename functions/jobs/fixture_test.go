package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/receiptpage"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/verifying"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// fixture is a register with 张三's certificate, an issuer, and the function with one organisation.
type fixture struct {
	*recordstest.Fixture
	issuer *issuetest.Issuer
	record records.Record
	trust  evidence.Trust
	app    *app
	api    *api.App
	token  string
	log    *bytes.Buffer
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	h, log := recordstest.NewFixture(t), &bytes.Buffer{}
	issuer := issuetest.New(t, h.Clock.Now())
	trust, err := evidence.ParseTrust(issuer.Trust)
	if err != nil {
		t.Fatal(err)
	}
	w := &fixture{Fixture: h, issuer: issuer, trust: trust, log: log, record: h.Enter(t, recordstest.Sample(h.Clock.Now(), nil, nil), nil, nil)}
	w.app = &app{
		grants: h.Sessions, limits: h.Sessions, jobs: h.Records, ledger: h.Records, files: h.Files,
		register: verifying.Register{Certificates: h.Records, Schemes: h.Schemes},
		trust:    trust, receipts: issuer.Receipts, drawer: receiptpage.New(), printer: newPrinter(), origin: issuetest.Origin, test: true, now: h.Clock.Now, log: log,
	}
	w.api = w.app.newAPI(api.Server{Now: h.Clock.Now, Log: io.Discard})
	w.token = w.grant(t, "tenders")
	return w
}

func (w *fixture) grant(t *testing.T, id string) string {
	t.Helper()
	return w.Grant(t, identity.Client{
		ID: id, Name: "某招标代理", Kind: "organisation", Scopes: []string{identity.ScopeVerify}, Purposes: []string{"资格审查"},
	})
}

// endorse makes a copy for 180 days and stores it.
func (w *fixture) endorse(t *testing.T) issuetest.IssuedCopy {
	t.Helper()
	id := records.NewID(w.Clock.Now())
	at, err := records.TimeOf(id)
	if err != nil {
		t.Fatal(err)
	}
	c := w.record.Certificate
	made := w.issuer.Make(t, endorsement.Endorsement{
		ID: id, CertID: c.ID, Holder: w.record.Holder, Identifier: c.Identifier, CertVersion: c.Version, Scheme: c.Scheme, MadeAt: at,
		Maker:   endorsement.Maker{Account: "zhangsan", Portal: "mohurd", Auth: "face:challenge"},
		UseFrom: civil.Of(at), UseUntil: civil.Of(at).AddDays(180), Limit: endorsement.DaysLimit(180),
		Purpose: &endorsement.Purpose{Kind: "投标"}, Recipient: &endorsement.Recipient{Name: "乙公司（集团）"},
	}, c)
	if _, err := w.Records.Endorse(t.Context(), records.Entry{
		Endorsement: made.Endorsement, Revision: w.record.Revision, Key: made.Endorsement.ID, Fingerprint: "body", Day: civil.Of(w.Clock.Now()),
	}); err != nil {
		t.Fatal(err)
	}
	return made
}

// file is a file of an archive.
type file struct {
	name string
	data []byte
}

func pack(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		entry, err := w.Create(f.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write(f.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type fields map[string]any

// place and state are what the tests check of the answers.
type (
	place struct {
		Job, URL, Method string
		Headers          map[string]string
	}
	state struct {
		State                                    string
		Entries, Judged, Valid, Invalid, Unknown int
		Refused                                  *struct{ Rule, Detail string }
		Results                                  *struct{ Manifest, CSV, PDF string }
	}
)

// post announces an archive with this body.
func (w *fixture) post(t *testing.T, key string, body fields) recordstest.Reply {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return recordstest.Send(t, w.api, recordstest.Request{
		Route: "POST /v1/verifications/jobs", Token: w.token, Body: string(text), Header: map[string]string{"idempotency-key": key},
	})
}

// upload announces an archive with a question, and uploads it by the link.
func (w *fixture) upload(t *testing.T, archive []byte, question fields) (job string) {
	t.Helper()
	if question == nil {
		question = fields{}
	}
	var at place
	w.post(t, records.NewID(w.Clock.Now()), fields{
		"bytes": len(archive), "sha256": digest(archive), "question": question, "statedPurpose": "资格审查",
	}).Into(t, 201, &at)
	w.put(t, at, archive, http.StatusOK)
	return at.Job
}

func (w *fixture) put(t *testing.T, at place, archive []byte, want int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), at.Method, at.URL, bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range at.Headers {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != want {
		text, _ := io.ReadAll(answer.Body)
		t.Fatalf("the upload is answered %s: %s", answer.Status, text)
	}
}

// notice is what S3 says of a job's archive.
func notice(job string) string {
	return fmt.Sprintf(`{"Records":[{"s3":{"object":{"key":"archives%%2F%s.zip"}}}]}`, job)
}

// judge does a job, and requires that it is done.
func (w *fixture) judge(t *testing.T, job string) {
	t.Helper()
	if !w.app.handleMessage(t.Context(), notice(job)) {
		t.Fatalf("the message is not done with: %s", w.log)
	}
}

func (w *fixture) get(t *testing.T, job string) recordstest.Reply {
	t.Helper()
	return recordstest.Send(t, w.api, recordstest.Request{Route: "GET /v1/verifications/jobs/{job}", Token: w.token, Path: map[string]string{"job": job}})
}

func (w *fixture) progress(t *testing.T, job string) (p state) {
	t.Helper()
	w.get(t, job).Into(t, 200, &p)
	return p
}

// manifest reads a job's manifest.
func (w *fixture) manifest(t *testing.T, job string) credential.Manifest {
	t.Helper()
	m, err := credential.ParseManifest(string(fetch(t, w.progress(t, job).Results.Manifest)), w.trust.Receipts)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// table reads a job's table, without its head.
func (w *fixture) table(t *testing.T, job string) [][]string {
	t.Helper()
	text, ok := strings.CutPrefix(string(fetch(t, w.progress(t, job).Results.CSV)), mark)
	if !ok {
		t.Error("the table has no byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func fetch(t *testing.T, url string) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v", answer.Status, err)
	}
	return data
}

// ledger returns what the holder can read.
func (w *fixture) ledger(t *testing.T) []records.VerificationEntry {
	t.Helper()
	page, err := w.Records.ListVerifications(t.Context(), w.record.Certificate.ID, w.record.Holder, records.Period{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// noLimits limits nothing.
type noLimits struct{}

func (noLimits) Take(context.Context, identity.Limit, time.Time) error { return nil }

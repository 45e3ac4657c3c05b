package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/scan/scantest"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// codesReply is the answer about a file that is no original.
type codesReply struct {
	reply
	Scan *struct {
		Pages, Others int
		Unread        []struct {
			Page   int
			Reason string
		}
		Codes []struct {
			Page    int
			Token   string
			LeadsTo string
			Verdict reply
		}
	}
}

func (w *fixture) uploadNoOriginal(t *testing.T, media string, file []byte, query string) codesReply {
	t.Helper()
	var r codesReply
	recordstest.Send(t, w.app, recordstest.Request{
		Route: "POST /v1/verifications", Body: string(file), Query: query, Header: map[string]string{"content-type": media},
	}).Into(t, 200, &r)
	return r
}

// wantNoOriginal checks that nothing but not-original is said of the file itself.
func wantNoOriginal(t *testing.T, got codesReply, kind verdict.Kind) {
	t.Helper()
	if got.Verdict != "unknown" || got.Given != string(kind) || len(got.Checks) != 1 || got.Checks[0].Reason != "not-original" || got.Subject != nil || got.Scan == nil {
		t.Fatalf("%+v", got)
	}
}

func TestTheCodesInAScanAreJudgedAsTokens(t *testing.T) {
	w := newFixture(t)
	good, ended := w.endorse(t), w.endorse(t)
	if _, err := w.Records.Withdraw(t.Context(), ended.Endorsement.CertID, ended.Endorsement.Holder, ended.Endorsement.ID, "", w.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	pages := []image.Image{
		scantest.NewPage(600, 800), scantest.ScanPage(t, ended.Endorsement.QR), scantest.ScanPage(t, good.Endorsement.QR),
		scantest.ScanPage(t, "https://elsewhere.example/"),
	}
	before := len(w.ledger(t))
	for media, file := range map[string][]byte{"application/pdf": scantest.ScanPDF(t, pages...), "application/octet-stream": scantest.ScanPDF(t, pages...)} {
		got := w.uploadNoOriginal(t, media, file, "asker=x")
		wantNoOriginal(t, got, verdict.PDF)
		if got.Scan.Pages != 4 || got.Scan.Others != 1 || len(got.Scan.Unread) != 0 || len(got.Scan.Codes) != 2 {
			t.Fatalf("%+v", got.Scan)
		}
		for i, tt := range []struct {
			page    int
			made    issuetest.IssuedCopy
			verdict string
		}{{2, ended, "invalid"}, {3, good, "valid"}} {
			code := got.Scan.Codes[i]
			alone := w.postVerification(t, fields{"token": tt.made.Token})
			if diff := cmp.Diff(alone, code.Verdict); code.Page != tt.page || code.Token != tt.made.Token || alone.Verdict != tt.verdict || diff != "" {
				t.Errorf("page %d: %s\n%s", code.Page, alone.Verdict, diff)
			}
		}
	}
	if now := w.ledger(t); len(now) != before+8 || now[2].Channel != "qr" {
		t.Errorf("%d entries more", len(now)-before)
	}
}

func TestAPhotographIsNoOriginal(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	page := scantest.ScanPage(t, made.Endorsement.QR)
	for media, file := range map[string][]byte{"image/jpeg": scantest.JPEG(t, page, 60), "image/png": scantest.PNG(t, page)} {
		got := w.uploadNoOriginal(t, media, file, "asOf=2030-01-01")
		wantNoOriginal(t, got, verdict.Picture)
		if len(got.Scan.Codes) != 1 || got.Scan.Codes[0].Verdict.AsOf != "2030-01-01" || got.Scan.Codes[0].Verdict.Verdict != "invalid" {
			t.Errorf("%s: %+v", media, got.Scan)
		}
	}
}

// The same code on several pages is looked up once; each page says what it has.
func TestACodeOnSeveralPagesIsJudgedOnce(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	page := scantest.ScanPage(t, made.Endorsement.QR)
	before := len(w.ledger(t))
	got := w.uploadNoOriginal(t, "application/pdf", scantest.ScanPDF(t, page, page), "")
	if len(got.Scan.Codes) != 2 || got.Scan.Codes[1].Page != 2 || got.Scan.Codes[1].Verdict.Verdict != "valid" {
		t.Errorf("%+v", got.Scan)
	}
	if n := len(w.ledger(t)); n != before+1 {
		t.Errorf("%d entries more", n-before)
	}
}

// What a paper says is compared with the one code of its scan. With several codes nobody can say which is meant,
// and without one there is nothing to compare it with: the answer says so.
func TestThePaperIsComparedWithTheCodeOfItsScan(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	w.Clock.Advance(time.Minute)
	later := w.endorse(t)
	one, two := scantest.ScanPage(t, later.Endorsement.QR), scantest.ScanPage(t, made.Endorsement.QR)
	for name, tt := range map[string]struct {
		file         []byte
		name, result string
		whole        string // the row beside the file's own
	}{
		"the right name":      {scantest.PNG(t, one), "张三", "pass", ""},
		"another name":        {scantest.PNG(t, one), "李四", "fail", ""},
		"a name beside two":   {scantest.ScanPDF(t, one, two), "李四", "", "unknown"},
		"a name beside none":  {scantest.PNG(t, scantest.NewPage(600, 800)), "李四", "", "unknown"},
		"an altered file":     {flipByte(made.PDF, 50), "李四", "", "unknown"},
		"the same code twice": {scantest.ScanPDF(t, one, one), "张三", "pass", ""},
	} {
		var got codesReply
		body, err := json.Marshal(fields{"file": tt.file, "printed": fields{"name": tt.name}})
		if err != nil {
			t.Fatal(err)
		}
		recordstest.Send(t, w.app, recordstest.Request{Route: "POST /v1/verifications", Body: string(body)}).Into(t, 200, &got)
		if result, text := got.row(verdict.PrintedWords); result != tt.whole || (result == "") != (text == "") || got.Verdict == "valid" {
			t.Errorf("%s: the file's row %q %s", name, result, text)
		}
		if got.Scan == nil {
			continue
		}
		for _, code := range got.Scan.Codes {
			if result, _ := code.Verdict.row(verdict.PrintedWords); result != tt.result || got.Verdict != "unknown" {
				t.Errorf("%s: %s, %s", name, result, got.Verdict)
			}
		}
	}
}

func flipByte(file []byte, at int) []byte {
	file = bytes.Clone(file)
	file[at] ^= 1
	return file
}

// A genuine token behind another address is judged, and its code is said to lead elsewhere.
func TestACodeThatLeadsElsewhereSaysSo(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	for text, want := range map[string]string{made.Endorsement.QR: "", made.Token: "", "https://evil.example/v#" + made.Token: "evil.example"} {
		got := w.uploadNoOriginal(t, "image/png", scantest.PNG(t, scantest.ScanPage(t, text)), "")
		if code := got.Scan.Codes[0]; code.LeadsTo != want || code.Verdict.Verdict != "valid" {
			t.Errorf("%.40s: leads to %q, %s", text, code.LeadsTo, code.Verdict.Verdict)
		}
	}
}

// A file with codes is no cheaper way to look up a copy than its token.
func TestCodesCountTowardsTheLimitOfTheirCopy(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	body, err := json.Marshal(fields{"file": scantest.PNG(t, scantest.ScanPage(t, made.Endorsement.QR))})
	if err != nil {
		t.Fatal(err)
	}
	token := fmt.Sprintf(`{"token":%q}`, made.Token)
	for i := range 59 {
		if got := w.postFrom(t, "192.0.2.9", token); got.StatusCode != 200 {
			t.Fatalf("%d: %d %s", i, got.StatusCode, got.Body)
		}
	}
	for i, want := range []int{200, 429} {
		if got := w.postFrom(t, "192.0.2.9", string(body)); got.StatusCode != want {
			t.Errorf("file %d: %d, want %d: %s", i, got.StatusCode, want, got.Body)
		}
	}
}

// The receipt is about the file; each code's own is had for its token.
func TestTheReceiptOfAScanStatesNoCode(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	got := w.uploadNoOriginal(t, "image/png", scantest.PNG(t, scantest.ScanPage(t, made.Endorsement.QR)), "wantReceipt=true")
	said := w.postVerification(t, fields{"receipt": got.Receipt})
	if said.Verdict != "receipt" || said.Said == nil || said.Said.Verdict != "unknown" || said.Said.Claim != nil || len(said.Said.Checks) != 1 || said.Now != nil {
		t.Errorf("%+v", said)
	}
}

// Where the register is not reached, the codes are unknown, and the log says why.
func TestCodesWithoutTheRegisterAreUnknown(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	var log bytes.Buffer
	w.app.Log = &log
	if _, err := recordstest.Open(t).Tables().DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: &w.Table}); err != nil {
		t.Fatal(err)
	}
	got := w.uploadNoOriginal(t, "image/png", scantest.PNG(t, scantest.ScanPage(t, made.Endorsement.QR)), "")
	wantNoOriginal(t, got, verdict.Picture)
	if len(got.Scan.Codes) != 1 || got.Scan.Codes[0].Verdict.Verdict != "unknown" {
		t.Errorf("%+v", got.Scan)
	}
	if !strings.Contains(log.String(), "ResourceNotFoundException") || !strings.Contains(log.String(), `"unavailable"`) {
		t.Errorf("the log says %s", &log)
	}
}

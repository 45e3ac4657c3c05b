package desk

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
	"github.com/jiazhu/jiazhu/conformance/vectors/kit"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/document/scan/scantest"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Every published vector is answered as by any other verifier that has the keys alone.
func TestTheVectors(t *testing.T) {
	all := must.Get(cases.ReadAll())
	maker := kit.New(t)
	trust := must.Get(evidence.ParseTrust(maker.Bundle))
	for _, c := range all {
		if c.Offline == nil {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			document, err := Examine(maker.Make(t, c).Input.Bytes(), trust, scan.DefaultBounds())
			if isReceipt := errors.Is(err, ErrReceipt); isReceipt || c.Offline.Overall == verdict.GenuineReceipt {
				if !isReceipt || !strings.Contains(c.Name, "receipt") {
					t.Errorf("a receipt is told from a document: %v", isReceipt)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			a := document.Judge(Asked{verdict.Question{
				AsOf: c.Question.AsOf, Specialty: c.Question.Specialty, Purpose: c.Question.Purpose, Recipient: c.Question.Recipient,
			}, c.Now, "zh-CN"}, nil)
			got := cases.Answer{Overall: a.Verdict, Code: a.Code, Newer: a.Newer, Ends: "none"}
			for _, r := range a.Checks {
				got.Rows = append(got.Rows, cases.Row{Check: r.Check, Result: r.Result, Reason: r.Reason})
			}
			if a.Ends != nil {
				got.Ends = strings.TrimSpace(a.Ends.On.String() + " " + string(a.Ends.Rule))
			}
			if diff := cmp.Diff(*c.Offline, got); diff != "" {
				t.Errorf("%s\n%s", c.Comment, diff)
			}
		})
	}
}

// The answer has the members that the page reads of the service's.
func TestTheAnswerIsThatOfTheService(t *testing.T) {
	maker := kit.New(t)
	c := must.Get(cases.Read("pdf-good"))
	document := must.Get(Examine(maker.Make(t, c).Input.Bytes(), must.Get(evidence.ParseTrust(maker.Bundle)), scan.DefaultBounds()))
	var got map[string]any
	if err := json.Unmarshal(must.Get(json.Marshal(document.Judge(Asked{Now: c.Now, Lang: "zh-CN"}, nil))), &got); err != nil {
		t.Fatal(err)
	}
	for member, want := range map[string]any{
		"verdict": "unknown", "verdictName": "无法确认", "given": "pdf", "asOf": "2026-11-24", "code": 0.0, "newer": false,
	} {
		if got[member] != want {
			t.Errorf("%s is %v, want %v", member, got[member], want)
		}
	}
	s, _ := got["subject"].(map[string]any)
	if s["name"] != "张*" || s["number"] != "京1112019202000001" || s["useUntil"] != "2027-05-22" || len(s["specialties"].([]any)) == 0 {
		t.Errorf("the subject is %v", s)
	}
	if at, _ := got["checkedAt"].(string); !strings.HasSuffix(at, "+08:00") {
		t.Errorf("checked at %s", at)
	}
}

// live is the register's entry about a file whose copy is in force.
const live = `{"given":"pdf","checks":[{"check":"issuer","result":"pass","reason":"fine","text":""},
	{"check":"certificate","result":"pass","reason":"fine","text":""},{"check":"copy","result":"pass","reason":"fine","text":""},
	{"check":"specialty","result":"not-asked","reason":"omitted","text":""},{"check":"purpose","result":"not-asked","reason":"omitted","text":""},
	{"check":"reliance","result":"not-asked","reason":"omitted","text":""},{"check":"freshness","result":"pass","reason":"live","text":"当时"}],
	"code":0,"ends":{"on":"2027-05-22","rule":"180D","text":"180日"},"newer":false,"test":true,"problem":null}`

// The register completes what a document proves, and can only add to what is against it.
func TestTheRegisterCompletesTheAnswer(t *testing.T) {
	maker := kit.New(t)
	trust := must.Get(evidence.ParseTrust(maker.Bundle))
	for name, test := range map[string]struct {
		input, entry string
		want         verdict.Overall
	}{
		"in force":                {"pdf-good", live, verdict.Valid},
		"in force, as OFD":        {"ofd-good", live, verdict.Valid},
		"withdrawn":               {"pdf-good", strings.Replace(live, `"copy","result":"pass","reason":"fine"`, `"copy","result":"fail","reason":"withdrawn"`, 1), verdict.Invalid},
		"not live":                {"pdf-good", strings.Replace(live, `"freshness","result":"pass"`, `"freshness","result":"unknown"`, 1), verdict.Unknown},
		"nothing":                 {"pdf-good", `{"checks":[]}`, verdict.Unknown},
		"a seal that is not ours": {"pdf-foreign-seal", live, verdict.Unknown},
		"an altered file":         {"pdf-altered-at-50", live, verdict.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			c := must.Get(cases.Read(test.input))
			document := must.Get(Examine(maker.Make(t, c).Input.Bytes(), trust, scan.DefaultBounds()))
			var entry Entry
			if err := json.Unmarshal([]byte(test.entry), &entry); err != nil {
				t.Fatal(err)
			}
			a := document.Judge(Asked{Now: c.Now, Lang: "zh-CN"}, []*Entry{&entry})
			if a.Verdict != test.want {
				t.Errorf("%s: %+v", a.Verdict, a.Checks)
			}
			if test.want == verdict.Valid && (a.Ends == nil || a.Ends.On.String() != "2027-05-22" || !a.Subject.Test || a.Name != "有效") {
				t.Errorf("the answer lacks something: %+v", a)
			}
		})
	}
}

// What is asked about names the copy, and has nothing else of the file.
func TestTheIdentityHasNothingOfTheFile(t *testing.T) {
	maker := kit.New(t)
	trust := must.Get(evidence.ParseTrust(maker.Bundle))
	for name, want := range map[string]string{"pdf-good": "copy copyDigest given sha256 signing", "ofd-good": "copy copyDigest given sha256 signing", "token-good": "token", "pdf-altered-at-50": "", "token-altered-name": ""} {
		document := must.Get(Examine(maker.Make(t, must.Get(cases.Read(name))).Input.Bytes(), trust, scan.DefaultBounds()))
		members := map[string]any{}
		for _, identity := range document.Identities() {
			if err := json.Unmarshal(must.Get(json.Marshal(identity)), &members); err != nil {
				t.Fatal(err)
			}
		}
		if got := strings.Join(slices.Sorted(maps.Keys(members)), " "); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if stated, ok := members["copy"].(map[string]any); ok && (len(stated) != 6 || stated["name"] != "张*") {
			t.Errorf("%s: %v", name, stated)
		}
	}
}

// Each code in a scan is judged by itself, with the register's entry about its copy; the file stays
// what it is.
func TestTheCodesInAScan(t *testing.T) {
	maker := kit.New(t)
	c := must.Get(cases.Read("token-good"))
	trust, token := must.Get(evidence.ParseTrust(maker.Bundle)), maker.Make(t, c).Input.Token
	page := scantest.ScanPage(t, "https://jiazhu.example.cn/v#"+token)
	document := must.Get(Examine(scantest.ScanPDF(t, page, scantest.NewPage(600, 800), page), trust, scan.DefaultBounds()))
	identities := document.Identities()
	if len(identities) != 1 || identities[0].Token != token {
		t.Fatalf("asked about %+v", identities)
	}
	var entry Entry
	if err := json.Unmarshal([]byte(strings.Replace(live, `[`, `[{"check":"integrity","result":"pass","reason":"fine"},{"check":"numbers","result":"pass","reason":"fine"},`, 1)), &entry); err != nil {
		t.Fatal(err)
	}
	entry.Verdict = verdict.Valid
	for want, register := range map[verdict.Overall][]*Entry{verdict.Valid: {&entry}, verdict.Unknown: nil} {
		a := document.Judge(Asked{Now: c.Now, Lang: "zh-CN"}, register)
		if a.Verdict != verdict.Unknown || a.Scan == nil || len(a.Scan.Codes) != 2 || a.Scan.Codes[1].Page != 3 {
			t.Fatalf("%+v", a)
		}
		for _, code := range a.Scan.Codes {
			if code.Verdict.Verdict != want || code.Verdict.Subject.Number != "京1112019202000001" {
				t.Errorf("page %d is %s, want %s: %+v", code.Page, code.Verdict.Verdict, want, code.Verdict.Checks)
			}
		}
	}
	gray := scantest.ScanPage(t, "https://jiazhu.example.cn/v#"+token)
	pixels := must.Get(ExaminePixels(gray.Rect.Dx(), gray.Rect.Dy(), gray.Pix, trust, scan.DefaultBounds()))
	if a := pixels.Judge(Asked{Now: c.Now}, nil); a.Verdict != verdict.Unknown || a.Given != verdict.Picture || len(a.Scan.Codes) != 1 {
		t.Errorf("of pixels: %+v", a)
	}
}

// What another program drew of a page that was not read is judged as what was read here. A picture has no such page.
func TestADrawnPageIsJudged(t *testing.T) {
	maker := kit.New(t)
	c := must.Get(cases.Read("token-good"))
	trust, token := must.Get(evidence.ParseTrust(maker.Bundle)), maker.Make(t, c).Input.Token
	page := scantest.ScanPage(t, "https://jiazhu.example.cn/v#"+token)
	objects := scantest.Objects{}
	office := scantest.WritePDF([]scantest.Page{
		scantest.JBIG2Page(1000, page.Rect.Size(), scantest.JBIG2(page), objects), scantest.JPEGPage(t, 1001, page, objects),
	}, objects)
	document := must.Get(Examine(office, trust, scan.DefaultBounds()))
	if got := document.Undrawn(); !slices.Equal(got, []int{1}) {
		t.Fatalf("%v are undrawn", got)
	}
	if got := document.ListPages(2, scan.DefaultBounds()); !slices.Equal(got, []int{1}) {
		t.Errorf("%v are to be drawn", got)
	}
	must.Do(document.AddDrawn(1, page.Rect.Dx(), page.Rect.Dy(), page.Pix, trust, scan.DefaultBounds()))
	a := document.Judge(Asked{Now: c.Now}, nil)
	if len(a.Scan.Codes) != 2 || len(a.Scan.Unread) != 0 || len(document.Identities()) != 1 {
		t.Fatalf("%+v", a.Scan)
	}
	for i, code := range a.Scan.Codes {
		if code.Page != i+1 || code.Verdict.Subject == nil || code.Verdict.Subject.Number != "京1112019202000001" {
			t.Errorf("%+v", code)
		}
	}
	for name, data := range map[string][]byte{"a broken picture": []byte("\x89PNG\r\n\x1a\n"), "a text": []byte(token)} {
		d := must.Get(Examine(data, trust, scan.DefaultBounds()))
		if len(d.Undrawn()) > 0 || len(d.ListPages(1, scan.DefaultBounds())) > 0 && name == "a text" {
			t.Errorf("%s has pages to draw", name)
		}
		if name == "a text" && d.AddDrawn(1, page.Rect.Dx(), page.Rect.Dy(), page.Pix, trust, scan.DefaultBounds()) == nil {
			t.Errorf("%s has a page", name)
		}
	}
}

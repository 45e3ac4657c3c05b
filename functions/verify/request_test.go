package main

import (
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// readRequest reads a request of a service with the built-in kinds of certificate.
func readRequest(r *api.Request) (verifyRequest, error) {
	schemes, err := scheme.Load()
	if err != nil {
		return verifyRequest{}, err
	}
	return read(r, schemes.Numbers())
}

// The asker's name and reason are stored unencrypted in the ledger, and the name also in a receipt.
func TestWhoAsksSaysNobodysNumber(t *testing.T) {
	for _, number := range []string{"110101198001010010", "１１０１０１１９８００１０１００１０", "1101 0119 8001 0100 10", "13800000000"} {
		said := "丙" + number
		inBody, err := json.Marshal(map[string]any{"token": "x", "asker": map[string]string{"name": said}})
		if err != nil {
			t.Fatal(err)
		}
		why, err := json.Marshal(map[string]any{"token": "x", "statedPurpose": said})
		if err != nil {
			t.Fatal(err)
		}
		for where, r := range map[string]*api.Request{
			"the asker":                request(t, "application/json", string(inBody), ""),
			"the asker in the query":   request(t, "application/pdf", "%PDF", url.Values{"asker": {said}}.Encode()),
			"the purpose":              request(t, "application/json", string(why), ""),
			"the purpose in the query": request(t, "application/pdf", "%PDF", url.Values{"statedPurpose": {said}}.Encode()),
		} {
			_, err := readRequest(r)
			p, ok := problem.As(err)
			if !ok || len(p.Fields) != 1 || p.Fields[0].Rule != "text.personal" {
				t.Errorf("%s is %s: %v", where, said, err)
			}
		}
	}
}

func TestRequestsThatAreNoQuestion(t *testing.T) {
	const json = "application/json"
	tests := map[string]struct {
		media, body, query string
		code               problem.Code
		pointer            string
	}{
		"no content type":              {"", "{}", "", problem.UnsupportedMediaType, ""},
		"an image":                     {"image/tiff", "x", "", problem.UnsupportedMediaType, ""},
		"no JSON":                      {json, "{", "", problem.MalformedJSON, ""},
		"an unknown field":             {json, `{"tokens":"x"}`, "", problem.UnknownField, "/tokens"},
		"nothing at all":               {json, "{}", "", problem.InvalidField, ""},
		"an empty file":                {"application/pdf", "", "", problem.InvalidField, "/file"},
		"an empty file in JSON":        {json, `{"file":""}`, "", problem.InvalidField, "/file"},
		"a number without a name":      {json, `{"number":"京1112019202000001"}`, "", problem.InvalidField, "/name"},
		"a name without a number":      {json, `{"name":"张三"}`, "", problem.InvalidField, "/number"},
		"a number mistyped":            {json, `{"number":"京l112019202000001","name":"张三"}`, "", problem.InvalidField, "/number"},
		"a file that is not base64":    {json, `{"file":"*"}`, "", problem.InvalidField, "/file"},
		"a day that does not exist":    {json, `{"token":"x","asOf":"2026-02-30"}`, "", problem.InvalidField, "/asOf"},
		"the same in the query":        {"application/pdf", "%PDF", "asOf=2026-02-30", problem.InvalidField, "/asOf"},
		"no day in the query":          {"application/pdf", "%PDF", "asOf=soon", problem.InvalidField, "/asOf"},
		"a year of two digits":         {json, `{"token":"x","asOf":"26-12-01"}`, "", problem.InvalidField, "/asOf"},
		"the year 26":                  {json, `{"token":"x","asOf":"0026-12-01"}`, "", problem.InvalidField, "/asOf"},
		"the year 26 in the query":     {"application/pdf", "%PDF", "asOf=0026-12-01", problem.InvalidField, "/asOf"},
		"a day in 1900":                {json, `{"token":"x","asOf":"1900-01-01"}`, "", problem.InvalidField, "/asOf"},
		"a birth date":                 {json, `{"token":"x","asOf":"1980-01-01"}`, "", problem.InvalidField, "/asOf"},
		"a year of this century's end": {json, `{"token":"x","asOf":"2062-12-01"}`, "", problem.InvalidField, "/asOf"},
		"a day with slashes":           {json, `{"token":"x","asOf":"2026/12/01"}`, "", problem.InvalidField, "/asOf"},
		"a day that is a number":       {json, `{"token":"x","asOf":20261201}`, "", problem.InvalidField, "/asOf"},
		"neither true nor false":       {"application/pdf", "%PDF", "wantReceipt=yes", problem.InvalidField, "/wantReceipt"},
		"a day in both places":         {json, `{"token":"x","asOf":"2026-11-23"}`, "asOf=2026-11-23", problem.InvalidField, "/asOf"},
		"a wish in both places":        {json, `{"token":"x","wantReceipt":true}`, "wantReceipt=true", problem.InvalidField, "/wantReceipt"},
		"a purpose in both places":     {json, `{"token":"x","purpose":"投标"}`, "purpose=x", problem.InvalidField, "/purpose"},
		"a wish beside JSON":           {json, `{"token":"x"}`, "wantReceipt=null", problem.InvalidField, "/wantReceipt"},
		"nothing, as JSON says it":     {json, "null", "", problem.InvalidField, ""},
		"a purpose without end":        {json, `{"token":"x","purpose":"` + strings.Repeat("投", 201) + `"}`, "", problem.InvalidField, "/purpose"},
		"a specialty that is no text":  {"application/pdf", "%PDF", "specialty=%ff", problem.InvalidField, "/specialty"},
		"a token without end":          {json, `{"token":"` + strings.Repeat("x", maxCode+1) + `"}`, "", problem.InvalidField, "/token"},
		"a file above the limit":       {"application/pdf", strings.Repeat("x", maxFile+1), "", problem.FileTooLarge, "/file"},
		"JSON above the limit":         {json, `{"file":"` + strings.Repeat("x", maxBody) + `"}`, "", problem.FileTooLarge, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := readRequest(request(t, tt.media, tt.body, tt.query))
			var p *problem.Problem
			if !errors.As(err, &p) || p.Code != tt.code {
				t.Fatalf("got %v, want %s", err, tt.code)
			}
			if tt.pointer != "" && (len(p.Fields) != 1 || p.Fields[0].Pointer != tt.pointer) {
				t.Errorf("got %+v, want %s", p.Fields, tt.pointer)
			}
		})
	}
}

// Of two things at once, both are named.
func TestOneThingIsVerifiedAtATime(t *testing.T) {
	_, err := readRequest(request(t, "application/json", `{"token":"x","number":"京1112019202000001","name":"张三"}`, ""))
	p, ok := problem.As(err)
	if !ok || len(p.Fields) != 2 || p.Fields[0].Pointer != "/token" || p.Fields[1].Pointer != "/number" || p.Fields[0].Rule != "one" {
		t.Errorf("got %v", err)
	}
}

func TestAMistypedNumberIsSuggestedRight(t *testing.T) {
	_, err := readRequest(request(t, "application/json", `{"number":"京l112019202000001","name":"张三"}`, ""))
	p, ok := problem.As(err)
	if !ok || len(p.Fields) != 1 || p.Fields[0].Suggestion != "京1112019202000001" {
		t.Errorf("got %v", err)
	}
}

func TestQuestionsOfBothForms(t *testing.T) {
	inJSON, err := readRequest(request(t, "application/json; charset=utf-8",
		`{"file":"JVBERg==","asOf":"2026-12-01","specialty":"建筑工程","purpose":"投标","recipient":"乙公司"}`, ""))
	if err != nil {
		t.Fatal(err)
	}
	inQuery, err := readRequest(request(t, "application/octet-stream", "%PDF", "asOf=2026-12-01&specialty=建筑工程&purpose=投标&recipient=乙公司"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(inJSON, inQuery, cmp.AllowUnexported(verifyRequest{}), cmpopts.IgnoreFields(verifyRequest{}, "numbers")); diff != "" {
		t.Error(diff)
	}
	want := verdict.Question{AsOf: inJSON.question.AsOf, Specialty: "建筑工程", Purpose: "投标", Recipient: "乙公司"}
	if diff := cmp.Diff(want, inQuery.question); diff != "" || inQuery.question.AsOf.String() != "2026-12-01" {
		t.Error(diff, inQuery.question.AsOf)
	}
}

func request(t testing.TB, media, body, query string) *api.Request {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.November, 23, 10, 24, 7, 0, civil.Zone())
	return &api.Request{Time: now, Header: map[string]string{"content-type": media}, Sent: body, Query: values}
}

var blanks = []string{" ", "\t", "\u3000", "\u00A0", "\u200B", "\u0085", "\uFE0F", "\u034F", "\u0301", "\u2800", "\u3164", "\u17B4", "\u3000 \u200B"}

// A blank question is not asked, in the body and in the query alike.
func TestABlankQuestionIsNotAskedWhereverItStands(t *testing.T) {
	for _, name := range []string{"specialty", "purpose", "recipient", "asOf"} {
		for _, blank := range append(blanks, "") {
			body, err := json.Marshal(map[string]string{"token": "x", name: blank})
			if err != nil {
				t.Fatal(err)
			}
			for where, r := range map[string]*api.Request{
				"body":  request(t, "application/json", string(body), ""),
				"query": request(t, "application/pdf", "%PDF", url.Values{name: {blank}}.Encode()),
			} {
				if a, err := readRequest(r); err != nil || a.question != (verdict.Question{}) {
					t.Errorf("%s %+q in the %s: %+v, %v", name, blank, where, a.question, err)
				}
			}
		}
	}
}

// What was given is sorted by what it holds, whichever member or media type brought it.
func TestATokenOrReceiptIsFoundWhereverItStands(t *testing.T) {
	var s struct{ Token, Receipt, Secret string }
	data, err := os.ReadFile("../../shared/document/credential/testdata/surroundings.json")
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	if err != nil {
		t.Fatal(err)
	}
	inJSON := func(member, text string) *api.Request {
		body, err := json.Marshal(map[string]any{member: text})
		if err != nil {
			t.Fatal(err)
		}
		return request(t, "application/json", string(body), "")
	}
	address := "https://jiazhu.example.cn/v#" + s.Token + "&consent=" + s.Secret + "。"
	link := "请核验：" + address
	for name, r := range map[string]*api.Request{
		"a token":             inJSON("token", link),
		"called a receipt":    inJSON("receipt", link),
		"a file":              inJSON("file", base64Of([]byte(address))),
		"a body":              request(t, "application/octet-stream", "\ufeff"+address+"\r\n", ""),
		"a body called a PDF": request(t, "application/pdf", address, ""),
	} {
		if a, err := readRequest(r); err != nil || a.token != s.Token || a.consent != s.Secret || a.receipt != "" || a.file != nil {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
	for name, r := range map[string]*api.Request{
		"a receipt":      request(t, "application/jose", "\ufeff"+s.Receipt+"\r\n", ""),
		"a file":         request(t, "application/octet-stream", s.Receipt, ""),
		"called a token": inJSON("token", s.Receipt),
	} {
		if a, err := readRequest(r); err != nil || a.receipt != s.Receipt || a.token != "" || a.file != nil {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
	for name, r := range map[string]*api.Request{
		"no code": inJSON("token", "hello"), "no receipt": inJSON("receipt", "hello"), "no file": request(t, "application/octet-stream", "hello", ""),
		"two": inJSON("token", s.Token+" "+s.Receipt),
	} {
		if a, err := readRequest(r); err != nil || a.token+a.receipt+string(a.file) == "" {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
}

// A document is a file, whatever its media type is.
func TestADocumentIsAFileByAnyMediaType(t *testing.T) {
	for _, media := range []string{"application/jose", "application/ofd", "application/pdf", "application/octet-stream"} {
		if a, err := readRequest(request(t, media, "%PDF-1.7\n%", "")); err != nil || a.receipt != "" || string(a.file) != "%PDF-1.7\n%" {
			t.Errorf("%s: %+v, %v", media, a, err)
		}
	}
}

// A wish for a receipt that shows nothing is none.
func TestAnEmptyWishForAReceiptIsNone(t *testing.T) {
	for _, query := range []string{"wantReceipt=", "wantReceipt=%20", "wantReceipt=%E2%80%8B"} {
		if a, err := readRequest(request(t, "application/octet-stream", "hello", query)); err != nil || a.wantReceipt {
			t.Errorf("%s: %+v, %v", query, a, err)
		}
	}
}

// A file that is too large is said to be so in either form, also where the whole body is.
func TestAFileThatIsTooLargeIsSaidToBe(t *testing.T) {
	for _, size := range []int{maxFile + 1, maxBody} {
		for name, r := range map[string]*api.Request{
			"JSON": request(t, "application/json", `{"file":"`+base64Of(make([]byte, size))+`"}`, ""), "a body": request(t, "application/octet-stream", string(make([]byte, size)), ""),
		} {
			_, err := readRequest(r)
			if found, ok := errors.AsType[*problem.Problem](err); !ok || found.Code != problem.FileTooLarge {
				t.Errorf("%s of %d: %v", name, size, err)
			}
		}
	}
}

// A name or purpose of invisible characters counts as not given.
func TestNothingVisibleNamesNobodyAndNoPurpose(t *testing.T) {
	for _, blank := range blanks {
		body, err := json.Marshal(map[string]any{"token": "x", "asker": map[string]string{"name": blank}, "statedPurpose": blank})
		if err != nil {
			t.Fatal(err)
		}
		for where, r := range map[string]*api.Request{
			"body":  request(t, "application/json", string(body), ""),
			"query": request(t, "application/pdf", "%PDF", url.Values{"asker": {blank}, "statedPurpose": {blank}}.Encode()),
		} {
			if a, err := readRequest(r); err != nil || a.asker != "" || a.purpose != "" {
				t.Errorf("%+q in the %s: %q, %q, %v", blank, where, a.asker, a.purpose, err)
			}
		}
	}
}

func TestADayIsWrittenInOneWay(t *testing.T) {
	for _, day := range []string{"2027-5-1", "2027-05-1", "2027-5-01"} {
		for where, r := range map[string]*api.Request{
			"body":  request(t, "application/json", `{"token":"x","asOf":"`+day+`"}`, ""),
			"query": request(t, "application/pdf", "%PDF", "asOf="+day),
		} {
			if _, err := readRequest(r); err == nil {
				t.Errorf("%s in the %s is taken", day, where)
			}
		}
	}
}

// Brackets mark the asker's words in a receipt; characters that look like brackets cannot close
// them.
func TestTheAskersWordsCloseNoBracket(t *testing.T) {
	for _, bracket := range []string{"┘", "﹂", "⌟", "｣", "﹁", "⏌"} {
		for _, body := range []string{
			`{"token":"x","asker":{"name":"甲` + bracket + `"}}`, `{"token":"x","recipient":"甲` + bracket + `"}`,
		} {
			_, err := readRequest(request(t, "application/json", body, ""))
			if p, ok := problem.As(err); !ok || len(p.Fields) != 1 || p.Fields[0].Rule != "text.bracket" {
				t.Errorf("%s: %v", body, err)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("application/json", `{"token":"a.b.c"}`, "")
	f.Add("application/pdf", "%PDF-1.7", "asOf=2026-12-01")
	f.Add("application/json", `{"number":"京1112019202000001","name":"张三"}`, "")
	f.Fuzz(func(t *testing.T, media, body, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		a, err := readRequest(&api.Request{Header: map[string]string{"content-type": media}, Sent: body, Query: values})
		if _, known := problem.As(err); err != nil && !known {
			t.Errorf("an error that is no problem: %v", err)
		}
		if err == nil && a.token+a.receipt+a.number == "" && len(a.file) == 0 {
			t.Error("nothing is asked")
		}
	})
}

func TestWhatTheQueryAsksCountsBesideJSONToo(t *testing.T) {
	a, err := readRequest(request(t, "application/json", `{"token":"x","recipient":"甲"}`, "asOf=2027-01-15&specialty=%E5%BB%BA%E7%AD%91%E5%B7%A5%E7%A8%8B&asker=%E4%B8%99&wantReceipt=true"))
	if err != nil {
		t.Fatal(err)
	}
	want := verdict.Question{AsOf: civil.Date{Year: 2027, Month: time.January, Day: 15}, Specialty: "建筑工程", Recipient: "甲"}
	if diff := cmp.Diff(want, a.question); diff != "" || a.asker != "丙" || !a.wantReceipt {
		t.Errorf("%+v\n%s", a, diff)
	}
}

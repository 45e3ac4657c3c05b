package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/checker"
	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

func TestWhereItCannotBeToldTheExitCodeIsTwoWithOneLine(t *testing.T) {
	b := newFixture(t)
	token := b.write(t, "token.txt", []byte(b.preparedCase(t, "token-good").Input.Token))
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"nothing to judge":     {nil, "give a FILE, DIRECTORY, ZIP, TOKEN or -"},
		"two forms":            {[]string{"-json", "-csv", token}, "-json or -csv"},
		"no such file":         {[]string{"nowhere.pdf"}, "nowhere.pdf is no file, and no token either"},
		"an empty file":        {[]string{b.write(t, "empty", nil)}, "it is empty"},
		"an impossible day":    {[]string{"-as-of", "2026-02-30", token}, `-as-of "2026-02-30"`},
		"an unknown language":  {[]string{"-lang", "fr", token}, `-lang "fr"`},
		"no keys":              {[]string{"-keys", filepath.Join(b.directory, "none.json"), token}, "the published keys (-keys)"},
		"keys that are none":   {[]string{"-keys", token, token}, "the published keys (-keys "},
		"keys without a guard": {[]string{"-keys", "http://jiazhu.example.cn/.well-known/jiazhu-trust.json", token}, "is not https"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, complaint := b.run(t, time.Now(), test.args...)
			if code != exitUnsure || out != "" || !strings.Contains(complaint, test.says) || strings.Count(complaint, "\n") != 1 {
				t.Errorf("exit code %d, %q, %q", code, out, complaint)
			}
		})
	}
}

func TestATokenMayBeTheArgumentOrStandardInput(t *testing.T) {
	b := newFixture(t)
	s := b.preparedCase(t, "token-link")
	for name, p := range map[string]struct{ argument, in string }{
		"the address":          {s.Input.Token, ""},
		"the token":            {s.Input.Token[strings.IndexByte(s.Input.Token, '#')+1:], ""},
		"standard input":       {"-", s.Input.Token + "\n"},
		"a PDF through a pipe": {"-", string(b.preparedCase(t, "pdf-good").Input.File)},
	} {
		var out bytes.Buffer
		command := cli{in: strings.NewReader(p.in), out: &out, err: io.Discard, now: func() time.Time { return s.Now }}
		code := command.run(t.Context(), []string{"-keys", filepath.Join(b.directory, "jiazhu-trust.json"), p.argument})
		if code != exitUnsure || !strings.Contains(out.String(), "真实（截至签发时）") {
			t.Errorf("%s: exit code %d: %s", name, code, out.String())
		}
	}
}

func TestAFileThatIsTooLargeIsNotRead(t *testing.T) {
	b := newFixture(t)
	large := b.write(t, "large.pdf", append([]byte("%PDF-1.7\n"), make([]byte, scan.MaxFile+10)...))
	code, out, _ := b.run(t, time.Now(), "-json", large)
	var r checker.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != exitUnsure || r.FindRow(verdict.Integrity).Reason != verdict.TooLarge {
		t.Errorf("exit code %d, %v: %s", code, err, out)
	}
}

// service gives one answer to every request, and keeps the last request.
type service struct {
	answer string
	status int
	got    http.Request
	body   []byte
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.got = *r
	s.body, _ = io.ReadAll(r.Body)
	w.WriteHeader(s.status)
	_, _ = io.WriteString(w, s.answer)
}

const live = `{"verdict":"valid","verdictName":"有效","given":"token","asOf":"2026-11-24","checkedAt":"2026-11-24T09:30:00+08:00","checks":[
{"check":"integrity","result":"pass","reason":"fine","text":""},{"check":"issuer","result":"pass","reason":"fine","text":""},
{"check":"numbers","result":"pass","reason":"fine","text":""},{"check":"certificate","result":"pass","reason":"fine","text":""},
{"check":"copy","result":"pass","reason":"fine","text":""},{"check":"specialty","result":"pass","reason":"fine","text":""},
{"check":"freshness","result":"pass","reason":"live","text":""}],
"code":0,"subject":null,"ends":null,"newer":false,"reminder":""}`

// ofReceipt is the answer about a receipt whose copy was withdrawn since.
const ofReceipt = `{"verdict":"receipt","verdictName":"核验回执","given":"receipt","asOf":"2026-12-05","checkedAt":"2026-12-05T09:00:00+08:00","checks":[
{"check":"integrity","result":"pass","reason":"fine","text":""},{"check":"issuer","result":"pass","reason":"fine","text":""}],
"code":0,"subject":null,"ends":null,"newer":false,"reminder":"","said":{},"now":{"newer":false,"checks":[
{"check":"certificate","result":"pass","reason":"fine","text":""},{"check":"copy","result":"fail","reason":"withdrawn","text":"持证人已撤回"},
{"check":"freshness","result":"pass","reason":"live","text":""}]}}`

// without returns an answer without some of its rows.
func without(answer string, checks ...string) string {
	for _, check := range checks {
		answer = strings.ReplaceAll(answer, `"check":"`+check+`"`, `"check":"else"`)
	}
	return answer
}

// withSeal returns the answer above with a row about the seal.
func withSeal(result, reason string) string {
	return strings.Replace(live, `{"check":"freshness"`, `{"check":"seal","result":"`+result+`","reason":"`+reason+`","text":""},{"check":"freshness"`, 1)
}

func TestTheRegistryCompletesWhatTheKeysProve(t *testing.T) {
	b := newFixture(t)
	for name, test := range map[string]struct {
		input   string
		status  int
		answer  string
		code    int
		basis   checker.Basis
		overall verdict.Overall
	}{
		"it says valid":                               {"pdf-good", 200, live, exitValid, checker.ByRegistry, verdict.Valid},
		"it says valid of a token":                    {"token-good", 200, live, exitValid, checker.ByRegistry, verdict.Valid},
		"it says valid of a receipt":                  {"receipt-good", 200, live, exitReceipt, checker.ByKeys, verdict.GenuineReceipt},
		"it says what is so now of a receipt's claim": {"receipt-good", 200, ofReceipt, exitReceipt, checker.ByRegistry, verdict.GenuineReceipt},
		"it says of a file that it is a receipt":      {"pdf-good", 200, ofReceipt, exitUnsure, checker.ByKeys, verdict.Unknown},
		"it says nothing of the seal":                 {"pdf-foreign-seal", 200, without(live, "issuer"), exitUnsure, checker.ByRegistry, verdict.Unknown},
		"it says valid and nothing else":              {"pdf-good", 200, without(live, "issuer", "numbers", "certificate", "copy", "freshness"), exitUnsure, checker.ByRegistry, verdict.Unknown},
		"it says valid, but of a copy that failed":    {"pdf-good", 200, strings.Replace(live, `"copy","result":"pass"`, `"copy","result":"fail"`, 1), exitInvalid, checker.ByRegistry, verdict.Invalid},
		"it leaves out what was asked":                {"pdf-good", 200, without(live, "specialty"), exitUnsure, checker.ByRegistry, verdict.Unknown},
		"it says that what was asked was not":         {"pdf-good", 200, strings.Replace(live, `"specialty","result":"pass","reason":"fine"`, `"specialty","result":"not-asked","reason":"omitted"`, 1), exitUnsure, checker.ByRegistry, verdict.Unknown},
		"it has something against the seal":           {"pdf-good", 200, strings.Replace(live, `"issuer","result":"pass"`, `"issuer","result":"fail"`, 1), exitUnsure, checker.ByRegistry, verdict.Unknown},
		"it says invalid":                             {"pdf-good", 200, strings.Replace(live, `"valid"`, `"invalid"`, 1), exitInvalid, checker.ByRegistry, verdict.Invalid},
		"it says that the seal was suspended before":  {"pdf-seal-suspended-before", 200, withSeal("fail", "seal-suspended"), exitInvalid, checker.ByRegistry, verdict.Invalid},
		"it says that it was suspended afterwards":    {"ofd-seal-suspended-after", 200, withSeal("pass", "fine"), exitValid, checker.ByRegistry, verdict.Valid},
		"it says valid of a seal that is not trusted": {"pdf-foreign-seal", 200, live, exitUnsure, checker.ByRegistry, verdict.Unknown},
		"it knows when a file was registered":         {"pdf-signer-ended-since", 200, live, exitValid, checker.ByRegistry, verdict.Valid},
		"it knows that it was not in those days":      {"ofd-signer-ended-since", 200, strings.Replace(live, `"issuer","result":"pass"`, `"issuer","result":"fail"`, 1), exitUnsure, checker.ByRegistry, verdict.Unknown},
		"it is not asked about an altered file":       {"pdf-altered-at-50", 200, live, exitInvalid, checker.ByKeys, verdict.Invalid},
		"it is not there":                             {"pdf-good", 503, "{}", exitUnsure, checker.ByKeys, verdict.Unknown},
		"it answers nonsense":                         {"pdf-good", 200, "{}", exitUnsure, checker.ByKeys, verdict.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			far := &service{answer: test.answer, status: test.status}
			server := httptest.NewServer(far)
			defer server.Close()
			s := b.preparedCase(t, test.input)
			code, out, complaint := b.run(t, s.Now, "-json", "-registry", server.URL, "-specialty", "建筑工程", b.write(t, "in", s.Input.Bytes()))
			var r checker.Report
			if err := json.Unmarshal([]byte(out), &r); err != nil {
				t.Fatalf("%v: %s%s", err, out, complaint)
			}
			if code != test.code || r.Basis != test.basis || r.Verdict != test.overall {
				t.Errorf("exit code %d by %s: %s", code, r.Basis, out)
			}
			if asked := far.got.URL != nil; asked == (test.input == "pdf-altered-at-50") {
				t.Errorf("asked: %v", asked)
			}
			if strings.Contains(far.answer, `"seal"`) != (r.FindRow(verdict.SealState).Reason != "") {
				t.Errorf("the seal's row is %+v", r.FindRow(verdict.SealState))
			}
			if far.answer == ofReceipt && test.basis == checker.ByRegistry && (r.Now == nil || r.Now.Checks[1].Reason != verdict.Withdrawn || r.Said == nil) {
				t.Errorf("what is so now is missing: %s", out)
			}
			if test.basis == checker.ByRegistry && r.Said == nil && !strings.Contains(string(far.body)+far.got.URL.Query().Get("specialty"), "建筑工程") {
				t.Errorf("the question was not passed on: %s %s", far.got.URL, far.body)
			}
			if r.Basis == checker.ByKeys && test.input != "pdf-altered-at-50" && r.Note == "" {
				t.Error("that it did not answer is not said")
			}
		})
	}
}

// A check that failed with the keys alone is not changed to passed by the registry's
// answer.
func TestARowThatFailedHereIsNotBetteredByTheRegistry(t *testing.T) {
	b := newFixture(t)
	for name, answer := range map[string]string{
		"left out":    live,
		"not asked":   strings.Replace(live, `{"check":"freshness"`, `{"check":"purpose","result":"not-asked","reason":"omitted","text":""},{"check":"freshness"`, 1),
		"passed":      strings.Replace(live, `{"check":"freshness"`, `{"check":"purpose","result":"pass","reason":"fine","text":""},{"check":"freshness"`, 1),
		"not certain": strings.Replace(strings.Replace(live, `"valid"`, `"unknown"`, 1), `{"check":"freshness"`, `{"check":"purpose","result":"unknown","reason":"undeclared","text":""},{"check":"freshness"`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(&service{answer: answer, status: 200})
			defer server.Close()
			s := b.preparedCase(t, "pdf-good")
			code, out, complaint := b.run(t, s.Now, "-json", "-registry", server.URL, "-recipient", "别的单位", b.write(t, "in", s.Input.Bytes()))
			var r checker.Report
			if err := json.Unmarshal([]byte(out), &r); err != nil {
				t.Fatalf("%v: %s%s", err, out, complaint)
			}
			if row := r.FindRow(verdict.Purpose); code != exitInvalid || r.Verdict != verdict.Invalid || row.Result != verdict.Fail {
				t.Errorf("exit code %d, %s: %+v", code, r.Verdict, row)
			}
		})
	}
}

// A question of only invisible characters is not asked, as the service does not ask it.
func TestABlankQuestionIsNotAsked(t *testing.T) {
	b := newFixture(t)
	s := b.preparedCase(t, "pdf-good")
	_, want, _ := b.run(t, s.Now, b.write(t, "in", s.Input.Bytes()))
	for _, flag := range []string{"-recipient", "-purpose", "-specialty"} {
		for _, blank := range []string{" ", "\u3000", "\u00A0", "\u200B", "\u0085", "\uFE0F", "\u2800"} {
			code, out, complaint := b.run(t, s.Now, flag, blank, b.write(t, "in", s.Input.Bytes()))
			if code != exitUnsure || out != want || complaint != "" {
				t.Errorf("%s %q: exit code %d: %s%s", flag, blank, code, out, complaint)
			}
		}
	}
}

// A day that is possible but absurd is a mistyped one, and is not judged.
func TestAnAbsurdDayIsNotJudged(t *testing.T) {
	b := newFixture(t)
	s := b.preparedCase(t, "pdf-good")
	for _, day := range []string{"0026-12-01", "1980-01-01", "26-12-01", "2062-12-01"} {
		code, out, complaint := b.run(t, s.Now, "-as-of", day, b.write(t, "in", s.Input.Bytes()))
		if code != exitUnsure || out != "" || !strings.Contains(complaint, "-as-of") {
			t.Errorf("%s: exit code %d: %s%s", day, code, out, complaint)
		}
	}
}

// What surrounds a token is no part of it, in an argument and in a file; what has none cannot be told.
func TestATokenIsFoundInAnArgument(t *testing.T) {
	b := newFixture(t)
	s := b.preparedCase(t, "token-good")
	link := "https://jiazhu.example.cn/v#" + s.Input.Token
	_, want, _ := b.run(t, s.Now, s.Input.Token)
	for _, text := range []string{link, link + "。", "HTTPS" + strings.TrimPrefix(link, "https"), link + "&shareTo=weixin", "<" + link + ">", link + "#wechat_redirect"} {
		for _, argument := range []string{text, b.write(t, "in", []byte("\ufeff"+text+"\r\n"))} {
			if code, out, complaint := b.run(t, s.Now, argument); code != exitUnsure || out != want || complaint != "" {
				t.Errorf("%q: exit code %d: %s%s", argument, code, out, complaint)
			}
		}
	}
	for argument, says := range map[string]string{
		"hello": "no token either", "https://www.example.cn/index.html": "no token either",
		b.write(t, "text", []byte("hello")): "无法确认  文件是一段文字", link + "," + link + "x": "无法确认  内容中有多个",
	} {
		if code, out, complaint := b.run(t, s.Now, argument); code != exitUnsure || !strings.Contains(out+complaint, says) {
			t.Errorf("%q: exit code %d: %s%s", argument, code, out, complaint)
		}
	}
}

func TestKeysMayBeFetched(t *testing.T) {
	b := newFixture(t)
	server := httptest.NewServer(&service{answer: string(b.kit.Bundle), status: 200})
	defer server.Close()
	s := b.preparedCase(t, "token-good")
	code, out, complaint := b.run(t, s.Now, "-keys", server.URL+"/.well-known/jiazhu-trust.json", b.write(t, "in", s.Input.Bytes()))
	if code != exitUnsure || !strings.Contains(out, "真实（截至签发时）") {
		t.Errorf("exit code %d: %s%s", code, out, complaint)
	}
}

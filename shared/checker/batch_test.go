package checker

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
	"github.com/jiazhu/jiazhu/conformance/vectors/kit"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// inForce is the registry's entry about a file whose copy is in force.
const inForce = `{"given":"pdf","checks":[{"check":"issuer","result":"pass","reason":"fine","text":""},
	{"check":"certificate","result":"pass","reason":"fine","text":""},{"check":"copy","result":"pass","reason":"fine","text":""},
	{"check":"specialty","result":"not-asked","reason":"omitted","text":""},{"check":"purpose","result":"not-asked","reason":"omitted","text":""},
	{"check":"reliance","result":"not-asked","reason":"omitted","text":""},{"check":"freshness","result":"pass","reason":"live","text":""}],
	"code":0,"ends":{"on":"2027-05-22","rule":"180D","text":"180日"},"newer":true,"test":true,"problem":null}`

const busy = `{"given":"pdf","checks":[],"code":0,"ends":null,"newer":false,"test":false,"problem":{"code":"rate-limited","title":"操作频繁"}}`

// fixture judges files of published vectors, with a registry that answers by a function.
type fixture struct {
	Checker
	directory string
	maker     *kit.Kit
	bodies    []string // of the requests
	waits     []time.Duration
}

func newFixture(t *testing.T, answer func(request, items int) string) *fixture {
	t.Helper()
	w := &fixture{directory: t.TempDir(), maker: kit.New(t)}
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		var asked struct{ Items []json.RawMessage }
		body := new(strings.Builder)
		_ = r.Write(body)
		_, text, _ := strings.Cut(body.String(), "\r\n\r\n")
		if err := json.Unmarshal([]byte(text), &asked); err != nil || r.URL.Path != "/v1/verifications/batch" {
			t.Errorf("%s: %v", r.URL, err)
		}
		w.bodies = append(w.bodies, text)
		said := answer(len(w.bodies), len(asked.Items))
		var p struct{ Status int }
		if json.Unmarshal([]byte(said), &p) == nil && p.Status > 0 { // a problem
			out.WriteHeader(p.Status)
		}
		fmt.Fprint(out, said)
	}))
	t.Cleanup(server.Close)
	w.Checker = Checker{
		Trust: must.Get(evidence.ParseTrust(w.maker.Bundle)), Registry: server.URL, Lang: "zh",
		Now: func() time.Time { return must.Get(cases.Read("pdf-good")).Now },
		sleep: func(d time.Duration) <-chan time.Time {
			w.waits = append(w.waits, d)
			over := make(chan time.Time)
			close(over)
			return over
		},
	}
	return w
}

// judge judges copies of a vector's file.
func (w *fixture) judge(t *testing.T, name string, n int) []Result {
	t.Helper()
	data := w.maker.Make(t, must.Get(cases.Read(name))).Input.Bytes()
	for i := range n {
		must.Do(os.WriteFile(filepath.Join(w.directory, fmt.Sprintf("%s-%03d", name, i)), data, 0o600))
	}
	sources := must.Get(FindSources([]string{w.directory}, strings.NewReader("")))
	defer sources.Close()
	return must.Get(w.JudgeMany(t.Context(), sources.List))
}

func entries(n int, entry string) string {
	return `{"items":[` + strings.TrimSuffix(strings.Repeat(entry+",", n), ",") + `]}`
}

func TestAHundredAreAskedAboutAtOnceAndNoFileIsSent(t *testing.T) {
	w := newFixture(t, func(_, items int) string { return entries(items, inForce) })
	results := w.judge(t, "pdf-good", batchSize+1)
	if len(w.bodies) != 2 || len(results) != batchSize+1 {
		t.Fatalf("%d requests for %d files", len(w.bodies), len(results))
	}
	for _, r := range results {
		if r.Verdict != verdict.Valid || r.Basis != ByRegistry || r.Note != "" || !r.Subject.Test || !r.Newer || r.Ends == nil {
			t.Fatalf("%+v", r)
		}
	}
	if each := len(w.bodies[0]) / batchSize; each > 1000 || strings.Contains(w.bodies[0], "张三") {
		t.Errorf("%d bytes were sent for each file: %.2000s", each, w.bodies[0])
	}
	if SumUp(results) != verdict.Valid {
		t.Error(SumUp(results))
	}
}

func TestWhatIsNotAnsweredIsAskedAgain(t *testing.T) {
	w := newFixture(t, func(request, items int) string {
		if request == 1 {
			return `{"items":[` + inForce + "," + busy + "," + inForce + `]}`
		}
		return entries(items, inForce)
	})
	for _, r := range w.judge(t, "pdf-good", 3) {
		if r.Verdict != verdict.Valid || r.Note != "" {
			t.Errorf("%+v", r)
		}
	}
	if len(w.bodies) != 2 || strings.Count(w.bodies[1], `"sha256"`) != 1 {
		t.Errorf("%d requests, the last is %s", len(w.bodies), w.bodies[len(w.bodies)-1])
	}
}

// The checker waits as long as the registry says, and no longer than ten minutes altogether.
func TestTheRegistryIsWaitedForAsItSays(t *testing.T) {
	whole := `{"status":429,"code":"rate-limited","title":"操作过于频繁","detail":"请求过多。","retryAfter":90}`
	item := strings.Replace(busy, `"title"`, `"retryAfter":80,"title"`, 1)
	w := newFixture(t, func(request, items int) string {
		switch request {
		case 1:
			return whole
		case 2, 3:
			return entries(items, item)
		}
		return entries(items, inForce)
	})
	var said strings.Builder
	w.Progress = &said
	for _, r := range w.judge(t, "pdf-good", 2) {
		if r.Verdict != verdict.Valid || r.Note != "" {
			t.Errorf("%+v", r)
		}
	}
	if !slices.Equal(w.waits, []time.Duration{90 * time.Second, 80 * time.Second, 80 * time.Second}) || strings.Count(said.String(), "秒后继续") != 3 {
		t.Errorf("waits %v: %s", w.waits, &said)
	}
	for name, tt := range map[string]struct {
		answer string
		most   time.Duration
	}{
		"too much": {whole, maxWaits}, "a failure": {`{"status":503,"code":"unavailable","title":"暂时不可用","detail":"请稍后再试。"}`, maxFailures},
	} {
		w = newFixture(t, func(int, int) string { return tt.answer })
		for _, r := range w.judge(t, "pdf-good", 1) {
			if r.Verdict != verdict.Unknown || !strings.HasPrefix(r.Note, "未能查询登记信息：") || strings.Contains(r.Note, "{") {
				t.Errorf("%s: %+v", name, r)
			}
		}
		var all time.Duration
		for _, d := range w.waits {
			all += d
		}
		if all > tt.most || len(w.waits) < 4 {
			t.Errorf("%s: waits %v", name, w.waits)
		}
	}
}

// A question that the registry refuses is no row's fault: nothing is answered, once and in one language.
func TestARefusedQuestionIsAnsweredOnce(t *testing.T) {
	for lang, want := range map[string]string{
		"zh": "核验服务不接受所提问题：字段有误 有一处不对。 /purpose 不能含有控制字符。", "en": "the registry refuses the question: 有一处不对。 /purpose 不能含有控制字符。",
	} {
		w := newFixture(t, func(int, int) string {
			return `{"status":422,"code":"invalid-field","title":"字段有误","detail":"有一处不对。","fields":[{"pointer":"/purpose","detail":"不能含有控制字符。"}]}`
		})
		w.Lang = lang
		must.Do(os.WriteFile(filepath.Join(w.directory, "x"), w.maker.Make(t, must.Get(cases.Read("pdf-good"))).Input.Bytes(), 0o600))
		sources := must.Get(FindSources([]string{w.directory}, strings.NewReader("")))
		defer sources.Close()
		results, err := w.JudgeMany(t.Context(), sources.List)
		if err == nil || err.Error() != want || len(w.waits) != 0 {
			t.Errorf("%v, %+v", err, results)
		}
	}
}

func TestATextThatTheServiceRefusesIsNotAsked(t *testing.T) {
	for _, text := range []string{"投标\x00", "投\n标", "｢投标｣", "⌈投标⌉", strings.Repeat("某", verdict.MaxAsked+1)} {
		q := QuestionFlags{question: verdict.Question{Purpose: text}}
		if _, err := q.Read(time.Now()); err == nil || !strings.HasPrefix(err.Error(), "-purpose: text.") {
			t.Errorf("%.9q: %v", text, err)
		}
		if _, err := ReadAsker(text); err == nil {
			t.Errorf("the asker %.9q", text)
		}
	}
}

func TestWithoutAnAnswerAFileCannotBeTold(t *testing.T) {
	for name, answer := range map[string]string{
		"too few": entries(1, inForce), "too many": entries(3, inForce), "nonsense": "[]",
		"nothing": entries(2, `{"checks":[]}`), "to come later": entries(2, strings.Replace(busy, `"title"`, `"retryAfter":3600,"title"`, 1)),
	} {
		w := newFixture(t, func(int, int) string { return answer })
		for _, r := range w.judge(t, "pdf-good", 2) {
			if r.Verdict != verdict.Unknown || r.Note == "" && name != "nothing" {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
}

func TestTheReceiptsAreSavedAndNoneIsOverwritten(t *testing.T) {
	w := newFixture(t, func(request, items int) string {
		return strings.TrimSuffix(entries(items, inForce), "}") + fmt.Sprintf(`,"receipt":"receipt %d"}`, request)
	})
	w.Receipts, w.Asker, w.Program = t.TempDir(), "示例招标代理", "a test"
	for range 2 {
		w.judge(t, "pdf-good", 2)
	}
	for n, want := range []string{"receipt 1", "receipt 2"} {
		got, err := os.ReadFile(filepath.Join(w.Receipts, fmt.Sprintf("核验回执-2026-11-24-2件-%d.jws", n+1)))
		if err != nil || string(got) != want {
			t.Errorf("%q, %v", got, err)
		}
	}
	for _, part := range []string{`"wantReceipt":true`, `"asker":{"name":"示例招标代理"}`, `"build":"a test sha256:`} {
		if !strings.Contains(w.bodies[0], part) {
			t.Errorf("no %s in %.500s", part, w.bodies[0])
		}
	}
	for _, r := range newFixture(t, func(_, items int) string { return entries(items, inForce) }).judge(t, "pdf-good", 1) {
		if r.Verdict != verdict.Valid {
			t.Errorf("without a receipt: %+v", r)
		}
	}
}

func TestWhatProvesNothingIsNotAskedAbout(t *testing.T) {
	w := newFixture(t, func(_, items int) string { return entries(items, inForce) })
	if results := w.judge(t, "pdf-altered-at-50", 2); len(w.bodies) != 0 || SumUp(results) != verdict.Invalid {
		t.Errorf("%d requests: %+v", len(w.bodies), results)
	}
}

// The reason of an invalid copy is the row that makes it invalid: an untrusted seal alone does not.
func TestTheReasonIsTheRowThatDecides(t *testing.T) {
	r := Report{Verdict: verdict.Invalid, Checks: []Row{
		{verdict.Integrity, verdict.Pass, verdict.Fine, ""}, {verdict.Issuer, verdict.Fail, verdict.Untrusted, "untrusted"},
		{verdict.Copy, verdict.Fail, verdict.FileNotRegistered, "not registered"},
	}}
	if got := r.reason(); got != "not registered" {
		t.Error(got)
	}
	r.Verdict, r.Checks = verdict.Unknown, r.Checks[:2]
	if got := r.reason(); got != "untrusted" {
		t.Error(got)
	}
	r.Verdict = verdict.Valid
	if got := r.reason(); got != "" {
		t.Error(got)
	}
}

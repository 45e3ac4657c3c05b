package main

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
	"github.com/jiazhu/jiazhu/conformance/vectors/kit"
	"github.com/jiazhu/jiazhu/shared/checker"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// fixture is a directory with the published keys and the input.
type fixture struct {
	directory string
	kit       *kit.Kit
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	b := fixture{t.TempDir(), kit.New(t)}
	b.write(t, "jiazhu-trust.json", b.kit.Bundle)
	return b
}

func (b fixture) write(t *testing.T, name string, data []byte) string {
	t.Helper()
	at := filepath.Join(b.directory, name)
	if err := os.WriteFile(at, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return at
}

// run runs the command and returns its exit code and output.
func (b fixture) run(t *testing.T, now time.Time, args ...string) (code int, out, complaint string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	p := cli{in: strings.NewReader(""), out: &stdout, err: &stderr, now: func() time.Time { return now }}
	code = p.run(t.Context(), append([]string{"-keys", filepath.Join(b.directory, "jiazhu-trust.json")}, args...))
	return code, stdout.String(), stderr.String()
}

// Every published vector, judged without the registry.
func TestTheVectorsOffline(t *testing.T) {
	all, err := cases.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	b := newFixture(t)
	for _, c := range all {
		if c.Offline == nil {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			s := b.kit.Make(t, c)
			file := b.write(t, c.Name+"."+s.Input.Ending, s.Input.Bytes())
			code, out, complaint := b.run(t, c.Now, append(questionOf(c), "-json", file)...)
			if complaint != "" {
				t.Fatal(complaint)
			}
			var r checker.Report
			if err := json.Unmarshal([]byte(out), &r); err != nil {
				t.Fatalf("%v in %s", err, out)
			}
			if diff := cmp.Diff(*c.Offline, answerOf(r)); diff != "" {
				t.Errorf("%s\n%s", c.Comment, diff)
			}
			if want := exitCode(c.Offline.Overall); code != want {
				t.Errorf("exit code %d, want %d", code, want)
			}
		})
	}
}

func questionOf(c cases.Case) (args []string) {
	for flag, value := range map[string]string{
		"-as-of": c.Question.AsOf.String(), "-specialty": c.Question.Specialty,
		"-purpose": c.Question.Purpose, "-recipient": c.Question.Recipient,
	} {
		if value != "" {
			args = append(args, flag, value)
		}
	}
	return args
}

func answerOf(r checker.Report) cases.Answer {
	a := cases.Answer{Overall: r.Verdict, Code: r.Code, Newer: r.Newer, Ends: "none", Rows: rowsOf(r.Checks)}
	if s := r.Said; s != nil {
		a.Said = &cases.Said{Overall: s.Verdict, Code: s.Code, Rows: rowsOf(s.Checks)}
	}
	if n := r.Now; n != nil {
		a.Now = &cases.Now{Rows: rowsOf(n.Checks), Newer: n.Newer}
	}
	if r.Ends != nil {
		a.Ends = strings.TrimSpace(r.Ends.On.String() + " " + string(r.Ends.Rule))
	}
	return a
}

func rowsOf(list []checker.Row) (rows []cases.Row) {
	for _, c := range list {
		rows = append(rows, cases.Row{Check: c.Check, Result: c.Result, Reason: c.Reason})
	}
	return rows
}

// preparedCase returns the prepared input of one case.
func (b fixture) preparedCase(t *testing.T, name string) kit.PreparedCase {
	t.Helper()
	c, err := cases.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return b.kit.Make(t, c)
}

// A caller may state any name: wherever a receipt of any version is shown, the name is
// labelled as self-stated and not verified.
func TestASelfStatedNameIsLabelledWhereverAReceiptIsShown(t *testing.T) {
	b := newFixture(t)
	for _, name := range []string{"receipt-good", "receipt-version-2", "receipt-version-1", "receipt-page", "receipt-page-of-version-2"} {
		s := b.preparedCase(t, name)
		file := b.write(t, name+"."+s.Input.Ending, s.Input.Bytes())
		for lang, want := range map[string][]string{
			"zh": {"核验单位 身份未经证实\n", "核验人（自称，未经证实） 「北京市公安局」\n"},
			"en": {"Verified by nobody who proved who they are\n", "Self-stated name (not verified) 「北京市公安局」\n"},
		} {
			_, out, _ := b.run(t, s.Now, "-lang", lang, file)
			for _, line := range want {
				if !strings.Contains(out, line) {
					t.Errorf("%s in %s lacks %q: %s", name, lang, line, out)
				}
			}
			if strings.Count(out, "北京市公安局") != 1 {
				t.Errorf("%s in %s names who asked elsewhere too: %s", name, lang, out)
			}
		}
		_, out, _ := b.run(t, s.Now, "-json", file)
		if !strings.Contains(out, `"selfStatedName": "北京市公安局"`) || strings.Contains(out, `"name": "北京市公安局"`) {
			t.Errorf("%s as JSON: %s", name, out)
		}
	}
}

func TestAGoodCopyOfflineIsGenuineInTimeAndNotKnown(t *testing.T) {
	b := newFixture(t)
	for _, name := range []string{"token-good", "pdf-good", "ofd-good"} {
		s := b.preparedCase(t, name)
		for lang, want := range map[string]string{
			"zh": "无法确认  真实（截至签发时） · 时效内 · 实时状态未知\n",
			"en": "Cannot be confirmed  Genuine (when issued) · within its days of use · present state unknown\n",
		} {
			code, out, complaint := b.run(t, s.Now, "-lang", lang, b.write(t, name, s.Input.Bytes()))
			if code != exitUnsure || !strings.HasPrefix(out, want) || complaint != "" {
				t.Errorf("%s: exit code %d: %s%s", name, code, out, complaint)
			}
			for _, check := range verdict.Checks() {
				if asked := check != verdict.PrintedWords && check != verdict.SealState; asked != strings.Contains(out, check.Name().In(lang)) {
					t.Errorf("%s: no row %s in %s", name, check, out)
				}
			}
		}
	}
}

func TestTheSummarySaysWhatIsKnown(t *testing.T) {
	b := newFixture(t)
	for name, want := range map[string]string{
		"token-expired":             "无效  真实（截至签发时） · 已过使用有效期 · 实时状态未知",
		"token-not-yet":             "无效  真实（截至签发时） · 未到使用有效期 · 实时状态未知",
		"token-altered-name":        "无效  内容与签名不符",
		"token-unknown-key":         "无法确认  二维码的签名密钥未知",
		"pdf-foreign-seal":          "无法确认  完整，但签章者未受信任 · 时效内 · 实时状态未知",
		"receipt-good":              "核验回执  真实：https://jiazhu.example.cn 于 2026-11-24 12:00 出具 · 当时按 2026-11-24 核验的结论：有效 · 不能代替被核验的文件",
		"receipt-page":              "核验回执  真实：",
		"receipt-states-a-mismatch": "核验回执  真实：https://jiazhu.example.cn 于 2026-11-24 12:00 出具 · 当时按 2026-11-24 核验的结论：无效",
		"receipt-page-forged":       "无法确认  所附回执真实，但本页不是该回执生成的页面",
		"receipt-stranger":          "无法确认  回执的签名密钥未知",
	} {
		s := b.preparedCase(t, name)
		_, out, complaint := b.run(t, s.Now, append(questionOf(s.Case), b.write(t, name, s.Input.Bytes()))...)
		if !strings.HasPrefix(out, want) || complaint != "" {
			t.Errorf("%s: got %s%s", name, out, complaint)
		}
	}
}

// Whatever question is asked with it, a receipt does not answer a question about its
// copy: neither for its own day, nor if a service says valid.
func TestAReceiptNeverMakesTheExitCodeZero(t *testing.T) {
	b := newFixture(t)
	far := &service{answer: live, status: 200}
	server := httptest.NewServer(far)
	defer server.Close()
	for _, name := range []string{"receipt-good", "receipt-states-its-day", "receipt-page", "receipt-version-1", "receipt-page-forged"} {
		s := b.preparedCase(t, name)
		want := exitCode(s.Offline.Overall)
		for _, args := range [][]string{
			nil, {"-as-of", "2026-11-24"}, {"-as-of", "2026-11-24", "-purpose", "投标", "-specialty", "建筑工程"},
			{"-registry", server.URL}, {"-registry", server.URL, "-as-of", "2026-11-24"},
		} {
			code, out, complaint := b.run(t, s.Now, append(args, b.write(t, name, s.Input.Bytes()))...)
			if code != want || complaint != "" {
				t.Errorf("%s %q: exit code %d, want %d: %s%s", name, args, code, want, out, complaint)
			}
			if asked := len(args) > 0 && args[0] == "-as-of"; asked && want == exitReceipt && !strings.Contains(out, "未作判断") {
				t.Errorf("%s %q: that the question was not asked is not said: %s", name, args, out)
			}
		}
	}
}

func TestWhatAReceiptStatesIsPrintedWithTheAskersWordsAsTheirs(t *testing.T) {
	b := newFixture(t)
	s := b.preparedCase(t, "receipt-states-a-mismatch")
	_, out, _ := b.run(t, s.Now, b.write(t, "in", s.Input.Bytes()))
	for _, wanted := range []string{
		"当时的结论：无效", "张* 京1112019202000001", "使用有效期 2026-11-23 – 2027-05-22", "询问用途 「入职」",
		"不符：声明用途为「投标」「某某大厦一期工程施工投标」「P-2026-7」，您询问的是「入职」", "测试回执：以测试密钥签名，不具有法律效力。",
	} {
		if !strings.Contains(out, wanted) {
			t.Errorf("%q is not in %s", wanted, out)
		}
	}
}

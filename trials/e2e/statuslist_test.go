package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

// statusLists is where an operator writes status lists, and a verifier without a network reads them.
type statusLists struct{ lists, trust string }

func newStatusLists(t *testing.T) statusLists {
	t.Helper()
	l := statusLists{filepath.Join(t.TempDir(), "lists"), filepath.Join(t.TempDir(), "trust.json")}
	must.Do(os.WriteFile(l.trust, fetchPublic(t, "/.well-known/jiazhu-trust.json"), 0o600))
	return l
}

// write writes the lists with the key of a directory.
func (l statusLists) write(t *testing.T, keys string) {
	t.Helper()
	runJiazhu(t, 0, "status", "write", l.lists, "-keys", keys)
}

// judge has the offline verifier judge a file by the lists.
func (l statusLists) judge(t *testing.T, code int, file string) string {
	t.Helper()
	return runJiazhu(t, code, "verify", "-offline", "-keys", l.trust, "-lists", l.lists, file)
}

func runJiazhu(t *testing.T, want int, args ...string) string {
	t.Helper()
	code, out, err := service.stack.Run(t.Context(), testservice.Command{}, args...)
	if err != nil || code != want {
		t.Fatalf("jiazhu %s ended with %d, want %d: %v\n%s", strings.Join(args, " "), code, want, err, out)
	}
	return out
}

// TestAListTellsTheStateWithoutANetwork: of a copy in force, and of the same copy once it was withdrawn and the lists
// were written anew. A list that is too old or that another key signed gives no tick.
func TestAListTellsTheStateWithoutANetwork(t *testing.T) {
	d, l := newEndorsedHolder(t), newStatusLists(t)
	file := filepath.Join(t.TempDir(), "copy.ofd")
	must.Do(os.WriteFile(file, d.ofd, 0o600))
	if out := l.judge(t, 2, file); !strings.Contains(out, "无法确认") || !strings.Contains(out, "目录中没有该列表") {
		t.Errorf("without a list: %s", out)
	}
	l.write(t, service.stack.Paths.Status)
	if out := l.judge(t, 0, file); !strings.Contains(out, "有效（截至 ") {
		t.Errorf("with the list: %s", out)
	}
	runJiazhu(t, 0, "status", "check", l.lists, "-trust", l.trust)

	must.Get(d.Withdraw(t.Context(), d.endorsement, "不再参加"))
	if out := l.judge(t, 0, file); !strings.Contains(out, "有效（截至 ") {
		t.Errorf("by the list of before: %s", out)
	}
	runJiazhu(t, 1, "status", "check", l.lists, "-trust", l.trust)
	l.write(t, service.stack.Paths.Status)
	if out := l.judge(t, 1, file); !strings.Contains(out, "无效") {
		t.Errorf("withdrawn: %s", out)
	}
	if v := verification(t, "", client.VerificationAsk{Token: d.endorsement.Token()}); v.Verdict != "invalid" {
		t.Errorf("the register says %s", v.Verdict)
	}
}

func TestAStaleListAndOneOfAnotherKeyGiveNoTick(t *testing.T) {
	d, l := newEndorsedHolder(t), newStatusLists(t)
	file := filepath.Join(t.TempDir(), "copy.pdf")
	must.Do(os.WriteFile(file, d.pdf, 0o600))

	other := t.TempDir()
	must.Do(os.WriteFile(filepath.Join(other, "status.key.pem"), must.Get(testca.NewKey()).KeyPEM, 0o600))
	l.write(t, other)
	if out := l.judge(t, 2, file); !strings.Contains(out, "无法确认") || !strings.Contains(out, "未采用状态列表") {
		t.Errorf("a list of another key: %s", out)
	}

	l.write(t, service.stack.Paths.Status)
	trust := must.Get(evidence.ParseTrust(must.Get(os.ReadFile(l.trust))))
	signer := must.Get(keys.Open("file://"+filepath.ToSlash(service.stack.Paths.Status), "status"))
	for _, name := range must.Get(filepath.Glob(filepath.Join(l.lists, "*.jwt"))) {
		list := must.Get(credential.ParseStatusList(string(must.Get(os.ReadFile(name))), trust.Status))
		list.IssuedAt, list.Expires = list.IssuedAt.Add(-25*time.Hour), list.Expires.Add(-25*time.Hour)
		must.Do(os.WriteFile(name, []byte(must.Get(credential.IssueStatusList(t.Context(), signer, list))), 0o600))
	}
	out := runJiazhu(t, 2, "verify", "-offline", "-json", "-keys", l.trust, "-lists", l.lists, file)
	if !strings.Contains(out, `"unknown"`) || !strings.Contains(out, `"list-stale"`) {
		t.Errorf("a list of yesterday: %s", out)
	}
}

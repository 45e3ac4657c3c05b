package browser

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/trials/desk/fileset"
)

// deskSet is what trials/desk made, and the service that knows its copies.
type deskSet struct {
	address   string
	directory string
	Question  struct{ AsOf, Specialty, Purpose string }
	Files     []fileset.File
}

// makeDeskSet makes a set of files, each kind of them or, with DESK_FULL in the environment, all 200.
func makeDeskSet(t *testing.T) (s deskSet) {
	t.Helper()
	program, out := filepath.Join(t.TempDir(), "desk"), t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./desk")
	build.Dir = filepath.Join(service.Root, "trials")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	arguments := []string{"-set", "-serve", "-out", out}
	if os.Getenv("DESK_FULL") == "" {
		arguments = append(arguments, "-small")
	}
	run := exec.CommandContext(t.Context(), program, arguments...)
	run.Dir, run.Stderr = service.Root, os.Stderr
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	lines := bufio.NewScanner(must.Get(run.StdoutPipe()))
	must.Do(run.Start())
	t.Cleanup(func() { _ = run.Wait() })
	for lines.Scan() {
		t.Log(lines.Text())
		if at, ok := strings.CutPrefix(lines.Text(), "the service is at "); ok {
			s.address, s.directory = at, filepath.Join(out, "files")
			break
		}
	}
	must.Do(json.Unmarshal(must.Get(os.ReadFile(filepath.Join(out, "expected.json"))), &s))
	return s
}

// The files of a bid opening are dropped on the page, with nothing allowed to leave but identities: every
// file has the verdict that every other verifier has.
func TestTheFilesOfABidOpening(t *testing.T) {
	t.Parallel()
	defer must.Fatal(t)
	set := makeDeskSet(t)
	r := record(t, set.address)
	p := open(t, desktopSize)
	p.goTo(r.URL + "/v")
	start := time.Now()
	p.drop(set.directory)
	p.waitForText("个文件，尚未核验")
	t.Logf("%d files listed, and the program loaded, after %v", len(set.Files), time.Since(start))
	p.fill("使用日期（如开标日）", set.Question.AsOf)
	p.fill("专业或类别", set.Question.Specialty)
	p.fill("事由或项目代码", set.Question.Purpose)
	start = time.Now()
	p.verifyAtDesk(len(set.Files))
	took := time.Since(start)
	t.Logf("%d files in %v: %.1f a second", len(set.Files), took, float64(len(set.Files))/took.Seconds())
	got := js[map[string]string](p, `Object.fromEntries([...document.querySelectorAll("#desk tbody tr")].map(r => [r.querySelector(".path").innerText, r.className + " " + (r.querySelector(".reason").innerText.match(/第 \d+ 页：有效/g) ?? []).length]))`)
	for _, f := range set.Files {
		row, want := got["files/"+f.Path], fmt.Sprintf("%s %d", f.Verdict, f.Codes)
		if f.Verdict == "" && (row == "invalid 0" || row == "unknown 0") { // the trial compares it with the others
			continue
		}
		if row != want {
			t.Errorf("%s is %q, want %q", f.Path, row, want)
		}
	}
	if asked := r.checkNothingLeft(t); asked == 0 {
		t.Error("nothing was asked")
	}
	p.checkVerifyPage("desk-bids", desktopSize)
	p.clickByName("下载结果 PDF")
	must.Do(os.WriteFile(filepath.Join(service.pictureDir, "desk-bids.pdf"), p.download(), 0o600))
}

package main

import (
	"bytes"
	"encoding/json"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/checker"
	"github.com/jiazhu/jiazhu/shared/document/scan/scantest"
)

// makeInput returns the input of a vector, and the time at which it is judged.
func (b fixture) makeInput(t *testing.T, name string) ([]byte, cases.Case) {
	t.Helper()
	c := must.Get(cases.Read(name))
	return b.kit.Make(t, c).Input.Bytes(), c
}

// judgeCodes runs the command on a file that is no original, and returns its report.
func (b fixture) judgeCodes(t *testing.T, file string, c cases.Case) checker.Report {
	t.Helper()
	code, out, complaint := b.run(t, c.Now, "-json", file)
	var r checker.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != exitUnsure || len(r.Checks) != 1 || r.Checks[0].Reason != "not-original" || r.Scan == nil {
		t.Fatalf("exit code %d, %v: %s %s", code, err, out, complaint)
	}
	return r
}

func TestTheCodesInAScanAreJudged(t *testing.T) {
	b := newFixture(t)
	token, c := b.makeInput(t, "token-good")
	text := "https://jiazhu.example.cn/v#" + string(token)
	file := b.write(t, "scan.pdf", scantest.ScanPDF(t, scantest.NewPage(600, 800), image.Image(scantest.ScanPage(t, text))))
	r := b.judgeCodes(t, file, c)
	if r.Scan.Pages != 2 || len(r.Scan.Codes) != 1 || r.Scan.Codes[0].Page != 2 || len(r.Scan.Codes[0].Verdict.Checks) != 10 || r.Scan.Codes[0].Verdict.Verdict != "unknown" {
		t.Errorf("%+v", r.Scan)
	}
	_, out, _ := b.run(t, c.Now, file)
	for _, words := range []string{"这是扫描件", "第 2 页的二维码：无法确认 张* 京1112019202000001", "真实（截至签发时）"} {
		if !strings.Contains(out, words) {
			t.Errorf("%q is missing: %s", words, out)
		}
	}
	photo := b.write(t, "photo.jpg", scantest.JPEG(t, scantest.NewPage(600, 800), 50))
	if _, out, _ := b.run(t, c.Now, photo); !strings.Contains(out, "没有找到本平台的二维码") {
		t.Error(out)
	}
}

// What other programs make of a genuine copy: put together, saved again, printed again, scanned.
func TestTheCodesInWhatOtherProgramsMake(t *testing.T) {
	b := newFixture(t)
	genuine, c := b.makeInput(t, "pdf-good")
	from := b.write(t, "copy.pdf", genuine)
	for name, tt := range map[string]struct {
		command []string // IN and OUT stand for the files
		output  string
		pages   int
	}{
		"qpdf puts together":       {[]string{"qpdf", "--empty", "--pages", "IN", "IN", "IN", "--", "OUT"}, "merged.pdf", 3},
		"qpdf packs the objects":   {[]string{"qpdf", "--object-streams=generate", "--empty", "--pages", "IN", "IN", "--", "OUT"}, "packed.pdf", 2},
		"poppler puts together":    {[]string{"pdfunite", "IN", "IN", "OUT"}, "united.pdf", 2},
		"cairo prints again":       {[]string{"pdftocairo", "-pdf", "IN", "OUT"}, "printed.pdf", 1},
		"poppler draws at 150 dpi": {[]string{"pdftoppm", "-r", "150", "-jpeg", "-singlefile", "IN", "OUT"}, "page", 1},
		"poppler draws at 300 dpi": {[]string{"pdftoppm", "-r", "300", "-gray", "-png", "-singlefile", "IN", "OUT"}, "page300", 1},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(tt.command[0]); err != nil {
				t.Skip(tt.command[0] + " is not installed")
			}
			to := filepath.Join(b.directory, tt.output)
			var arguments []string
			for _, a := range tt.command[1:] {
				arguments = append(arguments, map[string]string{"IN": from, "OUT": to}[a]+strings.TrimSuffix(strings.TrimSuffix(a, "IN"), "OUT"))
			}
			if out, err := exec.CommandContext(t.Context(), tt.command[0], arguments...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			made := must.Get(filepath.Glob(to + "*"))
			if len(made) != 1 {
				t.Fatalf("made %q", made)
			}
			r := b.judgeCodes(t, made[0], c)
			if r.Scan.Pages != tt.pages || len(r.Scan.Codes) != tt.pages || len(r.Scan.Unread) != 0 {
				t.Errorf("%d pages, %d codes, %+v", r.Scan.Pages, len(r.Scan.Codes), r.Scan.Unread)
			}
			for i, code := range r.Scan.Codes {
				if code.Page != i+1 || code.Verdict.Subject == nil || code.Verdict.Subject.Number != "京1112019202000001" {
					t.Errorf("%+v", code)
				}
			}
			must.Do(os.Remove(made[0]))
		})
	}
}

// Of many files each code has a line with its page, and one that is invalid counts.
func TestTheCodesOfManyFilesAreListed(t *testing.T) {
	b := newFixture(t)
	token, c := b.makeInput(t, "token-good")
	altered := bytes.Clone(token)
	altered[len(altered)-9] ^= 1
	page := func(token []byte) image.Image {
		return scantest.ScanPage(t, "https://jiazhu.example.cn/v#"+string(token))
	}
	scan := b.write(t, "scan.pdf", scantest.ScanPDF(t, page(token), page(token)))
	photo := b.write(t, "photo.jpg", scantest.JPEG(t, scantest.NewPage(600, 800), 50))
	code, out, _ := b.run(t, c.Now, scan, photo)
	for _, words := range []string{"\nscan.pdf   1   张*", "\nscan.pdf   2   张*", "没有找到本平台的二维码", "共 2 件 · 无法确认 2\n非原件内的二维码 2 个 · 无法确认 2\n"} {
		if code != exitUnsure || !strings.Contains(out, words) {
			t.Errorf("exit code %d, no %q: %s", code, words, out)
		}
	}
	forged := b.write(t, "forged.pdf", scantest.ScanPDF(t, page(token), page(altered)))
	if code, out, _ := b.run(t, c.Now, scan, forged); code != exitInvalid || !strings.Contains(out, "共 2 件 · 无法确认 2\n非原件内的二维码 4 个 · 无效 1 · 无法确认 3\n") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if _, out, _ := b.run(t, c.Now, "-csv", scan); strings.Count(out, "\n") != 4 {
		t.Errorf("the CSV is %q", out)
	}
}

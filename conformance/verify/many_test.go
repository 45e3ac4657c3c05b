package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/checker"
	"github.com/jiazhu/jiazhu/shared/document/archive"
)

// writeBids writes a directory as a bid opening has it: files, a hidden one, one of an operating system, a link and an archive.
func (b fixture) writeBids(t *testing.T) string {
	t.Helper()
	bids := filepath.Join(b.directory, "bids")
	if err := os.MkdirAll(filepath.Join(bids, "甲公司"), 0o700); err != nil {
		t.Fatal(err)
	}
	bytesOf := func(name string) []byte { return b.preparedCase(t, name).Input.Bytes() }
	packed := packZIP(t, map[string][]byte{"../out.pdf": bytesOf("pdf-good"), "乙公司/altered.ofd": bytesOf("ofd-altered-at-50")})
	for name, data := range map[string][]byte{
		"甲公司/good.pdf": bytesOf("pdf-good"), "甲公司/good.ofd": bytesOf("ofd-good"), ".DS_Store": []byte("x"), ".hidden.pdf": bytesOf("pdf-good"),
		"=cmd|' \u202e.pdf": bytesOf("pdf-altered-at-50"), "z.zip": packed,
	} {
		b.write(t, filepath.Join("bids", name), data)
	}
	if err := os.Symlink("甲公司/good.pdf", filepath.Join(bids, "link.pdf")); err != nil {
		t.Fatal(err)
	}
	return bids
}

func TestADirectoryIsJudgedFileByFile(t *testing.T) {
	b := newFixture(t)
	bids, now := b.writeBids(t), b.preparedCase(t, "pdf-good").Now
	code, out, complaint := b.run(t, now, bids)
	if code != exitInvalid || complaint != "verify: 1 files of an operating system were passed over\n" {
		t.Errorf("exit code %d: %s", code, complaint)
	}
	lines := strings.Split(out, "\n")
	for i, want := range []string{
		"文件", ".hidden.pdf", `=cmd|' \u202e.pdf`, "link.pdf", "z.zip/../out.pdf", "z.zip/乙公司/altered.ofd", "甲公司/good.ofd", "甲公司/good.pdf",
		"共 7 件 · 无效 2 · 无法确认 5", "未列入：操作系统文件 1 个",
	} {
		if !strings.HasPrefix(lines[i], want+" ") && lines[i] != want {
			t.Errorf("line %d is %q, want %q", i, lines[i], want)
		}
	}
	for _, want := range []string{"真实（截至签发时）", "压缩包之外", "链接而不是文件", "使用期止", "京1112019202000001"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}

func TestManyAsJSONAndAsCSVSayTheSame(t *testing.T) {
	b := newFixture(t)
	bids, now := b.writeBids(t), b.preparedCase(t, "pdf-good").Now
	_, out, _ := b.run(t, now, "-json", bids)
	var files, verdicts []string
	for line := range strings.Lines(out) {
		var r checker.Result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		if (r.Refused != "") != (r.SHA256 == "") {
			t.Errorf("%+v", r)
		}
		files, verdicts = append(files, r.File), append(verdicts, r.Name)
	}
	code, out, _ := b.run(t, now, "-csv", bids)
	text, marked := strings.CutPrefix(out, "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked || code != exitInvalid || !strings.Contains(text, "\r\n") {
		t.Fatalf("exit code %d, %v: %q", code, err, out)
	}
	var inCSV []string
	for _, row := range rows[1:] {
		inCSV = append(inCSV, row[5])
	}
	if diff := cmp.Diff(verdicts, inCSV); diff != "" || len(files) != 7 {
		t.Errorf("%d files: %s", len(files), diff)
	}
}

// packZIP packs files in the order of their names.
func packZIP(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if _, err := must.Get(z.Create(name)).Write(files[name]); err != nil {
			t.Fatal(err)
		}
	}
	must.Do(z.Close())
	return packed.Bytes()
}

// What is hostile in an archive is one row, and the others are judged.
func TestHostileArchivesAreRows(t *testing.T) {
	b := newFixture(t)
	s := b.preparedCase(t, "pdf-good")
	good := s.Input.Bytes()
	many := map[string][]byte{}
	for n := range archive.MaxEntries + 1 {
		many[fmt.Sprint(n)] = nil
	}
	inner := packZIP(t, map[string][]byte{"good.pdf": good})
	for name, test := range map[string]struct {
		data []byte
		want []string // a word of each row, by name
	}{
		"an archive in an archive": {packZIP(t, map[string][]byte{"a.zip": inner, "b.pdf": good}), []string{"压缩包（ZIP）", "真实"}},
		"too many entries":         {packZIP(t, many), []string{"超过2000个文件"}},
		"a bomb":                   {packZIP(t, map[string][]byte{"a.pdf": make([]byte, 60<<20), "b.pdf": good}), []string{"压缩比异常", "真实"}},
		"one path twice":           {packZIP(t, map[string][]byte{"A.pdf": good, "a.pdf": good, "c.pdf": good}), []string{"同名文件", "同名文件", "真实"}},
		"a turned path":            {packZIP(t, map[string][]byte{"\u202efdp.exe": good, "a.pdf": good}), []string{"真实", `\u202efdp.exe`}},
		"the end is missing":       {inner[:len(inner)-30], []string{"无法确认"}},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, complaint := b.run(t, s.Now, b.write(t, "given.zip", test.data), b.write(t, "z.pdf", good))
			rows := strings.Split(out, "\n")[1:]
			if code != exitUnsure || complaint != "" || len(rows) < len(test.want)+1 {
				t.Fatalf("exit code %d: %s%s", code, out, complaint)
			}
			for i, want := range test.want {
				if !strings.Contains(rows[i], want) {
					t.Errorf("row %d is %q, and lacks %q", i, rows[i], want)
				}
			}
		})
	}
}

// A file that is not called a ZIP is judged as one file, whatever can be read from it, and one that is called a
// ZIP and is another file, too, is refused.
func TestAFileThatIsTwoIsNotOpened(t *testing.T) {
	b := newFixture(t)
	s := b.preparedCase(t, "pdf-good")
	packed := packZIP(t, map[string][]byte{"good.pdf": s.Input.Bytes()})
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"given.pdf":  {packed, "压缩包（ZIP）"},
		"given":      {packed, "压缩包（ZIP）"},
		"before.zip": {append([]byte("%PDF-1.7\n"), packed...), "夹有不属于任何文件的内容"},
		"behind.ZIP": {append(slices.Clone(packed), "%PDF-1.7\n"...), "夹有不属于任何文件的内容"},
	} {
		code, out, _ := b.run(t, s.Now, b.write(t, name, test.data))
		if code != exitUnsure || !strings.Contains(out, test.want) || strings.Contains(out, "good.pdf") {
			t.Errorf("%s: exit code %d: %s", name, code, out)
		}
	}
	if code, out, _ := b.run(t, s.Now, b.write(t, "given.ZIP", packed)); code != exitUnsure || !strings.Contains(out, "good.pdf") {
		t.Errorf("exit code %d: %s", code, out)
	}
}

// A name that a spreadsheet would calculate, alone in the cell, is marked as a text.
func TestNoCellIsAFormula(t *testing.T) {
	b := newFixture(t)
	t.Chdir(b.directory)
	s := b.preparedCase(t, "pdf-good")
	for _, name := range []string{"=HYPERLINK(1).pdf", "+1.pdf", "@SUM.pdf"} {
		b.write(t, name, s.Input.Bytes())
		_, out, _ := b.run(t, s.Now, "-csv", "--", name)
		if !strings.Contains(out, "\n'"+name) {
			t.Errorf("%q: %q", name, out)
		}
	}
}

func TestTheExitCodeOfSeveralIsThatOfTheWorst(t *testing.T) {
	b := newFixture(t)
	now := b.preparedCase(t, "pdf-good").Now
	file := func(name string) string { return b.write(t, name, b.preparedCase(t, name).Input.Bytes()) }
	good, altered, receipt := file("pdf-good"), file("pdf-altered-at-50"), file("receipt-good")
	empty := filepath.Join(b.directory, "nothing")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		code int
	}{
		"one that cannot be told": {[]string{good, good}, exitUnsure},
		"one invalid":             {[]string{good, altered}, exitInvalid},
		"two receipts":            {[]string{receipt, receipt}, exitUnsure},
		"one receipt, as CSV":     {[]string{"-csv", receipt}, exitReceipt},
		"an empty directory":      {[]string{empty}, exitUnsure},
		"one that is not there":   {[]string{good, filepath.Join(b.directory, "nowhere.pdf")}, exitUnsure},
	} {
		if code, out, complaint := b.run(t, now, test.args...); code != test.code {
			t.Errorf("%s: exit code %d, want %d: %s%s", name, code, test.code, out, complaint)
		}
	}
}

package e2e

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/trials/sheetset"
)

// pictureCounts are what import says of a directory of pictures.
type pictureCounts struct {
	Found, Missing int
	Changed        map[string]int
	Unused         []string
}

// importSheet runs jiazhu import and returns what it prints.
func (c commandLine) importSheet(t *testing.T, code int, args ...string) (done struct {
	Report                             string
	Rows, Accepted, Unchanged, Refused int
	Rejected                           string
	Photos, Signatures                 *pictureCounts
	Unread                             []string
}) {
	t.Helper()
	out, failure := c.jiazhu(t, code, "", append(append([]string{"import", "-json"}, args...), as(seed.Registry)...)...)
	if err := json.Unmarshal([]byte(out), &done); err != nil {
		t.Fatalf("%v\n%s%s", err, out, failure)
	}
	return done
}

func TestAnOfficeImportsItsSpreadsheet(t *testing.T) {
	const first, all = 20000, 200
	c, directory := newCommandLine(t), t.TempDir()
	set := sheetset.Make(first, all)
	rows := set.Rows
	file := filepath.Join(directory, "名单.xlsx")
	sheetset.Write(t, file, rows)
	photos := sheetset.WritePhotos(t, rows)
	tried := c.importSheet(t, 1, "-dry-run", "-photos", photos, "-refused", filepath.Join(directory, "tried.xlsx"), file)
	if tried.Accepted != 170 || tried.Refused != 30 || tried.Report != "" {
		t.Errorf("a dry run finds %+v", tried)
	}
	signatures := sheetset.WriteSignature(t, rows[1])
	done := c.importSheet(t, 1, "-photos", photos, "-signatures", signatures, file)
	if done.Rows != all || done.Accepted != 170 || done.Refused != 30 || done.Rejected != filepath.Join(directory, "rejected.xlsx") {
		t.Fatalf("%+v", done)
	}
	if p := done.Photos; p == nil || p.Found != 3 || p.Changed["converted from BMP"] != 1 || p.Changed["made smaller"] != 1 || len(p.Unused) != 1 {
		t.Errorf("photos: %+v", p)
	}
	if s := done.Signatures; s == nil || s.Found != 1 || s.Missing != 199 {
		t.Errorf("signatures: %+v", s)
	}
	if strings.Join(done.Unread, " ") != "序号 备注" {
		t.Errorf("not read: %q", done.Unread)
	}
	again := c.importSheet(t, 1, "-photos", photos, "-signatures", signatures, "-report", done.Report, "-refused", filepath.Join(directory, "again.xlsx"), file)
	if again.Accepted != 170 || again.Refused != 30 {
		t.Errorf("waiting again finds %+v", again)
	}

	set.CorrectRejected(t, done.Rejected)
	last := c.importSheet(t, 0, done.Rejected)
	if last.Rows != 30 || last.Accepted != 30 {
		t.Fatalf("corrected: %+v", last)
	}

	// The whole table, corrected, in the forms in which programs save it: nothing in it is new.
	set.Correct()
	for name, text := range sheetTexts(t, rows) {
		file := filepath.Join(directory, name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if done := c.importSheet(t, 0, "-type", seed.ConstructorOne, file); done.Unchanged != all {
			t.Errorf("%s: %+v", name, done)
		}
	}
}

// TestAnImportIsKilledAndResumed: the service goes on by itself, and the command that waits again has the sheet's rows.
func TestAnImportIsKilledAndResumed(t *testing.T) {
	const first, all, badEvery = 30000, 10000, 500
	c, directory := newCommandLine(t), t.TempDir()
	rows := [][]string{sheetset.Headings()}
	for i := range all {
		row := sheetset.Row(i+1, seed.GenerateRow(first+i))
		if i%badEvery == 0 {
			row[2] = seed.GenerateRow(first + i).Holder.IDNo[:17]
		}
		rows = append(rows, row)
	}
	var table bytes.Buffer
	if err := csv.NewWriter(&table).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(directory, "all.csv")
	if err := os.WriteFile(file, table.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	arguments := append([]string{"import", "-type", seed.ConstructorOne, file}, as(seed.Registry)...)
	cmd := exec.CommandContext(t.Context(), c.program, arguments...)
	cmd.Env = append(c.env, "TMPDIR="+directory)
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	report, progress := "", 0
	for lines := bufio.NewScanner(stderr); report == "" && lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "reading: ") {
			progress++
		}
		if _, rest, found := strings.Cut(lines.Text(), "jiazhu import -report "); found {
			report, _, _ = strings.Cut(rest, " ")
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	left, err := os.ReadDir(directory)
	if report == "" || progress != 10 || len(left) != 1 || err != nil {
		t.Fatalf("report %q, %d lines of progress, %v is left, %v", report, progress, left, err)
	}
	done := c.importSheet(t, 1, "-type", seed.ConstructorOne, "-report", report, file)
	if done.Accepted != all-all/badEvery || done.Refused != all/badEvery {
		t.Errorf("%+v", done)
	}
	workbook, err := excelize.OpenFile(done.Rejected)
	if err != nil {
		t.Fatal(err)
	}
	defer workbook.Close()
	lines, err := workbook.GetRows(workbook.GetSheetName(0))
	if err != nil || len(lines) != 2+all/badEvery {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	for i, line := range lines[2:] {
		if at := strconv.Itoa(2 + i*badEvery); line[0] != strconv.Itoa(1+i*badEvery) || line[len(sheetset.Headings())] != at {
			t.Errorf("row %s is said to be on line %s, not %s", line[0], line[len(sheetset.Headings())], at)
		}
	}
	// Another table than the report was made of is not taken for it, whether it has fewer rows, the same in another order, or another state.
	lineOf := bytes.SplitAfter(table.Bytes(), []byte("\n"))
	swapped := bytes.Join(append([][]byte{lineOf[0], lineOf[2], lineOf[1]}, lineOf[3:]...), nil)
	changed := append(bytes.Join(lineOf[:2], nil), bytes.Replace(bytes.Join(lineOf[2:], nil), []byte("有效"), []byte("注销"), 1)...)
	for name, other := range map[string][]byte{"half": table.Bytes()[:table.Len()/2], "swapped": swapped, "changed": changed} {
		if err := os.WriteFile(file, other, 0o600); err != nil {
			t.Fatal(err)
		}
		rejected := filepath.Join(directory, name+".xlsx")
		_, why := c.jiazhu(t, 1, "", append([]string{"import", "-type", seed.ConstructorOne, "-report", report, "-refused", rejected, file}, as(seed.Registry)...)...)
		if _, err := os.Stat(rejected); !strings.Contains(why, "was not made of "+file) || !os.IsNotExist(err) {
			t.Errorf("%s: %s, %v", name, why, err)
		}
	}
}

// sheetTexts are the rows as CSV in several encodings.
func sheetTexts(t *testing.T, rows [][]string) map[string][]byte {
	t.Helper()
	write := func(comma rune) []byte {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Comma = comma
		if err := w.WriteAll(append([][]string{sheetset.Headings()}, rows...)); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(write(','))
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(write('\t'))
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"utf-8.csv": write(','), "mark.csv": append([]byte("\xef\xbb\xbf"), write(';')...), "gb.csv": gb, "utf-16.txt": wide,
	}
}

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/sheet"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/submission"
)

// writeOffice writes an office's table of certificates with these ID numbers.
func writeOffice(t *testing.T, ids ...string) (name string) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "名单.csv")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := [][]string{{"注册编号", "姓名", "性别", "出生日期", "身份证号", "聘用企业", "统一社会信用代码", "注册专业", "有效期起", "有效期止", "发证日期", "行政区划代码", "状态", "照片"}}
	for i, id := range ids {
		lines = append(lines, []string{"京111201920200099" + string(rune('0'+i)), "李示例", "女", "1985年5月5日", id, "示例第一工程局有限公司", "91110000MA00000152",
			"建筑工程", "2025/7/1", "2028/6/30", "20201211", "北京市", "有效", ""})
	}
	if err := csv.NewWriter(file).WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	return name
}

const soundID, wrongID = "110101198505050024", "110101198505050025"

func TestATableIsTriedWithoutSendingIt(t *testing.T) {
	code, out, _ := runCommand("import", "-dry-run", "-type", "constructor-1", writeOffice(t, soundID))
	if code != 0 || !strings.HasPrefix(out, "1 rows: 1 acceptable, 0 unchanged, 0 refused\n") {
		t.Errorf("%d: %s", code, out)
	}
	name := writeOffice(t, soundID, wrongID)
	for _, rejected := range []string{"rejected.xlsx", "rejected-2.xlsx"} { // the first is not written over
		code, out, errOut := runCommand("import", "-json", "-dry-run", "-type", "constructor-1", name)
		var done sheetResult
		if err := json.Unmarshal([]byte(out), &done); err != nil {
			t.Fatal(err)
		}
		if code != 1 || done.Accepted != 1 || done.Refused != 1 || filepath.Base(done.Rejected) != rejected || !strings.Contains(errOut, "1 of 2 rows were refused") {
			t.Errorf("%d: %+v\n%s", code, done, errOut)
		}
		if info, err := os.Stat(done.Rejected); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
	}
}

// TestOnlyRefusedRowsAreReadAgain: the pictures of the others may be many, and are not needed for the workbook of the refused.
func TestOnlyRefusedRowsAreReadAgain(t *testing.T) {
	defer must.Fatal(t)
	name, photos := writeOffice(t, soundID, wrongID), t.TempDir()
	var picture bytes.Buffer
	drawn := image.NewGray(image.Rect(0, 0, 120, 160))
	for n := range drawn.Pix {
		drawn.Pix[n] = uint8(n)
	}
	must.Do(jpeg.Encode(&picture, drawn, nil))
	sound := filepath.Join(photos, "京1112019202000990.jpg")
	must.Do(os.WriteFile(sound, picture.Bytes(), 0o600))
	file := must.Get(os.Open(name))
	defer file.Close()
	i := sheetImport{
		console: console{getenv: func(string) string { return "" }}, sheetFlags: sheetFlags{photos: photos, kind: "constructor-1", dryRun: true},
		name: name, quiet: true, sum: sha256.New(), wrong: map[int]bool{}, flaws: map[int][]client.Flaw{}, table: submission.Table{Pictures: map[string]*submission.Pictures{}},
	}
	must.Do(i.open(must.Get(sheet.Open(file, must.Get(file.Stat()).Size()))))
	done := must.Get(i.send(t.Context(), nil, ""))
	if done.Accepted != 1 || done.Refused != 1 || done.Photos.Found != 1 {
		t.Fatalf("%+v, %v", done, i.flaws)
	}
	must.Do(os.Remove(sound))
	must.Get(i.writeRejected("", &done))
}

func TestImportIsToldWronglyOfATable(t *testing.T) {
	name := writeOffice(t, soundID)
	named := writeOffice(t, soundID)
	text, err := os.ReadFile(named)
	if err == nil {
		err = os.WriteFile(named, []byte(strings.Replace(string(text), "有效,\n", "有效,a.jpg\n", 1)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		code int
		want string
	}{
		"no such type":                    {[]string{"-type", "constructor-9", name}, 2, "constructor-1, constructor-2-beijing"},
		"no such type of template":        {[]string{"-template", "constructor-9", filepath.Join(t.TempDir(), "t.xlsx")}, 2, "constructor-1, constructor-2-beijing"},
		"a template over a file":          {[]string{"-template", "constructor-1", name}, 1, "is there already"},
		"no such directory":               {[]string{"-type", "constructor-1", "-photos", "nothing", name}, 2, "no directory nothing"},
		"no such sheet":                   {[]string{"-type", "constructor-1", "-sheet", "乙", name}, 1, "no visible table"},
		"a picture without its directory": {[]string{"-type", "constructor-1", "-dry-run", named}, 2, "row 2 names a picture"},
		"refused rows over the table":     {[]string{"-type", "constructor-1", "-refused", name, name}, 2, "-refused must not name"},
		"no client":                       {[]string{"-type", "constructor-1", name}, 2, "-client"},
		"a type of rows":                  {[]string{"-type", "constructor-1", "rows.ndjson"}, 2, "are for spreadsheets"},
		"a dry run of nothing":            {[]string{"-dry-run", "rows.ndjson"}, 2, "rows.ndjson"},
		"a table that is not there":       {[]string{"nothing.xlsx"}, 2, "nothing.xlsx"},
	} {
		code, out, errOut := runCommand(append([]string{"import"}, test.args...)...)
		if code != test.code || !strings.Contains(errOut, test.want) {
			t.Errorf("%s: %d, want %d with %q\n%s%s", name, code, test.code, test.want, out, errOut)
		}
	}
	if _, _, errOut := runCommand("help", "import"); !strings.Contains(errOut, "rejected.xlsx") || !strings.Contains(errOut, "-photos") {
		t.Error(errOut)
	}
}

func TestRowsAreTriedWithoutSendingThem(t *testing.T) {
	row := `{"scheme":"constructor-1","number":"京1112019202000999","holder":{"name":"李示例","sex":"女","birth":"1985-05-05","idType":"111","idNo":"` + soundID + `"},` +
		`"employer":{"name":"示例第一工程局有限公司","uscc":"91110000MA00000152"},"specialties":[{"name":"建筑工程","from":"2025-07-01","to":"2028-06-30"}],` +
		`"issuedOn":"2020-12-11","areaCode":"110000","state":"01"}`
	name := filepath.Join(t.TempDir(), "rows.txt")
	for text, want := range map[string]struct {
		code                    int
		out, errOut, badContent string
	}{
		"\uFEFF" + row + "\r\n\n" + row:                                 {0, "2 rows: 2 acceptable", "", ""},
		row + "\n\n" + strings.Replace(row, soundID, wrongID, 1) + "\n": {1, "2 rows: 1 acceptable, 0 unchanged, 1 refused", "1 of 2 rows would be refused", `{"row":2,`},
		"{" + strings.Repeat("x", longestLine):                          {1, "", "row 1 has more than", ""},
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, errOut := runCommand("import", "-dry-run", name)
		bad, err := os.ReadFile(name + ".refused")
		if want.badContent != "" && err != nil {
			t.Fatal(err)
		}
		if code != want.code || !strings.HasPrefix(out, want.out) || !strings.Contains(errOut, want.errOut) || !strings.HasPrefix(string(bad), want.badContent) {
			t.Errorf("%d, %q, %q, %q", code, out, errOut, bad)
		}
	}
}

func TestAFileWithoutRowsIsNoSuccess(t *testing.T) {
	name := filepath.Join(t.TempDir(), "rows.ndjson")
	must.Do(os.WriteFile(name, []byte("\n\r\n"), 0o600))
	if code, out, errOut := runCommand("import", "-dry-run", name); code != 1 || !strings.Contains(errOut, "the file has no rows") {
		t.Errorf("%d, %s%s", code, out, errOut)
	}
}

// A type that is only a file is imported and judged like those of the program.
func TestATableOfATypeOfSchemesIsTried(t *testing.T) {
	directory := t.TempDir()
	text, err := os.ReadFile("../../shared/domain/scheme/schemes/constructor-1.yaml")
	if err == nil {
		other := strings.NewReplacer("id: constructor-1", "id: other-1", "typeName: 一级建造师注册证书", "typeName: 其他注册证书", "label: { zh: 注册编号", "label: { zh: 证号").Replace(string(text))
		err = os.WriteFile(filepath.Join(directory, "other-1.yaml"), []byte(other), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	run := func(code int, want string, args ...string) {
		t.Helper()
		var out strings.Builder
		c := console{in: strings.NewReader(""), out: &out, err: &out, now: time.Now, getenv: func(name string) string {
			return map[string]string{"SCHEMES": "file://" + directory}[name]
		}}
		if got := c.run(t.Context(), append([]string{"import"}, args...)); got != code || !strings.Contains(out.String(), want) {
			t.Errorf("%q: %d, want %d with %q\n%s", args, got, code, want, &out)
		}
	}
	filled := filepath.Join(directory, "t.xlsx")
	run(0, "其他注册证书", "-template", "other-1", filled)
	run(1, "no certificate is below them: 1 examples", "-dry-run", filled)
	run(2, "other-1", "-template", "constructor-1", filled)
	name := writeOffice(t, soundID)
	table, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, []byte(strings.Replace(string(table), "注册编号", "证号", 1)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	run(0, "1 acceptable", "-dry-run", "-type", "other-1", name)
	run(2, "other-1", "-dry-run", "-type", "constructor-1", name)
	rows := filepath.Join(directory, "rows.ndjson")
	if err := os.WriteFile(rows, []byte(`{"scheme":"constructor-1"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	run(1, "1 refused", "-dry-run", rows)
}

func TestProgressIsLinesWhereThereIsNoTerminal(t *testing.T) {
	var lines strings.Builder
	m := console{err: &lines}.startMeter(200, "reading", false, false)
	for done := range int64(201) {
		m.set(done)
	}
	m.finish()
	if got := lines.String(); strings.Count(got, "\n") != 10 || !strings.HasPrefix(got, "reading: 10 %\n") || !strings.HasSuffix(got, "reading: 100 %\n") {
		t.Error(got)
	}
	lines.Reset()
	quiet := console{err: &lines}.startMeter(200, "reading", false, true)
	quiet.set(200)
	quiet.finish()
	if lines.String() != "" {
		t.Error(lines.String())
	}
}

// The example in each kind's template is a row that the service takes.
func TestTheExampleOfEachTemplateIsRight(t *testing.T) {
	for _, s := range must.Get(scheme.Load()).List() {
		name := filepath.Join(t.TempDir(), "上报表.xlsx")
		if code, _, errOut := runCommand("import", "-template", s.ID, name); code != 0 {
			t.Fatalf("%s: %s", s.ID, errOut)
		}
		workbook := must.Get(excelize.OpenFile(name))
		number := must.Get(workbook.GetCellValue("上报", "A3"))
		must.Do(workbook.SetCellStr("上报", "A3", strings.TrimPrefix(number, "示例：")))
		for i, heading := range must.Get(workbook.GetRows("上报"))[1] { // the pictures are not here
			if heading == "照片" || heading == "签名" {
				must.Do(workbook.SetCellStr("上报", must.Get(excelize.CoordinatesToCellName(i+1, 3)), ""))
			}
		}
		must.Do(workbook.Save())
		code, out, errOut := runCommand("import", "-dry-run", name)
		if code != 0 || !strings.HasPrefix(out, "1 rows: 1 acceptable") {
			t.Errorf("%s: %d %s %s", s.ID, code, out, errOut)
		}
	}
}

func TestTheCommandToResumeHasTheFlagsOfThisOne(t *testing.T) {
	s := &service{arguments: []string{"-url", "https://example.cn", "-report=OLD", "-report", "OLD", "-photos", "照片 一", "it's.xlsx"}}
	if got, want := s.resumeCommand("R1"), `jiazhu import -report R1 -url https://example.cn -photos '照片 一' 'it'\''s.xlsx'`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

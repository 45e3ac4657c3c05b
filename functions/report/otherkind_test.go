package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// ofOtherKind returns a fixture whose service also has a kind of certificate that no code knows.
func ofOtherKind(t *testing.T, areas ...string) fixture {
	t.Helper()
	directory := t.TempDir()
	const builtIn = "../../shared/domain/scheme/schemes/constructor-1.yaml"
	text, err := os.ReadFile(builtIn)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(text), "number:\n")
	_, after, _ := strings.Cut(rest, "area: province # ")
	_, after, _ = strings.Cut(after, "\n")
	other := strings.NewReplacer("id: constructor-1", "id: cost-engineer", "13338W999", "13338W998", "typeName: 一级建造师", "typeName: 造价工程师").Replace(before) + `number:
  label: { zh: 注册编号, en: registration code }
  form: { zh: "“建[造]”加 12 位数字", en: "建[造] and 12 digits" }
  example: 建[造]112020110001
  patterns: ["建[造]{level}{year}{area}{serial}", "建[造]{level}{year:2}{area}{serial}"]
  parts:
    level: { is: digits, digits: 2 }
    year: { is: year, notAfterIssue: true, name: { zh: 注册年份, en: year of registration } }
    area: { is: area, digits: 2, name: { zh: 省级代码, en: province code } }
    serial: { is: digits, digits: 4 }
  area: area
` + after
	for name, data := range map[string]string{"a.yaml": string(text), "b.yaml": other} {
		if err := os.WriteFile(filepath.Join(directory, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	store := recordstest.NewFixture(t)
	if store.Schemes, err = scheme.LoadFrom(os.DirFS(directory)); err != nil {
		t.Fatal(err)
	}
	store.Records = store.OpenRecords(store.Sealer)
	return fixture{store, newApp(deps{
		grants: store.Sessions, certificates: store.Records, journal: store.Journal, reports: store.Records, disputes: store.Records, files: store.Files, schemes: store.Schemes,
	}, api.Server{Now: store.Clock.Now, Log: io.Discard}), grantToken(t, store, "beijing-registry", areas...)}
}

func TestAKindOfCertificateThatIsOnlyAFileIsReported(t *testing.T) {
	d := ofOtherKind(t, "110000")
	row := validRow(t).with(fields{"scheme": "cost-engineer", "number": "建[造]112020110001"})
	a := d.report(t,
		row,
		row.with(fields{"number": "建[造]1120110001"}), // the same, with a year of two digits
		row.with(fields{"number": "建［造］11202Ol10002"}),
		row.with(fields{"number": "建[造]112021110003"}),
		row.with(fields{"number": "建[造]112020310004", "areaCode": "310000"}),
		row.with(fields{"number": "京1112019202000001"}),
		row.with(fields{"scheme": "constructor-1"}),
	)
	for i, want := range []string{"", "", "/number number.form", "/number number.years", "/areaCode area.foreign", "/number number.form", "/scheme scheme.other"} {
		if got := rules(a.Rows[i]); got != want {
			t.Errorf("row %d: %s, not %s", i+1, got, want)
		}
	}
	if a.Rows[0].Certificate == "" || a.Rows[1].Certificate != a.Rows[0].Certificate {
		t.Errorf("one number in two spellings is of %q and %q", a.Rows[0].Certificate, a.Rows[1].Certificate)
	}
	if got := a.Rows[2].Errors[0].Suggestion; got != "建[造]112020110002" {
		t.Errorf("suggests %q", got)
	}
	if a.Rows[1].Result == reporting.Refused {
		t.Errorf("row 2 is %s", a.Rows[1].Result)
	}
	var history struct {
		Certificates []struct{ Certificate string }
	}
	number := "建[造]1120110001"
	recordstest.Send(t, d.app, recordstest.Request{
		Route: "GET /v1/reports/certificates/{number}", Token: d.token, Path: map[string]string{"number": number},
	}).Into(t, 200, &history)
	if len(history.Certificates) != 1 || history.Certificates[0].Certificate != a.Rows[0].Certificate {
		t.Errorf("the number leads to %+v", history)
	}
}

package roster

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/sheet"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// detailedSchemes are a kind with details and without an employer, and a second one of the same name.
func detailedSchemes(t testing.TB) scheme.Set {
	t.Helper()
	s, _ := loadSchemes(t).ByID("special-operator-jilin")
	s.Details = []scheme.Detail{{Name: "初次领证日期", Longest: 11}, {Name: "职务", Required: true, Longest: 30}}
	other := s
	other.ID, other.Authority, other.Employer = "other", "示例省住房和城乡建设厅", certificate.Optional
	return must.Get(scheme.NewSet(s, other))
}

// operatorRow is a row of such a kind by its headings.
func operatorRow(changes map[string]string) map[string]string {
	row := plainRow()
	for heading, value := range map[string]string{"注册编号": "吉A052022000001", "注册专业": "", "操作类别": "建筑电工", "职务": "班长", "初次领证日期": "2020年1月"} {
		row[heading] = value
	}
	for heading, value := range changes {
		row[heading] = value
	}
	for heading, value := range row {
		if value == "" {
			delete(row, heading)
		}
	}
	return row
}

func openRow(t testing.TB, row map[string]string, kind string) (*Roster, error) {
	t.Helper()
	var lines [2][]string
	for heading, value := range row {
		lines[0], lines[1] = append(lines[0], heading), append(lines[1], value)
	}
	return openBytes(writeTable(t, lines[:]...), detailedSchemes(t), kind)
}

func TestAKindsTableHasItsDetailsAndNoEmployer(t *testing.T) {
	r, err := openRow(t, operatorRow(nil), "special-operator-jilin")
	if err != nil {
		t.Fatal(err)
	}
	if got := r.ListUnknown(); len(got) != 2 || !strings.Contains(strings.Join(got, " "), "聘用企业") {
		t.Errorf("not read: %v", got)
	}
	if got := r.ListMissing(); got != nil {
		t.Errorf("missing: %v", got)
	}
	err = r.Read(func(row sheet.Row) error {
		e := r.Convert(row)
		want := []client.Detail{{Name: "初次领证日期", Value: "2020年1月"}, {Name: "职务", Value: "班长"}}
		if diff := cmp.Diff(want, e.Row.Details); diff != "" || len(e.Mistakes) > 0 || e.Row.Employer != (client.ReportedEmployer{}) {
			t.Errorf("%s %+v", diff, e)
		}
		if diff := cmp.Diff([]client.Specialty{{Name: "建筑电工", From: "2025-07-01", To: "2028-06-30"}}, e.Row.Specialties); diff != "" {
			t.Error(diff)
		}
		found := r.Locate(e, row, []client.Flaw{{Field: "/details/1/value", Detail: "不超过 30 个字。"}, {Field: "/details/9/value"}})
		if at, c := r.describe(found[0].Field); at < 0 || c.heading != "职务" || found[0].Found != "班长" || c.form != "不超过 30 个字" {
			t.Errorf("%+v in column %d, %+v", found[0], at, c)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What is missing comes back in the workbook with its name, although the table has no such column.
func TestADetailThatIsMissingHasItsColumnsName(t *testing.T) {
	r, err := openRow(t, operatorRow(map[string]string{"职务": ""}), "special-operator-jilin")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"职务"}, r.ListMissing()); diff != "" {
		t.Error(diff)
	}
	err = r.Read(func(row sheet.Row) error {
		e := r.Convert(row)
		found := r.Locate(e, row, []client.Flaw{{Field: "/details/1/value", Detail: "缺少职务。"}})
		at, c := r.describe(found[0].Field)
		if at >= 0 || nameOf(at, c, r) != "（表中没有此列）职务" {
			t.Errorf("%+v, %+v", found, c)
		}
		w, err := NewRejected(r)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		return errors.Join(w.Add(row, found), w.Write(&b))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Kinds of one name are told apart by their authorities, in a title and in a line.
func TestKindsOfOneNameAreToldApartByTheirAuthority(t *testing.T) {
	kinds := detailedSchemes(t).List()
	for text, want := range map[string]string{
		"建筑施工特种作业操作资格证书": "", "建筑施工特种作业操作资格证书（示例省住房和城乡建设厅）": "other", "吉林省住房和城乡建设厅建筑施工特种作业操作资格证书": "special-operator-jilin",
		"other": "other",
	} {
		r := &Roster{kinds: listKinds(detailedSchemes(t))}
		if got := r.readTitle(sheet.Row{Cells: []sheet.Cell{{Text: text + " 上报表"}}}); got != want && text != "other" {
			t.Errorf("the title %s names %q", text, got)
		}
		if strings.HasPrefix(text, "吉林") {
			continue
		}
		row := operatorRow(map[string]string{"证照类型": text})
		r, err := openRow(t, row, "")
		if err != nil {
			t.Fatal(err)
		}
		err = r.Read(func(line sheet.Row) error {
			e := r.Convert(line)
			if e.Row.Scheme != want || (len(e.Mistakes) == 0) != (want != "") {
				t.Errorf("%s is %q: %+v", text, e.Row.Scheme, e.Mistakes)
			}
			if e.Row.Employer.Name == "" { // of an unknown kind the table may have an employer
				t.Errorf("%s: %+v", text, e.Row)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if kinds[0].TypeName != kinds[1].TypeName {
		t.Error("the kinds have two names")
	}
}

// A line may have a value that its kind has not: the service refuses it, and nothing is left out unsaid.
func TestADetailOfAnotherKindIsNotLeftOut(t *testing.T) {
	all := append(detailedSchemes(t).List(), must.Get(scheme.Load()).List()[0])
	lines := operatorRow(map[string]string{"证照类型": constructor})
	var table [2][]string
	for heading, value := range lines {
		table[0], table[1] = append(table[0], heading), append(table[1], value)
	}
	r, err := openBytes(writeTable(t, table[:]...), must.Get(scheme.NewSet(all...)), "")
	if err != nil {
		t.Fatal(err)
	}
	err = r.Read(func(row sheet.Row) error {
		e := r.Convert(row)
		if len(e.Row.Details) != 2 || e.Row.Details[0].Value == "" {
			t.Errorf("%+v", e.Row)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestADayInADetailIsWrittenAsPeopleDo(t *testing.T) {
	r := &Roster{workbook: &sheet.Workbook{}, columns: []column{{field: "/details/初次领证日期"}}}
	c := conversion{Roster: r, row: sheet.Row{Cells: []sheet.Cell{{Text: "43831", Kind: sheet.Number, IsDay: true}}}}
	c.readDetails(kind{details: []certificate.DetailRule{{Name: "初次领证日期"}}})
	if diff := cmp.Diff([]client.Detail{{Name: "初次领证日期", Value: "2020-01-01"}}, c.Row.Details); diff != "" {
		t.Error(diff)
	}
}

// A template offers the areas of its kind, and every province where the kind has none.
func TestATemplateOffersTheAreasOfItsKind(t *testing.T) {
	for id, want := range map[string]string{"constructor-2-hunan": "湖南省", "special-operator-jilin": "吉林省"} {
		s, _ := loadSchemes(t).ByID(id)
		made := template{kind: kindOf(s)}
		if got := made.choicesOf("/areaCode"); len(got) != 1 || got[0] != want {
			t.Errorf("%s offers %q", id, got)
		}
	}
	s, _ := loadSchemes(t).ByID("constructor-1")
	made := template{kind: kindOf(s)}
	if got := made.choicesOf("/areaCode"); len(got) != len(listProvinces()) {
		t.Errorf("of every area are %q", got)
	}
}

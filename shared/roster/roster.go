// Package roster reads the table in which an authority's office keeps its certificates, one on each
// line under Chinese headings, and makes of each line what the service takes in a report. What cannot
// be read is found with its column, the form that was expected and a suggestion; the refused lines go
// back in a workbook that can be corrected and imported again.
//
// It judges only what the service cannot see: how a cell is written, which picture is meant, which
// lines have the same number. All rules of certificates are the service's, whose findings Locate
// brings back to the columns.
package roster

import (
	"errors"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/sheet"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// headingLines is how many lines may stand above the headings, such as a title.
const headingLines = 20

// Roster is a table whose headings are found.
type Roster struct {
	workbook  *sheet.Workbook
	sheet     sheet.Sheet
	kinds     []kind
	canonical func(string) string // the form under which the service keeps a number
	kind      string              // of certificates whose line names none
	top       int                 // line of the headings
	Headings  []string
	columns   []column         // for each heading, of no field where it is not known
	numbers   map[string][]int // the lines that have it
	names     map[string][]int // likewise, as in a file's name
	documents map[string][]int // likewise, numbers of holders' documents
	Count     int              // lines of certificates
	Examples  int              // lines that are examples
	Others    []int            // lines that name nobody, or only who made the table
}

// Open finds the headings of a workbook, in the sheet of this name or in the only visible one that has
// them. It reads all lines once, to know which numbers and names are there several times. Id is the
// scheme of certificates whose line names none; without one it is the type that a title above the
// headings names.
func Open(workbook *sheet.Workbook, name string, schemes scheme.Set, id string) (*Roster, error) {
	r, err := openKinds(workbook, name, listKinds(schemes), schemes.Numbers().Canonical, id)
	if err == nil && r.Count == 0 {
		return nil, sheet.NewFormError("第 %d 行是表头，下面没有证书：示例 %d 行，其他 %d 行", "line %d has headings, and no certificate is below them: %d examples, %d other lines",
			r.top, r.Examples, len(r.Others))
	}
	return r, err
}

func openKinds(workbook *sheet.Workbook, name string, kinds []kind, canonical func(string) string, id string) (*Roster, error) {
	var found []*Roster
	var problems []error
	for _, s := range workbook.Sheets {
		if name != "" && s.Name != name || name == "" && s.Hidden {
			continue
		}
		r := &Roster{workbook: workbook, sheet: s, kinds: kinds, canonical: canonical, kind: id, numbers: map[string][]int{}, names: map[string][]int{}, documents: map[string][]int{}}
		err := r.findHeadings()
		if err != nil && !errors.Is(err, sheet.ErrForm) {
			return nil, err
		}
		if err != nil {
			problems = append(problems, err)
			continue
		}
		found = append(found, r)
	}
	switch {
	case len(found) == 0 && len(problems) > 0:
		return nil, problems[0]
	case len(found) == 0:
		return nil, sheet.NewFormError("没有这个名称的可见工作表", "it has no visible table of that name")
	case len(found) > 1:
		return nil, sheet.NewFormError("工作表 %s 和 %s 都有表头，请指明用哪一个", "%s and %s both have headings; say with -sheet which is meant", found[0].sheet.Name, found[1].sheet.Name)
	}
	return found[0], found[0].count()
}

// findHeadings finds the line with the most headings, among the first ones.
func (r *Roster) findHeadings() error {
	most, lines, kind := 0, 0, r.kind
	err := r.workbook.Read(r.sheet, func(row sheet.Row) error {
		headings, columns := readHeadings(row, r.kinds, kind)
		known := 0
		for _, c := range columns {
			if c.field != "" {
				known++
			}
		}
		if known > most {
			most, r.top, r.Headings, r.columns, r.kind = known, row.Line, headings, columns, kind
		}
		if kind == "" {
			kind = r.readTitle(row)
		}
		if lines++; lines == headingLines {
			return sheet.ErrStop
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case most < 3:
		return sheet.NewFormError("前 %d 行中没有表头（如 注册编号、姓名、证件号码）；请使用所选类型的模板",
			"none of its first %d lines has headings such as 注册编号, 姓名 and 证件号码; jiazhu import -template TYPE writes a table that has them", headingLines)
	case !r.findNumber():
		return sheet.NewFormError("第 %d 行是表头，但没有 注册编号 一列", "line %d has headings, but none is 注册编号", r.top)
	}
	for i, c := range r.columns {
		if first := r.find(c.field); c.field != "" && first != i {
			return sheet.NewFormError("%s 列和 %s 列的表头都是 %s，请给不用的一列改名", "columns %s and %s are both headed %s; rename the one that is not meant",
				sheet.NameColumn(first), sheet.NameColumn(i), c.heading)
		}
	}
	return nil
}

// findNumber finds the column of the number, which some types call by the name of another column.
func (r *Roster) findNumber() bool {
	for _, k := range r.kinds {
		if r.kind != "" && k.id != r.kind {
			continue
		}
		i := r.find(numberField)
		if i < 0 {
			i = slices.IndexFunc(r.Headings, func(h string) bool { return tidyHeading(h) == tidyHeading(k.label) })
		}
		if i < 0 {
			continue
		}
		for _, c := range listColumns() {
			if c.field == numberField && r.kind != "" {
				c = k.describeNumber(c)
			}
			if c.field == numberField {
				r.columns[i] = c
			}
		}
	}
	return r.find(numberField) >= 0
}

// readTitle returns the scheme whose type a line names, and with it the authority where several issue
// certificates of that name; "" if it names none or several.
func (r *Roster) readTitle(row sheet.Row) string {
	names := func(text string) bool {
		return slices.ContainsFunc(row.Cells, func(c sheet.Cell) bool { return strings.Contains(c.Text, text) })
	}
	var named, exact []kind
	for _, k := range r.kinds {
		if !names(k.name) {
			continue
		}
		if named = append(named, k); names(k.authority) {
			exact = append(exact, k)
		}
	}
	if len(named) > 1 {
		named = exact
	}
	if len(named) != 1 {
		return ""
	}
	return named[0].id
}

// find returns the column of a field, or -1.
func (r *Roster) find(field string) int {
	return slices.IndexFunc(r.columns, func(c column) bool { return c.field == field && field != "" })
}

func (r *Roster) count() error {
	return r.Read(func(row sheet.Row) error {
		r.Count++
		if number := tidyCode(r.text(row, numberField)); number != "" {
			addLine(r.numbers, r.canonical(number), row.Line)
		}
		addLine(r.names, nameKey(r.text(row, "/holder/name")), row.Line)
		addLine(r.documents, nameKey(r.text(row, "/holder/idNo")), row.Line)
		return nil
	})
}

func addLine(to map[string][]int, key string, line int) {
	if key != "" {
		to[key] = append(to[key], line)
	}
}

// Read calls each with the lines below the headings that name a certificate or a person. Examples,
// and lines that have something else in a column that is read, such as who made the table, are counted;
// others are only numbered.
func (r *Roster) Read(each func(sheet.Row) error) error {
	r.Examples, r.Others = 0, nil
	return r.workbook.Read(r.sheet, func(row sheet.Row) error {
		switch {
		case row.Line <= r.top:
			return nil
		case !r.namesSomebody(row), isFooter(row):
			if r.hasContent(row) {
				r.Others = append(r.Others, row.Line)
			}
			return nil
		case isExample(r.text(row, "/number")):
			r.Examples++
			return nil
		}
		return each(row)
	})
}

func (r *Roster) namesSomebody(row sheet.Row) bool {
	return slices.ContainsFunc([]string{numberField, "/holder/name", "/holder/idNo"}, func(field string) bool { return !r.cell(row, field).IsEmpty() })
}

func (r *Roster) hasContent(row sheet.Row) bool {
	for i, c := range row.Cells {
		if i < len(r.columns) && r.columns[i].field != "" && !c.IsEmpty() {
			return true
		}
	}
	return false
}

// exampleMark begins the number of a line that is only an example.
const exampleMark = "示例"

func isExample(number string) bool {
	return strings.HasPrefix(strings.TrimLeft(number, "（(【[ "), exampleMark)
}

// cell returns the cell of a field, empty if there is no such column.
func (r *Roster) cell(row sheet.Row, field string) sheet.Cell {
	if i := r.find(field); i >= 0 && i < len(row.Cells) {
		return row.Cells[i]
	}
	return sheet.Cell{}
}

func (r *Roster) text(row sheet.Row, field string) string { return r.cell(row, field).Text }

// ListMissing returns the headings of required columns that the table does not have.
func (r *Roster) ListMissing() (missing []string) {
	for _, c := range r.findKind(r.kind).templateColumns() {
		days := r.find("/specialties/0/period") >= 0 && (c.field == "/specialties/0/from" || c.field == "/specialties/0/to")
		if c.required && r.find(c.field) < 0 && !days {
			missing = append(missing, c.heading)
		}
	}
	return missing
}

// ListUnknown returns the headings that are not read.
func (r *Roster) ListUnknown() (unknown []string) {
	for i, c := range r.columns {
		if c.field == "" && r.Headings[i] != "" && !r.isFinding(i) {
			unknown = append(unknown, r.Headings[i])
		}
	}
	return unknown
}

package scheme_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// rowsOf has the rows of the constructors' faces as they stand in their files.
const rowsOf = `face:
  rows:
    - { label: 姓名, value: holder.name }
    - { label: 性别, value: holder.sex }
    - { label: 出生日期, value: holder.birth }
    - { label: 注册编号, value: number }
    - { label: 聘用企业, value: employer.name }
    - { label: 注册专业, value: specialties }
`

func TestAFaceIsReadOverTheDefault(t *testing.T) {
	text := file(t, "constructor-1")
	whole := loadScheme(t, "constructor-1").Face
	changed := strings.Replace(text, "face:\n", "face:\n  titleWeight: 0\n  sizes: { title: 11 }\n  photo: { y: 74 }\n  without: [signature]\n", 1)
	s, err := scheme.Parse([]byte(changed))
	if err != nil {
		t.Fatal(err)
	}
	want := *whole
	want.TitleWeight, want.Sizes.Title, want.Photo.Y, want.Without = 0, 11, 74, []string{scheme.SignaturePart}
	if diff := cmp.Diff(&want, s.Face); diff != "" {
		t.Error(diff)
	}
	if whole.Photo != (scheme.Place{X: 152, Y: 71.8, W: 32, H: 44.8}) || !whole.HasSignature() || s.Face.HasSignature() || !s.Face.HasPhoto() {
		t.Errorf("%+v and %+v", whole, s.Face)
	}
}

// Each mistake in a face is named with its member.
func TestAWrongFaceIsRefused(t *testing.T) {
	text := file(t, "constructor-1")
	if !strings.Contains(text, rowsOf) {
		t.Fatal("the file has other rows")
	}
	row := func(label, value string) string { return fmt.Sprintf("    - { label: %s, value: %s }\n", label, value) }
	for _, c := range []struct{ is, old, replacement, says string }{
		{"no face", rowsOf, "", "face is missing"},
		{"no rows", rowsOf, "face: { rows: [] }\n", "face.rows has 0 rows"},
		{"no name", row("姓名", "holder.name"), "", "face.rows have no row for holder.name"},
		{"no number", row("注册编号", "number"), "", "no row for number"},
		{"no employer", row("聘用企业", "employer.name"), "", "no row for employer.name"},
		{"no specialties", row("注册专业", "specialties"), "", "no row for specialties"},
		{"an unknown value", "holder.sex", "holder.weight", `face.rows.1.value is "holder.weight" and not one of holder.name,`},
		{"a value twice", "holder.sex", "holder.birth", "face.rows.2.value holder.birth is there twice"},
		{"a label twice", "label: 性别", "label: 姓名", "face.rows.1.label 姓名 is there twice"},
		{"a label with a colon", "label: 性别", "label: '性别：'", "face.rows.1.label is"},
		{"a label that is too long", "label: 性别", "label: 一二三四五六七八九十一二三", "face.rows.1.label is"},
		{"a detail that the scheme lacks", "holder.sex", "details.职务", "face.rows.1.value is"},
		{"a detail under another name", rowsOf, "details: [{ name: 职务, longest: 20 }]\n" + rowsOf + row("职位", "details.职务"), "face.rows.6.label is not the detail's name, 职务"},
		{"a detail without a row", rowsOf, "details: [{ name: 职务, longest: 20 }]\n" + rowsOf, "no row for details.职务"},
		{"an employer that is none", rowsOf, "employer: none\n" + rowsOf, `face.rows.4.value is "employer.name"`},
		{"an organisation with a sex", rowsOf, "holder: organisation\n" + rowsOf, `face.rows.1.value is "holder.sex" and not one of holder.name,`},
		{"an organisation without its code", rowsOf, "holder: organisation\n" + rowsOf, "no row for holder.idNo"},
		{"an organisation with a photo", rowsOf, "holder: organisation\n" + rowsOf, "face.without lacks photo or signature"},
		{"a person's ID number", "holder.sex", "holder.idNo", `face.rows.1.value is "holder.idNo"`},
		{"an unknown part", "face:\n", "face:\n  without: [seal]\n", "face.without.0 is"},
		{"a title that is no title", "face:\n", "face:\n  sizes: { title: 40 }\n", "face.sizes.title is 40 and not between 6 and 15 mm"},
		{"a photo outside the frame", "face:\n", "face:\n  photo: { x: 170 }\n", "face.photo.x is 170 and not between 125 and 158 mm"},
		{"a seal over the code", "face:\n", "face:\n  seal: { x: 100 }\n", "face.seal.x is 100 and not between 120 and 148 mm"},
		{"a code below the foot", "face:\n", "face:\n  code: { y: 250 }\n", "face.code.y is"},
		{"no number at all", "face:\n", "face:\n  code: { size: .nan }\n", "face.code.size is"},
		{"too many rows beside the photo", "face:\n", "face:\n  beside: 7\n", "face.beside is"},
		{"a member that is none", "face:\n", "face:\n  columns: 2\n", "face.columns is no member"},
	} {
		changed := strings.Replace(text, c.old, c.replacement, 1)
		if changed == text {
			t.Fatalf("%s: nothing was replaced", c.is)
		}
		if _, err := scheme.Parse([]byte(changed)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want %s", c.is, err, c.says)
		}
	}
}

package main

import (
	"slices"
	"testing"

	"github.com/jiazhu/jiazhu/shared/service/reporting"
)

// TestARowThatContradictsAnotherOfItsDocumentIsWarned: two authorities report different people with one
// passport number, and one of them learns of it, whether the rows come together or apart.
func TestARowThatContradictsAnotherOfItsDocumentIsWarned(t *testing.T) {
	d := newFixture(t)
	of := func(number, idType, idNo, name, sex, birth string) fields {
		return validRow(t).with(fields{"number": number, "holder": map[string]any{"idType": idType, "idNo": idNo, "name": name, "sex": sex, "birth": birth}})
	}
	warned := func(o reporting.Outcome) (at []string) {
		if o.Result == reporting.Refused {
			t.Fatalf("%+v", o)
		}
		for _, w := range o.Warnings {
			if w.Rule == "holder.other" {
				at = append(at, w.Field)
			}
		}
		return at
	}
	mary := of("京1112019202000021", "414", "M12345678", "Mary Ann Evans", "女", "1980-01-01")
	if at := warned(d.report(t, mary).Rows[0]); at != nil {
		t.Errorf("the first is warned of %v", at)
	}
	zoe := d.as(t, "capital-registry")
	for range 2 { // the second time it is unchanged
		if at := warned(zoe.report(t, of("京1112019202000022", "414", "m 1234-5678", "Zoe Quinn", "男", "1990-01-02")).Rows[0]); !slices.Equal(at, []string{"/holder/name", "/holder/sex", "/holder/birth"}) {
			t.Errorf("the other is warned of %v", at)
		}
	}
	if at := warned(d.report(t, of("京1112019202000023", "414", "E00000001", "Mary Ann Evans", "女", "1980-01-01")).Rows[0]); at != nil {
		t.Errorf("another document is warned of %v", at)
	}
	renamed := of("京1112019202000023", "414", "E00000001", "Mary Smith", "女", "1980-01-01")
	if at := warned(d.report(t, renamed).Rows[0]); !slices.Equal(at, []string{"/holder/name"}) {
		t.Errorf("another name of the same certificate is warned of %v", at)
	}
	if at := warned(d.report(t, renamed).Rows[0]); at != nil {
		t.Errorf("the same row again is warned of %v", at)
	}
	both := d.report(t,
		of("京1112019202000024", "999", "外永12345", "陈一", "女", "1980-01-01"),
		of("京1112019202000025", "999", "外永12345", "陈二", "女", "1980-01-01"),
		of("京1112019202000026", "999", "外永12346", "CHEN YI", "女", "1980-01-01"),
		of("京1112019202000027", "999", "外永12346", "Chen Yi", "女", "1980-01-01"))
	for i, want := range [][]string{{"/holder/name"}, {"/holder/name"}, nil, nil} {
		if at := warned(both.Rows[i]); !slices.Equal(at, want) {
			t.Errorf("row %d is warned of %v", i+1, at)
		}
	}
	firm := func(number, name string) fields {
		return fields{
			"scheme": "enterprise-qualification-beijing", "number": number, "areaCode": "110000", "state": "01", "issuedOn": "2025-07-01",
			"holder":      map[string]any{"idType": "001", "idNo": "91110000MA00000152", "name": name},
			"specialties": []any{map[string]any{"name": "建筑工程施工总承包一级", "from": "2025-07-01", "to": "2030-06-30"}},
			"details":     []any{map[string]any{"name": "法定代表人", "value": "孔示例"}, map[string]any{"name": "注册地址", "value": "北京市某某区某某路1号"}},
		}
	}
	firms := d.report(t, firm("D211000001", "示例建设有限公司"), firm("D211000002", "示例建设有限公司"), firm("D211000003", "冒名建设有限公司"))
	for i, want := range [][]string{{"/holder/name"}, {"/holder/name"}, {"/holder/name"}} {
		if at := warned(firms.Rows[i]); !slices.Equal(at, want) {
			t.Errorf("firm %d is warned of %v", i+1, at)
		}
	}
	same := d.report(t,
		of("京1112019202000028", "111", "110101198001010010", "张三", "男", "1980-01-01"),
		of("京1112019202000029", "111", "110101198001010010", "张三丰", "男", "1980-01-01"))
	if at := warned(same.Rows[1]); at != nil {
		t.Errorf("a name of an identity card that changed is warned of %v", at)
	}
}

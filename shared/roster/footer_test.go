package roster

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/sheet"
)

// Who made a table may stand in the columns of the numbers and names.
func TestWhatStandsBelowATableIsLeftOut(t *testing.T) {
	headings := []string{"注册编号", "姓名", "性别", "证件号码"}
	lines := func(below ...[]string) []byte {
		return writeTable(t, append([][]string{headings, {"京1112019202000999", "李示例", "女", "110101198505050024"}}, below...)...)
	}
	for _, footer := range [][]string{
		{"审核人", "张示例"}, {"合计：5"}, {"合计", "5人"}, {"填报单位（盖章）：", "", "北京市示例中心"}, {"填报人：张示例", "审核人：李示例", "联系电话：010-12345678"},
		{"联系电话", "010-12345678", "填报日期", "2026年11月30日"}, {"备注：上表各人均已核对，共1人"}, {"注: 1. 本表一式两份"}, {"", "单位负责人", "王示例"}, {"以下空白"}, {"共 5 行"},
	} {
		r := must.Get(openBytes(lines(footer), loadSchemes(t), constructor))
		if r.Count != 1 || !slices.Equal(r.Others, []int{3}) {
			t.Errorf("%q: %d rows, %v are left out", footer, r.Count, r.Others)
		}
	}
	for _, row := range [][]string{
		{"合计", "李示例", "女", "110101198505050024"}, {"备注", "", "", "110101198505050024"}, {"审核人", "京1112019202000998"}, {"审核人张示例"}, {"", "李示例"}, {"", "", "", "110101198505050024"},
		{"联系电话", "", "", "110101850505002"}, {"5", "审核人", "张示例"}, {"京1112019202000998"}, {"注册", "李示例"},
	} {
		if r := must.Get(openBytes(lines(row), loadSchemes(t), constructor)); r.Count != 2 || len(r.Others) != 0 {
			t.Errorf("%q: %d rows, %v are left out", row, r.Count, r.Others)
		}
	}
}

func TestATableWithoutCertificatesIsRefused(t *testing.T) {
	_, err := openBytes(writeTable(t, []string{"注册编号", "姓名", "性别"}, []string{"示例：京1112019202000999", "李示例"}, []string{"审核人"}), loadSchemes(t), constructor)
	if !errors.Is(err, sheet.ErrForm) || !strings.Contains(err.Error(), "line 1 has headings, and no certificate is below them: 1 examples, 1 other lines") {
		t.Error(err)
	}
}

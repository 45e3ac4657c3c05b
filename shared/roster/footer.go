package roster

import (
	"regexp"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/sheet"
)

// footerLabel is what stands below a table beside who made it, or with sums and remarks.
var footerLabel = regexp.MustCompile(`^(?:` +
	`(?:填报|填表|制表|审核|复核|审批|审定|批准|核准|经办|承办|报送|上报|编制|校对|录入|联系|主管|分管|负责|本单位|单位|部门|科室)+` +
	`(?:单位|部门|机关|负责|科室)*(?:人|人员|者|领导|电话|手机|方式|地址|日期|时间|签字|签名|签章|盖章|公章|意见)*` +
	`|日期|电话|手机|传真|签字|签章|盖章|公章|合计|总计|小计|共计|备注|说明|注|以下空白|共[0-9]+[人行条本名]` +
	`)(?:\(.*\))?(?::.*)?$`)

// footerValue is what may stand beside such a label: a name, a day or a telephone, but no number of a certificate
// or of a document.
var footerValue = regexp.MustCompile(`^(?:[^0-9]{0,20}|[-0-9.,/年月日()+]{1,14}[人行条本名]?)$`)

// isFooter reports whether a line has labels of what stands below a table, each with a value beside it, and
// nothing else. Any other line is read, and is refused where it is wrong: no certificate is left out for a word in it.
func isFooter(row sheet.Row) bool {
	found, labelled := false, false
	for _, cell := range row.Cells {
		text := tidyCode(cell.Text)
		isLabel := footerLabel.MatchString(text)
		switch {
		case text == "":
			continue // a value may stand some columns further
		case isLabel:
			found = true
		case !labelled || !footerValue.MatchString(text):
			return false
		}
		labelled = isLabel && (strings.HasSuffix(text, ":") || !strings.Contains(text, ":"))
	}
	return found
}

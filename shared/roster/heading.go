package roster

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/jiazhu/jiazhu/shared/document/sheet"
)

// column is what a column of the table holds. The zero value is a column that is not read.
type column struct {
	field    string // the JSON pointer of the report's row; #n in the place of a specialty's index
	heading  string
	synonyms string // separated by spaces
	form     string // 应有的形式
	advice   string // 建议, where nothing better is known
	required bool
}

const (
	numberField = "/number"

	dayForm   = "日期，如 2027-05-28；也可写 2027年5月28日、2027/5/28、20270528"
	dayAdvice = "写明年、月、日，如 2027-05-28"
)

// listColumns returns the columns in the order of the template. Those of a specialty are there once.
func listColumns() []column {
	return []column{
		{field: numberField, heading: "注册编号", synonyms: "注册证书编号 注册号 证书注册编号 注册证号", required: true,
			form: "该类证照的编号", advice: "按证书逐位核对后重填，单元格设为文本"},
		{field: "/holder/name", heading: "姓名", synonyms: "持证人 持证人姓名 人员姓名 名字 注册人员姓名", required: true,
			form: "与证件一致的姓名，汉字与间隔号“·”", advice: "按身份证重新填写"},
		{field: "/holder/sex", heading: "性别", synonyms: "持证人性别", required: true, form: "男 或 女", advice: "填 男 或 女"},
		{field: "/holder/birth", heading: "出生日期", synonyms: "出生年月日 出生年月 生日 出生时间", required: true, form: dayForm, advice: dayAdvice},
		{field: "/holder/idType", heading: "证件类型", synonyms: "证件种类 身份证件类型 证件名称 证照类别",
			form: "证件名称或 GB/T 36903 代码，如 居民身份证（111）；空白即居民身份证", advice: "从下拉列表中选取"},
		{field: "/holder/idNo", heading: "证件号码", synonyms: "身份证号 身份证号码 公民身份号码 公民身份证号 公民身份证号码 居民身份证号 居民身份证号码 证件号 身份证件号码 身份证", required: true,
			form: "居民身份证为 18 位，末位可为 X；单元格设为文本", advice: "按证件逐位核对后重填，单元格设为文本"},
		{field: "/employer/name", heading: "聘用企业", synonyms: "聘用企业名称 企业名称 单位名称 工作单位 聘用单位 聘用单位名称 注册单位 注册企业 所在单位 所在企业", required: true,
			form: "企业全称，1 至 100 个字", advice: "按营业执照填写全称"},
		{field: "/employer/uscc", heading: "统一社会信用代码", synonyms: "企业统一社会信用代码 单位统一社会信用代码 聘用企业统一社会信用代码 社会信用代码 信用代码 企业信用代码", required: true,
			form: "18 位数字或大写字母，不含 I、O、Z、S、V", advice: "按营业执照逐位核对后重填，单元格设为文本"},
		{field: specialtyField("name"), heading: "注册专业", required: true, form: "该类证书的专业名称；一个专业一组三列，更多专业依次填 注册专业2、注册专业3",
			advice: "从下拉列表中选取"},
		{field: specialtyField("from"), heading: "有效期起", required: true, form: dayForm, advice: dayAdvice},
		{field: specialtyField("to"), heading: "有效期止", required: true, form: dayForm, advice: dayAdvice},
		{field: specialtyField("period"), heading: "有效期", form: "起止两个日期，如 2025-07-01 至 2028-06-30", advice: "写明起止两个日期，中间用“至”"},
		{field: "/issuedOn", heading: "发证日期", synonyms: "签发日期 颁发日期 发证时间 证照颁发日期 证书颁发日期 签发时间", required: true, form: dayForm, advice: dayAdvice},
		{field: "/areaCode", heading: "行政区划代码", synonyms: "行政区划 区划代码 地区代码 地区 所属地区 所在地区 省份 注册省份", required: true,
			form: "GB/T 2260 的六位代码，如 110000；也可填省级名称，如 北京市", advice: "填六位代码，如 110000"},
		{field: "/state", heading: "证书状态", synonyms: "状态 注册状态 证照状态 证件状态", required: true, form: "状态名称或两位代码，如 有效（01）", advice: "从下拉列表中选取"},
		{field: "/stateNote", heading: "状态说明", synonyms: "状态备注 状态原因", form: "不超过 200 个字；状态为“其他”时必填", advice: "写明依据，不要填写证件号码"},
		{field: "/operation", heading: "办理事项", synonyms: "业务操作 业务类型 办理业务 业务事项 办理类型", form: "事项名称或两位代码，如 延续（02）；可空", advice: "从下拉列表中选取，或留空"},
		{field: "/certificateSerial", heading: "证书编号", synonyms: "证书流水号 证书序列号 证书印刷号 印刷号", form: "不超过 200 个字；可空", advice: "按证书填写，不要填写证件号码"},
		{field: "/qualificationNo", heading: "执业资格证书管理号", synonyms: "资格证书管理号 资格证书编号 执业资格证书编号 资格证书号 管理号", form: "不超过 32 个字；可空", advice: "按资格证书填写，单元格设为文本"},
		{field: "/reportedToMinistry", heading: "已报部", synonyms: "是否已报部 是否报部 已上报住房和城乡建设部", form: "是 或 否；空白即 是", advice: "填 是 或 否"},
		{field: "/photo", heading: "照片", synonyms: "照片文件 照片文件名 证件照 免冠证件照 照片名称", form: "照片文件名；空白则按注册编号、证件号码或姓名查找", advice: "写明文件名，或以注册编号命名照片"},
		{field: "/signatureImage", heading: "签名", synonyms: "签名文件 签名文件名 手写签名 签名图像 签名图片", form: "签名图像文件名；空白则按注册编号、证件号码或姓名查找", advice: "写明文件名，或以注册编号命名签名图像"},
		{field: "/scheme", heading: "证照类型", synonyms: "证书类型 证照种类 证书种类 证书类别 证照名称 证书名称", form: "证照类型名称或代号；空白则以 -type 为准", advice: "从下拉列表中选取"},
	}
}

// The parts of a specialty's columns, as they are written beside or instead of a number.
var specialtyParts = map[string]string{
	"name":   "注册专业 专业 专业名称 注册专业名称 专业类别 注册类别",
	"period": "有效期 有效期限 有效期间 注册有效期 注册有效期限 专业有效期 注册专业有效期 有效期起止 有效期起止日期",
	"from":   "有效期起 有效期起始 有效期起始日期 有效期起日 有效期开始 有效期开始日期 有效期自 有效起始日期 起始日期 开始日期 注册有效期起 注册有效期起始日期 专业有效期起 专业有效期起始日期 专业起始日期 注册起始日期 注册专业有效期起 专业注册有效期起",
	"to":     "有效期止 有效期至 有效期到 有效期截止 有效期截止日期 有效期止日 有效期结束 有效期结束日期 有效截止日期 截止日期 结束日期 注册有效期止 注册有效期至 注册有效期截止日期 专业有效期止 专业有效期至 专业有效期截止日期 专业截止日期 注册截止日期 注册专业有效期止 注册专业有效期至 专业注册有效期止 专业注册有效期至",
}

func specialtyField(part string) string { return "/specialties/#/" + part }

// readHeadings returns the headings of a line and the columns that they name, in a table of the kind with
// that id, or of any kind.
func readHeadings(row sheet.Row, kinds []kind, id string) (headings []string, columns []column) {
	known := map[string]column{}
	k, all := readColumns(kinds, id)
	for _, c := range all {
		for _, name := range append(strings.Fields(c.synonyms), c.heading) {
			if name = tidyHeading(name); known[name].heading == "" || name == tidyHeading(c.heading) {
				known[name] = c
			}
		}
	}
	labels := []string{k.labels[specialtyField("name")]}
	if k.id == "" {
		for _, one := range kinds {
			labels = append(labels, one.labels[specialtyField("name")])
		}
	}
	unnumbered := map[string]int{}
	for _, cell := range row.Cells {
		headings = append(headings, strings.Join(strings.Fields(cell.Text), " "))
		name := tidyHeading(cell.Text)
		c := known[name]
		if specialty, ok := k.readSpecialtyHeading(name, labels, unnumbered); ok {
			c = specialty
		}
		columns = append(columns, c)
	}
	return headings, columns
}

var digits = regexp.MustCompile(`[0-9]+`)

// readSpecialtyHeading reads a heading such as 注册专业2 or 专业2有效期止, or 操作类别2, where that is a label.
// The first heading of a part without a number is that of the first specialty, the next that of the second.
func (k kind) readSpecialtyHeading(name string, labels []string, unnumbered map[string]int) (column, bool) {
	bare := strings.TrimPrefix(digits.ReplaceAllString(name, ""), "第")
	for part, names := range specialtyParts {
		synonyms := strings.Fields(names)
		if part == "name" {
			synonyms = append(synonyms, labels...)
		}
		for _, synonym := range synonyms {
			if bare != synonym || bare == "" {
				continue
			}
			number, err := strconv.Atoi(digits.FindString(name))
			if err != nil {
				unnumbered[part]++
				number = unnumbered[part]
			}
			if number < 1 || number > maxSpecialties {
				return column{}, false
			}
			return k.numberColumn(part, number), true
		}
	}
	return column{}, false
}

// maxSpecialties is how many specialties a line can have.
const maxSpecialties = 30

// numberColumn returns the column of a part of the n-th specialty, from 1.
func (k kind) numberColumn(part string, n int) column {
	for _, c := range k.listColumns() {
		if c.field == specialtyField(part) {
			c.field = "/specialties/" + strconv.Itoa(n-1) + "/" + part
			c.heading += strconv.Itoa(n)
			return c
		}
	}
	return column{}
}

var remark = regexp.MustCompile(`[(\[【〔].*?[)\]】〕]`)

// tidyHeading returns a heading without white space, remarks in brackets and marks of required
// columns, with ordinary digits.
func tidyHeading(heading string) string {
	heading = remark.ReplaceAllString(norm.NFKC.String(heading), "")
	heading = strings.Map(func(r rune) rune {
		if i := strings.IndexRune("一二三四五六七八九", r); i >= 0 {
			return rune('1' + i/len("一"))
		}
		if unicode.IsSpace(r) || strings.ContainsRune("*:★※●、.-_/", r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, heading)
	return heading
}

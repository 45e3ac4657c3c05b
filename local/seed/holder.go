package seed

import (
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Portals are the two ways in (使用手册 一, 二).
const (
	Ministry = "mohurd" // 住房和城乡建设部政务服务门户
	National = "gjzwfw" // 国家政务服务平台
)

// Schemes of the demo's certificates.
const (
	ConstructorOne = "constructor-1"
	ConstructorTwo = "constructor-2-beijing"
	Supervision    = "supervision-engineer"
	Safety         = "safety-officer-hunan"
	Operation      = "special-operator-jilin"
	Enterprise     = "enterprise-qualification-beijing"
)

// Password is every demo account's password. It protects nothing: the data is invented.
const Password = "Jiazhu-demo-2026"

// Holder is one demo holder: the person, the account, the certificate, and what the service is
// expected to answer when they endorse it.
type Holder struct {
	Person
	Username   string // the same on both portals
	Situation  string // in Chinese, for the table
	Meaning    string // the same in English
	Scheme     string
	Number     string // 注册编号
	Province   string // six digits, the province of the registration
	Specialty  []Specialty
	IssuedOn   civil.Date
	State      string
	NoPhone    bool // the phone is bound, a password set, then unbound again
	NoPhoto    bool
	NoSigned   bool // no signature image
	Unreported bool // not yet reported to the ministry
	Unbound    bool // never bound on the national platform
	Employer   int  // 0: the kind of certificate has none
	Details    []client.Detail

	Organisation string // that holds the certificate, and for which the person acts; "" = the person holds it
	USCC         string // of the organisation

	Code  string // of the problem on endorsing; "" = 加注成功!
	Title string // its title, verbatim from the manual where it has one
	Limit string // what ends the window when endorsing succeeds
}

// Specialty is one registered specialty (注册专业) with its validity, both days included.
type Specialty struct {
	Name string     `json:"name"`
	From civil.Date `json:"from"`
	To   civil.Date `json:"to"`
}

// Titles of the manual and, for states it does not know, of the service's own catalogue.
const (
	TitleDone       = "加注成功!"
	TitleExpired    = "证照过期"
	TitleGenerating = "正在生成证照,请耐心等待!"
	TitleFailed     = "加注失败"
	TitlePilot      = "提示:自2021年2月1日起在北京市、上海市、浙江省、海南省等4个地区开展一级建造师电子注册证书试点工作,其他地区将视工作开展情况适时启动试点工作。"
	TitleNotBound   = `请前往"住房和城乡建设部政务服务门户"查看或下载电子证照`
	TitleSuspended  = "该电子证照已受限使用：暂扣"
	TitleCancelled  = "该电子证照已废止或已注销：注销"
)

// Holders returns the demo's holders as they stand in the month of today. Dates move with the
// month and not with the day, so that seeding twice within a month changes nothing.
func Holders(today civil.Date) []Holder {
	month := civil.Date{Year: today.Year, Month: today.Month, Day: 1}
	registered := civil.Date{Year: today.Year - 1, Month: 7, Day: 1}
	full := func(names ...string) (s []Specialty) {
		for _, name := range names {
			s = append(s, Specialty{Name: name, From: registered, To: registered.AddYears(3).AddDays(-1)})
		}
		return s
	}
	lapsed := civil.Date{Year: today.Year - 4, Month: 7, Day: 1}
	soon := month.AddDays(75) // 45 to 75 days away
	born := func(y int, m time.Month, d int) civil.Date { return civil.Date{Year: y, Month: m, Day: d} }
	old := month.AddDays(120).AddYears(-65) // 65 in 90 to 120 days

	holders := []Holder{
		{
			Person:   Person{Name: "张三", Sex: "男", Birth: born(1980, 1, 1), Area: "110101", Phone: "13800000001"},
			Username: "zhangsan", Situation: "可以加注", Meaning: "ready",
			Province: "110000", Specialty: full("建筑工程"), Limit: "180D",
		},
		{
			Person:   Person{Name: "李明远", Sex: "男", Birth: born(1975, 9, 12), Area: "310101", Phone: "13800000002"},
			Username: "limingyuan", Situation: "注册有效期已过", Meaning: "registration expired",
			Province:  "310000",
			Specialty: []Specialty{{Name: "公路工程", From: lapsed, To: lapsed.AddYears(3).AddDays(-1)}},
			Code:      "certificate-expired", Title: TitleExpired,
		},
		{
			Person:   Person{Name: "王若溪", Sex: "女", Birth: born(1988, 3, 15), Area: "330102", Phone: "13800000003"},
			Username: "wangruoxi", Situation: "未绑定手机号码", Meaning: "phone not bound",
			Province: "330000", Specialty: full("市政公用工程"), NoPhone: true,
			Code: "phone-unbound", Title: TitleGenerating,
		},
		{
			Person:   Person{Name: "赵海川", Sex: "男", Birth: born(1990, 1, 1), Area: "460100", Phone: "13800000004"},
			Username: "zhaohaichuan", Situation: "信息未上报到住建部", Meaning: "not yet reported to the ministry",
			Province: "460000", Specialty: full("港口与航道工程"), Unreported: true,
			Code: "not-reported", Title: TitleFailed,
		},
		{
			Person:   Person{Name: "孙嘉禾", Sex: "女", Birth: born(1985, 6, 15), Area: "310101", Phone: "13800000005"},
			Username: "sunjiahe", Situation: "缺免冠证件照", Meaning: "photo missing",
			Province: "310000", Specialty: full("水利水电工程"), NoPhoto: true,
			Code: "photo-missing", Title: TitleFailed,
		},
		{
			Person:   Person{Name: "周立本", Sex: "男", Birth: born(1978, 11, 30), Area: "330102", Phone: "13800000006"},
			Username: "zhouliben", Situation: "缺手写签名", Meaning: "signature image missing",
			Province: "330000", Specialty: full("机电工程"), NoSigned: true,
			Code: "signature-missing", Title: TitleFailed,
		},
		{
			Person:   Person{Name: "吴守拙", Sex: "男", Birth: old, Area: "110101", Phone: "13800000007"},
			Username: "wushouzhuo" + old.Compact()[2:6], Situation: "即将年满65周岁", Meaning: "65 within the next months",
			Province: "110000", Specialty: full("矿业工程"), Limit: "AGE65",
		},
		{
			Person:   Person{Name: "郑多艺", Sex: "女", Birth: born(1983, 2, 28), Area: "330102", Phone: "13800000008"},
			Username: "zhengduoyi", Situation: "多个专业，其一即将到期", Meaning: "several specialties, one ending soon",
			Province: "330000",
			Specialty: append(full("建筑工程", "铁路工程"),
				Specialty{Name: "通信与广电工程", From: soon.AddYears(-3).AddDays(1), To: soon}),
			Limit: "180D",
		},
		{
			Person:   Person{Name: "冯岭南", Sex: "男", Birth: born(1986, 5, 4), Area: "440103", Phone: "13800000009"},
			Username: "fenglingnan", Situation: "试点地区以外", Meaning: "outside the pilot",
			Province: "440000", Specialty: full("建筑工程"),
			Code: "not-in-pilot", Title: TitlePilot,
		},
		{
			Person:   Person{Name: "欧阳䶮㛃𬱖", Sex: "女", Birth: born(1992, 10, 8), Area: "110101", Phone: "13800000010"},
			Username: "ouyangyan", Situation: "姓名含生僻字", Meaning: "rare characters in the name",
			Province: "110000", Specialty: full("建筑工程", "机电工程"), Limit: "180D",
		},
		{
			Person:   Person{Name: "陈未央", Sex: "女", Birth: born(1991, 8, 20), Area: "310101", Phone: "13800000011"},
			Username: "chenweiyang", Situation: "国家政务服务平台未绑定证照", Meaning: "certificate not bound on the national platform",
			Province: "310000", Specialty: full("民航机场工程"), Unbound: true, Limit: "180D",
		},
		{
			Person:   Person{Name: "褚暂安", Sex: "男", Birth: born(1981, 4, 9), Area: "460100", Phone: "13800000012"},
			Username: "chuzanan", Situation: "证书暂扣", Meaning: "certificate suspended",
			Province: "460000", Specialty: full("公路工程"), State: "02",
			Code: "certificate-suspended", Title: TitleSuspended,
		},
		{
			Person:   Person{Name: "卫归田", Sex: "男", Birth: born(1972, 12, 1), Area: "330102", Phone: "13800000013"},
			Username: "weiguitian", Situation: "证书已注销", Meaning: "certificate cancelled",
			Province: "330000", Specialty: full("市政公用工程"), State: "04",
			Code: "certificate-cancelled", Title: TitleCancelled,
		},
		{
			Person:   Person{Name: "蒋京生", Sex: "男", Birth: born(1989, 7, 7), Area: "110101", Phone: "13800000014"},
			Username: "jiangjingsheng", Situation: "二级建造师（北京）", Meaning: "level-two constructor, Beijing",
			Scheme: ConstructorTwo, Province: "110000", Specialty: full("建筑工程", "市政公用工程"),
			Limit: "SPECIALTY_END",
		},
		{
			Person:   Person{Name: "沈筑衡", Sex: "男", Birth: born(1979, 6, 18), Area: "110101", Phone: "13800000015"},
			Username: "shenzhuheng", Situation: "监理工程师", Meaning: "supervision engineer",
			Scheme: Supervision, Province: "110000", Specialty: full("房屋建筑工程", "市政公用工程"), Limit: "180D",
		},
		{
			Person:   Person{Name: "韩安澜", Sex: "女", Birth: born(1987, 2, 11), Area: "430102", Phone: "13800000016"},
			Username: "hananlan", Situation: "安管人员（湖南）", Meaning: "safety officer, Hunan",
			Scheme: Safety, Province: "430000", Specialty: full("项目负责人"), Limit: "180D",
			Details: []client.Detail{{Name: "职务", Value: "项目经理"}, {Name: "技术职称", Value: "高级工程师"}},
		},
		{
			Person:   Person{Name: "杨启程", Sex: "男", Birth: born(1993, 10, 26), Area: "220102", Phone: "13800000017"},
			Username: "yangqicheng", Situation: "建筑施工特种作业人员（吉林）", Meaning: "special operator, Jilin",
			Scheme: Operation, Province: "220000", Limit: "SPECIALTY_END",
			Specialty: []Specialty{{Name: "建筑电工", From: registered, To: registered.AddYears(2).AddDays(-1)}},
			Details:   []client.Detail{{Name: "初次领证日期", Value: "2019年7月1日"}},
		},
		{
			Person:   Person{Name: "钱经办", Sex: "女", Birth: born(1987, 9, 9), Area: "110101", Phone: "13800000018"},
			Username: "shili-jianshe", Situation: "企业资质（北京），经办人加注", Meaning: "an enterprise's qualification, Beijing",
			Scheme: Enterprise, Province: "110000", Organisation: "示例建设（集团）有限公司",
			Specialty: []Specialty{{Name: "建筑工程施工总承包一级", From: registered, To: registered.AddYears(5).AddDays(-1)}},
			Details: []client.Detail{
				{Name: "法定代表人", Value: "孔示例"}, {Name: "注册地址", Value: "北京市某某区某某路1号"}, {Name: "注册资本", Value: "10000万元"},
			},
			Limit: "3M",
		},
	}
	for i := range holders {
		holders[i].deriveFields(i + 1)
	}
	return holders
}

// deriveFields fills in what follows from the rest. order tells holders apart.
func (h *Holder) deriveFields(order int) {
	if h.Scheme == "" {
		h.Scheme = ConstructorOne
	}
	if h.State == "" {
		h.State = "01"
	}
	if h.Title == "" {
		h.Title = TitleDone
	}
	h.Order = order
	if h.Organisation != "" {
		h.USCC = organisationCode(h.Province, order)
	} else if h.Scheme != Operation {
		h.Employer = order
	}
	h.IssuedOn = h.Specialty[0].From
	h.Number = number(h.Scheme, h.Province, order*100+int(h.Birth.Month))
}

// number is a number of a kind of certificate in its present form. That of constructors has province, level,
// province code, year of the qualification, year of the first registration, serial. It stays when a registration
// is renewed.
func number(scheme, province string, serial int) string {
	names := map[string]string{"110000": "京", "220000": "吉", "310000": "沪", "330000": "浙", "430000": "湘", "440000": "粤", "460000": "琼"}
	switch scheme {
	case Supervision:
		return fmt.Sprintf("%s%06d", province[:2], serial)
	case Safety:
		return fmt.Sprintf("%s建安B(2020)%07d", names[province], serial)
	case Enterprise:
		return fmt.Sprintf("D211%06d", serial)
	case Operation:
		return fmt.Sprintf("%sA012020%06d", names[province], serial)
	}
	level := 1
	if scheme == ConstructorTwo {
		level = 2
	}
	return fmt.Sprintf("%s%d%s20192020%05d", names[province], level, province[:2], serial)
}

func today() civil.Date { return civil.Of(time.Now()) }

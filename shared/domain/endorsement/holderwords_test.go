package endorsement

import (
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// refusal returns the pointer and detail of the one reserved field in a refused request.
func refusal(t *testing.T, a Request) (pointer, detail string) {
	t.Helper()
	err := a.Normalize().Check(scheme.Scheme{}, nil)
	if err == nil {
		return "", ""
	}
	p, ok := problem.As(err)
	if !ok || p.Code != problem.InvalidField {
		t.Fatal(err)
	}
	for _, f := range p.Fields {
		if f.Rule == reserved {
			if f.Detail.ZH == "" || f.Detail.EN == "" {
				t.Errorf("%s says nothing in one language", f.Pointer)
			}
			return f.Pointer, f.Detail.ZH
		}
	}
	return "", ""
}

// asksWithText returns requests with a text in each place where a holder may write.
func asksWithText(text string) map[string]Request {
	return map[string]Request{
		"/purpose/text":        {Purpose: &Purpose{Kind: "其他", Text: text}},
		"/purpose/projectCode": {Purpose: &Purpose{Kind: "投标", ProjectCode: text}},
		"/recipient/name":      {Recipient: &Recipient{Name: text}},
	}
}

// What only the certificate may say is refused in any spelling, and named in the error.
func TestTheHoldersWordsCannotSayWhatTheFaceSays(t *testing.T) {
	for _, c := range []struct{ is, text, names string }{
		{"the finding", "任何单位　　使用有效期：2036年05月28日", "使用有效期"},
		{"a label", "姓名：李四", "姓名"},
		{"a label, spread as on the face", "性　　别：男", "性别"},
		{"a label in words", "以出生日期为准", "出生日期"},
		{"full-width blanks inside", "使 用　有 效 期", "使用有效期"},
		{"no-break blanks inside", "发\u00A0证\u00A0机\u00A0关", "发证机关"},
		{"nothing wide inside", "签\u200B发\u2060日\uFEFF期", "签发日期"},
		{"an empty letter inside", "注\u3164册编号", "注册编号"},
		{"dots inside", "注·册·编·号", "注册编号"},
		{"dashes inside", "聘—用—企—业", "聘用企业"},
		{"a stroke inside", "姓丨名", "姓名"},
		{"a combining mark inside", "姓\u0332名", "姓名"},
		{"a variation selector", "姓\uFE00名", "姓名"},
		{"an ideographic variation", "姓\U000E0100名", "姓名"},
		{"in traditional characters", "註冊編號", "注册编号"},
		{"the same by half", "注冊專業", "注册专业"},
		{"Kangxi radicals", "出⽣⽇期", "出生日期"},
		{"supplementary radicals", "电⼦证照标识", "电子证照标识"},
		{"a compatibility ideograph", "個⼈簽名", "个人签名"},
		{"an enclosed ideograph", "㊟册编号", "注册编号"},
		{"a squared ideograph", "使用🈶效期", "使用有效期"},
		{"冇 for 有", "使用冇效期", "使用有效期"},
		{"曰 for 日", "出生曰期", "出生日期"},
		{"入 for 人", "持证入声明", "持证人声明"},
		{"妵 for 姓", "妵名", "姓名"},
		{"目 for 日", "签发目期", "签发日期"},
		{"halves of a character", "女生名：李四", "姓名"},
		{"halves of two", "氵主册编口丂", "注册编号"},
		{"the line of the holder's own", "持证人声明：无", "持证人声明"},
		{"a caption", "扫码验真", "扫码验真"},
		{"the copy's number", "加注件编号：01F3W6V2J8Z4Q9T0B5N7M1C3XD", "加注件编号"},

		{"a window", "有效期至2036年05月28日", "有效期"},
		{"a window until a year", "有效期：2036", "有效期"},
		{"a window until a year in characters", "有效至二〇三一年", "有效至"},
		{"a window of days", "有效期限 2021-04-22 至 2036-10-19", "有效期"},
		{"a window in dots", "有效日期2036.5.28", "有效日期"},
		{"a window without separators", "有效期20210422至20361019", "有效期"},
		{"a window in one run", "有效期2021042220361019", "有效期"},
		{"a window in full-width digits", "有效期至２０３６年５月２８日", "有效期"},
		{"a window in characters", "有效期至二零三六年五月二十八日", "有效期"},
		{"a window in characters of accounts", "有效期至贰零叁陆年伍月贰拾捌日", "有效期"},
		{"a window with a letter O", "有效至2O36年O5月", "有效至"},
		{"a window with two digits of the year", "有效期至36年5月", "有效期"},
		{"a window without a year", "有效至5月28日", "有效至"},
		{"a window, 冇 for 有", "冇效至2036年5月28日", "有效至"},
		{"a window, 朞 for 期", "有効朞 2036/05/28", "有效期"},
		{"a window behind its date", "2036年5月28日前有效", "前有效"},
		{"days of use", "使用期2021年4月22日至2036年10月19日", "使用期"},
		{"an end", "截至2036年5月28日", "截至"},
		{"an end in a name", "任何单位（2036年5月28日到期）", "到期"},
		{"no end", "本件长期有效", "长期有效"},

		{"a registration number", "京1112019202000001", "京1112019202000001"},
		{"an old one", "粤111192000001", "粤111192000001"},
		{"with blanks", "京 1112 0192 0200 0001", "京1112019202000001"},
		{"with dashes", "京-1112019202000001", "京1112019202000001"},
		{"in full-width digits", "京１１１２０１９２０２０００００１", "京1112019202000001"},
		{"with letters for digits", "京lll2Ol92O2OOOOOl", "京1112019202000001"},
		{"in characters", "京一一一二〇一九二〇二〇〇〇〇〇一", "京1112019202000001"},
		{"of a traditional province", "滬1112019202000001", "沪1112019202000001"},
		{"an identity number", "440304198001012311", "公民身份号码"},
		{"an identity number in groups", "440304 19800101 231-1", "公民身份号码"},

		{"an opening bracket", "某某「大厦", "「"},
		{"a closing bracket", "某某」，接收单位", "」"},
		{"half-width brackets", "某某｣", "｣"},
		{"double brackets", "某某』", "』"},
		{"brackets for columns", "某某﹂", "﹂"},
		{"a corner of a box", "某某┘", "┘"},
	} {
		for pointer, ask := range asksWithText(c.text) {
			t.Run(c.is+" in "+pointer, func(t *testing.T) {
				got, detail := refusal(t, ask)
				if got != pointer || !strings.Contains(detail, "“"+c.names+"”") && !strings.Contains(detail, c.names) {
					t.Errorf("%q: %s %s, want %s named", c.text, got, detail, c.names)
				}
			})
		}
	}
}

// Several texts, in the order in which they are printed, may not say together what is refused in
// one.
func TestTextsOfOneCopyCannotSayTogetherWhatTheFaceSays(t *testing.T) {
	for _, c := range []struct{ is, text, code, name, pointer string }{
		{"a word and a date", "有效期", "2036-05-28", "", "/purpose/projectCode"},
		{"a word and a year of another line", "使用有效", "", "期2036", "/recipient/name"},
		{"a word in two halves", "使用有效", "期2036-05-28", "", "/purpose/projectCode"},
		{"an end and its day", "可用至", "2036年05月28日", "", "/purpose/projectCode"},
		{"a lengthening", "本件使用期延", "", "至2036年05月28日止", "/recipient/name"},
		{"a date before its word", "2036年05月28日", "", "到期", "/recipient/name"},
		{"a label in two halves", "使用有", "", "效期", "/recipient/name"},
		{"an identity number in two", "甲", "440304198001", "012311", "/recipient/name"},
		{"a registration number in two", "甲", "京1112019", "202000001", "/recipient/name"},
		{"one in three", "京1112", "0192020", "00001", "/recipient/name"},
	} {
		t.Run(c.is, func(t *testing.T) {
			ask := Request{Purpose: &Purpose{Kind: "其他", Text: c.text, ProjectCode: c.code}}
			if c.name != "" {
				ask.Recipient = &Recipient{Name: c.name}
			}
			if pointer, detail := refusal(t, ask); pointer != c.pointer {
				t.Errorf("%s %s, want %s", pointer, detail, c.pointer)
			}
		})
	}
}

func TestWordsForAPeriodStandWithNoYearOrLengthOfTime(t *testing.T) {
	for _, text := range []string{
		"有效期至二千零三十六年五月", "有效期贰仟零叁拾陆年", "有效期贰仟零叁拾陆年伍月", "有效期至民国一百二十五年", "有效期至 28 May 2036", "有效期至MMXXXVI",
		"有效期十年", "有效期：叁年", "有效期限叁年", "有效期至项目完工", "有效期至", "使用有效期", "使用期至下一届", "有效期至丙辰年", "有效期至May 2036", "有效期至廿〇三六年", "有效期至05/28/36",
		"使用时限：2026年11月29日至2036年05月28日", "使用时间：2026年11月29日至2036年05月28日", "使用年限：2026年11月29日至2036年05月28日", "期限：2026年11月29日至2036年05月28日",
		"有效时限2036年05月28日", "延期至2036年05月28日", "有效2036年05月28日", "有効２０３６年", "2036年到期", "贰零叁陆年伍月到期", "明年到期", "丙午年到期", "期限届满日2036年05月28日", "使用有效期八十八年", "有效期限二〇八八年",
		"Valid until 2036-05-28", "VALID THRU 12/2030", "valid until 2030", "Expires: 2036-05-28", "Expiry 2036", "本件的期限为十年", "两千零三十六年五月截止", "令和十年截止", "期至2036/5/28", "止于2036年05月28日", "自2026-11-29起十年内均可使用",
		"有效棋至2036/5/28", "有较期2036年", "有較期2036年", "有劾期2036年05月28日", "有放期至2036/5/28", "有效朝至2036/5/28", "使用十月效期2036年05月28日", "投标有效期至2036年05月28日", "使用有棋2036年", "使用有俲期2036年05月28日",
	} {
		for pointer, ask := range asksWithText(text) {
			if got, _ := refusal(t, ask); got != pointer {
				t.Errorf("%q in %s passes", text, pointer)
			}
		}
	}
}

func TestLabelsInLookAlikesAreRefused(t *testing.T) {
	for _, text := range []string{
		"生名 李四", "姓茗 李四", "姓各 李四", "性刖 女", "注册编亏 京1", "聘用仝业 某", "发证机芙 某", "個人签茗", "持证人申明：接收单位", "签发时间 2026", "出生年月",
	} {
		for pointer, ask := range asksWithText(text) {
			if got, _ := refusal(t, ask); got != pointer {
				t.Errorf("%q in %s passes", text, pointer)
			}
		}
	}
}

func TestNumbersThatAreNotWholeAreRefused(t *testing.T) {
	for _, text := range []string{
		"440304一九八〇〇一〇一2311", "四四〇三〇四一九八〇〇一〇一二三一一", "肆肆零叁零肆壹玖捌零零壹零壹贰叁壹壹", "④④⓪③⓪④①⑨⑧⓪⓪①⓪①②③①①",
		"身份 44030419800101231", "4403O4198OO1O1231l", "440304 1980 0101 231",
		"1112019202000001", "111201920200000l", "1112019二〇二〇00001", "编1112019-2020-00001", "111192000001",
	} {
		for pointer, ask := range asksWithText(text) {
			if got, _ := refusal(t, ask); got != pointer {
				t.Errorf("%q in %s passes", text, pointer)
			}
		}
	}
}

// Legitimate texts are accepted together, not only each alone.
func TestHonestWordsPassTogether(t *testing.T) {
	for _, c := range [][3]string{
		{"2026年度某某大厦一期工程施工总承包投标", "P-2026-7", "某某建设集团有限公司"},
		{"某某项目投标，投标截止时间2026年5月28日9时", "2020-110101-48-01-123456", "北京市公共资源交易中心"},
		{"投标有效期90天", "P-2026-7", "新疆某某建设有限公司"},
		{"安全生产许可证有效期延续", "A-2026-07", "某某市住房和城乡建设局"},
		{"设计使用年限五十年的某某桥梁", "44030420260528001", "某某设计院"},
		{"工期2026年3月1日至2027年12月31日", "E4403000001202605280001", "第八建筑工程公司"},
		{"南京市更新", "2026052812345678", "中国二十二冶集团有限公司"},
		{"服务期限三年（2026年至2029年）", "FW-2026-001", "三一重工股份有限公司"},
		{"有效降低能耗的示范工程", "2026-XM-9", "百年建筑有限公司"},
	} {
		a := Request{Purpose: &Purpose{Kind: "其他", Text: c[0], ProjectCode: c[1]}, Recipient: &Recipient{Name: c[2]}}
		if pointer, detail := refusal(t, a); pointer != "" {
			t.Errorf("%q: %s %s", c, pointer, detail)
		}
	}
}

// Texts that holders have reason to write are accepted unchanged.
func TestHonestWordsPass(t *testing.T) {
	for _, text := range []string{
		"某某大厦一期工程施工投标", "某市第一人民医院门诊楼、住院楼（2026年度）施工总承包", "2026年某某市老旧小区改造项目（一标段）",
		"某市轨道交通3号线二期工程", "G42沪蓉高速公路某某段（K12+300—K45+600）改扩建", "EPC总承包招标，标段编号：2026-GC-007",
		"参加2026年5月28日开标的某某项目", "某某项目投标，投标截止时间2026年5月28日9时", "工期2026年3月1日至2027年12月31日",
		"投标有效期90天", "企业资质延续", "安全生产许可证有效期延续", "入职某某建设集团", "建造师注册变更备案", "本人使用",
		"2020-110101-48-01-123456", "ZJCG-2026-0528-01", "WHPC20260528001", "某建招〔2026〕12号", "项目编号：A-2026-07", "京建招2026051234567",
		"某某建设集团有限公司", "中国某某（集团）有限公司", "ABC建设（中国）有限公司 No.2 分公司", "住房和城乡建设部", "北京市公共资源交易中心",
		"某某・某某設計事務所", "新疆维吾尔自治区某某县人民政府", "阿卜杜拉·买买提个体工商户", "百姓之家工程有限公司", "名都置业", "日月明发展有限公司",
		"单位：某某（女生宿舍楼）", "有效降低能耗的示范工程", "个人用户", "【重要】某某工程“样板”段《施工组织设计》",
		"京津冀协同发展2026年重点项目", "DEMO-2026-001", "某某市第一人民医院门诊楼施工投标（示例）",
	} {
		for pointer, ask := range asksWithText(text) {
			if got, detail := refusal(t, ask); got != "" {
				t.Errorf("%q in %s is refused: %s", text, pointer, detail)
			}
		}
	}
}

func TestBlanksOfEveryKindBecomeOne(t *testing.T) {
	for text, want := range map[string]string{
		"任何　　单位":                        "任何 单位",
		"\t某某 \u00A0\u2003大厦\t二期\u3000": "某某 大厦 二期",
		"\uFEFF某某\u200B\u200B大厦\u200D":  "某某 大厦",
		"某\u3164\uFFA0\u2800\u00AD某":    "某 某",
		"a  b\u202Fc\u205Fd":            "a b c d",
		" \u200B\u3000":                 "",
		"⽇期":                            "日期",
	} {
		a := Request{Purpose: &Purpose{Kind: "其他", Text: text, ProjectCode: text}, Recipient: &Recipient{Name: text}}
		got := a.Normalize()
		if got.Purpose.Text != want || got.Purpose.ProjectCode != want || got.Recipient.Name != want {
			t.Errorf("%q becomes %q, %q, %q; want %q", text, got.Purpose.Text, got.Purpose.ProjectCode, got.Recipient.Name, want)
		}
		if a.Purpose.Text != text {
			t.Error("the ask that was given is changed")
		}
	}
}

func TestLineBreaksAreNoBlanks(t *testing.T) {
	for _, text := range []string{"某某\n大厦", "某\r\n某", "某\u2028某", "某\u0085某", "某\v某", "某\x00某"} {
		if (Request{Recipient: &Recipient{Name: text}}).Normalize().Check(scheme.Scheme{}, nil) == nil {
			t.Errorf("%q passes", text)
		}
	}
}

func TestLineBreaksAroundATextDoNotCount(t *testing.T) {
	for _, text := range []string{"\r\n某某大厦", "某某大厦\u2028\n", "\u0085\u3000某某大厦\v"} {
		a := Request{Recipient: &Recipient{Name: text}}.Normalize()
		if err := a.Check(scheme.Scheme{}, nil); err != nil || a.Recipient.Name != "某某大厦" {
			t.Errorf("%+q becomes %+q, %v", text, a.Recipient.Name, err)
		}
	}
}

func TestBlanksDoNotMakeRoomForMore(t *testing.T) {
	text := strings.Repeat("某 ", 101)
	a := Request{Purpose: &Purpose{Kind: "其他", Text: strings.ReplaceAll(text, " ", "  ")}}.Normalize()
	if a.Check(scheme.Scheme{}, nil) == nil {
		t.Errorf("%d characters pass", len([]rune(a.Purpose.Text)))
	}
}

// Whatever is built from the labels, their look-alikes, and separators: an accepted text does not
// look like a label, is unchanged by Normalize, and has no bracket.
func TestWhatPassesLooksLikeNoLabel(t *testing.T) {
	pieces := []string{" ", "　", "\u200B", "\u00A0", "·", "—", "丨", "\uFE0F", "\u0332", "：", "，", "某", "项目", "2036", "年", "5月", "28日", "至", "「", "」", "京", "11120192", "02000001", "Ol"}
	variants := map[rune][]string{}
	for like, r := range lookalikes {
		variants[r] = append(variants[r], string(like))
	}
	for _, v := range variants {
		slices.Sort(v)
	}
	passed := 0
	words := append(append(Labels(), otherLabels()...), "有效期", "有效至", "截至", "使用期")
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		for range rapid.IntRange(1, 6).Draw(t, "words") {
			word := rapid.SampledFrom(words).Draw(t, "word")
			runes := []rune(word)
			cut := rapid.IntRange(1, len(runes)).Draw(t, "cut") // often not the whole label
			for _, r := range runes[:cut] {
				if v := variants[r]; len(v) > 0 && rapid.Bool().Draw(t, "like") {
					text.WriteString(rapid.SampledFrom(v).Draw(t, "variant"))
				} else {
					text.WriteRune(r)
				}
				if rapid.IntRange(0, 3).Draw(t, "gap") == 0 {
					text.WriteString(rapid.SampledFrom(pieces).Draw(t, "piece"))
				}
			}
		}
		a := Request{Purpose: &Purpose{Kind: "其他", Text: text.String()}}.Normalize()
		if again := certificate.TidyText(a.Purpose.Text); again != a.Purpose.Text {
			t.Fatalf("%q is %q when tidied again", a.Purpose.Text, again)
		}
		if a.Check(scheme.Scheme{}, nil) != nil {
			return
		}
		passed++
		for _, s := range skeletons(a.Purpose.Text) {
			for _, label := range append(Labels(), otherLabels()...) {
				if strings.Contains(s, label) {
					t.Fatalf("%q passes and looks like %s", a.Purpose.Text, label)
				}
			}
			if registration.MatchString(figures.Replace(s)) {
				t.Fatalf("%q passes and spells a registration number", a.Purpose.Text)
			}
		}
		if strings.ContainsAny(a.Purpose.Text, cornerShapes) {
			t.Fatalf("%q passes with a bracket", a.Purpose.Text)
		}
	})
	if passed == 0 {
		t.Error("nothing passes")
	}
}

// The labels of a kind of certificate and the numbers of every kind are reserved, too.
func TestTheWordsOfOtherKindsAreReserved(t *testing.T) {
	check, err := certificate.IdentifierCheck("2024110123")
	if err != nil {
		t.Fatal(err)
	}
	grammar := &certificate.Grammar{
		Label: problem.Text{ZH: "证书编号", EN: "certificate number"}, Form: problem.Text{ZH: "古建", EN: "a text"},
		Example:  "古建(2024)甲110123-" + string(check),
		Patterns: []string{"古建({year}){grade}{area}{serial}-{check}"},
		Parts: map[string]certificate.Part{
			"year": {Is: "year"}, "grade": {Is: "choice", Of: []string{"甲", "乙"}}, "serial": {Is: "digits", Digits: 4},
			"area": {Is: "area", Digits: 2, Name: problem.Text{ZH: "省级代码", EN: "province code"}}, "check": {Is: "check", By: "mod37-36"},
		},
	}
	digits := &certificate.Grammar{
		Label: problem.Text{ZH: "证书编号", EN: "certificate number"}, Form: problem.Text{ZH: "6 位数字", EN: "6 digits"}, Example: "110123",
		Patterns: []string{"{serial}"}, Parts: map[string]certificate.Part{"serial": {Is: "digits", Digits: 6}},
	}
	for _, g := range []*certificate.Grammar{grammar, digits} {
		if err := g.Compile(); err != nil {
			t.Fatal(err)
		}
	}
	s := scheme.Scheme{Face: &scheme.Face{Rows: []scheme.Row{{Label: "技艺等级", Value: "specialties"}, {Label: "职务", Value: "details.职务"}}}}
	for text, said := range map[string]string{
		"古建(2024)甲110123-L":       "证书编号",
		"古建（２０２４）乙 31 9999 － 7":   "证书编号",
		"古建二〇二四甲一一〇一二三l":          "证书编号",
		"技艺 等級：一级":                "技艺等级",
		"持证人職務：项目经理":              "职务",
		"京1112019202000001":       "注册编号",
		"古建丙(2024)110123修缮":       "",
		"某某寺大殿修缮（2024）第110123号合同": "",
	} {
		err := Request{Purpose: &Purpose{Kind: "投标", Text: text}}.Normalize().Check(s, certificate.Grammars{grammar, digits})
		p, refused := problem.As(err)
		if refused != (said != "") || refused && !strings.Contains(p.Fields[0].Detail.ZH, said) {
			t.Errorf("%q: %v", text, err)
		}
		if said != "" && said != "注册编号" && (Request{Purpose: &Purpose{Kind: "投标", Text: text}}).Normalize().Check(scheme.Scheme{}, nil) != nil {
			t.Errorf("%q is refused whatever kinds there are", text)
		}
	}
}

// The table maps look-alikes to the characters of labels, and never maps a label's character to
// another.
func TestNoCharacterOfALabelIsALookAlike(t *testing.T) {
	for _, label := range append(Labels(), otherLabels()...) {
		if foldLookalikes(label) != label {
			t.Errorf("%s is taken for %s", label, foldLookalikes(label))
		}
	}
	for like, r := range lookalikes {
		if lookalikes[r] != 0 {
			t.Errorf("%c is taken for %c, and that for another", like, r)
		}
	}
}

// The forms of numbers are compiled for the first request only: they take thousands of allocations.
func TestTheFormsOfNumbersAreKept(t *testing.T) {
	schemes, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, _ := schemes.ByID("constructor-1")
	if n := testing.AllocsPerRun(10, func() { _ = Request{}.Check(s, schemes.Numbers()) }); n > 200 {
		t.Errorf("checking an empty request takes %.0f allocations", n)
	}
}

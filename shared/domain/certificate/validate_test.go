package certificate_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// day reads a day or ends the test.
func day(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// rules are those of a kind of certificate with two specialties, one without a known code.
func rules(t testing.TB) certificate.Rules {
	t.Helper()
	return certificate.Rules{
		TypeCode: "11100000000013338W999", Number: constructors(t, "1")[0], TermYears: 3,
		Specialties: map[string]string{"建筑工程": "10401001", "铁路工程": ""},
	}
}

// validCertificate returns a certificate that breaks no rule.
func validCertificate(t testing.TB) certificate.Certificate {
	return certificate.Certificate{
		TypeCode:   "11100000000013338W999",
		Identifier: root + "11100000000013338W999.11100000000013338W.2021000001.001.K",
		Version:    "001",
		Number:     "京1112019202000001",
		Holder: certificate.Holder{
			Name: "张三", Sex: "男", Birth: day(t, "1980-01-01"), IDType: "111", IDNumber: "110101198001010010",
		},
		Employer: certificate.Employer{Name: "北京某某建设有限公司", USCC: "91110000MA00000152"},
		Specialties: []certificate.Specialty{
			{Name: "建筑工程", Code: "10401001", From: day(t, "2020-07-01"), To: day(t, "2023-06-30")},
			{Name: "铁路工程", From: day(t, "2020-07-01"), To: day(t, "2023-06-30")},
		},
		Issuer:   certificate.Issuer{Name: "中华人民共和国住房和城乡建设部", Code: "11100000000013338W"},
		IssuedOn: day(t, "2020-12-11"),
		AreaCode: "110000",
		State:    certificate.Valid,
		Photo:    &certificate.Image{SHA256: "00", MIME: "image/jpeg", Bytes: 50 * 1024},
	}
}

// detailRules are rules with details, one of them required.
func detailRules(t testing.TB) certificate.Rules {
	t.Helper()
	r := rules(t)
	r.Details = []certificate.DetailRule{{Name: "职务", Required: true, Longest: 6}, {Name: "技术职称", Longest: 200}}
	return r
}

// finding is a field error without its texts.
type finding struct {
	Field, Rule, Suggestion string
	Warning                 bool
}

func findings(t *testing.T, errs []certificate.FieldError) []finding {
	t.Helper()
	var found []finding
	for _, e := range errs {
		if e.Detail.ZH == "" || e.Detail.EN == "" {
			t.Errorf("%s %s says nothing in one language", e.Field, e.Rule)
		}
		found = append(found, finding{e.Field, e.Rule, e.Suggestion, e.Warning})
	}
	return found
}

// No field that a copy shows may reveal the identity number, in any spelling, also together with
// what else the copy shows.
func TestNoOtherFieldGivesTheIDNumberAway(t *testing.T) {
	const id = "110101198001010117"
	places := map[string]func(*certificate.Certificate, string){
		"/certificateSerial": func(c *certificate.Certificate, s string) { c.CertificateSerial = s },
		"/qualificationNo":   func(c *certificate.Certificate, s string) { c.QualificationNo = s },
		"/employer/name":     func(c *certificate.Certificate, s string) { c.Employer.Name = s },
		"/stateNote":         func(c *certificate.Certificate, s string) { c.StateNote = s },
		"/details/1/value": func(c *certificate.Certificate, s string) {
			c.Details = []certificate.Detail{{Name: "职务", Value: "项目经理"}, {Name: "技术职称", Value: s}}
		},
	}
	told := func(t *testing.T, place, id, text string) bool {
		t.Helper()
		c := validCertificate(t)
		c.Holder.IDNumber = id
		c.Details = []certificate.Detail{{Name: "职务", Value: "项目经理"}}
		places[place](&c, text)
		for _, e := range certificate.Validate(c, detailRules(t)) {
			if e.Rule == "id.elsewhere" {
				return e.Field == place
			}
		}
		return false
	}
	for place := range places {
		for _, text := range []string{
			id, "建110101-198001010117", "110101 198001010117", "110101.19800101.0117", "１１０１０１１９８００１０１０１１７", "①①⓪①⓪①①⑨⑧⓪⓪①⓪①⓪①①⑦",
			"11O1O119800101O117", "ll0l0l19800l0l0ll7", "一一〇一〇一一九八〇〇一〇一〇一一七", "壹壹零壹零壹壹玖捌零零壹零壹零壹壹柒", "110101一九八〇0101零117",
			"110101\u200B198001010117", "证号11010119800101011", "110101800101011", "110101********0117", "110101＊＊＊＊＊＊＊＊0117", "110101XXXXXXXX0117", "110101****0117",
			"110101●●●●●●●●0117", "110101/0117", "1101011980****0117", "110101********011", "110101198001010***", "1*0101*9*001*10117",
		} {
			if !told(t, place, id, text) {
				t.Errorf("%s gives %s away by %q", place, id, text)
			}
		}
		for _, text := range []string{
			"建11119801010117", "No.110101", "京1112019202000999", "第一建筑公司", "1101************17", "110101**********17", "19800101", "0117", "某某第八工程局二〇一九年", "********", "XXXXXXXXXXXXXXXXXX", "110101198001020117",
		} {
			if told(t, place, id, text) {
				t.Errorf("%q in %s is refused", text, place)
			}
		}
		if !told(t, place, "44030419800101005X", "440304********005x") || !told(t, place, "44030419800101005X", "44030419800101005×") {
			t.Errorf("%s gives a number that ends with X away", place)
		}
	}
	c := validCertificate(t)
	c.Holder.IDType, c.Holder.IDNumber, c.QualificationNo = "414", "E12345678", "e-1234 5678"
	if errs := certificate.Validate(c, rules(t)); len(errs) != 1 || errs[0].Rule != "id.elsewhere" {
		t.Errorf("a passport's number: %+v", errs)
	}
}

func TestValidate(t *testing.T) {
	for _, test := range []struct {
		is    string
		spoil func(*certificate.Certificate)
		want  []finding
	}{
		{"a sound record", func(*certificate.Certificate) {}, nil},
		{"the identity number as the certificate's serial", func(c *certificate.Certificate) {
			c.CertificateSerial = "No." + c.Holder.IDNumber
		}, []finding{{"/certificateSerial", "id.elsewhere", "", false}}},
		{"the identity number as the qualification's, with a small x", func(c *certificate.Certificate) {
			c.Holder.IDNumber, c.QualificationNo = "44030419800101005X", "44030419800101005x"
		}, []finding{{"/qualificationNo", "id.elsewhere", "", false}}},
		{"fields the service assigns are not needed", func(c *certificate.Certificate) {
			c.TypeCode, c.Identifier, c.Version = "", "", ""
		}, nil},
		{"a name in private-use characters", func(c *certificate.Certificate) { c.Holder.Name = "张\uE863" },
			[]finding{{"/holder/name", "name.form", "张䶮", false}}},
		{"a lost name", func(c *certificate.Certificate) { c.Holder.Name = "张?" },
			[]finding{{"/holder/name", "name.lost", "", false}}},
		{"the other sex is only a warning", func(c *certificate.Certificate) { c.Holder.Sex = "女" },
			[]finding{{"/holder/sex", "sex.mismatch", "", true}}},
		{"no such sex", func(c *certificate.Certificate) { c.Holder.Sex = "M" },
			[]finding{{"/holder/sex", "sex.value", "", false}}},
		{"another birthday than the identity number's", func(c *certificate.Certificate) { c.Holder.Birth = day(t, "1980-01-02") },
			[]finding{{"/holder/birth", "birth.mismatch", "1980-01-01", false}}},
		{"no birthday", func(c *certificate.Certificate) { c.Holder.Birth = civil.Date{} },
			[]finding{{"/holder/birth", "birth.required", "", false}}},
		{"an identity number with letters for digits", func(c *certificate.Certificate) { c.Holder.IDNumber = "ll0101198001010010" },
			[]finding{{"/holder/idNo", "id.form", "", false}}},
		{"a passport has no check", func(c *certificate.Certificate) { c.Holder.IDType, c.Holder.IDNumber = "414", "E12345678" }, nil},
		{"a passport without a number", func(c *certificate.Certificate) { c.Holder.IDType, c.Holder.IDNumber = "414", " " },
			[]finding{{"/holder/idNo", "id.form", "", false}}},
		{"an organisation as holder", func(c *certificate.Certificate) { c.Holder.IDType = "001" },
			[]finding{{"/holder/idType", "id.type", "", false}}},
		{"no employer", func(c *certificate.Certificate) { c.Employer.Name = " " },
			[]finding{{"/employer/name", "employer.name", "", false}}},
		{"a lost employer", func(c *certificate.Certificate) { c.Employer.Name = "北京??有限公司" },
			[]finding{{"/employer/name", "employer.lost", "", false}}},
		{"an employer's code with letters for digits", func(c *certificate.Certificate) { c.Employer.USCC = "9lll0000MA00000152" },
			[]finding{{"/employer/uscc", "uscc.form", "91110000MA00000152", false}}},
		{"a number of level 2", func(c *certificate.Certificate) { c.Number = "京2112019202000001" },
			[]finding{{"/number", "number.level", "", false}}},
		{"registered after it was issued", func(c *certificate.Certificate) { c.Number = "京1112019202100001" },
			[]finding{{"/number", "number.years", "", false}}},
		{"no specialty", func(c *certificate.Certificate) { c.Specialties = nil },
			[]finding{{"/specialties", "specialty.required", "", false}}},
		{"a specialty of another kind", func(c *certificate.Certificate) { c.Specialties[1].Name = "园林工程" },
			[]finding{{"/specialties/1/name", "specialty.unknown", "", false}}},
		{"a specialty twice", func(c *certificate.Certificate) { c.Specialties[1] = c.Specialties[0] },
			[]finding{{"/specialties/1/name", "specialty.duplicate", "", false}}},
		{"another specialty's code", func(c *certificate.Certificate) { c.Specialties[0].Code = "10401002" },
			[]finding{{"/specialties/0/code", "specialty.code", "10401001", false}}},
		{"a specialty that ends when it begins", func(c *certificate.Certificate) { c.Specialties[0].To = c.Specialties[0].From },
			[]finding{{"/specialties/0/to", "specialty.period", "", false}}},
		{"a specialty without an end", func(c *certificate.Certificate) { c.Specialties[0].To = civil.Date{} },
			[]finding{{"/specialties/0", "specialty.period", "", false}}},
		{"a renewal begun 90 days early", func(c *certificate.Certificate) { c.Specialties[0].To = day(t, "2023-09-29") }, nil},
		{"a period over a renewal is only a warning", func(c *certificate.Certificate) { c.Specialties[0].To = day(t, "2023-09-30") },
			[]finding{{"/specialties/0/to", "specialty.term", "", true}}},
		{"a period of seven years", func(c *certificate.Certificate) { c.Specialties[0].To = day(t, "2027-06-30") },
			[]finding{{"/specialties/0/to", "specialty.term", "", false}}},
		{"no day of issue", func(c *certificate.Certificate) { c.IssuedOn = civil.Date{} },
			[]finding{{"/issuedOn", "issued.required", "", false}}},
		{"an area of no province", func(c *certificate.Certificate) { c.AreaCode = "980000" },
			[]finding{{"/areaCode", "area.code", "", false}}},
		{"no such state", func(c *certificate.Certificate) { c.State = "08" },
			[]finding{{"/state", "state.value", "", false}}},
		{"an operation that leads to the state", func(c *certificate.Certificate) { c.Operation = certificate.Renew }, nil},
		{"no such operation", func(c *certificate.Certificate) { c.Operation = "11" },
			[]finding{{"/operation", "operation.value", "", false}}},
		{"a note with somebody else's identity number", func(c *certificate.Certificate) {
			c.StateNote = "与 310101 1985 0615 0016 重复"
		}, []finding{{"/stateNote", "text.personal", "", false}}},
		{"a note with a phone", func(c *certificate.Certificate) { c.StateNote = "请致电 138-0000-0000" }, []finding{{"/stateNote", "text.personal", "", false}}},
		{"an operation that leads elsewhere", func(c *certificate.Certificate) { c.Operation = certificate.Suspend },
			[]finding{{"/operation", "operation.state", "", false}}},
		{"another state without a note", func(c *certificate.Certificate) { c.State = certificate.Other },
			[]finding{{"/stateNote", "state.note", "", false}}},
		{"another state with a note", func(c *certificate.Certificate) { c.State, c.StateNote = certificate.Other, "核查中" }, nil},
		{"an identifier with a wrong check character", func(c *certificate.Certificate) { c.Identifier = c.Identifier[:len(c.Identifier)-1] + "L" },
			[]finding{{"/identifier", "ident.checksum", root + "11100000000013338W999.11100000000013338W.2021000001.001.K", false}}},
		{"an identifier of another version", func(c *certificate.Certificate) { c.Version = "002" },
			[]finding{{"/identifier", "ident.mismatch", "", false}}},
		{"another type code", func(c *certificate.Certificate) { c.TypeCode, c.Identifier = "11100000000013338W001", "" },
			[]finding{{"/typeCode", "type.code", "", false}}},
		{"a photo too large", func(c *certificate.Certificate) { c.Photo.Bytes++ },
			[]finding{{"/photo/bytes", "image.size", "", false}}},
		{"a signature as GIF", func(c *certificate.Certificate) {
			c.SignatureImage = &certificate.Image{MIME: "image/gif", Bytes: 100}
		}, []finding{{"/signatureImage/mime", "image.type", "", false}}},
		{"everything at once", func(c *certificate.Certificate) {
			c.Holder.Name, c.Number, c.AreaCode = "", "", ""
		}, []finding{
			{"/holder/name", "name.length", "", false},
			{"/number", "number.form", "", false},
			{"/areaCode", "area.code", "", false},
		}},
	} {
		t.Run(test.is, func(t *testing.T) {
			c := validCertificate(t)
			test.spoil(&c)
			errs := certificate.Validate(c, rules(t))
			if diff := cmp.Diff(test.want, findings(t, errs)); diff != "" {
				t.Error(diff)
			}
			refused := false
			for _, f := range test.want {
				refused = refused || !f.Warning
			}
			if certificate.HasErrors(errs) != refused {
				t.Errorf("refused: %v", !refused)
			}
		})
	}
}

// Where any specialty may be reported, there are only as many, and as long ones, as the page has room for.
func TestFreeSpecialtiesFitThePage(t *testing.T) {
	r := rules(t)
	r.Specialties = nil
	c := validCertificate(t)
	c.Specialties = nil
	add := func(name string) {
		c.Specialties = append(c.Specialties, certificate.Specialty{Name: name, From: day(t, "2020-07-01"), To: day(t, "2023-06-30")})
	}
	for i := range certificate.MostFreeSpecialties {
		add(string(rune('一'+i)) + strings.Repeat("某", certificate.LongestFreeSpecialty-1))
	}
	if found := findings(t, certificate.Validate(c, r)); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	add("一项")
	c.Specialties[0].Name += "某"
	want := []finding{{"/specialties", "specialty.many", "", false}, {"/specialties/0/name", "text.length", "", false}}
	if diff := cmp.Diff(want, findings(t, certificate.Validate(c, r))); diff != "" {
		t.Error(diff)
	}
}

func TestAnEmptyRecordIsRefusedWithoutPanic(t *testing.T) {
	if !certificate.HasErrors(certificate.Validate(certificate.Certificate{}, certificate.Rules{})) {
		t.Error("an empty record passes")
	}
}

func TestNormalizedRecordsPassAndWrongOnesKeepTheirValues(t *testing.T) {
	c := validCertificate(t)
	c.Holder.Name, c.Holder.IDNumber, c.Holder.Birth, c.Holder.Sex = " 张\uE863 ", " 11010119560701002x", day(t, "1956-07-01"), "女"
	c.Employer.USCC = " 91110000MA00000152 "
	c = certificate.Normalize(c)
	if diff := cmp.Diff([]finding(nil), findings(t, certificate.Validate(c, rules(t)))); diff != "" {
		t.Error(diff)
	}
	if c.Holder.Name != "张䶮" || c.Holder.IDNumber != "11010119560701002X" {
		t.Errorf("got %+v", c.Holder)
	}
	c.Holder.Name = "张?"
	if got := certificate.Normalize(c).Holder.Name; got != "张?" {
		t.Errorf("a lost name became %q", got)
	}
}

func TestFieldErrorIsAProblemsField(t *testing.T) {
	c := validCertificate(t)
	c.Employer.USCC = "9lll0000MA00000152"
	errs := certificate.Validate(c, rules(t))
	got := errs[0].Problem()
	if got.Pointer != "/employer/uscc" || got.Rule != "uscc.form" || got.Suggestion != "91110000MA00000152" || got.Detail.EN == "" {
		t.Errorf("got %+v", got)
	}
	if text := errs[0].Error(); text[:15] != "/employer/uscc:" {
		t.Errorf("reads %q", text)
	}
}

func TestStates(t *testing.T) {
	for state, want := range map[certificate.State]string{
		"01": "有效", "02": "暂扣", "03": "撤销", "04": "注销", "05": "失效", "06": "办理转出", "07": "吊销", "99": "其他", "08": "", "": "",
	} {
		if state.Name() != want || state.IsKnown() != (want != "") {
			t.Errorf("state %q is %q", state, state.Name())
		}
	}
}

func TestSpecialtyHoldsOnBothItsDays(t *testing.T) {
	s := certificate.Specialty{From: day(t, "2020-07-01"), To: day(t, "2023-06-30")}
	for d, want := range map[string]bool{"2020-06-30": false, "2020-07-01": true, "2023-06-30": true, "2023-07-01": false} {
		if s.IsValidOn(day(t, d)) != want {
			t.Errorf("%s: not %v", d, want)
		}
	}
}

func TestCertificateJSONHasTheDomainsKeys(t *testing.T) {
	c := validCertificate(t)
	c.ID, c.Scheme, c.TypeName, c.Title = "01", "constructor-1", "一级建造师注册证书", "中华人民共和国一级建造师注册证书"
	c.CertificateSerial, c.QualificationNo, c.StateNote, c.Supersedes, c.Round = "00000001", "1", "x", "00", 1
	c.Operation = certificate.Amend
	c.SignatureImage = c.Photo
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	keys("", tree, got)
	want := map[string][]string{
		"": {
			"areaCode", "certId", "certificateSerial", "employer", "holder", "identifier", "issuedOn", "issuer", "number", "operation",
			"photo", "qualificationNo", "round", "scheme", "signatureImage", "specialties", "state", "stateNote", "supersedes", "sync", "title",
			"typeCode", "typeName", "version",
		},
		"holder":         {"birth", "idNo", "idType", "name", "sex"},
		"employer":       {"name", "uscc"},
		"specialties":    {"code", "from", "name", "to"},
		"issuer":         {"code", "name"},
		"photo":          {"bytes", "mime", "sha256"},
		"signatureImage": {"bytes", "mime", "sha256"},
		"sync":           {"at", "reportedToMinistry"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var back certificate.Certificate
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, back); diff != "" {
		t.Error(diff)
	}
}

package metadata

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

func day(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func someCopy(t testing.TB, purpose *endorsement.Purpose, recipient *endorsement.Recipient) endorsement.Copy {
	t.Helper()
	return endorsement.NewCopy(endorsement.Endorsement{
		ID: "01F3W6V2J8Z4Q9T0B5N7M1C3XD", CertID: "01F3W6V2J8Z4Q9T0B5N7M1C3XA",
		MadeAt:  time.Date(2021, 4, 22, 2, 21, 33, 0, time.UTC),
		UseFrom: day(t, "2021-04-22"), UseUntil: day(t, "2021-10-19"), Limit: "180D",
		Purpose: purpose, Recipient: recipient, QR: "http://127.0.0.1:8080/v#a.b.c",
	}, certificate.Certificate{
		TypeCode: "11100000000013338W999", TypeName: "一级建造师注册证书", Title: "中华人民共和国一级建造师注册证书",
		Identifier: "1.2.156.3005.2.11100000000013338W999.11100000000013338W.2021000001.001.K", Version: "001",
		Number:   "京1112019202000001",
		Holder:   certificate.Holder{Name: "张三丰", IDType: "111", IDNumber: "110101198001010010"},
		Employer: certificate.Employer{Name: "某某公司", USCC: "91110000MA00000152"},
		Specialties: []certificate.Specialty{
			{Name: "建筑工程", Code: "10401001", From: day(t, "2020-07-01"), To: day(t, "2023-06-30")},
			{Name: "市政公用工程", Code: "10401010", From: day(t, "2019-07-01"), To: day(t, "2022-06-30")},
		},
		Issuer:   certificate.Issuer{Name: "中华人民共和国住房和城乡建设部", Code: "11100000000013338W"},
		IssuedOn: day(t, "2020-12-11"), AreaCode: "110000",
	}, "住房和城乡建设部政务服务门户", true)
}

func TestElements(t *testing.T) {
	c := someCopy(t, &endorsement.Purpose{Kind: "投标", Text: "某某大厦", ProjectCode: "P-7"}, &endorsement.Recipient{Name: "乙公司", USCC: "91110000MA00000152"})
	want := []Element{
		{"ZZMC", "中华人民共和国一级建造师注册证书"},
		{"ZZLXMC", "一级建造师注册证书"},
		{"ZZLXDM", "11100000000013338W999"},
		{"ZZBH", "京1112019202000001"},
		{"ZZBS", "1.2.156.3005.2.11100000000013338W999.11100000000013338W.2021000001.001.K"},
		{"ZZBFJG", "中华人民共和国住房和城乡建设部"},
		{"ZZBFJGDM", "11100000000013338W"},
		{"ZZBFRQ", "2020-12-11"},
		{"ZZYXQQSRQ", "2019-07-01"},
		{"ZZYXQJZRQ", "2023-06-30"},
		{"CZZT", "张三丰"},
		{"CZZTDM", "不公开"},
		{"CZZTDMLX", "公民身份号码"},
		{"CZZTDMLXDM", "111"},
		{"JZJZZSJ", "20210422102133"},
		{"JZJZZZ", "住房和城乡建设部政务服务门户"},
		{"JZJZZSY", "投标：某某大厦"},
		{"JZJYXQJZSJ", "20211019235959"},
		{"KZ_version", "001"},
		{"KZ_areaCode", "110000"},
		{"KZ_empEnp", "某某公司"},
		{"KZ_empEnpCode", "91110000MA00000152"},
		{"KZ_specSub", "建筑工程;市政公用工程"},
		{"KZ_specSubCode", "10401001;10401010"},
		{"KZ_subBeginDate", "2020-07-01;2019-07-01"},
		{"KZ_subEndDate", "2023-06-30;2022-06-30"},
		{"KZ_copyId", "01F3W6V2J8Z4Q9T0B5N7M1C3XD"},
		{"KZ_useBeginDate", "2021-04-22"},
		{"KZ_useEndDate", "2021-10-19"},
		{"KZ_copyDigest", c.Digest()},
		{"KZ_projectCode", "P-7"},
		{"KZ_recipient", "乙公司"},
		{"KZ_recipientCode", "91110000MA00000152"},
	}
	got := Elements(c, c.Digest())
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, e := range got {
		if strings.Contains(e.Value, "110101198001010010") {
			t.Errorf("%s gives the identity number away", e.Name)
		}
	}
}

// The file of a copy of format 1 holds the digest of the identity number and is
// compared with the elements of that format.
func TestCopiesOfTheFirstFormatKeepTheirElements(t *testing.T) {
	c := someCopy(t, nil, nil)
	want := Elements(c, "digest")
	c.Format, c.Certificate.Holder.IDDigest = endorsement.CopyFormat1, &endorsement.IDDigest{Salt: "salt", SHA256: "0123"}
	for i, e := range want {
		if e.Name == "CZZTDM" {
			want[i].Value = "sha256:0123"
		}
	}
	if diff := cmp.Diff(want, Elements(c, "digest")); diff != "" {
		t.Error(diff)
	}
}

func TestADetailIsAnExtensionOfItsName(t *testing.T) {
	c := someCopy(t, nil, nil)
	c.Certificate.Employer = certificate.Employer{}
	c.Certificate.Details = []certificate.Detail{{Name: "职务", Value: "项目经理"}, {Name: "技术职称", Value: "工程师"}}
	got := Elements(c, "")
	at := slices.Index(got, Element{"KZ_职务", "项目经理"})
	if at < 0 || got[at+1] != (Element{"KZ_技术职称", "工程师"}) {
		t.Errorf("got %v", got)
	}
	if slices.ContainsFunc(got, func(e Element) bool { return strings.HasPrefix(e.Name, "KZ_emp") }) {
		t.Error("there is an employer")
	}
}

func TestACopyWithoutAPurposeSaysSo(t *testing.T) {
	got := map[string]string{}
	for _, e := range Elements(someCopy(t, nil, nil), "") {
		got[e.Name] = e.Value
	}
	for _, name := range []string{"JZJZZSJ", "JZJZZZ", "JZJZZSY", "JZJYXQJZSJ"} {
		if got[name] == "" {
			t.Errorf("the copy's element %s is missing", name)
		}
	}
	if got["JZJZZSY"] != "未声明" {
		t.Errorf("the purpose is %q", got["JZJZZSY"])
	}
	if _, ok := got["KZ_recipient"]; ok {
		t.Error("there is a recipient")
	}
}

func TestAnOrganisationsCodeIsPublic(t *testing.T) {
	c := someCopy(t, nil, nil)
	c.Certificate.Holder = endorsement.CopiedHolder{Name: "某某公司", IDType: "001", IDNumber: "91110000MA00000152"}
	want := []Element{{"CZZT", "某某公司"}, {"CZZTDM", "91110000MA00000152"}, {"CZZTDMLX", "统一社会信用代码"}, {"CZZTDMLXDM", "001"}}
	if diff := cmp.Diff(want, holderElements(c.Certificate)); diff != "" {
		t.Error(diff)
	}
}

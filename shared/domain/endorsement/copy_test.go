package endorsement_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

// canonicalCopy is the canonical JSON of exampleCopy.
const canonicalCopy = `{"certId":"01F3W2C0000000000000000001",` +
	`"certificate":{"areaCode":"110000","employer":{"name":"北京某某<甲&乙>建设有限公司","uscc":"91110000MA00000152"},` +
	`"holder":{"birth":"1980-01-01","idType":"111","name":"张䶮","sex":"男"},` +
	`"identifier":"1.2.156.3005.2.11100000000013338W999.11100000000013338W.2021000001.001.K",` +
	`"issuedOn":"2020-12-11","issuer":{"code":"11100000000013338W","name":"中华人民共和国住房和城乡建设部"},` +
	`"number":"京1112019202000001","photo":"ab","scheme":"constructor-1",` +
	`"specialties":[{"code":"10401001","from":"2020-07-01","name":"建筑工程","to":"2023-06-30"}],` +
	`"title":"中华人民共和国一级建造师注册证书","typeCode":"11100000000013338W999","typeName":"一级建造师注册证书","version":"001"},` +
	`"copyId":"01F3W2C0000000000000000002","format":"jiazhu-copy/2","limitReason":"180D",` +
	`"madeAt":"2021-04-22T10:21:33.007+08:00","maker":"国家政务服务平台",` +
	`"purpose":{"kind":"投标","projectCode":"E1101","text":"某某\"项目\""},"qr":"https://example.org/v#t",` +
	`"recipient":{"name":"某某招标有限公司"},"test":true,"useFrom":"2021-04-22","useUntil":"2021-10-19"}`

// example returns an endorsement and its certificate.
func example(t testing.TB) (endorsement.Endorsement, certificate.Certificate) {
	t.Helper()
	c := certificate.Certificate{
		ID: "01F3W2C0000000000000000001", Scheme: "constructor-1", TypeCode: "11100000000013338W999",
		TypeName: "一级建造师注册证书", Title: "中华人民共和国一级建造师注册证书",
		Identifier: "1.2.156.3005.2.11100000000013338W999.11100000000013338W.2021000001.001.K", Version: "001",
		Number:   "京1112019202000001",
		Holder:   certificate.Holder{Name: "张䶮", Sex: "男", Birth: day(t, "1980-01-01"), IDType: "111", IDNumber: "110101198001010010"},
		Employer: certificate.Employer{Name: "北京某某<甲&乙>建设有限公司", USCC: "91110000MA00000152"},
		Specialties: []certificate.Specialty{
			{Name: "建筑工程", Code: "10401001", From: day(t, "2020-07-01"), To: day(t, "2023-06-30")},
		},
		Issuer:   certificate.Issuer{Name: "中华人民共和国住房和城乡建设部", Code: "11100000000013338W"},
		IssuedOn: day(t, "2020-12-11"), AreaCode: "110000", State: certificate.Valid,
		Photo: &certificate.Image{SHA256: "ab", MIME: "image/png", Bytes: 1},
	}
	e := endorsement.Endorsement{
		ID: "01F3W2C0000000000000000002", CertID: c.ID, Scheme: c.Scheme, Identifier: c.Identifier, CertVersion: c.Version,
		MadeAt:  time.Date(2021, 4, 22, 2, 21, 33, 7_999_999, time.UTC),
		UseFrom: day(t, "2021-04-22"), UseUntil: day(t, "2021-10-19"), Limit: "180D",
		Purpose:   &endorsement.Purpose{Kind: "投标", Text: `某某"项目"`, ProjectCode: "E1101"},
		Recipient: &endorsement.Recipient{Name: "某某招标有限公司"},
		QR:        "https://example.org/v#t",
	}
	return e, c
}

// exampleCopy returns the copy of example.
func exampleCopy(t testing.TB) endorsement.Copy {
	t.Helper()
	e, c := example(t)
	return endorsement.NewCopy(e, c, "国家政务服务平台", true)
}

func TestCanonicalFormOfACopy(t *testing.T) {
	c := exampleCopy(t)
	got, err := c.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(canonicalCopy, string(got)); diff != "" {
		t.Error(diff)
	}
	sum := sha256.Sum256([]byte(canonicalCopy))
	if diff := cmp.Diff(hex.EncodeToString(sum[:]), c.Digest()); diff != "" {
		t.Error(diff)
	}
	back, err := endorsement.ParseCopy(got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, back); diff != "" {
		t.Error(diff)
	}
}

// What a kind of certificate does not have is in no copy, and what only some have stands in them by name.
func TestACopyHasTheDetailsOfItsKind(t *testing.T) {
	e, c := example(t)
	c.Employer, c.Details = certificate.Employer{}, []certificate.Detail{{Name: "职务", Value: "项目经理"}}
	made := endorsement.NewCopy(e, c, "国家政务服务平台", true)
	got, err := made.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	want := replaceText(t, canonicalCopy, `"employer":{"name":"北京某某<甲&乙>建设有限公司","uscc":"91110000MA00000152"}`, `"details":[{"name":"职务","value":"项目经理"}]`)
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
	back, err := endorsement.ParseCopy(got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(made, back); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(c.Details, made.Excerpt().Details); diff != "" {
		t.Error(diff)
	}
}

// firstFormat returns exampleCopy in format 1.
func firstFormat(t testing.TB) string {
	t.Helper()
	return replaceText(t, canonicalCopy, "jiazhu-copy/2", "jiazhu-copy/1", `"birth":"1980-01-01",`, `"birth":"1980-01-01",`+
		`"idDigest":{"salt":"pepper","sha256":"b87d2bebfa1410413f9bf1380cce4bf892887239690161d3b6383f8a5b3c00ff"},`)
}

func replaceText(t testing.TB, text string, oldnew ...string) string {
	t.Helper()
	for i := 0; i < len(oldnew); i += 2 {
		if !strings.Contains(text, oldnew[i]) {
			t.Fatalf("%q is not in the copy", oldnew[i])
		}
	}
	return strings.NewReplacer(oldnew...).Replace(text)
}

// Two holders who differ only in their identity numbers get the same copy.
func TestNothingInACopyDependsOnTheIDNumber(t *testing.T) {
	e, c := example(t)
	one := endorsement.NewCopy(e, c, "国家政务服务平台", true)
	c.Holder.IDNumber = "440304198001012319"
	other := endorsement.NewCopy(e, c, "国家政务服务平台", true)
	if diff := cmp.Diff(one, other); diff != "" || one.Digest() != other.Digest() {
		t.Error(diff)
	}
}

func TestCopiesOfTheFirstFormatAreStillRead(t *testing.T) {
	first := firstFormat(t)
	c, err := endorsement.ParseCopy([]byte(first))
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.Canonical()
	if err != nil || string(again) != first {
		t.Errorf("written as %s, %v", again, err)
	}
	if c.FormatVersion() != 1 || c.Certificate.Holder.IDDigest.Salt != "pepper" {
		t.Errorf("read as version %d, %+v", c.FormatVersion(), c.Certificate.Holder)
	}
}

// TestACopyWithAPlaceInAStatusListStatesIt: in the form of the draft Token Status List.
func TestACopyWithAPlaceInAStatusListStatesIt(t *testing.T) {
	third := string(must(thirdFormat(t).Canonical()))
	if want := replaceText(t, canonicalCopy, "jiazhu-copy/2", "jiazhu-copy/3"); replaceText(t, third, status+",", "") != want {
		t.Errorf("written as %s", third)
	}
	c, err := endorsement.ParseCopy([]byte(third))
	if err != nil || c.Index() != statuslist.NewIndex(2, 3) || c.FormatVersion() != 3 {
		t.Errorf("read as %+v, %v", c, err)
	}
}

const status = `"status":{"status_list":{"idx":3,"uri":"https://example.org/v1/status-lists/2"}}`

func thirdFormat(t *testing.T) endorsement.Copy {
	t.Helper()
	e, c := example(t)
	e.StatusIndex = statuslist.NewIndex(2, 3)
	return endorsement.NewCopy(e, c, "国家政务服务平台", true)
}

func TestEachFormatHasItsKeysAndNoOthers(t *testing.T) {
	first, third := firstFormat(t), string(must(thirdFormat(t).Canonical()))
	for name, text := range map[string]string{
		"format 2 with a digest":          replaceText(t, first, "jiazhu-copy/1", "jiazhu-copy/2"),
		"format 2 with an empty digest":   replaceText(t, canonicalCopy, `"idType"`, `"idDigest":null,"idType"`),
		"format 1 without a digest":       replaceText(t, canonicalCopy, "jiazhu-copy/2", "jiazhu-copy/1"),
		"format 1 with another key":       replaceText(t, first, `"salt"`, `"pepper"`),
		"format 1 with an empty digest":   replaceText(t, first, `{"salt":"pepper","sha256":"b87d2bebfa1410413f9bf1380cce4bf892887239690161d3b6383f8a5b3c00ff"}`, "null"),
		"a format to come":                replaceText(t, third, "jiazhu-copy/3", "jiazhu-copy/4"),
		"format 3 without a status":       replaceText(t, canonicalCopy, "jiazhu-copy/2", "jiazhu-copy/3"),
		"format 3 with an empty status":   replaceText(t, third, status, `"status":null`),
		"format 2 with a status":          replaceText(t, third, "jiazhu-copy/3", "jiazhu-copy/2"),
		"a place behind the list":         replaceText(t, third, `"idx":3`, `"idx":524288`),
		"a place before the list":         replaceText(t, third, `"idx":3`, `"idx":-1`),
		"a list of another service":       replaceText(t, third, `"uri":"https://`, `"uri":"https://x.`),
		"a list without a number":         replaceText(t, third, `status-lists/2"`, `status-lists/"`),
		"list 0":                          replaceText(t, third, `status-lists/2"`, `status-lists/0"`),
		"format 2 with the number itself": replaceText(t, canonicalCopy, `"idType"`, `"idNumber":"110101198001010010","idType"`),
	} {
		if c, err := endorsement.ParseCopy([]byte(text)); err == nil {
			t.Errorf("%s is read as %+v", name, c)
		}
	}
}

func TestParseCopyAcceptsNothingElse(t *testing.T) {
	for _, test := range []struct{ is, old, new string }{
		{"a space", `{"certId"`, `{ "certId"`},
		{"a line break at the end", `"2021-10-19"}`, "\"2021-10-19\"}\n"},
		{"a second value", `"2021-10-19"}`, `"2021-10-19"}{}`},
		{"an unknown key", `{"certId"`, `{"aaa":1,"certId"`},
		{"an unknown key inside", `"sex"`, `"age"`},
		{"a key twice", `{"certId":`, `{"certId":"x","certId":`},
		{"a key in capitals", `"qr"`, `"QR"`},
		{"another order", `"idType":"111","name":"张䶮"`, `"name":"张䶮","idType":"111"`},
		{"an escaped character", `张䶮`, `\u5f20䶮`},
		{"another format", "jiazhu-copy/2", "jiazhu-copy/3"},
		{"a time in another zone", "2021-04-22T10:21:33.007+08:00", "2021-04-22T02:21:33.007Z"},
		{"a time to the microsecond", "33.007+", "33.007001+"},
		{"a day without its zero", "2021-04-22\",\"useUntil", "2021-4-22\",\"useUntil"},
		{"no first day", `"useFrom":"2021-04-22"`, `"useFrom":""`},
		{"the last day first", `"useUntil":"2021-10-19"`, `"useUntil":"2021-04-21"`},
		{"no certificate", `"certId":"01F3W2C0000000000000000001"`, `"certId":""`},
		{"no holder", `"name":"张䶮"`, `"name":""`},
		{"a number for a text", `"test":true`, `"test":1`},
		{"a lost character", "张䶮", "张\uFFFD"},
		{"a line separator", "张䶮", `张\u2028`},
		{"broken UTF-8", "张䶮", "张\xff"},
		{"an empty purpose text that is written out", `"text":"某某\"项目\""`, `"text":""`},
	} {
		t.Run(test.is, func(t *testing.T) {
			wrong := strings.Replace(canonicalCopy, test.old, test.new, 1)
			if wrong == canonicalCopy {
				t.Fatalf("%q is not in the copy", test.old)
			}
			if c, err := endorsement.ParseCopy([]byte(wrong)); err == nil {
				t.Errorf("read as %+v", c)
			}
		})
	}
	for _, data := range []string{"", "null", "[]", "{}", strings.Repeat(" ", 65*1024), strings.Repeat("[", 20000)} {
		if _, err := endorsement.ParseCopy([]byte(data)); err == nil {
			t.Errorf("%.10q is read", data)
		}
	}
}

func TestACopyWithTextThatHasNoCanonicalFormHasNoDigest(t *testing.T) {
	for _, name := range []string{"张\uFFFD", "张\xff", "张\u2028", "张\u2029"} {
		c := exampleCopy(t)
		c.Certificate.Holder.Name = name
		if _, err := c.Canonical(); err == nil || c.Digest() != "" {
			t.Errorf("%q has a canonical form", name)
		}
	}
}

func TestEveryCopyComesBackFromItsCanonicalForm(t *testing.T) {
	base := exampleCopy(t)
	rapid.Check(t, func(t *rapid.T) {
		c := base
		c.MadeAt = base.MadeAt.Add(time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "ms")) * time.Millisecond)
		text := rapid.StringN(0, 40, -1).Filter(func(s string) bool { return !strings.ContainsAny(s, "\uFFFD\u2028\u2029") })
		c.Purpose = &endorsement.Purpose{Kind: "其他", Text: text.Draw(t, "text")}
		c.Maker = text.Draw(t, "maker")
		if rapid.Bool().Draw(t, "bare") {
			c.Purpose, c.Recipient, c.Certificate.Photo = nil, nil, ""
		}
		data, err := c.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(inOrder(t, data), string(data)); diff != "" {
			t.Error(diff)
		}
		back, err := endorsement.ParseCopy(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, back); diff != "" {
			t.Error(diff)
		}
		if back.Digest() != c.Digest() {
			t.Error("the digest changed on the way")
		}
	})
}

// inOrder re-encodes JSON with sorted keys.
func inOrder(t *rapid.T, data []byte) string {
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(tree); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func TestEndorsementJSONComesBack(t *testing.T) {
	e, _ := example(t)
	withdrawn := e.MadeAt.Add(time.Hour)
	e.Maker = endorsement.Maker{Account: "zhang", Portal: "gjzwfw", Auth: "face:1"}
	e.Warnings, e.WithdrawnAt, e.WithdrawnWhy = []string{"部分专业有效期不足180天，请及时办理延续"}, &withdrawn, "误操作"
	e.Files = map[string]endorsement.File{"pdf": {Key: "k", SHA256: "ab", Bytes: 1, MIME: "application/pdf"}}
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var back endorsement.Endorsement
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(e, back); diff != "" {
		t.Error(diff)
	}
}

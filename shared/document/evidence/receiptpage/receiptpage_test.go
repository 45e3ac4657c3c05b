package receiptpage

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/receiptpdf"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// jws is in place of a signed receipt; its header names the key.
const jws = "eyJhbGciOiJFUzI1NiIsImtpZCI6InJlY2VpcHQtVjBKOCIsInR5cCI6ImppYXpodS1yZWNlaXB0K2p3dCJ9.e30.c2ln"

func receipt() credential.Receipt {
	day := func(y int, m time.Month, d int) civil.Date { return civil.Date{Year: y, Month: m, Day: d} }
	r := credential.Receipt{
		Format: credential.ReceiptFormat, ID: "01M833FGAR0000000000000001",
		At: time.Date(2026, 11, 24, 12, 0, 0, 0, civil.Zone()), Service: "https://jiazhu.example.cn",
		Asker:      credential.Asker{SelfStatedName: "丙招标代理（一部）"},
		Given:      credential.Given{Kind: "pdf", SHA256: strings.Repeat("0f", 32)},
		CopyDigest: strings.Repeat("1e", 32),
		Claim: &credential.ReceiptClaim{
			Endorsement: "01M833FGAR0000000000000002", Certificate: "01M833FGAR0000000000000003",
			Number: "京1112019202000001", Name: "欧**", From: day(2026, 11, 23), Until: day(2027, 5, 22),
		},
		Question: credential.ReceiptQuestion{AsOf: day(2027, 1, 5), Specialty: "建筑工程", Purpose: "投标", Recipient: "乙公司（集团）"},
		Verdict: credential.ReceiptVerdict{
			Overall: "valid", AsOf: day(2027, 1, 5), Newer: true,
			Ends: &credential.ReceiptEnding{On: day(2027, 5, 22), Rule: "180D", Text: "使用有效期限定为180天（2027年5月22日）"},
		},
		Test: true,
	}
	asked := func(c verdict.Check) bool { return c == verdict.PrintedWords || c == verdict.SealState } // rows that are only there in some cases
	for i, check := range slices.DeleteFunc(verdict.Checks(), asked) {
		result := []string{"pass", "fail", "unknown", "not-asked"}[i%4]
		r.Verdict.Checks = append(r.Verdict.Checks, credential.ReceiptCheck{Check: string(check), Result: result, Reason: "fine", Text: "说明：" + string(check)})
	}
	return r
}

// drawer returns a Drawer, or skips the test if there is no font.
func drawer(t testing.TB) Drawer {
	t.Helper()
	if _, err := font.Load(); err != nil {
		t.Fatal(err)
	}
	return New()
}

func draw(t testing.TB, r credential.Receipt) []byte {
	t.Helper()
	page, err := drawer(t).Draw(r, jws)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// golden is the digest of one page, golden2 that of one of version 2. If one changes,
// pages of earlier receipts are no longer recognised as genuine: decision 28 says what
// to do then.
const (
	golden  = "b847a959571789234f363752f39686b45e194aaea10ac446047bae65d447e0dd"
	golden2 = "abf22066eaa1efe8bef3ae6e8c90d409667bbc304eacb236175c745953f41b85"
)

func TestAPageIsDrawnAsItAlwaysWas(t *testing.T) {
	second := receipt()
	second.Format, second.Asker = credential.ReceiptFormat2, credential.Asker{Name: second.Asker.SelfStatedName}
	for want, r := range map[string]credential.Receipt{golden: receipt(), golden2: second} {
		page := draw(t, r)
		if sum := sha256.Sum256(page); hex.EncodeToString(sum[:]) != want {
			at := filepath.Join(os.TempDir(), "receipt-page.pdf")
			_ = os.WriteFile(at, page, 0o600)
			t.Errorf("the page of %s, now in %s, has the digest %x, want %s", r.Format, at, sum, want)
		}
	}
}

// The row of what a paper says is one more on the page, with everything else that can be on it.
func TestThePageHasRoomForEveryRow(t *testing.T) {
	r := receipt()
	last := len(r.Verdict.Checks) - 1
	r.Verdict.Checks = slices.Insert(r.Verdict.Checks, last, credential.ReceiptCheck{
		Check: string(verdict.PrintedWords), Result: "fail", Reason: "mismatch", Text: "不一致：纸面所载姓名、编号、使用期止日与登记不一致，请勿采信纸面内容，并核对是否录入有误",
	})
	r.Verdict.Checks = slices.Insert(r.Verdict.Checks, last, credential.ReceiptCheck{
		Check: string(verdict.SealState), Result: "fail", Reason: "seal-suspended", Text: "签章时（2026-11-23 10:00:00）印章或签名证书（11010200000001）已停用，请勿采信，并向签发机关核实",
	})
	draw(t, r) // fails where it does not fit
	if label := labelOf(verdict.SealState); label != verdict.SealState.Name().ZH {
		t.Errorf("the row is called %s", label)
	}
	if label := labelOf(verdict.PrintedWords); label != verdict.PrintedWords.Name().ZH {
		t.Errorf("the row is called %s", label)
	}
}

// A caller may state any name: the page says that it was not checked.
func TestASelfStatedNameIsLabelledOnThePage(t *testing.T) {
	r := receipt()
	r.Asker = credential.Asker{SelfStatedName: "北京市公安局"}
	want := []receiptpdf.Fact{{Label: "核验单位", Value: "身份未经证实"}, {Label: "核验人", Value: "自称（未经证实）：「北京市公安局」"}}
	if diff := cmp.Diff(want, askerOf(r)); diff != "" {
		t.Error(diff)
	}
	r.Asker.Client, r.Asker.ClientName = "agency", "丁公司"
	want[0].Value = "丁公司（身份已证实，agency）"
	if diff := cmp.Diff(want, askerOf(r)); diff != "" {
		t.Error(diff)
	}
}

func TestEveryWordOfTheReceiptIsOnItsPage(t *testing.T) {
	was := draw(t, receipt())
	for name, change := range map[string]func(*credential.Receipt){
		"its id":            func(r *credential.Receipt) { r.ID = "01M833FGAR0000000000000009" },
		"its time":          func(r *credential.Receipt) { r.At = r.At.Add(time.Second) },
		"the service":       func(r *credential.Receipt) { r.Service += "x" },
		"who asked":         func(r *credential.Receipt) { r.Asker.SelfStatedName += "x" },
		"an organisation":   func(r *credential.Receipt) { r.Asker.Client, r.Asker.ClientName = "agency", "丁公司" },
		"what was given":    func(r *credential.Receipt) { r.Given.Kind = "ofd" },
		"its digest":        func(r *credential.Receipt) { r.Given.SHA256 = strings.Repeat("0e", 32) },
		"the copy's":        func(r *credential.Receipt) { r.CopyDigest = strings.Repeat("0e", 32) },
		"the number":        func(r *credential.Receipt) { r.Claim.Number += "1" },
		"the name":          func(r *credential.Receipt) { r.Claim.Name += "*" },
		"the window":        func(r *credential.Receipt) { r.Claim.Until = r.Claim.Until.AddDays(1) },
		"no claim":          func(r *credential.Receipt) { r.Claim = nil },
		"the day":           func(r *credential.Receipt) { r.Verdict.AsOf = r.Verdict.AsOf.AddDays(1) },
		"the specialty":     func(r *credential.Receipt) { r.Question.Specialty = "" },
		"the purpose":       func(r *credential.Receipt) { r.Question.Purpose = "" },
		"the recipient":     func(r *credential.Receipt) { r.Question.Recipient = "" },
		"the verdict":       func(r *credential.Receipt) { r.Verdict.Overall = "invalid" },
		"a row's result":    func(r *credential.Receipt) { r.Verdict.Checks[0].Result = "fail" },
		"a row's text":      func(r *credential.Receipt) { r.Verdict.Checks[0].Text += "x" },
		"a row":             func(r *credential.Receipt) { r.Verdict.Checks = r.Verdict.Checks[1:] },
		"the last day":      func(r *credential.Receipt) { r.Verdict.Ends.Text = "x" },
		"no newer copy":     func(r *credential.Receipt) { r.Verdict.Newer = false },
		"that it is a test": func(r *credential.Receipt) { r.Test = false },
	} {
		r := receipt()
		change(&r)
		if bytes.Equal(draw(t, r), was) {
			t.Errorf("%s makes no difference", name)
		}
	}
	if other, err := drawer(t).Draw(receipt(), jws+"x"); err != nil || bytes.Equal(other, was) {
		t.Errorf("another receipt attached makes no difference: %v", err)
	}
}

func TestAReceiptOfVersion1HasNoPage(t *testing.T) {
	r := receipt()
	r.Format = ""
	if _, err := drawer(t).Draw(r, jws); !errors.Is(err, ErrNone) {
		t.Errorf("got %v, want %v", err, ErrNone)
	}
}

// The longest receipt that any request can cause has a page.
func TestTheLongestReceiptHasAPage(t *testing.T) {
	r := receipt()
	r.Asker.SelfStatedName = strings.Repeat("长", 100)
	r.Question.Specialty, r.Question.Purpose, r.Question.Recipient = strings.Repeat("长", 200), strings.Repeat("长", 200), strings.Repeat("长", 200)
	r.Asker.Client, r.Asker.ClientName = "agency", strings.Repeat("长", 60)
	var changed, lapsed []string
	for i := range 12 {
		changed = append(changed, fmt.Sprint(strings.Repeat("专", 50), i))
		if i < 4 {
			lapsed = append(lapsed, changed[i]+"，至2026年12月30日")
		}
	}
	r.Verdict.Checks[3].Text = "注册专业均已过有效期（" + strings.Join(lapsed, "；") + "；等12个专业）"
	r.Verdict.Checks[6].Text = "不符：" + strings.Repeat("声明接收单位为"+strings.Repeat("「"+strings.Repeat("长", 24)+"」", 3)+"，您询问的是「"+strings.Repeat("长", 24)+"」；", 2)
	r.Verdict.Checks[4].Text = "加注后证书已变更（" + strings.Join(changed, "、") + "），须重新加注"
	draw(t, r)
	r.Verdict.Checks[4].Text = strings.Repeat("长", 9000)
	if _, err := drawer(t).Draw(r, jws); !errors.Is(err, ErrNone) {
		t.Errorf("without end, got %v, want %v", err, ErrNone)
	}
}

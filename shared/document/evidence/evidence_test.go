package evidence_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// fixture is an issuer with one issued copy, and a trust bundle that names the issuer.
type fixture struct {
	*issuetest.Issuer
	made  issuetest.IssuedCopy
	trust evidence.Trust
}

func newFixture(t testing.TB) fixture {
	t.Helper()
	issuer := issuetest.New(t, issuetest.CopyTime())
	return fixture{
		Issuer: issuer,
		made:   issuer.Make(t, issuetest.Endorsement(t), issuetest.Certificate(t)),
		trust:  parseTrust(t, issuer),
	}
}

// expectedSigning is the time of signing as stated by the signer alone.
func (d fixture) expectedSigning() *verdict.Signing {
	from, until := d.CA.Period()
	return &verdict.Signing{At: issuetest.CopyTime(), Within: verdict.Span{From: from, Until: until.Add(-time.Second)}}
}

func parseTrust(t testing.TB, issuer *issuetest.Issuer) evidence.Trust {
	t.Helper()
	trust, err := evidence.ParseTrust(issuer.Trust)
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

func TestGoodDocuments(t *testing.T) {
	d := newFixture(t)
	claim := &verdict.Claim{
		Endorsement: issuetest.CopyID, Certificate: issuetest.CertID,
		Number: "京1112019202000001", Name: "欧**",
		From: issuetest.Day(t, "2026-11-23"), Until: issuetest.Day(t, "2027-05-22"),
	}
	tests := map[string]struct {
		got  verdict.Evidence
		want verdict.Evidence
	}{
		"the PDF": {evidence.Examine(d.made.PDF, d.trust), verdict.Evidence{
			Kind: verdict.PDF, Integrity: verdict.IntactContent(), Issuer: verdict.TrustedIssuer("住房和城乡建设部（测试）证照签名"),
			Numbers: verdict.SoundNumbers(), Claim: claim, Copy: &d.made.Copy,
			SHA256: d.made.Endorsement.Files["pdf"].SHA256, Signing: d.expectedSigning(), StatusIndex: 807319,
		}},
		"the OFD": {evidence.Examine(d.made.OFD, d.trust), verdict.Evidence{
			Kind: verdict.OFD, Integrity: verdict.IntactContent(), Issuer: verdict.TrustedIssuer("住房和城乡建设部（测试）签章"),
			Numbers: verdict.SoundNumbers(), Claim: claim, Copy: &d.made.Copy,
			SHA256: d.made.Endorsement.Files["ofd"].SHA256, Signing: d.expectedSigning(), StatusIndex: 807319,
		}},
		"the QR code": {evidence.ExamineToken(d.made.Endorsement.QR, d.trust), verdict.Evidence{
			Kind: verdict.Token, Integrity: verdict.IntactContent(), Issuer: verdict.TrustedKey(),
			Numbers: verdict.SoundNumbers(), Claim: claim, Words: d.made.Token[:strings.LastIndex(d.made.Token, ".")], StatusIndex: 807319,
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPDFAndOFDCarryTheSameCopy(t *testing.T) {
	d := newFixture(t)
	pdf, ofd := evidence.Examine(d.made.PDF, d.trust), evidence.Examine(d.made.OFD, d.trust)
	for _, e := range []verdict.Evidence{pdf, ofd} {
		if diff := cmp.Diff(d.made.Endorsement.CopyDigest, e.Copy.Digest()); diff != "" {
			t.Errorf("the %s: %s", e.Kind, diff)
		}
	}
}

func TestAnAlteredByteIsNoticedWhereverItIs(t *testing.T) {
	const stride = 7 // testing all positions takes half a minute and finds no byte that passes
	d := newFixture(t)
	for name, data := range map[string][]byte{"PDF": d.made.PDF, "OFD": d.made.OFD} {
		t.Run(name, func(t *testing.T) {
			changed := bytes.Clone(data)
			for at := 0; at < len(data); at += stride {
				changed[at] ^= 1 << (at % 8)
				got := evidence.Examine(changed, d.trust)
				changed[at] = data[at]
				if got.Integrity.Result != verdict.Fail || got.Copy != nil || got.Claim != nil {
					t.Errorf("byte %d of %d: %+v", at, len(data), got.Integrity)
				}
			}
		})
	}
}

// An altered reference to the document's root may lead to no signature, although it is there.
func TestAnAlteredReferenceToTheRootIsNoticed(t *testing.T) {
	d := newFixture(t)
	changed := bytes.Clone(d.made.PDF)
	for at := bytes.LastIndex(changed, []byte("/Type/XRef")); at < len(changed); at++ {
		for bit := range 8 {
			changed[at] ^= 1 << bit
			if got := evidence.Examine(changed, d.trust); got.Integrity.Result != verdict.Fail {
				t.Errorf("byte %d, bit %d: %+v", at, bit, got.Integrity)
			}
			changed[at] = d.made.PDF[at]
		}
	}
}

// What holds no evidence is not called false: the finding says what it is and what to hand in.
func TestWhatIsNoEvidenceIsNotCalledFalse(t *testing.T) {
	d := newFixture(t)
	packed := func(name string, data []byte) []byte { return zipEntries(t, "", newEntry(name, string(data))) }
	for name, tt := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":                     {nil, "文件是空的"},
		"some text":                   {[]byte("certificate"), "文件是一段文字"},
		"a picture":                   {issuetest.SealImage(t), "这是扫描件"},
		"a photograph":                {[]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), "这是扫描件"},
		"a photograph of a phone":     {[]byte("\x00\x00\x00\x18ftypheic"), "图片（HEIC）"},
		"the preview":                 {d.made.Preview, "预览图不能证明任何内容"},
		"another drawing":             {[]byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`), "图片（SVG）"},
		"the PDF in a zip":            {packed("certificate.pdf", d.made.PDF), "压缩包（ZIP）"},
		"the OFD in a zip":            {packed("certificate.ofd", d.made.OFD), "压缩包（ZIP）"},
		"a text document":             {packed("word/document.xml", []byte("<x/>")), "Word 文件"},
		"a table":                     {packed("xl/workbook.xml", []byte("<x/>")), "Excel 文件"},
		"an older text document":      {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "Word 97"},
		"another archive":             {[]byte("Rar!\x1a\x07\x01\x00"), "压缩包（RAR）"},
		"a page":                      {[]byte("<!DOCTYPE html><title>x</title>"), "HTML 文件"},
		"bytes of an unknown format":  {[]byte{1, 2, 3, 4}, "文件格式不能识别"},
		"more than any file":          {make([]byte, evidence.MaxFile+1), "文件过大"},
		"more than any file in a zip": {append([]byte("PK\x03\x04"), make([]byte, evidence.MaxFile)...), "文件过大"},
	} {
		t.Run(name, func(t *testing.T) {
			got := evidence.Examine(tt.data, d.trust)
			if got.Integrity.Result != verdict.Unsure || !strings.Contains(got.Integrity.Text.ZH, tt.says) || strings.Contains(got.Integrity.Text.ZH, "{") || got.Claim != nil {
				t.Errorf("got %+v", got)
			}
		})
	}
	for text, why := range map[string]verdict.Reason{
		"": verdict.Unrecognised, "https://elsewhere.example/x": verdict.Unrecognised, d.made.Token + " " + newFixture(t).made.Token: verdict.Several,
	} {
		got := evidence.ExamineToken(text, d.trust)
		if got.Integrity.Result != verdict.Unsure || got.Integrity.Reason != why || got.Claim != nil {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

// A token or receipt in a file that is a text is found in every encoding that has ASCII in it.
func TestATextInAFileIsRead(t *testing.T) {
	d := newFixture(t)
	utf16Of := func(order binary.AppendByteOrder, text string) []byte {
		data := order.AppendUint16(nil, 0xfeff)
		for _, unit := range utf16.Encode([]rune(text)) {
			data = order.AppendUint16(data, unit)
		}
		return data
	}
	link := "“https://jiazhu.example.cn/v#" + d.made.Token + "”。\r\n"
	for name, file := range map[string][]byte{
		"the token":         []byte(d.made.Token),
		"with a mark":       []byte("\ufeff" + link),
		"UTF-16":            utf16Of(binary.LittleEndian, link),
		"UTF-16 big endian": utf16Of(binary.BigEndian, link),
		"NUL, VT and more":  []byte("\x00" + d.made.Token[:50] + "\x00" + d.made.Token[50:100] + "\v" + d.made.Token[100:] + "\u2028"),
		"two lines":         []byte("https://jiazhu.example.cn/v#" + d.made.Token[:100] + "\r\n" + d.made.Token[100:] + "\r\n"),
	} {
		if got, err := evidence.FindContent(file); err != nil || got.Token != d.made.Token {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for name, file := range map[string][]byte{
		"a letter": []byte("张三，京1112019202000001，有效：" + link), "a letter in GBK": []byte("\xd5\xc5\xc8\xfd\xd3\xd0\xd0\xa7 " + d.made.Token),
		"a page":    []byte("<html><h1>证书</h1><a href=\"https://jiazhu.example.cn/v#" + d.made.Token + "\"></a></html>"),
		"a drawing": []byte(`<svg xmlns="http://www.w3.org/2000/svg"><text>` + d.made.Token + `</text></svg>`), "a mail": []byte("From: x@example.cn\n\n" + link),
		"words below": []byte(d.made.Token + "\nvalid"), "words on the next line of a cut one": []byte(d.made.Token[:100] + "\n" + d.made.Token[100:] + "\nvalid"),
	} {
		if got, err := evidence.FindContent(file); !errors.Is(err, credential.ErrBeside) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if got := evidence.Examine(file, d.trust); got.Integrity.Result != verdict.Unsure || got.Claim != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for name, file := range map[string][]byte{
		"a PDF of text": []byte("%PDF-1.7\n" + d.made.Token), "a picture": append(issuetest.SealImage(t), " "+d.made.Token...),
		"a long text": []byte(strings.Repeat(" ", evidence.MaxText) + d.made.Token),
	} {
		if got, err := evidence.FindContent(file); !errors.Is(err, credential.ErrNothing) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestDocumentsThatAreNotWhole(t *testing.T) {
	d := newFixture(t)
	tests := map[string]struct {
		data []byte
		why  verdict.Reason
	}{
		"an empty package":          {[]byte("PK\x03\x04"), verdict.Truncated},
		"half an OFD":               {d.made.OFD[:len(d.made.OFD)/2], verdict.Truncated},
		"half a PDF":                {d.made.PDF[:len(d.made.PDF)/2], verdict.Truncated},
		"a PDF with something more": {append(bytes.Clone(d.made.PDF), "\n1 0 obj<<>>endobj\n"...), verdict.Appended},
		"the end of a PDF":          {d.made.PDF[len(d.made.PDF)/2:], verdict.Altered},
		"one byte of a PDF":         {d.made.PDF[:1], verdict.Truncated},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := evidence.Examine(tt.data, d.trust)
			if got.Integrity.Result != verdict.Fail || got.Integrity.Reason != tt.why {
				t.Errorf("got %+v, want %s", got.Integrity, tt.why)
			}
		})
	}
}

func TestAForeignSealIsNotTrusted(t *testing.T) {
	d, stranger := newFixture(t), newFixture(t)
	for name, data := range map[string][]byte{"PDF": stranger.made.PDF, "OFD": stranger.made.OFD} {
		t.Run(name, func(t *testing.T) {
			got := evidence.Examine(data, d.trust)
			if diff := cmp.Diff(verdict.IntactContent(), got.Integrity); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(verdict.UntrustedIssuer(), got.Issuer); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got := evidence.ExamineToken(stranger.made.Token, d.trust); got.Integrity.Reason != verdict.UnknownKey || got.Claim != nil {
		t.Errorf("the QR code of a stranger: %+v", got)
	}
}

func TestACodeThatLeadsElsewhereIsNoticed(t *testing.T) {
	d := newFixture(t)
	other := issuetest.Endorsement(t)
	other.ID, other.UseUntil = "01M833FGAR0000000000000002", issuetest.Day(t, "2027-05-01")
	token, err := credential.Issue(t.Context(), d.Tokens, credential.NewClaims(other, issuetest.Certificate(t)))
	if err != nil {
		t.Fatal(err)
	}
	c := d.made.Copy
	c.QR = credential.Link(issuetest.Origin, token)
	made := d.MakeFromCopy(t, d.made.Endorsement, c, token)
	for name, data := range map[string][]byte{"PDF": made.PDF, "OFD": made.OFD} {
		if got := evidence.Examine(data, d.trust); got.Integrity.Reason != verdict.Contradicts {
			t.Errorf("%s: got %+v", name, got.Integrity)
		}
	}
}

func TestMetadataThatSayOtherwiseAreNoticed(t *testing.T) {
	d := newFixture(t)
	good, err := ofd.Read(d.made.OFD)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func([]ofd.Datum) []ofd.Datum{
		"a later end": func(data []ofd.Datum) []ofd.Datum {
			for i := range data {
				if data[i].Name == "JZJYXQJZSJ" {
					data[i].Value = "20991231235959"
				}
			}
			return data
		},
		"a repeated element": func(data []ofd.Datum) []ofd.Datum { return append(data, ofd.Datum{Name: "CZZT", Value: "李四"}) },
		"no elements":        func([]ofd.Datum) []ofd.Datum { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			sealed := d.seal(t, change(append([]ofd.Datum{}, good.CustomData...)), good.Attachments[0])
			if got := evidence.Examine(sealed, d.trust); got.Integrity.Reason != verdict.Contradicts {
				t.Errorf("got %+v", got.Integrity)
			}
		})
	}
	t.Run("the same elements, to show that nothing else is wrong", func(t *testing.T) {
		sealed := d.seal(t, good.CustomData, good.Attachments[0])
		if got := evidence.Examine(sealed, d.trust); got.Integrity.Result != verdict.Pass {
			t.Errorf("got %+v", got.Integrity)
		}
	})
}

// seal makes an OFD with the issuer's own seal.
func (d fixture) seal(t testing.TB, data []ofd.Datum, attached ofd.Attachment) []byte {
	t.Helper()
	sealed, err := d.trySeal(t, data, attached)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// trySeal is seal for data that may not fit into an OFD.
func (d fixture) trySeal(t testing.TB, data []ofd.Datum, attached ofd.Attachment) ([]byte, error) {
	t.Helper()
	draft, err := ofd.NewWriter(issuetest.Fonts(t)).Write(ofd.Document{
		Format: d.made.Copy.FormatVersion(), Page: displaylist.Page{Width: 210, Height: 297, Base: &displaylist.Base{}, Seal: displaylist.Rect{X: 140, Y: 220, W: 42, H: 42}},
		Title: "证照", At: issuetest.CopyTime(), ID: hex.EncodeToString(make([]byte, 16)),
		CustomData: data, Attachment: &attached, ESL: d.Keys.ESL,
	})
	if err != nil {
		return nil, err
	}
	value, err := ses.Sign(t.Context(), d.Keys.Seal, d.Keys.ESL, draft.DataHash, draft.Property, draft.At)
	if err != nil {
		return nil, err
	}
	return draft.AddSignature(value)
}

func TestNumbersThatDoNotProveThemselves(t *testing.T) {
	d := newFixture(t)
	tests := map[string]struct {
		change func(*endorsement.Copy)
		text   string
	}{
		"a wrong check character": {
			func(c *endorsement.Copy) {
				c.Certificate.Identifier = strings.TrimSuffix(c.Certificate.Identifier, "K") + "L"
			},
			"证照标识校验不通过，校验位应为 K。",
		},
		"a number without a province": {
			func(c *endorsement.Copy) { c.Certificate.Number = "1112019202000001" }, "注册编号",
		},
		"an employer's code mistyped": {
			func(c *endorsement.Copy) { c.Certificate.Employer.USCC = "91110000MA00000153" }, "统一社会信用代码",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := d.made.Copy
			tt.change(&c)
			made := d.MakeFromCopy(t, d.made.Endorsement, c, d.made.Token)
			got := evidence.Examine(made.PDF, d.trust)
			if got.Integrity.Result != verdict.Pass || got.Numbers.Result != verdict.Fail || !strings.Contains(got.Numbers.Text.ZH, tt.text) {
				t.Errorf("got %+v and %+v", got.Integrity, got.Numbers)
			}
		})
	}
}

func TestACopyWithoutAnEmployerHasNoCodeOfOneToProve(t *testing.T) {
	d := newFixture(t)
	c := d.made.Copy
	c.Certificate.Employer = certificate.Employer{}
	c.Certificate.Details = []certificate.Detail{{Name: "职务", Value: "项目经理"}}
	made := d.MakeFromCopy(t, d.made.Endorsement, c, d.made.Token)
	for name, file := range map[string][]byte{"PDF": made.PDF, "OFD": made.OFD} {
		got := evidence.Examine(file, d.trust)
		if got.Integrity.Result != verdict.Pass || got.Numbers.Result != verdict.Pass {
			t.Errorf("%s: %+v and %+v", name, got.Integrity, got.Numbers)
		}
	}
}

func TestTokensThatProveNothing(t *testing.T) {
	d := newFixture(t)
	for text, why := range map[string]verdict.Reason{
		d.made.Token + "x":                 verdict.Unreadable,
		d.made.Token[:len(d.made.Token)/2]: verdict.Unreadable,
		flipSignature(d.made.Token):        verdict.Altered,
	} {
		got := evidence.ExamineToken(text, d.trust)
		if got.Integrity.Result != verdict.Fail || got.Integrity.Reason != why || got.Claim != nil {
			t.Errorf("%q: got %+v, want %s", text, got.Integrity, why)
		}
	}
}

// flipSignature changes one character in the middle of the signature.
func flipSignature(token string) string {
	at := len(token) - 40
	other := byte('A')
	if token[at] == other {
		other = 'B'
	}
	return token[:at] + string(other) + token[at+1:]
}

func TestLookup(t *testing.T) {
	numbers := must.Get(scheme.Load()).Numbers()
	good, bad := evidence.Lookup("京1112019202000001", numbers), evidence.Lookup("京1112019202O00001", numbers)
	if good.Numbers.Result != verdict.Pass || bad.Numbers.Result != verdict.Fail {
		t.Errorf("got %+v and %+v", good.Numbers, bad.Numbers)
	}
	if good.Integrity.Result != verdict.NotAsked || good.Claim != nil {
		t.Errorf("a number proves a document: %+v", good)
	}
}

func BenchmarkExamine(b *testing.B) {
	d := newFixture(b)
	for name, data := range map[string][]byte{"PDF": d.made.PDF, "OFD": d.made.OFD} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if got := evidence.Examine(data, d.trust); got.Integrity.Result != verdict.Pass {
					b.Fatal(got.Integrity)
				}
			}
		})
	}
}

// A zip that was cut and is no OFD by the names that are left proves nothing, and is not called false.
func TestAZipThatWasCutIsNoOFD(t *testing.T) {
	d := newFixture(t)
	for name, kind := range map[string]verdict.FileKind{"word/document.xml": verdict.NamedFile, "letter.txt": verdict.Archive} {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, part := range []string{"[Content_Types].xml", name, "more"} {
			w, err := z.Create(part)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(bytes.Repeat([]byte("x"), 1000)); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		whole := b.Bytes()
		format := map[verdict.FileKind]string{verdict.NamedFile: "Word", verdict.Archive: "ZIP"}[kind]
		got := evidence.Examine(whole[:bytes.Index(whole, []byte("PK\x01\x02"))], d.trust)
		if diff := cmp.Diff(verdict.UnrecognisedFile(kind, format), got.Integrity); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

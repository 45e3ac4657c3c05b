package verdict

import (
	"slices"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

const (
	certID  = "01F3W6V2J8Z4Q9T0B5N7M1C3XA"
	copyID  = "01F3W6V2J8Z4Q9T0B5N7M1C3XD"
	laterID = "01F3W6V2J8Z4Q9T0B5N7M1C3XE"
	company = "某某建设集团第一工程有限公司"

	pdfDigest = "1111111111111111111111111111111111111111111111111111111111111111"
	ofdDigest = "2222222222222222222222222222222222222222222222222222222222222222"
)

func day(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// at returns ten in the morning of a day in Beijing.
func at(s string) time.Time { return day(s).Start().Add(10 * time.Hour) }

// fixture is one certificate, one copy of it made on 2021-04-22 for 180 days, and the input of a
// verification.
type fixture struct {
	certificate certificate.Certificate
	endorsement endorsement.Endorsement
	embedded    endorsement.Copy
	evidence    Evidence
	records     Records
	question    Question
	now         time.Time
}

func newFixture() *fixture {
	w := &fixture{now: at("2021-06-01")}
	w.certificate = certificate.Certificate{
		ID: certID, Scheme: "constructor-1", TypeName: "一级建造师注册证书", Version: "001",
		Number: "京1112019202000001", State: certificate.Valid,
		Identifier: "1.2.156.3005.2.11100000000013338W999.11100000000013338W.2021000001.001.K",
		Holder: certificate.Holder{
			Name: "张三丰", Sex: "男", Birth: day("1980-01-01"), IDType: "111", IDNumber: "110101198001010010",
		},
		Employer: certificate.Employer{Name: company, USCC: "91110000MA00000152"},
		Issuer:   certificate.Issuer{Name: "中华人民共和国住房和城乡建设部", Code: "11100000000013338W"},
		Specialties: []certificate.Specialty{
			{Name: "建筑工程", From: day("2020-07-01"), To: day("2023-06-30")},
			{Name: "市政公用工程", From: day("2020-07-01"), To: day("2021-07-31")},
		},
	}
	w.endorsement = endorsement.Endorsement{
		ID: copyID, CertID: certID, CertVersion: "001", Scheme: "constructor-1", MadeAt: at("2021-04-22"),
		UseFrom: day("2021-04-22"), UseUntil: day("2021-10-19"), Limit: "180D",
		Purpose:   &endorsement.Purpose{Kind: "投标", Text: "某某大厦一期投标", ProjectCode: "P-2021-7"},
		Recipient: &endorsement.Recipient{Name: "乙公司（集团）", USCC: "91110000MA00000152"},
		Files:     map[string]endorsement.File{"pdf": {SHA256: pdfDigest}, "ofd": {SHA256: ofdDigest}},
	}
	w.embedded = endorsement.NewCopy(w.endorsement, w.certificate, "测试门户", true)
	w.endorsement.CopyDigest = w.embedded.Digest()
	w.certificate.Specialties = slices.Clone(w.certificate.Specialties) // the registry changes, the copy does not
	w.records = Records{
		Access: Found, Certificate: &w.certificate, Endorsement: &w.endorsement, Latest: copyID,
		Scheme: &scheme.Scheme{ID: "constructor-1", AgeLimit: 65},
	}
	w.presentFile()
	return w
}

func (w *fixture) claim() *Claim {
	return &Claim{
		Endorsement: copyID, Certificate: certID, Number: "京1112019202000001", Name: "张**",
		From: day("2021-04-22"), Until: day("2021-10-19"),
	}
}

func (w *fixture) presentFile() {
	w.evidence = Evidence{
		Kind: PDF, Integrity: IntactContent(), Issuer: TrustedIssuer("住房和城乡建设部"), Numbers: SoundNumbers(),
		Claim: w.claim(), Copy: &w.embedded, SHA256: pdfDigest,
		Signing: &Signing{At: at("2021-04-22"), Within: Span{at("2020-04-22"), at("2026-04-22")}},
	}
}

func (w *fixture) presentToken() {
	w.evidence = Evidence{
		Kind: Token, Integrity: IntactContent(), Issuer: TrustedIssuer("住房和城乡建设部"), Numbers: SoundNumbers(),
		Claim: w.claim(),
	}
}

func (w *fixture) presentNumber() {
	w.evidence = Evidence{Kind: Number, Integrity: NoDocument(), Issuer: NoIssuer(), Numbers: SoundNumbers()}
	w.records.Endorsement = nil
}

func (w *fixture) setUnreachable() { w.records = Records{Access: NotReached} }
func (w *fixture) setMissing()     { w.records = Records{Access: Missing} }

func (w *fixture) withdrawCopy(on string) {
	t := at(on)
	w.endorsement.WithdrawnAt = &t
}

func (w *fixture) judge(t testing.TB) Verdict {
	t.Helper()
	return Judge(w.evidence, w.records, w.question, w.now)
}

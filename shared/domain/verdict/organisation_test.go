package verdict

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// newOrganisationFixture is newFixture of a certificate that an organisation holds.
func newOrganisationFixture() *fixture {
	w := newFixture()
	w.certificate.Holder = certificate.Holder{Name: company, IDType: "001", IDNumber: "91110000MA00000152"}
	w.embedded = endorsement.NewCopy(w.endorsement, w.certificate, "测试门户", true)
	w.endorsement.CopyDigest, w.endorsement.Excerpt = w.embedded.Digest(), w.embedded.Excerpt()
	w.records.Scheme.AgeLimit = 0
	w.presentFile()
	w.evidence.Claim.Name = company
	return w
}

func TestAnOrganisationsCopyIsJudged(t *testing.T) {
	for _, test := range []struct {
		is     string
		change func(*fixture)
		result Result
		reason Reason
		says   string
	}{
		{"as it is registered", func(*fixture) {}, Pass, Fine, "加注件有效至2021年10月19日"},
		{"under another name", func(w *fixture) { w.certificate.Holder.Name = "北京另一建设有限公司" }, Fail, Changed, "加注后证书已变更（企业名称），须重新加注"},
		{"under another code", func(w *fixture) { w.certificate.Holder.IDNumber = "91110000MA0000023W" }, Fail, Changed, "加注后证书已变更（统一社会信用代码），须重新加注"},
	} {
		t.Run(test.is, func(t *testing.T) {
			for _, present := range []func(*fixture){(*fixture).presentFile, (*fixture).presentToken} {
				w := newOrganisationFixture()
				present(w)
				w.evidence.Claim.Name = company
				test.change(w)
				v := w.judge(t)
				assertRow(t, v, Copy, test.result, test.reason, test.says)
				if v.Subject == nil || v.Subject.Name != company {
					t.Errorf("subject %+v", v.Subject)
				}
			}
		})
	}
}

func TestOnlyACertificateWithHandwritingIsSignedByHand(t *testing.T) {
	for _, without := range [][]string{nil, {scheme.SignaturePart}} {
		w := newOrganisationFixture()
		w.records.Scheme.Face = &scheme.Face{Without: without}
		reason, says := SignByHand, Reminder().ZH
		if without != nil {
			reason, says = Omitted, "该类证照没有手写签名"
		}
		v := w.judge(t)
		assertRow(t, v, Paper, NotAsked, reason, says)
		if v.Reminder().ZH != says {
			t.Errorf("without %v the reminder is %q", without, v.Reminder().ZH)
		}
	}
}

func TestWhatHasEndedIsCalledWhatItsKindCallsIt(t *testing.T) {
	w := newOrganisationFixture()
	w.records.Scheme.Face = &scheme.Face{Rows: []scheme.Row{{Label: "资质类别及等级", Value: scheme.Specialties}}}
	w.certificate.Specialties = nil
	assertRow(t, w.judge(t), Certificate, Fail, Lapsed, "没有资质类别及等级")
	w.certificate.Specialties = []certificate.Specialty{{Name: "建筑工程施工总承包一级", From: day("2015-01-01"), To: day("2020-06-30")}}
	assertRow(t, w.judge(t), Certificate, Fail, Lapsed, "资质类别及等级均已过有效期（建筑工程施工总承包一级，至2020年6月30日）")
	w.presentNumber()
	w.certificate.Specialties[0].To = day("2029-06-30")
	if v := w.judge(t); v.Ends == nil || v.Ends.Text.ZH != "资质类别及等级有效期届满（2029年6月30日）" {
		t.Errorf("it ends by %+v", v.Ends)
	}
}

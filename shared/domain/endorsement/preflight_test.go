package endorsement_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
)

// readySituation returns a situation without blockers.
func readySituation(t testing.TB) endorsement.Situation {
	t.Helper()
	s := loadScheme(t, "constructor-1")
	c := registeredCertificate(t, "2021-04-22", "1980-01-01", "2023-06-30")
	c.AreaCode = "110000"
	c.Holder.IDType, c.Holder.IDNumber = "111", "110101198001010010"
	c.Photo, c.SignatureImage = &certificate.Image{}, &certificate.Image{}
	c.Sync.ReportedToMinistry = true
	c.Issuer = s.Issuer
	return endorsement.Situation{
		Today: day(t, "2021-04-22"), Scheme: &s, Certificate: &c,
		Identified: true, BindingNeeded: true, Bound: true, PhoneBound: true, SigningReady: true,
	}
}

// codes returns the blockers' codes.
func codes(blockers []problem.Problem) []problem.Code {
	var list []problem.Code
	for _, b := range blockers {
		list = append(list, b.Code)
	}
	return list
}

func TestPreflightFindsEachBlocker(t *testing.T) {
	for _, test := range []struct {
		is    string
		spoil func(*endorsement.Situation)
		want  problem.Code
		says  string
	}{
		{"nothing in the way", func(*endorsement.Situation) {}, "", ""},
		{"not identified", func(s *endorsement.Situation) { s.Identified = false }, problem.IdentityRequired, ""},
		{"not bound where that is needed", func(s *endorsement.Situation) { s.Bound = false }, problem.NotBound, ""},
		{"not bound where that is not needed", func(s *endorsement.Situation) { s.Bound, s.BindingNeeded = false, false }, "", ""},
		{"another area", func(s *endorsement.Situation) { s.Certificate.AreaCode = "440000" }, problem.NotInPilot, ""},
		{"before the pilot", func(s *endorsement.Situation) { s.Today = day(t, "2021-01-31") }, problem.NotInPilot, ""},
		{"no certificate", func(s *endorsement.Situation) { s.Certificate = nil }, problem.CertificateNotFound, ""},
		{"not reported", func(s *endorsement.Situation) { s.Certificate.Sync.ReportedToMinistry = false }, problem.NotReported, ""},
		{"suspended", func(s *endorsement.Situation) { s.Certificate.State = "02" }, problem.CertificateSuspended, "暂扣"},
		{"withdrawn", func(s *endorsement.Situation) { s.Certificate.State = "03" }, problem.CertificateWithdrawn, "撤销"},
		{"cancelled", func(s *endorsement.Situation) { s.Certificate.State = "04" }, problem.CertificateCancelled, "注销"},
		{"invalid", func(s *endorsement.Situation) { s.Certificate.State = "05" }, problem.CertificateInvalid, "失效"},
		{"transferring", func(s *endorsement.Situation) { s.Certificate.State = "06" }, problem.CertificateTransferring, "转出"},
		{"transferring where that keeps it in force", func(s *endorsement.Situation) {
			s.Certificate.State, s.Scheme.States = "06", []certificate.State{"01", "06"}
		}, "", ""},
		{"revoked", func(s *endorsement.Situation) { s.Certificate.State = "07" }, problem.CertificateRevoked, "吊销"},
		{"another state with a note", func(s *endorsement.Situation) {
			s.Certificate.State, s.Certificate.StateNote = "99", "核查中"
		}, problem.CertificateOther, "核查中"},
		{"a state nobody knows", func(s *endorsement.Situation) { s.Certificate.State = "" }, problem.CertificateOther, ""},
		{"every specialty over", func(s *endorsement.Situation) { s.Certificate.Specialties[0].To = day(t, "2021-04-21") }, problem.CertificateExpired, "注册专业均已过有效期：建筑工程（至2021年4月21日）。"},
		{"no specialty begun", func(s *endorsement.Situation) { s.Certificate.Specialties[0].From = day(t, "2021-04-23") }, problem.CertificateExpired, "没有在有效期内的注册专业"},
		{"65 today", func(s *endorsement.Situation) {
			s.Certificate.Holder.Birth = day(t, "1956-04-22")
		}, problem.CertificateExpired, "AGE65"},
		{"65 tomorrow", func(s *endorsement.Situation) { s.Certificate.Holder.Birth = day(t, "1956-04-23") }, "", ""},
		{"phone not bound", func(s *endorsement.Situation) { s.PhoneBound = false }, problem.PhoneUnbound, "手机号码"},
		{"no photo", func(s *endorsement.Situation) { s.Certificate.Photo = nil }, problem.PhotoMissing, "照"},
		{"no signature", func(s *endorsement.Situation) { s.Certificate.SignatureImage = nil }, problem.SignatureMissing, "签"},
		{"a wrong identity number", func(s *endorsement.Situation) { s.IDFlawed = true }, problem.IDChecksum, ""},
		{"characters without a glyph", func(s *endorsement.Situation) { s.MissingGlyphs = []rune("𤇾䶮𤇾") }, problem.GlyphMissing, "䶮(U+4DAE) 𤇾(U+241FE)。"},
		{"many copies today where there is no quota", func(s *endorsement.Situation) { s.MadeToday = 100 }, "", ""},
		{"one copy less than the quota", func(s *endorsement.Situation) { s.Scheme.DailyQuota, s.MadeToday = 2, 1 }, "", ""},
		{"the quota", func(s *endorsement.Situation) { s.Scheme.DailyQuota, s.MadeToday = 2, 2 }, problem.QuotaReached, "每日最多2次"},
		{"a suspended seal of the authority", func(s *endorsement.Situation) {
			s.SealStopped, s.SealState = "11010200000001", sealhistory.Suspended
		}, problem.SealSuspended, "住房和城乡建设部的印章或签名证书（11010200000001）已停用"},
		{"a replaced one", func(s *endorsement.Situation) {
			s.SealStopped, s.SealState = "11010200000001", sealhistory.Replaced
		}, problem.SealSuspended, "住房和城乡建设部的印章或签名证书（11010200000001）已更换"},
		{"no seal of the authority", func(s *endorsement.Situation) { s.SealMissing = true }, problem.SealMissing, "住房和城乡建设部"},
		{"the sealing service is down", func(s *endorsement.Situation) { s.SigningReady = false }, problem.SigningUnavailable, ""},
	} {
		t.Run(test.is, func(t *testing.T) {
			s := readySituation(t)
			test.spoil(&s)
			var want []problem.Code
			if test.want != "" {
				want = []problem.Code{test.want}
			}
			got := endorsement.Preflight(s)
			if diff := cmp.Diff(want, codes(got)); diff != "" {
				t.Fatal(diff)
			}
			if len(got) > 0 && !strings.Contains(got[0].Detail.ZH, test.says) {
				t.Errorf("%q does not say %q", got[0].Detail.ZH, test.says)
			}
		})
	}
}

func TestPreflightListsEveryBlockerInOrder(t *testing.T) {
	s := readySituation(t)
	s.Identified, s.Bound, s.PhoneBound, s.SigningReady, s.SealMissing = false, false, false, false, true
	s.Scheme.DailyQuota, s.MadeToday, s.MissingGlyphs = 1, 1, []rune("䶮")
	c := s.Certificate
	c.AreaCode, c.Sync.ReportedToMinistry, c.State = "440000", false, "02"
	c.Specialties[0].To, c.Holder.Birth = day(t, "2021-01-01"), day(t, "1950-01-01")
	c.Photo, c.SignatureImage, s.IDFlawed = nil, nil, true
	want := []problem.Code{
		problem.IdentityRequired, problem.NotBound, problem.NotInPilot, problem.NotReported, problem.CertificateSuspended,
		problem.CertificateExpired, problem.CertificateExpired, problem.PhoneUnbound, problem.PhotoMissing,
		problem.SignatureMissing, problem.IDChecksum, problem.GlyphMissing, problem.QuotaReached, problem.SealMissing, problem.SigningUnavailable,
	}
	got := endorsement.Preflight(s)
	if diff := cmp.Diff(want, codes(got)); diff != "" {
		t.Error(diff)
	}
	for _, p := range got {
		if p.Title == "" || p.Detail.ZH == "" || p.Detail.EN == "" || p.Remedy.ZH == "" || p.Remedy.EN == "" || p.Owner == "" {
			t.Errorf("%s does not say what happened, what to do and who does it", p.Code)
		}
	}
}

func TestWithoutACertificateTheRestIsStillChecked(t *testing.T) {
	got := codes(endorsement.Preflight(endorsement.Situation{}))
	want := []problem.Code{problem.IdentityRequired, problem.CertificateNotFound, problem.SigningUnavailable}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestPreflightAndWindowAgree: if no blocker concerns the registration there is a window, and if
// there is no window, Preflight returns a blocker for it.
func TestPreflightAndWindowAgree(t *testing.T) {
	base := readySituation(t)
	rapid.Check(t, func(t *rapid.T) {
		c := *base.Certificate
		c.Holder.Birth = base.Today.AddYears(-65).AddDays(rapid.IntRange(-5, 5).Draw(t, "age"))
		c.Specialties = []certificate.Specialty{{
			From: base.Today.AddDays(rapid.IntRange(-5, 5).Draw(t, "from")), To: base.Today.AddDays(rapid.IntRange(-5, 5).Draw(t, "to")),
		}}
		s := base
		s.Certificate = &c
		blocked := len(endorsement.Preflight(s)) > 0
		if _, err := endorsement.WindowFor(*s.Scheme, c, s.Today, endorsement.Request{}); (err != nil) != blocked {
			t.Errorf("preflight blocks: %v, window: %v", blocked, err)
		}
	})
}

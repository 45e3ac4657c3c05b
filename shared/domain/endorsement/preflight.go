package endorsement

import (
	"fmt"
	"slices"
	"unicode"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
)

// Situation is the input of Preflight.
type Situation struct {
	Today         civil.Date
	Scheme        *scheme.Scheme
	Certificate   *certificate.Certificate // nil: there is none
	Identified    bool                     // by face, for this holder, recently enough
	BindingNeeded bool                     // the portal shows only bound certificates
	Bound         bool
	PhoneBound    bool   // on the national platform
	IDFlawed      bool   // the holder's number is not a valid 公民身份号码
	MissingGlyphs []rune // of the record
	MissingWords  []rune // of the holder's own words
	MadeToday     int    // copies of this certificate made today
	SealMissing   bool   // there are no keys of the issuing authority
	SealStopped   string // number or fingerprint of the authority's seal or certificate that may not be used now; empty: all may
	SealState     sealhistory.State
	SigningReady  bool
}

// Preflight returns everything that prevents endorsing, in a fixed order, the headline first; none
// means that the certificate can be endorsed. It lists all blockers, so that a holder who lacks a
// photo and a phone number learns of both at once.
func Preflight(s Situation) []problem.Problem {
	var found []problem.Problem
	block := func(p *problem.Problem) {
		if p != nil {
			found = append(found, *p)
		}
	}
	if !s.Identified {
		block(problem.New(problem.IdentityRequired))
	}
	if s.Certificate == nil || s.Scheme == nil {
		block(problem.New(problem.CertificateNotFound))
	} else {
		for _, check := range certificateChecks() {
			block(check(s))
		}
		for _, p := range recordProblems(s) {
			block(p)
		}
		block(quotaProblem(s))
		if s.SealMissing {
			block(MissingSeal(s.Certificate.Issuer.Name))
		} else if s.SealStopped != "" {
			block(StoppedSeal(s.Certificate.Issuer.Name, s.SealStopped, s.SealState))
		}
	}
	if !s.SigningReady {
		block(problem.New(problem.SigningUnavailable))
	}
	return found
}

// certificateChecks are the checks that come after identity and before the record's contents.
func certificateChecks() []func(Situation) *problem.Problem {
	return []func(Situation) *problem.Problem{
		bindingProblem, pilotProblem, reportProblem, registrationProblem, expiryProblem, ageProblem, phoneProblem,
	}
}

func bindingProblem(s Situation) *problem.Problem {
	if s.BindingNeeded && !s.Bound {
		return problem.New(problem.NotBound)
	}
	return nil
}

func pilotProblem(s Situation) *problem.Problem {
	if s.Scheme.Pilot.Admits(s.Certificate.AreaCode, s.Today) {
		return nil
	}
	return problem.New(problem.NotInPilot).WithTitle(s.Scheme.Pilot.Notice)
}

func reportProblem(s Situation) *problem.Problem {
	if s.Certificate.Sync.ReportedToMinistry {
		return nil
	}
	return problem.New(problem.NotReported)
}

func registrationProblem(s Situation) *problem.Problem {
	if s.Scheme.IsInForce(s.Certificate.State) {
		return nil
	}
	return RegistrationProblem(*s.Certificate)
}

// RegistrationProblem returns the problem of a certificate that is not in state
// 01 (valid), or nil. The state's note is part of the detail.
func RegistrationProblem(c certificate.Certificate) *problem.Problem {
	codes := map[certificate.State]problem.Code{
		certificate.Suspended:    problem.CertificateSuspended,
		certificate.Withdrawn:    problem.CertificateWithdrawn,
		certificate.Cancelled:    problem.CertificateCancelled,
		certificate.Invalid:      problem.CertificateInvalid,
		certificate.Transferring: problem.CertificateTransferring,
		certificate.Revoked:      problem.CertificateRevoked,
	}
	if c.State == certificate.Valid {
		return nil
	}
	code, known := codes[c.State]
	if !known {
		code = problem.CertificateOther
	}
	p := problem.New(code)
	if c.StateNote != "" {
		p = p.WithDetail(p.Detail.ZH+"发证机关说明："+c.StateNote, p.Detail.EN+" The issuing authority notes: "+c.StateNote)
	}
	return p
}

// expiryProblem is the headline of the manual's FAQ: no specialty is valid today.
func expiryProblem(s Situation) *problem.Problem {
	if _, valid := registrationEnd(*s.Certificate, s.Today); valid {
		return nil
	}
	return expiredProblem(*s.Scheme, *s.Certificate, s.Today)
}

func ageProblem(s Situation) *problem.Problem {
	if isRetired(*s.Scheme, *s.Certificate, s.Today) {
		return retiredProblem(*s.Scheme, *s.Certificate)
	}
	return nil
}

func phoneProblem(s Situation) *problem.Problem {
	if s.PhoneBound {
		return nil
	}
	return problem.New(problem.PhoneUnbound)
}

// recordProblems returns what the record lacks for drawing the certificate.
func recordProblems(s Situation) []*problem.Problem {
	var found []*problem.Problem
	personal := !s.Certificate.Holder.IsOrganisation()
	if personal && s.Scheme.Face.HasPhoto() && s.Certificate.Photo == nil {
		found = append(found, problem.New(problem.PhotoMissing))
	}
	if personal && s.Scheme.Face.HasSignature() && s.Certificate.SignatureImage == nil {
		found = append(found, problem.New(problem.SignatureMissing))
	}
	if s.IDFlawed {
		found = append(found, problem.New(problem.IDChecksum))
	}
	if len(s.MissingGlyphs) > 0 {
		found = append(found, GlyphProblem(s.MissingGlyphs))
	}
	if len(s.MissingWords) > 0 {
		found = append(found, GlyphProblem(s.MissingWords).WithRemedy(problem.Holder,
			"请从您填写的用途或接收单位中去掉这些字符，再加注。",
			"Leave these characters out of your own text, the purpose or the recipient, and endorse again."))
	}
	return found
}

// GlyphProblem names the characters that no embedded font can draw, and what the platform has to
// do: a font with extensions B to F can be built in, and a Latin letter is written without its mark as
// in the machine-readable zone of a passport (ICAO 9303-3, 6); for others no font is known.
func GlyphProblem(missing []rune) *problem.Problem {
	missing = slices.Compact(slices.Sorted(slices.Values(missing)))
	names, rare, latin := "", true, true
	for i, r := range missing {
		if i > 0 {
			names += " "
		}
		names += describeRune(r)
		rare = rare && r >= 0x20000 && r <= 0x2EBE0
		latin = latin && unicode.Is(unicode.Latin, r)
	}
	p := problem.New(problem.GlyphMissing).WithDetail(
		"字库未收录以下字："+names+"。为避免显示成空白或问号，未生成证照。",
		"The fonts do not cover these characters: "+names+". The certificate was not made, rather than show a blank or a question mark.")
	switch {
	case latin:
		p = p.WithRemedy(problem.Employer,
			"请由聘用企业申请，按护照机读区的拼写更正姓名（如 Ŧ 写作 T、Ĭ 写作 I），再加注。",
			"Have your employer correct the name to the spelling of the passport's machine-readable zone (T for Ŧ, I for Ĭ), then endorse again.")
	case rare:
		p = p.WithRemedy(problem.Platform,
			"请联系平台安装生僻字字库（GB 18030-2022 实现级别 3，make fonts-rare），之后再加注。",
			"Ask the platform to build with its font for rare characters (GB 18030-2022, level 3: make fonts-rare), then endorse again.")
	}
	return p
}

// MissingSeal is the problem that there are no signing keys and no seal of an issuing authority,
// which it names.
func MissingSeal(authority string) *problem.Problem {
	return problem.New(problem.SealMissing).WithDetail(
		"平台尚未配置"+authority+"的签名密钥和电子印章，未生成证照。",
		"The platform has neither signing keys nor a seal of "+authority+". No certificate was made.")
}

// StoppedSeal is the problem that an issuing authority's seal or signing certificate may not be used
// now. It names both, and what has become of it.
func StoppedSeal(authority, id string, state sealhistory.State) *problem.Problem {
	p := problem.New(problem.SealSuspended)
	switch state {
	case sealhistory.Revoked:
		return p.WithDetail(authority+"的印章或签名证书（"+id+"）已注销，未生成证照。",
			"The seal or signing certificate "+id+" of "+authority+" was revoked. No certificate was made.").
			WithRemedy(problem.Platform, "请由平台配置"+authority+"的新印章和签名证书后，再加注。",
				"The platform has to set up a new seal and certificate of "+authority+". Endorse again afterwards.")
	case sealhistory.Replaced:
		return p.WithDetail(authority+"的印章或签名证书（"+id+"）已更换，未生成证照。",
			"The seal or signing certificate "+id+" of "+authority+" was replaced. No certificate was made.").
			WithRemedy(problem.Platform, "请由平台换用"+authority+"的新印章和签名证书后，再加注。",
				"The platform has to use the new seal and certificate of "+authority+". Endorse again afterwards.")
	}
	return p.WithDetail(authority+"的印章或签名证书（"+id+"）已停用，未生成证照。",
		"The seal or signing certificate "+id+" of "+authority+" is suspended. No certificate was made.").
		WithRemedy(problem.Platform, "须由"+authority+"恢复使用，或由平台换用其新印章；请待恢复后再加注。",
			"It takes "+authority+" to end the suspension, or the platform to use its new seal. Endorse again afterwards.")
}

// describeRune returns a character with its code, or only the code of an invisible one.
func describeRune(r rune) string {
	if !certificate.IsDrawable(r) {
		return fmt.Sprintf("U+%04X", r)
	}
	return fmt.Sprintf("%c(U+%04X)", r, r)
}

func quotaProblem(s Situation) *problem.Problem {
	quota := s.Scheme.DailyQuota
	if quota == 0 || s.MadeToday < quota {
		return nil
	}
	return problem.New(problem.QuotaReached).WithDetail(
		fmt.Sprintf("今日已加注%d次，每日最多%d次。", s.MadeToday, quota),
		fmt.Sprintf("Endorsed %d times today; the limit is %d a day.", s.MadeToday, quota))
}

package evidence_test

import (
	"slices"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/testtrust"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// signAgain returns the fixture's copy, with its genuine JSON and code, signed and
// sealed with other keys.
func (d fixture) signAgain(t *testing.T, k issue.Keys, at time.Time) issue.Documents {
	t.Helper()
	return d.WithKeys(t, k).MakeFromCopyAt(t, d.made.Endorsement, d.made.Copy, d.made.Token, at).Documents
}

// judgeOnline judges a file with a registry that holds the copy and accepts any file
// as the registered one, so that only the signer can make it fail.
func (d fixture) judgeOnline(t *testing.T, e verdict.Evidence, now time.Time) verdict.Verdict {
	t.Helper()
	record := d.made.Endorsement
	record.Files = map[string]endorsement.File{string(e.Kind): {SHA256: e.SHA256}}
	holder := issuetest.Certificate(t)
	kind, _ := d.Schemes.ByID(holder.Scheme)
	return verdict.Judge(e, verdict.Records{
		Access: verdict.Found, Certificate: &holder, Endorsement: &record, Latest: record.ID, Scheme: &kind,
	}, verdict.Question{}, now)
}

func judgeOffline(e verdict.Evidence, now time.Time) verdict.Verdict {
	return verdict.Judge(e, verdict.Records{Access: verdict.NotReached}, verdict.Question{}, now)
}

// sealBy returns a seal for a signer, made by any maker.
func (d fixture) sealBy(t *testing.T, maker, signer testca.Issued) []byte {
	t.Helper()
	esl, err := ses.NewSeal(t.Context(), maker.Signer, d.CA.Design(signer, issuetest.SealImage(t)))
	if err != nil {
		t.Fatal(err)
	}
	return esl
}

func issueCertificate(t *testing.T, ca *testca.Authority, by string, purpose testca.Purpose, from, until time.Time) testca.Issued {
	t.Helper()
	// The name is that of the genuine signer, because authorities issue certificates for
	// names and do not decide whom to trust.
	leaf, err := ca.Issue(by, "住房和城乡建设部（测试）证照签名", purpose, from, until)
	if err != nil {
		t.Fatal(err)
	}
	return leaf
}

// An attacker with any certificate of the authority and the genuine JSON from
// someone's file cannot make a valid file: neither with a certificate for another
// purpose nor with one for documents, as signer or as the maker of a seal.
func TestASubscriberOfTheSameAuthorityMakesNothingValid(t *testing.T) {
	d := newFixture(t)
	from, until := d.CA.Period()
	now := issuetest.CopyTime().Add(time.Hour)
	forgeries := 0
	check := func(t *testing.T, name string, data []byte, now time.Time) {
		t.Helper()
		forgeries++
		e := evidence.Examine(data, d.trust)
		if e.Integrity.Result == verdict.Pass && e.Issuer.Reason != verdict.Untrusted {
			t.Errorf("%s: issuer: %+v", name, e.Issuer)
		}
		if v := d.judgeOnline(t, e, now); v.Overall == verdict.Valid {
			t.Errorf("%s: valid online", name)
		}
		if v := judgeOffline(e, now); v.Overall == verdict.Valid || v.Result(verdict.Issuer) == verdict.Pass {
			t.Errorf("%s: offline: %s, issuer %s", name, v.Overall, v.Result(verdict.Issuer))
		}
	}
	for _, purpose := range testca.Purposes() {
		t.Run(string(purpose), func(t *testing.T) {
			pdf := issueCertificate(t, d.CA, testca.General, purpose, from, until)
			seal := issueCertificate(t, d.CA, testca.Seals, purpose, from, until)
			made := d.signAgain(t, issue.Keys{PDF: pdf.Signer, Seal: seal.Signer, ESL: d.sealBy(t, seal, seal)}, issuetest.CopyTime())
			check(t, "PDF", made.PDF, now)
			check(t, "OFD", made.OFD, now)
		})
	}
	t.Run("with a certificate that has ended, stating an earlier time", func(t *testing.T) {
		pdf := issueCertificate(t, d.CA, testca.General, testca.Documents, from, issuetest.CopyTime().AddDate(0, 0, 1))
		seal := issueCertificate(t, d.CA, testca.Seals, testca.Documents, from, issuetest.CopyTime().AddDate(0, 0, 1))
		made := d.signAgain(t, issue.Keys{PDF: pdf.Signer, Seal: seal.Signer, ESL: d.sealBy(t, seal, seal)}, issuetest.CopyTime())
		check(t, "PDF", made.PDF, now.AddDate(0, 1, 0))
		check(t, "OFD", made.OFD, now.AddDate(0, 1, 0))
	})
	t.Run("with the genuine maker's seal taken for the maker's own", func(t *testing.T) {
		seal := issueCertificate(t, d.CA, testca.Seals, testca.Documents, from, until)
		// the genuine signer as maker, and the genuine maker as signer
		for name, esl := range map[string][]byte{"signer as maker": d.sealBy(t, d.CA.Seal, seal), "own maker": d.sealBy(t, seal, seal)} {
			made := d.signAgain(t, issue.Keys{PDF: d.CA.PDF.Signer, Seal: seal.Signer, ESL: esl}, issuetest.CopyTime())
			check(t, name, made.OFD, now)
		}
		made := d.signAgain(t, issue.Keys{PDF: d.CA.PDF.Signer, Seal: d.CA.Maker.Signer, ESL: d.sealBy(t, d.CA.Maker, d.CA.Maker)}, issuetest.CopyTime())
		check(t, "maker as signer", made.OFD, now)
	})
	t.Run("with the genuine signer and a seal of another maker", func(t *testing.T) {
		other := issueCertificate(t, d.CA, testca.Seals, testca.Documents, from, until)
		made := d.signAgain(t, issue.Keys{PDF: d.CA.PDF.Signer, Seal: d.CA.Seal.Signer, ESL: d.sealBy(t, other, d.CA.Seal)}, issuetest.CopyTime())
		check(t, "OFD", made.OFD, now)
	})
	if forgeries < 19 {
		t.Errorf("only %d forgeries were tried", forgeries)
	}
	t.Run("the genuine files, to show that nothing else is wrong", func(t *testing.T) {
		made := d.signAgain(t, d.Keys, issuetest.CopyTime())
		for kind, data := range map[string][]byte{"PDF": made.PDF, "OFD": made.OFD} {
			if v := d.judgeOnline(t, evidence.Examine(data, d.trust), now); v.Overall != verdict.Valid {
				t.Errorf("%s: %+v", kind, v.Findings)
			}
		}
	})
}

// changeSigners returns the fixture's trust after a change of its signers.
func (d fixture) changeSigners(t *testing.T, change func(signers []evidence.Signer)) evidence.Trust {
	t.Helper()
	b := d.Bundle
	b.Signers = slices.Clone(b.Signers)
	change(b.Signers)
	trust, err := b.Trust()
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

func TestASignerIsBelievedForItsIssuersAndInItsDays(t *testing.T) {
	d := newFixture(t)
	day := civil.Of(issuetest.CopyTime())
	const beijing = "11110000000021135M"
	of := func(use evidence.Use, change func(*evidence.Signer)) func([]evidence.Signer) {
		return func(all []evidence.Signer) {
			for i := range all {
				if all[i].Use == use {
					change(&all[i])
				}
			}
		}
	}
	both := func(change func(*evidence.Signer)) func([]evidence.Signer) {
		return func(all []evidence.Signer) {
			of(evidence.SignsPDF, change)(all)
			of(evidence.SignsOFD, change)(all)
		}
	}
	for name, tt := range map[string]struct {
		change   func([]evidence.Signer)
		pdf, ofd verdict.Reason
	}{
		"as they are":              {both(func(*evidence.Signer) {}), verdict.Fine, verdict.Fine},
		"for another authority":    {both(func(s *evidence.Signer) { s.Issuers = []string{beijing} }), verdict.WrongIssuer, verdict.WrongIssuer},
		"a maker for another":      {of(evidence.MakesSeals, func(s *evidence.Signer) { s.Issuers = []string{beijing} }), verdict.Fine, verdict.WrongIssuer},
		"a maker for all":          {of(evidence.MakesSeals, func(s *evidence.Signer) { s.Issuers = nil }), verdict.Fine, verdict.Fine},
		"on that day alone":        {both(func(s *evidence.Signer) { s.From, s.Until = day, day }), verdict.Fine, verdict.Fine},
		"until the day before":     {both(func(s *evidence.Signer) { s.Until = day.AddDays(-1) }), verdict.OutsideDays, verdict.OutsideDays},
		"from the day after":       {both(func(s *evidence.Signer) { s.From = day.AddDays(1) }), verdict.OutsideDays, verdict.OutsideDays},
		"a maker named too late":   {of(evidence.MakesSeals, func(s *evidence.Signer) { s.From = s.From.AddDays(2) }), verdict.Fine, verdict.OutsideDays},
		"a maker that ended since": {of(evidence.MakesSeals, func(s *evidence.Signer) { s.Until = s.From.AddDays(2) }), verdict.Fine, verdict.Fine},
		"the signers exchanged": {func(all []evidence.Signer) {
			all[1].Use, all[2].Use, all[2].Issuers = all[2].Use, all[1].Use, all[1].Issuers
		}, verdict.Fine, verdict.Untrusted},
		"another signer in its way": {of(evidence.SignsPDF, func(s *evidence.Signer) { *s = d.otherSigner(t, evidence.SignsPDF) }), verdict.Untrusted, verdict.Fine},
	} {
		t.Run(name, func(t *testing.T) {
			trust := d.changeSigners(t, tt.change)
			for kind, file := range map[string]struct {
				data []byte
				want verdict.Reason
			}{"PDF": {d.made.PDF, tt.pdf}, "OFD": {d.made.OFD, tt.ofd}} {
				e := evidence.Examine(file.data, trust)
				if e.Integrity.Result != verdict.Pass || e.Issuer.Reason != file.want || (e.Issuer.Result == verdict.Pass) != (file.want == verdict.Fine) {
					t.Errorf("%s: %+v, want %s", kind, e.Issuer, file.want)
				}
				v := d.judgeOnline(t, e, issuetest.CopyTime().Add(time.Hour))
				if (v.Overall == verdict.Valid) != (file.want == verdict.Fine) {
					t.Errorf("%s: %s", kind, v.Overall)
				}
			}
		})
	}
}

// A copy is believed from its own issuing authority and from no other one.
func TestACopyIsSealedByItsOwnIssuingAuthority(t *testing.T) {
	d := newFixture(t)
	const beijing = "11110000000021135M"
	identifier, err := certificate.NewIdentifier("11100000000013338W001", beijing, "2021000001", "001")
	if err != nil {
		t.Fatal(err)
	}
	c := issuetest.Certificate(t)
	c.Scheme, c.TypeCode, c.TypeName, c.Title = "constructor-2-beijing", "11100000000013338W001", "二级建造师注册证书", "中华人民共和国二级建造师注册证书"
	c.Identifier, c.Number = identifier, "京2112019202000001"
	c.Issuer = certificate.Issuer{Name: "北京市住房和城乡建设委员会", Code: beijing}
	ministry, city := d.Authorities[testca.Ministry], d.Authorities[beijing]
	for name, tt := range map[string]struct {
		keys     issue.Keys
		pdf, ofd verdict.Reason
	}{
		"its own":                   {city, verdict.Fine, verdict.Fine},
		"the ministry":              {ministry, verdict.WrongIssuer, verdict.WrongIssuer},
		"its own, and another seal": {issue.Keys{PDF: city.PDF, Seal: ministry.Seal, ESL: ministry.ESL}, verdict.Fine, verdict.WrongIssuer},
		"another, and its own seal": {issue.Keys{PDF: ministry.PDF, Seal: city.Seal, ESL: city.ESL}, verdict.WrongIssuer, verdict.Fine},
	} {
		made := d.WithKeys(t, tt.keys).Make(t, issuetest.Endorsement(t), c)
		for kind, file := range map[string]struct {
			data []byte
			want verdict.Reason
		}{"PDF": {made.PDF, tt.pdf}, "OFD": {made.OFD, tt.ofd}} {
			e := evidence.Examine(file.data, d.trust)
			if e.Integrity.Result != verdict.Pass || e.Issuer.Reason != file.want || (e.Issuer.Result == verdict.Pass) != (file.want == verdict.Fine) {
				t.Errorf("%s, %s: %+v, issuer %+v", name, kind, e.Integrity, e.Issuer)
			}
			if file.want != verdict.Fine && d.judgeOnline(t, e, issuetest.CopyTime().Add(time.Hour)).Overall == verdict.Valid {
				t.Errorf("%s, %s: valid", name, kind)
			}
		}
	}
}

// otherSigner returns another signer of the same authority, with a certificate for
// documents.
func (d fixture) otherSigner(t *testing.T, use evidence.Use) evidence.Signer {
	t.Helper()
	from, until := d.CA.Period()
	return testtrust.Signer(d.CA, use, issueCertificate(t, d.CA, testca.General, testca.Documents, from, until), testca.Ministry)
}

// A stolen key can sign anything and state any time. The registry knows which files
// were issued.
func TestAStolenSigningKeyMakesNothingValidThatWasNotRegistered(t *testing.T) {
	d := newFixture(t)
	c := d.made.Copy
	c.Certificate.Employer.Name = "另一家公司"
	made := d.MakeFromCopy(t, d.made.Endorsement, c, d.made.Token)
	again := d.signAgain(t, d.Keys, issuetest.CopyTime())
	holder := issuetest.Certificate(t)
	kind, _ := d.Schemes.ByID(holder.Scheme)
	judge := func(data []byte, record endorsement.Endorsement) verdict.Verdict {
		return verdict.Judge(evidence.Examine(data, d.trust), verdict.Records{
			Access: verdict.Found, Certificate: &holder, Endorsement: &record, Latest: record.ID, Scheme: &kind,
		}, verdict.Question{}, issuetest.CopyTime().Add(time.Hour))
	}
	reason := func(v verdict.Verdict) verdict.Reason {
		i := slices.IndexFunc(v.Findings, func(f verdict.Finding) bool { return f.Check == verdict.Copy })
		return v.Findings[i].Reason
	}
	for name, tt := range map[string]struct {
		data   []byte
		record endorsement.Endorsement
		want   verdict.Overall
		why    verdict.Reason
	}{
		"the PDF":                     {d.made.PDF, d.made.Endorsement, verdict.Valid, verdict.Fine},
		"the OFD":                     {d.made.OFD, d.made.Endorsement, verdict.Valid, verdict.Fine},
		"another content, PDF":        {made.PDF, d.made.Endorsement, verdict.Invalid, verdict.Mismatch},
		"another content, OFD":        {made.OFD, d.made.Endorsement, verdict.Invalid, verdict.Mismatch},
		"the same content anew, PDF":  {again.PDF, d.made.Endorsement, verdict.Invalid, verdict.FileNotRegistered},
		"the same content anew, OFD":  {again.OFD, d.made.Endorsement, verdict.Invalid, verdict.FileNotRegistered},
		"no digest was recorded, PDF": {d.made.PDF, removeFile(d.made.Endorsement, "pdf"), verdict.Unknown, verdict.FileUnrecorded},
		"no digest was recorded, OFD": {d.made.OFD, removeFile(d.made.Endorsement, "ofd"), verdict.Unknown, verdict.FileUnrecorded},
		"the PDF's digest is not for the OFD's": {d.made.OFD, func() endorsement.Endorsement {
			e := removeFile(d.made.Endorsement, "ofd")
			e.Files["ofd"] = e.Files["pdf"]
			return e
		}(), verdict.Invalid, verdict.FileNotRegistered},
	} {
		t.Run(name, func(t *testing.T) {
			v := judge(tt.data, tt.record)
			if v.Overall != tt.want || reason(v) != tt.why || v.Result(verdict.Issuer) != verdict.Pass {
				t.Errorf("%s, %s, %+v", v.Overall, reason(v), v.Findings)
			}
		})
	}
}

// removeFile returns a record without the file of a kind.
func removeFile(e endorsement.Endorsement, kind string) endorsement.Endorsement {
	files := map[string]endorsement.File{}
	for name, f := range e.Files {
		if name != kind {
			files[name] = f
		}
	}
	e.Files = files
	return e
}

// A key whose certificate has expired can state any time. Offline, its file counts as
// genuine only while the signer may sign; online, the registry's time decides.
func TestTheTimeOfSigningIsNotTheSignersWord(t *testing.T) {
	d := newFixture(t)
	ended := d.changeSigners(t, func(all []evidence.Signer) {
		for i := range all[:2] {
			all[i].Until = civil.Of(issuetest.CopyTime())
		}
	})
	stamped := issuetest.NewWithAuthority(t, d.CA, testTimestamper{timestamper: testca.NewTimestamper(d.CA.Time.Signer, issuetest.CopyTime)})
	proven := stamped.Make(t, issuetest.Endorsement(t), issuetest.Certificate(t))
	stampedTrust := parseTrust(t, stamped)
	late := d.signAgain(t, d.Keys, issuetest.CopyTime().Add(11*time.Minute))
	soon, later := issuetest.CopyTime().Add(time.Hour), issuetest.CopyTime().AddDate(0, 1, 0)
	for name, tt := range map[string]struct {
		pdf, ofd        []byte
		trust           evidence.Trust
		now             time.Time
		offline, online verdict.Reason
	}{
		"while the signer may sign":           {d.made.PDF, d.made.OFD, d.trust, later, verdict.Fine, verdict.Fine},
		"on the signer's last day":            {d.made.PDF, d.made.OFD, ended, soon, verdict.Fine, verdict.Fine},
		"after the signer's last day":         {d.made.PDF, d.made.OFD, ended, later, verdict.TimeUnproven, verdict.Fine},
		"after its certificate has ended":     {d.made.PDF, d.made.OFD, d.trust, later.AddDate(10, 0, 0), verdict.TimeUnproven, verdict.Fine},
		"with a time stamp, long after":       {proven.PDF, proven.OFD, stampedTrust, later.AddDate(10, 0, 0), verdict.Fine, verdict.Fine},
		"eleven minutes after it was entered": {late.PDF, late.OFD, d.trust, later, verdict.Fine, verdict.TimeDiffers},
	} {
		t.Run(name, func(t *testing.T) {
			for kind, data := range map[string][]byte{"PDF": tt.pdf, "OFD": tt.ofd} {
				e := evidence.Examine(data, tt.trust)
				if got := judgeOffline(e, tt.now); got.Findings[1].Reason != tt.offline {
					t.Errorf("%s offline: %+v, want %s", kind, got.Findings[1], tt.offline)
				}
				if got := d.judgeOnline(t, e, tt.now); got.Findings[1].Reason != tt.online {
					t.Errorf("%s online: %+v, want %s", kind, got.Findings[1], tt.online)
				}
			}
		})
	}
}

// A key is accepted only for what it signed in its days.
func TestATokenOfAKeyThatHadEndedIsRefused(t *testing.T) {
	d := newFixture(t)
	for name, tt := range map[string]struct {
		from, until time.Duration
		want        verdict.Reason
	}{
		"in its days": {-time.Hour, time.Hour, verdict.Fine},
		"before them": {time.Hour, 2 * time.Hour, verdict.OutsideDays},
		"after them":  {-2 * time.Hour, -time.Hour, verdict.OutsideDays},
	} {
		t.Run(name, func(t *testing.T) {
			b := d.Bundle
			b.TokenKeys.Keys = slices.Clone(b.TokenKeys.Keys)
			b.TokenKeys.Keys[0].From, b.TokenKeys.Keys[0].Until = issuetest.CopyTime().Add(tt.from), issuetest.CopyTime().Add(tt.until)
			trust, err := b.Trust()
			if err != nil {
				t.Fatal(err)
			}
			got := evidence.ExamineToken(d.made.Token, trust)
			if got.Integrity.Reason != tt.want || (got.Claim == nil) != (tt.want != verdict.Fine) {
				t.Errorf("%+v", got.Integrity)
			}
			// an invalid printed code does not count as the copy's code
			if file := evidence.Examine(d.made.PDF, trust); (file.Integrity.Result == verdict.Pass) != (tt.want == verdict.Fine) {
				t.Errorf("the file around it: %+v", file.Integrity)
			}
		})
	}
}

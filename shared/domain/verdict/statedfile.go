package verdict

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// StatedFile is what a verifier's own machine found in a PDF or OFD of this service: as much as the
// register needs to judge the rows that only the register can. The file is not here, so nothing of it
// is proven; whoever states something false gets a false answer to their own question.
type StatedFile struct {
	Kind       Kind           `json:"given"`      // PDF or OFD
	SHA256     string         `json:"sha256"`     // of the file, in hex
	CopyDigest string         `json:"copyDigest"` // of the copy in it, in hex
	Copy       StatedCopy     `json:"copy"`
	Signing    *StatedSigning `json:"signing,omitempty"` // nil if the signer is not trusted
}

// StatedCopy identifies the copy: a Claim as it is sent.
type StatedCopy struct {
	Endorsement string     `json:"endorsement"`
	Certificate string     `json:"certificate"`
	Number      string     `json:"number"`
	Name        string     `json:"name"` // masked
	From        civil.Date `json:"useFrom"`
	Until       civil.Date `json:"useUntil"`
}

// StatedSigning is a Signing as it is sent.
type StatedSigning struct {
	At     time.Time `json:"at"`
	Proven bool      `json:"proven"`
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`
}

// StateFile returns what to state of a file, and whether there is anything: only a file whose
// signature matches names a copy.
func StateFile(e Evidence) (StatedFile, bool) {
	if e.Integrity.Result != Pass || e.Copy == nil || e.Claim == nil {
		return StatedFile{}, false
	}
	c := e.Claim
	s := StatedFile{
		Kind: e.Kind, SHA256: e.SHA256, CopyDigest: e.Copy.Digest(),
		Copy: StatedCopy{c.Endorsement, c.Certificate, c.Number, c.Name, c.From, c.Until},
	}
	if at := e.Signing; at != nil && e.Issuer.Result == Pass {
		s.Signing = &StatedSigning{at.At, at.Proven, at.Within.From, at.Within.Until}
	}
	return s, true
}

// Evidence returns the evidence that the register is compared with. Its rows Integrity and Numbers
// are for the machine that has the file, and so is Issuer but for the time of signing.
func (s StatedFile) Evidence() Evidence {
	c := s.Copy
	e := Evidence{
		Kind: s.Kind, Integrity: IntactContent(), Issuer: UntrustedIssuer(), Numbers: SoundNumbers(),
		Claim:  &Claim{Endorsement: c.Endorsement, Certificate: c.Certificate, Number: c.Number, Name: c.Name, From: c.From, Until: c.Until},
		SHA256: s.SHA256, CopyDigest: s.CopyDigest,
	}
	if at := s.Signing; at != nil {
		e.Issuer, e.Signing = TrustedKey(), &Signing{At: at.At, Proven: at.Proven, Within: Span{at.From, at.Until}}
	}
	return e
}

// IsCopyOf reports whether the copy stated is the registered one, in everything that identifies it, its
// digest too. Of an endorsement of an earlier version, which has no excerpt, the number and the name are
// not compared.
func (s StatedFile) IsCopyOf(e endorsement.Endorsement) bool {
	c, then := s.Copy, e.Excerpt
	if c.Endorsement != e.ID || c.Certificate != e.CertID || c.From != e.UseFrom || c.Until != e.UseUntil {
		return false
	}
	if e.CopyDigest != "" && s.CopyDigest != e.CopyDigest {
		return false
	}
	return then == nil || c.Number == then.Number && certificate.IsSameName(c.Name, then.MaskName())
}

// RegisterFindings returns the rows of a file that are the register's to judge. Issuer is one of them,
// because the register knows when the copy was made.
func (v Verdict) RegisterFindings() (rows []Finding) {
	for _, f := range v.Findings {
		if f.Check != Integrity && f.Check != Numbers && f.Check != Paper {
			rows = append(rows, f)
		}
	}
	return rows
}

package verdict

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
)

// Judge compares the evidence with the records and answers the question.
//
// The day asked about affects only the calendar: an expiry is judged on the day relied on, but a
// withdrawal, a newer copy that supersedes this one, or a change in the registry counts as soon as
// it is known, whatever day is asked about. For a day in the future only Reliance is judged on that
// day; every other row is judged on today.
func Judge(e Evidence, r Records, q Question, now time.Time) Verdict {
	m := newEvaluation(e, r, q, now, nil)
	if e.Integrity.Result == Fail || e.Integrity.Result == Unsure {
		return m.integrityVerdict()
	}
	if e.Kind == Receipt {
		return m.receiptVerdict()
	}
	return m.fullVerdict()
}

// evaluation is the state of one call of Judge.
type evaluation struct {
	evidence Evidence
	records  Records
	seals    sealhistory.Register
	question Question
	now      time.Time         // in Asia/Shanghai
	today    civil.Date        // of now
	asOf     civil.Date        // the day asked about, or today
	day      civil.Date        // the earlier of both: the day for all rows except Reliance
	stated   *ReceiptStatement // set when a receipt's claim is compared with the records
}

func newEvaluation(e Evidence, r Records, q Question, now time.Time, stated *ReceiptStatement) evaluation {
	m := evaluation{
		evidence: e, records: r.believeListing(now).withholdFormer(), seals: r.Seals, question: q, now: now.In(civil.Zone()), today: civil.Of(now), stated: stated,
	}
	m.records = m.withhold()
	m.asOf = q.AsOf
	if m.asOf.IsZero() {
		m.asOf = m.today
	}
	m.day = m.asOf
	if m.today.Before(m.day) {
		m.day = m.today
	}
	return m
}

// integrityVerdict is the verdict if the signature was not found to match. It has only this row, because
// anybody may have written the rest of the document, and one that says that the paper was not compared
// with it, if that was asked.
func (m evaluation) integrityVerdict() Verdict {
	overall := Invalid
	if m.evidence.Integrity.Result == Unsure {
		overall = Unknown
	}
	v := Verdict{
		Overall: overall, Code: CodeNotFound, AsOf: m.asOf, CheckedAt: m.now,
		Findings: []Finding{m.evidence.Integrity},
	}
	if !m.evidence.Printed.IsZero() {
		v.Findings = append(v.Findings, newVariant(PrintedWords, Unsure, Omitted, "printed no copy", nil))
	}
	return v
}

func (m evaluation) fullVerdict() Verdict {
	v := Verdict{
		AsOf: m.asOf, CheckedAt: m.now,
		Findings: []Finding{
			m.evidence.Integrity, m.issuer(), m.numbers(),
			m.certificate(), m.copy(), m.specialty(), m.purpose(), m.reliance(),
			m.freshness(),
		},
		Subject: m.subject(),
		Newer:   m.hasNewerCopy(),
		Ends:    m.ending(),
		Unread:  m.evidence.Unread,
	}
	if f, ok := m.seal(); ok {
		v.Findings = append(v.Findings, f)
	}
	if m.records.Access == listed {
		v.ListedAt = m.records.Listing.At
	}
	if !m.evidence.Printed.IsZero() {
		v.Findings = append(v.Findings, m.printedFinding())
	}
	v.Findings = append(v.Findings, m.paper())
	v.Overall = overall(v)
	v.Code = code(v)
	return v
}

// numbers is the evidence's row, unless the register has the certificate under exactly the number that no
// kind of certificate reads.
func (m evaluation) numbers() Finding {
	c, claim := m.records.Certificate, m.evidence.Claim
	if m.evidence.Unread && m.records.Access == Found && c != nil && claim != nil && c.Number == claim.Number {
		return RegisteredNumber()
	}
	return m.evidence.Numbers
}

// paper is what a reader of a printed copy has to look at: the handwriting, unless the kind of certificate has none.
func (m evaluation) paper() Finding {
	if s := m.records.Scheme; s != nil && s.Face != nil && !s.Face.HasSignature() {
		return newFinding(Paper, NotAsked, Omitted, nil)
	}
	return newFinding(Paper, NotAsked, SignByHand, nil)
}

// overall returns the overall answer: invalid if a decisive row fails; valid if the first five rows
// pass with current records, or a status list that is believed, and everything that was asked passes; otherwise unknown. An untrusted
// seal or a wrong check character alone makes a document neither invalid nor valid.
func overall(v Verdict) Overall {
	for _, c := range []Check{Integrity, Certificate, Copy, Specialty, Purpose, Reliance, SealState, PrintedWords} {
		if v.Result(c) == Fail {
			return Invalid
		}
	}
	for _, c := range []Check{Integrity, Issuer, Numbers, Certificate, Copy, Freshness} {
		if v.Result(c) != Pass {
			return Unknown
		}
	}
	for _, c := range []Check{Specialty, Purpose, Reliance, PrintedWords} {
		if v.Result(c) == Unsure {
			return Unknown
		}
	}
	return Valid
}

// code is the share service's code for the first failure, the certificate's state before the
// copy's.
func code(v Verdict) Code {
	for _, f := range v.Findings {
		if f.Result == Pass || f.Result == NotAsked || f.Check != Certificate && f.Check != Copy {
			continue
		}
		switch f.Reason {
		case NoRecord, RecordEnded, Mismatch, FileNotRegistered:
			return CodeNotFound
		case Cancelled:
			return CodeCancelled
		case Lapsed, Expired:
			return CodeExpired
		case Restricted, Withdrawn, Superseded, Changed, NotYet, HolderChanged, Listed:
			return CodeRestricted
		}
	}
	return CodeNone
}

// hasNewerCopy compares ids. They are ULIDs, which sort by time.
func (m evaluation) hasNewerCopy() bool {
	claim := m.evidence.Claim
	return claim != nil && m.records.Endorsement != nil && m.records.Latest > claim.Endorsement
}

func (m evaluation) freshness() Finding {
	switch {
	case m.records.Access == listed:
		return newFinding(Freshness, Pass, Listed, m.listingValues())
	case m.records.Access == NotReached && m.records.Listing != nil:
		return newFinding(Freshness, Unsure, ListStale, m.listingValues())
	case m.records.Access == NotReached:
		return newFinding(Freshness, Unsure, Offline, nil)
	}
	return newFinding(Freshness, Pass, Live, textValues{"time": sameValue(m.now.Format("2006-01-02 15:04"))})
}

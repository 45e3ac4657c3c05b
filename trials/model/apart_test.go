package model

import (
	"fmt"
	"net/http"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/client"
)

// grantedConsent is a consent that a holder gave to a copy.
type grantedConsent struct {
	link        string
	endedBefore int // how many certificates had ended then
	copy        *Copy
}

// reportOtherHolder reports the other person under the number, mostly in an order that is taken. The new holder logs in.
func (m *machine) reportOtherHolder(t *rapid.T) {
	if rapid.IntRange(0, 2).Draw(t, "not now") > 0 {
		return
	}
	says, operation := m.model.Says, ""
	says.Employer = rapid.IntRange(0, 2).Draw(t, "employer")
	says.State = rapid.SampledFrom([]string{"01", "01", "01", "02", "04"}).Draw(t, "state")
	if rapid.IntRange(0, 3).Draw(t, "by which operation") > 0 {
		operation, says.Note = "07", "持证人更正"
	}
	m.reportOf(t, 1-m.model.Holder, says, operation)
	m.identifyBoth(t)
}

// transfer brings the certificate to the other area: let go and taken, or tried in another order or for another holder.
func (m *machine) transfer(t *rapid.T) {
	if m.model.Kind.Scheme != "constructor-1" { // the other kind is Beijing's
		return
	}
	says := m.model.Says
	if rapid.IntRange(0, 3).Draw(t, "let go") > 0 {
		says.State = "06"
		m.report(t, says, rapid.SampledFrom([]string{"05", "05", "07"}).Draw(t, "operation"))
	}
	says = m.model.Says
	says.State, says.Area = "01", 1-says.Area
	holder := m.model.Holder
	if rapid.IntRange(0, 4).Draw(t, "another holder") == 0 {
		holder = 1 - holder
	}
	m.reportOf(t, holder, says, rapid.SampledFrom([]string{"08", "08", "08", ""}).Draw(t, "operation"))
}

// dispute has the province's authority dispute the number, and an operator settle it. Where the number is the
// claimant's, it is reported anew: another certificate.
func (m *machine) dispute(t *rapid.T) {
	if m.model.Says.Area == 0 && m.model.Kind.Scheme == "constructor-1" && rapid.Bool().Draw(t, "moved") {
		says := m.model.Says
		says.State, says.Note = "06", "另有决定"
		m.report(t, says, "07")
		says.State, says.Area = "01", 1
		m.report(t, says, "08")
	}
	id, err := m.service.Dispute(m.ctx, m.number)
	if m.model.Says.Area == 0 {
		requireEqual(t, "disputing a number of its own", []string{"invalid-field"}, codes(err))
		return
	}
	if c := codes(err); len(c) == 1 && c[0] == "rate-limited" {
		return // a hundred sequences begin on one day
	}
	if err != nil {
		t.Fatalf("dispute: %v", err)
	}
	to := rapid.SampledFrom([]string{"claimant", "claimant", "keeper"}).Draw(t, "to")
	if err := m.service.Settle(m.ctx, m.number, id, to); err != nil {
		t.Fatalf("settle: %v", err)
	}
	m.tally["dispute"]++
	if to == "keeper" {
		return
	}
	says := m.model.Says
	m.model.Settle(m.id)
	says.State, says.Note, says.Area = "01", "", 0
	m.report(t, says, "")
}

// consent lets somebody see all that a consent can show of a copy.
func (m *machine) consent(t *rapid.T) {
	c := m.drawCopy(t)
	if c == nil || m.model.viewRefusal(ministry) != "" {
		return
	}
	var made client.Consent
	err := m.session(ministry).Do(m.ctx, http.MethodPost, "/v1/certificates/"+m.id+"/endorsements/"+c.ID+"/consents", client.ConsentAsk{
		Fields: []client.ConsentField{"name", "birth", "photo", "idNumber"}, Until: m.model.today().AddDays(3).String(), To: "示例单位",
	}, &made)
	if err == nil {
		m.consents = append(m.consents, grantedConsent{link: made.Link, endedBefore: len(m.model.Past), copy: c})
	}
}

// openConsent opens one, whatever has become of its copy: it shows its own holder, or nothing.
func (m *machine) openConsent(t *rapid.T) {
	if len(m.consents) == 0 {
		return
	}
	g := rapid.SampledFrom(m.consents).Draw(t, "consent")
	holder, over := m.model.Holder, g.endedBefore < len(m.model.Past)
	void := g.copy.Withdrawn
	if over {
		holder = m.model.Past[g.endedBefore].Holder
		void = void || !m.model.Past[g.endedBefore].Settled
	}
	v := m.askVerdict(t, holder, func() (client.Verdict, error) {
		return m.service.api.Verify(m.ctx, client.VerificationAsk{Token: g.link})
	})
	if !over {
		m.model.Seen++
		m.tally[string(v.Verdict)]++
	}
	if void && v.Subject != nil && v.Subject.Disclosed != nil {
		t.Fatalf("a consent to a copy that is withdrawn or another's shows %+v", *v.Subject.Disclosed)
	}
}

// checkOthersHidden has both people ask for what is the other's, or was.
func (m *machine) checkOthersHidden(t *rapid.T) {
	if len(m.model.Past) == 0 {
		return
	}
	ended := m.model.Past[len(m.model.Past)-1]
	m.requireNotFound(t, 1-ended.Holder, ended)
	if !ended.Settled {
		m.requireNotFound(t, ended.Holder, ended)
	}
	m.requireNotFound(t, 1-m.model.Holder, &EndedCertificate{ID: m.id, Holder: m.model.Holder, Copies: m.model.Copies})
	if n := len(ended.Copies); n > 0 {
		m.voidCopy(t, ended, ended.Copies[n-1])
	}
}

// requireNotFound wants a certificate, and what was made of it, not to be there for somebody, if they have a session.
func (m *machine) requireNotFound(t *rapid.T, person int, l *EndedCertificate) {
	s := m.sessions[LoginKey{ministry, person}]
	login := m.model.Logins[LoginKey{ministry, person}]
	if s == nil || !m.model.Now.Before(login.Ends) || !m.model.Now.Before(login.Identified) {
		return
	}
	path := "/v1/certificates/" + l.ID
	if n := len(l.Copies); n > 0 {
		path += "/endorsements/" + l.Copies[n-1].ID
	}
	requireEqual(t, fmt.Sprint(path, " for somebody else"), []string{"certificate-not-found"}, codes(s.Do(m.ctx, http.MethodGet, path, nil, nil)))
}

// voidCopy wants a copy of a certificate that has ended to be no good.
func (m *machine) voidCopy(t *rapid.T, l *EndedCertificate, c *Copy) {
	v := m.askVerdict(t, l.Holder, func() (client.Verdict, error) {
		return m.service.api.Verify(m.ctx, client.VerificationAsk{Token: m.copies[c.ID].Token()})
	})
	requireEqual(t, "a copy of a certificate that ended", "invalid", v.Verdict)
}

// end is after the last step of a sequence: wherever it led, the authority cancels the certificate, and every copy
// that was ever made under the number is no good.
func (m *machine) end(t *rapid.T) {
	m.cancel(t)
	for _, c := range m.model.Copies {
		v := m.askVerdict(t, m.model.Holder, func() (client.Verdict, error) {
			return m.service.api.Verify(m.ctx, client.VerificationAsk{Token: m.copies[c.ID].Token()})
		})
		requireEqual(t, "a copy of a cancelled certificate", "invalid", v.Verdict)
	}
	for _, l := range m.model.Past {
		for _, c := range l.Copies {
			m.voidCopy(t, l, c)
		}
	}
	requireEqual(t, "what was seen of the other person", []string(nil), m.service.leakDetector.takeLeaks())
}

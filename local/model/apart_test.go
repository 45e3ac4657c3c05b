package model

import (
	"fmt"
	"net/http"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/local/demo"
)

// given is a consent that a holder gave to a copy.
type given struct {
	link string
	past int // how many certificates had ended then
	copy *Copy
}

// anotherHolder reports the other person under the number, mostly in an order that is taken. The new holder logs in.
func (m *machine) anotherHolder(t *rapid.T) {
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

// consent lets somebody see all that a consent can show of a copy.
func (m *machine) consent(t *rapid.T) {
	c := m.some(t)
	if c == nil || m.model.shown(ministry) != "" {
		return
	}
	var made demo.Consent
	err := m.session(ministry).Do(m.ctx, http.MethodPost, "/v1/certificates/"+m.id+"/endorsements/"+c.ID+"/consents", demo.Consent{
		Fields: []string{"name", "birth", "photo", "idNumber"}, Until: m.model.today().AddDays(3).String(), To: "示例单位",
	}, &made)
	if err == nil {
		m.consents = append(m.consents, given{link: made.Link, past: len(m.model.Past), copy: c})
	}
}

// openConsent opens one, whatever has become of its copy: it shows its own holder, or nothing.
func (m *machine) openConsent(t *rapid.T) {
	if len(m.consents) == 0 {
		return
	}
	g := rapid.SampledFrom(m.consents).Draw(t, "consent")
	holder, over := m.model.Holder, g.past < len(m.model.Past)
	if over {
		holder = m.model.Past[g.past].Holder
	}
	v := m.asked(t, holder, func() (demo.Verdict, error) {
		return m.service.api.Verify(m.ctx, map[string]string{"token": g.link})
	})
	if !over {
		m.model.Seen++
		m.tally[v.Verdict]++
	}
	if shown := v.Subject != nil && v.Subject.Disclosed != nil; shown && (over || g.copy.Withdrawn) {
		t.Fatalf("a consent to a copy that is void shows %v", v.Subject.Disclosed)
	}
}

// lookApart has both people ask for what is the other's, or was.
func (m *machine) lookApart(t *rapid.T) {
	if len(m.model.Past) == 0 {
		return
	}
	ended := m.model.Past[len(m.model.Past)-1]
	m.notThere(t, m.model.Holder, ended)
	m.notThere(t, ended.Holder, ended)
	m.notThere(t, ended.Holder, &Life{ID: m.id, Holder: m.model.Holder, Copies: m.model.Copies})
	if n := len(ended.Copies); n > 0 {
		m.voidCopy(t, ended, ended.Copies[n-1])
	}
}

// notThere wants a certificate, and what was made of it, not to be there for somebody, if they have a session.
func (m *machine) notThere(t *rapid.T, person int, l *Life) {
	s := m.sessions[Door{ministry, person}]
	login := m.model.Logins[Door{ministry, person}]
	if s == nil || !m.model.Now.Before(login.Ends) || !m.model.Now.Before(login.Identified) {
		return
	}
	path := "/v1/certificates/" + l.ID
	if n := len(l.Copies); n > 0 {
		path += "/endorsements/" + l.Copies[n-1].ID
	}
	same(t, fmt.Sprint(path, " for somebody else"), []string{"certificate-not-found"}, codes(s.Do(m.ctx, http.MethodGet, path, nil, nil)))
}

// voidCopy wants a copy of a certificate that has ended to be no good.
func (m *machine) voidCopy(t *rapid.T, l *Life, c *Copy) {
	v := m.asked(t, l.Holder, func() (demo.Verdict, error) {
		return m.service.api.Verify(m.ctx, map[string]string{"token": m.copies[c.ID].Token()})
	})
	same(t, "a copy of a certificate that ended", "invalid", v.Verdict)
}

// end is after the last step of a sequence: wherever it led, the authority cancels the certificate, and every copy
// that was ever made under the number is no good.
func (m *machine) end(t *rapid.T) {
	m.cancel(t)
	for _, c := range m.model.Copies {
		v := m.asked(t, m.model.Holder, func() (demo.Verdict, error) {
			return m.service.api.Verify(m.ctx, map[string]string{"token": m.copies[c.ID].Token()})
		})
		same(t, "a copy of a cancelled certificate", "invalid", v.Verdict)
	}
	for _, l := range m.model.Past {
		for _, c := range l.Copies {
			m.voidCopy(t, l, c)
		}
	}
	same(t, "what was seen of the other person", []string(nil), m.service.witness.wrong())
}

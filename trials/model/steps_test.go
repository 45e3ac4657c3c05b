package model

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// steps are what can happen next.
func (m *machine) steps() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"cancel":                m.cancel,
		"another holder":        m.reportOtherHolder,
		"transfer":              m.transfer,
		"dispute":               m.dispute,
		"consent":               m.consent,
		"open a consent":        m.openConsent,
		"report the same":       func(t *rapid.T) { m.report(t, m.model.Says, "") },
		"change":                m.change,
		"change state":          m.changeState,
		"log in":                func(t *rapid.T) { m.login(t, portal(t)) },
		"identify":              func(t *rapid.T) { m.identify(t, portal(t)) },
		"identify both":         m.identifyBoth,
		"bind":                  func(t *rapid.T) { m.bind(t, true) },
		"unbind":                func(t *rapid.T) { m.bind(t, false) },
		"preflight":             m.preflight,
		"endorse":               m.endorse,
		"issue":                 m.issue,
		"issue more":            m.issue,
		"issue again":           m.issue,
		"endorse more":          m.endorse,
		"endorse across":        m.endorseAcross,
		"endorse again":         m.endorseAgain,
		"withdraw":              m.withdraw,
		"verify":                m.verify,
		"verify more":           m.verify,
		"verify a file":         m.verifyFile,
		"verify a file more":    m.verifyFile,
		"download":              m.download,
		"history":               m.history,
		"time passes":           m.timePasses,
		"days pass":             m.daysPass,
		"the clock is put back": m.moveClockBack,
	}
}

func portal(t *rapid.T) string {
	return rapid.SampledFrom([]string{ministry, national}).Draw(t, "portal")
}

// change is anything else that an authority reports.
func (m *machine) change(t *rapid.T) {
	says := m.model.Says
	switch rapid.SampledFrom([]string{"employer", "renewed", "ends soon", "reported", "not reported"}).Draw(t, "what") {
	case "employer":
		says.Employer = rapid.IntRange(0, 2).Draw(t, "employer")
	case "renewed":
		says.From = m.model.today().AddDays(-rapid.IntRange(0, 300).Draw(t, "days ago"))
		says.To = says.From.AddDays(1095)
	case "ends soon":
		says.To = m.model.today().AddDays(rapid.IntRange(0, 200).Draw(t, "days"))
		says.From = says.To.AddDays(-1000)
	case "reported":
		says.Reported = true
	case "not reported":
		says.Reported = false
	}
	m.report(t, says, "")
}

// changeState suspends, cancels, revokes or restores: as often the last as the others together. It
// mostly says by which operation, which need not be one that leads there.
func (m *machine) changeState(t *rapid.T) {
	says, operation := m.model.Says, ""
	says.State = rapid.SampledFrom([]string{"01", "01", "01", "01", "01", "01", "02", "03", "04", "05", "06", "07"}).Draw(t, "state")
	if n := rapid.IntRange(0, 12).Draw(t, "operation"); n > 0 && n <= 10 {
		operation = fmt.Sprintf("%02d", n)
	}
	says.Note = rapid.SampledFrom([]string{says.Note, "", "另有决定"}).Draw(t, "note")
	m.report(t, says, operation)
}

// cancel cancels the certificate, whatever became of it before: that is never refused.
func (m *machine) cancel(t *rapid.T) {
	says := m.model.Says
	says.State = rapid.SampledFrom([]string{"03", "04", "07"}).Draw(t, "end")
	m.report(t, says, rapid.SampledFrom([]string{"", "05", "07"}).Draw(t, "operation"))
	requireEqual(t, "the state after a cancellation", says.State, m.model.Says.State)
}

func (m *machine) identifyBoth(t *rapid.T) {
	for _, portal := range []string{ministry, national} {
		if m.model.sessionRefusal(portal, false) != "" {
			m.login(t, portal)
		}
		m.identify(t, portal)
	}
}

// issue puts the certificate in order, endorses it and has the copy verified and downloaded.
func (m *machine) issue(t *rapid.T) {
	says := m.model.Says
	operation := ""
	if hasEnded(says.State) {
		operation, says.Note = "07", "另有决定"
	}
	says.State, says.Reported = "01", true
	if !m.model.isInRegistrationPeriod() {
		says.From = m.model.today().AddDays(-10)
		says.To = says.From.AddDays(1095)
	}
	m.report(t, says, operation)
	m.identifyBoth(t)
	m.ask(t, ministry, rand.Text(), m.drawRequest(t))
	m.verify(t)
	m.download(t)
}

// endorseAcross endorses, has the clock put back and endorses again: the later copy is the older.
func (m *machine) endorseAcross(t *rapid.T) {
	m.identifyBoth(t)
	m.ask(t, ministry, rand.Text(), EndorseRequest{})
	m.moveClockBack(t)
	m.identifyBoth(t)
	m.ask(t, ministry, rand.Text(), EndorseRequest{})
}

func (m *machine) bind(t *rapid.T, bound bool) {
	at, method := portal(t), http.MethodDelete
	if bound {
		method = http.MethodPut
	}
	err := m.session(at).Do(m.ctx, method, "/v1/certificates/"+m.id+"/binding", nil, nil)
	checkRefusal(t, method+" the binding", m.model.Bind(at, bound), err)
}

// preflight tells everything that stands in the way beforehand.
func (m *machine) preflight(t *rapid.T) {
	at := portal(t)
	var preflight struct{ Blockers []struct{ Code string } }
	err := m.session(at).Do(m.ctx, http.MethodGet, "/v1/certificates/"+m.id+"/preflight", nil, &preflight)
	if checkRefusal(t, "preflight", m.model.sessionRefusal(at, false), err) {
		return
	}
	var want, got []string
	if m.model.sessionRefusal(at, true) != "" {
		want = []string{"identity-required"}
	}
	want = append(want, m.model.Blockers(at)...)
	for _, b := range preflight.Blockers {
		got = append(got, b.Code)
	}
	requireEqual(t, "the blockers", want, got)
}

func (m *machine) endorse(t *rapid.T) { m.ask(t, portal(t), rand.Text(), m.drawRequest(t)) }

// drawRequest is what the holder asks for: mostly nothing, else a day near the edges of what is allowed.
func (m *machine) drawRequest(t *rapid.T) (ask EndorseRequest) {
	today := m.model.today()
	w, _ := m.model.window(EndorseRequest{})
	switch rapid.SampledFrom([]string{"nothing", "nothing", "soon", "the last day", "a day more", "yesterday", "from later"}).Draw(t, "wish") {
	case "soon":
		ask.Until = today.AddDays(rapid.IntRange(0, 40).Draw(t, "days"))
	case "the last day":
		ask.Until = w.Until
	case "a day more":
		ask.Until = w.Until.AddDays(1)
	case "yesterday":
		ask.Until = today.AddDays(-1)
	case "from later":
		ask.From = today.AddDays(rapid.IntRange(1, 60).Draw(t, "days"))
	}
	return ask
}

func (m *machine) endorseAgain(t *rapid.T) {
	if len(m.model.Copies) == 0 {
		return
	}
	c := rapid.SampledFrom(m.model.Copies).Draw(t, "copy")
	ask := c.Ask
	if rapid.IntRange(0, 4).Draw(t, "the same body") == 0 {
		ask = m.drawRequest(t)
	}
	m.ask(t, portal(t), c.Key, ask)
}

// ask asks for a copy under a key and compares everything that is answered.
func (m *machine) ask(t *rapid.T, at, key string, ask EndorseRequest) {
	want, earlier, window := m.model.Endorse(at, key, ask)
	body := client.EndorsementAsk{}
	if !ask.From.IsZero() {
		body.UseFrom = ask.From.String()
	}
	if !ask.Until.IsZero() {
		body.UseUntil = ask.Until.String()
	}
	made, again, err := m.session(at).EndorseOnce(m.ctx, m.id, key, body)
	requireEqual(t, "endorsing", want, codes(err))
	if err != nil {
		return
	}
	requireEqual(t, "whether it is a repetition", earlier != nil, again)
	c := earlier
	if c == nil {
		c = m.model.AddCopy(made.Endorsement, key, ask, window)
		m.copies[c.ID] = made
		m.tally["copy"]++
		requireEqual(t, "the window", window, Window{day(made.UseFrom), day(made.UseUntil), made.Limit})
	}
	requireEqual(t, "the copy", c.ID, made.Endorsement)
	requireEqual(t, "its state", m.model.State(c), made.State)
}

// drawCopy is one of the copies; nil when there are none.
func (m *machine) drawCopy(t *rapid.T) *Copy {
	if len(m.model.Copies) == 0 {
		return nil
	}
	return rapid.SampledFrom(m.model.Copies).Draw(t, "copy")
}

func (m *machine) withdraw(t *rapid.T) {
	c, at := m.drawCopy(t), portal(t)
	if c == nil || rapid.Bool().Draw(t, "not yet") {
		return
	}
	after, err := m.session(at).Withdraw(m.ctx, m.copies[c.ID], "不再使用")
	if checkRefusal(t, "withdraw", m.model.viewRefusal(at), err) {
		return
	}
	c.Withdrawn = true
	requireEqual(t, "its state", "withdrawn", after.State)
}

func (m *machine) verify(t *rapid.T) {
	c := m.drawCopy(t)
	if c == nil {
		return
	}
	m.checkVerdict(t, c, func() (client.Verdict, error) {
		return m.service.api.Verify(m.ctx, client.VerificationAsk{Token: m.copies[c.ID].Token()})
	})
}

// verifyFile hands in an OFD that was downloaded while it could be.
func (m *machine) verifyFile(t *rapid.T) {
	c := m.drawCopy(t)
	if c == nil || m.files[c.ID] == nil {
		return
	}
	m.checkVerdict(t, c, func() (client.Verdict, error) {
		return m.service.api.VerifyFile(m.ctx, "application/ofd", m.files[c.ID], nil)
	})
}

func (m *machine) checkVerdict(t *rapid.T, c *Copy, ask func() (client.Verdict, error)) {
	v := m.askVerdict(t, m.model.Holder, ask)
	m.model.Seen++
	m.tally[string(v.Verdict)]++
	verdict, code, newer := m.model.Verdict(c)
	requireEqual(t, "the verdict", []any{verdict, code, newer}, []any{string(v.Verdict), int(v.Code), v.Newer})
}

// askVerdict verifies a copy of somebody's.
func (m *machine) askVerdict(t *rapid.T, holder int, ask func() (client.Verdict, error)) (v client.Verdict) {
	m.service.leakDetector.setVerifiedHolder(holder)
	defer m.service.leakDetector.setVerifiedHolder(-1)
	err := m.retryWhileLimited(t, func() (err error) {
		v, err = ask()
		return err
	})
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	return v
}

// download asks for a file and follows the link.
func (m *machine) download(t *rapid.T) {
	c, at := m.drawCopy(t), portal(t)
	if c == nil {
		return
	}
	file := rapid.SampledFrom([]string{"pdf", "ofd", "preview"}).Draw(t, "file")
	link, err := m.session(at).Link(m.ctx, m.copies[c.ID], file)
	if checkRefusal(t, "download", m.model.Download(at, c), err) {
		return
	}
	reply, err := m.service.get(m.ctx, link.URL)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(reply)
	requireEqual(t, "the file", link.SHA256, hex.EncodeToString(sum[:]))
	if file == "ofd" {
		m.files[c.ID] = reply
	}
}

// history is compared with every copy's state, and the ledger with the verifications there were.
func (m *machine) history(t *rapid.T) {
	at := portal(t)
	items, err := m.session(at).History(m.ctx, m.id, client.ListEndorsementsParams{Limit: new(50)})
	if checkRefusal(t, "history", m.model.viewRefusal(at), err) {
		return
	}
	want, got := []string{}, []string{}
	for _, id := range m.model.History() {
		want = append(want, id+" "+m.stateOf(id))
	}
	for _, e := range items {
		got = append(got, e.Endorsement+" "+string(e.State))
	}
	requireEqual(t, "the history", want, got)
	entries, err := m.session(at).Ledger(m.ctx, m.id)
	if err != nil {
		t.Fatalf("ledger: %v", err)
	}
	requireEqual(t, "entries in the ledger", min(m.model.Seen, 20), min(len(entries), 20))
}

func (m *machine) stateOf(id string) string {
	for _, c := range m.model.Copies {
		if c.ID == id {
			return m.model.State(c)
		}
	}
	return "unknown"
}

func (m *machine) timePasses(t *rapid.T) {
	m.tick(t, time.Duration(rapid.IntRange(1, 5*60).Draw(t, "minutes"))*time.Minute)
}

func (m *machine) daysPass(t *rapid.T) {
	by := time.Duration(rapid.SampledFrom([]int{1, 1, 2, 20, 60, 179, 180, 181}).Draw(t, "days")) * 24 * time.Hour
	if m.model.Now.Add(by).Before(m.ends) {
		m.tick(t, by)
	}
}

// moveClockBack is a clock that is set right, or wrong. Sessions and challenges live on as they were.
func (m *machine) moveClockBack(t *rapid.T) {
	m.tick(t, -rapid.SampledFrom([]time.Duration{
		time.Millisecond, time.Second, time.Minute, 20 * time.Minute, 3 * time.Hour, 26 * time.Hour,
	}).Draw(t, "by"))
}

// look is done after every step: the newest copy stands as the model says, for whoever may see it; neither of
// the two people was answered with anything of the other's, and what one of them asks of the other's is not there.
func (m *machine) look(t *rapid.T) {
	for _, c := range m.model.Copies {
		if c.ID != m.model.newestCopyID() || m.model.viewRefusal(ministry) != "" {
			continue
		}
		now, err := m.session(ministry).Endorsement(m.ctx, m.copies[c.ID])
		if err != nil {
			t.Fatalf("look: %v", err)
		}
		requireEqual(t, "the newest copy's state", m.model.State(c), now.State)
	}
	m.checkOthersHidden(t)
	requireEqual(t, "what was seen of the other person", []string(nil), m.service.leakDetector.takeLeaks())
}

func day(text string) civil.Date {
	d, err := civil.Parse(text)
	if err != nil {
		panic(err)
	}
	return d
}

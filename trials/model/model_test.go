package model

import (
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// The portals, and the lives of things, as the manual and the contract tell them.
const (
	ministry = "mohurd"
	national = "gjzwfw"

	sessionLife  = 4 * time.Hour
	identityLife = 15 * time.Minute
	keyLife      = 24 * time.Hour
)

// Kind is what differs between the kinds of certificate.
type Kind struct {
	Scheme     string
	Days       int  // of use at most; 0 = no limit
	Quota      int  // copies a day; 0 = no limit
	Supersedes bool // a newer copy ends the earlier ones
	PicksFrom  bool // the holder may choose the first day
}

// Kinds are the two kinds there are.
func Kinds() []Kind {
	return []Kind{
		{Scheme: "constructor-1", Days: 180},
		{Scheme: "constructor-2-beijing", Quota: 2, Supersedes: true, PicksFrom: true},
	}
}

// Registration is what the authority says of the certificate.
type Registration struct {
	State    string // "01" to "07"
	Note     string // on the state
	Area     int    // of the two areas, which keeps it
	Employer int
	From, To civil.Date // of its one specialty
	Reported bool       // to the ministry
}

// Copy is an endorsed copy.
type Copy struct {
	ID          string // given by the service; sorts as time does
	Made        time.Time
	From, Until civil.Date
	Withdrawn   bool
	Version     int          // of the certificate, then
	Said        Registration // of the certificate, then
	Key         string
	Ask         EndorseRequest
}

// Login is somebody's session on one portal.
type Login struct {
	Ends, Identified time.Time // until when
}

// Model is one registration number: the certificate that it names, those that it named before, and everything
// around them.
type Model struct {
	Kind    Kind
	Now     time.Time
	Holder  int // of the two people, whose the certificate is
	Says    Registration
	Version int  // of the certificate's file: changes of its state make none
	Bound   bool // on the national portal
	Logins  map[LoginKey]*Login
	Copies  []*Copy
	Seen    int                 // verifications in the ledger
	Past    []*EndedCertificate // of certificates that ended because the number came to the other person, or by a dispute
}

// LoginKey is where somebody logs in.
type LoginKey struct {
	Portal string
	Person int
}

// EndedCertificate is a certificate that has ended.
type EndedCertificate struct {
	ID     string // given by the service
	Holder int
	Copies []*Copy

	Settled bool // it ended by a dispute, and not because the number came to the other person
}

// loginKey is where the certificate's holder logs in on a portal.
func (m *Model) loginKey(portal string) LoginKey { return LoginKey{portal, m.Holder} }

// EndorseRequest is what the holder asks for; a zero day is left out.
type EndorseRequest struct {
	From, Until civil.Date
}

// Window is what the holder gets.
type Window struct {
	From, Until civil.Date
	Limit       string
}

func (m *Model) today() civil.Date { return civil.Of(m.Now) }

// Report takes a report of whose the certificate is and what it says, with the operation that led to it or "".
// It returns what the row is answered with, the rule it breaks, if any, and the version.
func (m *Model) Report(holder int, s Registration, operation string) (result, rule string, version int) {
	o := operations()[operation]
	if operation != "" && o.after != "" && !strings.Contains(o.after, s.State) {
		return "refused", "operation.state", 0
	}
	if rule := m.brokenAreaRule(holder, s, operation); rule != "" && m.Version > 0 {
		return "refused", rule, 0
	}
	if holder != m.Holder {
		return m.replace(holder, s, operation)
	}
	if s == m.Says {
		return "unchanged", "", m.Version
	}
	said := s
	said.Reported = m.Says.Reported
	if said != m.Says {
		if rule := m.brokenOrderRule(s, operation); rule != "" && m.Version > 0 {
			return "refused", rule, 0
		}
	}
	said.State, said.Note = m.Says.State, m.Says.Note
	if said != m.Says || m.Version == 0 {
		m.Version++
	}
	m.Says = s
	return "accepted", "", m.Version
}

// brokenAreaRule is the rule that a report of another area breaks: the one that keeps the certificate lets it go first,
// and the one that takes it says so and keeps the holder.
func (m *Model) brokenAreaRule(holder int, s Registration, operation string) string {
	moving := m.Says.State == "06"
	switch {
	case s.Area == m.Says.Area && !(operation == "08" && moving):
		return ""
	case !moving:
		return "area.kept"
	case operation != "08":
		return "transfer.operation"
	case holder != m.Holder:
		return "transfer.holder"
	}
	return ""
}

// Settle ends the certificate for an authority whose number it was: nobody has one under the number then.
func (m *Model) Settle(id string) {
	m.Past = append(m.Past, &EndedCertificate{ID: id, Holder: m.Holder, Copies: m.Copies, Settled: true})
	m.Says, m.Version, m.Bound, m.Copies, m.Seen = Registration{}, 0, false, nil, 0
}

// replace ends the certificate and begins one of the other person, which has nothing of it.
func (m *Model) replace(holder int, s Registration, operation string) (result, rule string, version int) {
	if rule := m.brokenOrderRule(s, operation); rule != "" {
		return "refused", rule, 0
	}
	m.Past = append(m.Past, &EndedCertificate{Holder: m.Holder, Copies: m.Copies})
	m.Holder, m.Says, m.Version, m.Bound, m.Copies, m.Seen = holder, s, 1, false, nil, 0
	return "accepted", "", m.Version
}

// brokenOrderRule is the rule by which the operation does not lead from the state there is to the one said, or
// "". Out of the end of a registration leads 其他 alone, with a note.
func (m *Model) brokenOrderRule(s Registration, operation string) string {
	before := operations()[operation].before
	switch {
	case operation != "" && before != "" && !strings.Contains(before, m.Says.State):
		return "operation.order"
	case !hasEnded(m.Says.State) || hasEnded(s.State):
		return ""
	case operation == "":
		return "operation.required"
	case operation != "07":
		return "operation.order"
	case s.Note == "":
		return "state.note"
	}
	return ""
}

// hasEnded tells whether a registration has ended by a decision: 撤销, 注销, 吊销.
func hasEnded(state string) bool { return slices.Contains([]string{"03", "04", "07"}, state) }

// operation is what an authority does: the states it leads from and to, "" for any.
type operation struct{ before, after string }

// operations are those of the ministry's interface, by code.
func operations() map[string]operation {
	return map[string]operation{
		"01": {"none", "01"},      // 新发
		"02": {"01 05", "01"},     // 延续
		"03": {"01", "02"},        // 暂扣
		"04": {"01 02 06", "05"},  // 过期失效
		"05": {"", "03 04 06 07"}, // 注销, with 撤销, 吊销 and 转出
		"06": {"02", "01"},        // 暂扣发还
		"07": {"", ""},            // 其他
		"08": {"06", "01"},        // 转入
		"09": {"01", "01"},        // 变更
		"10": {"06", "01"},        // 取消转出
	}
}

// sessionRefusal is the refusal of a request on a portal, or "".
func (m *Model) sessionRefusal(portal string, identified bool) string {
	l := m.Logins[m.loginKey(portal)]
	switch {
	case l == nil:
		return "session-required"
	case !m.Now.Before(l.Ends):
		return "session-expired"
	case identified && !m.Now.Before(l.Identified):
		return "identity-required"
	}
	return ""
}

// Login logs the holder in.
func (m *Model) Login(portal string) {
	m.Logins[m.loginKey(portal)] = &Login{Ends: m.Now.Add(sessionLife)}
}

// Identify is a face shown.
func (m *Model) Identify(portal string) (code string) {
	if code := m.sessionRefusal(portal, false); code != "" {
		return code
	}
	l := m.Logins[m.loginKey(portal)]
	if l.Identified = m.Now.Add(identityLife); l.Identified.After(l.Ends) {
		l.Identified = l.Ends
	}
	return ""
}

// Bind binds the certificate on a portal, or takes that back. Only the national one asks for it.
func (m *Model) Bind(portal string, bound bool) (code string) {
	if code := m.sessionRefusal(portal, false); code != "" {
		return code
	}
	if portal == national {
		m.Bound = bound
	}
	return ""
}

// viewRefusal is the refusal of a look into the certificate's papers, or "".
func (m *Model) viewRefusal(portal string) string {
	if code := m.sessionRefusal(portal, true); code != "" {
		return code
	}
	if portal == national && !m.Bound {
		return "not-bound"
	}
	return ""
}

// Blockers are what stands in the way of endorsing, in the order in which the holder hears it.
func (m *Model) Blockers(portal string) (codes []string) {
	add := func(blocks bool, code string) {
		if blocks {
			codes = append(codes, code)
		}
	}
	add(portal == national && !m.Bound, "not-bound")
	add(!m.Says.Reported, "not-reported")
	add(m.Says.State != "01", blockerOfState(m.Says.State))
	add(!m.isInRegistrationPeriod(), "certificate-expired")
	add(m.Kind.Quota > 0 && m.countMadeToday() >= m.Kind.Quota, "quota-reached")
	return codes
}

func blockerOfState(state string) string {
	return map[string]string{
		"02": "certificate-suspended", "03": "certificate-withdrawn", "04": "certificate-cancelled",
		"05": "certificate-invalid", "06": "certificate-transferring", "07": "certificate-revoked",
	}[state]
}

func (m *Model) isInRegistrationPeriod() bool {
	return !m.today().Before(m.Says.From) && !m.today().After(m.Says.To)
}

func (m *Model) countMadeToday() (n int) {
	for _, c := range m.Copies {
		if civil.Of(c.Made) == m.today() {
			n++
		}
	}
	return n
}

// Endorse says what asking for a copy is answered with: the codes of a refusal, the copy the key
// has led to before, or the window of a new one.
func (m *Model) Endorse(portal, key string, ask EndorseRequest) (codes []string, again *Copy, w Window) {
	if code := m.sessionRefusal(portal, true); code != "" {
		return []string{code}, nil, w
	}
	for _, c := range m.Copies {
		if c.Key == key && m.Now.Before(c.Made.Add(keyLife).Truncate(time.Second)) {
			if c.Ask != ask {
				return []string{"idempotency-key-reused"}, nil, w
			}
			return nil, c, w
		}
	}
	if codes := m.Blockers(portal); len(codes) > 0 {
		return codes, nil, w
	}
	w, code := m.window(ask)
	if code != "" {
		return []string{code}, nil, w
	}
	return nil, nil, w
}

// window computes the days of use (使用手册 §1.3, note 1 and 2 of the dialog).
func (m *Model) window(ask EndorseRequest) (w Window, code string) {
	today := m.today()
	w.From = today
	if !ask.From.IsZero() && ask.From != today {
		if !m.Kind.PicksFrom {
			return w, "window-not-choosable"
		}
		if ask.From.Before(today) {
			return w, "window-in-past"
		}
		w.From = ask.From
	}
	w.Until, w.Limit = m.Says.To, "SPECIALTY_END"
	if last := w.From.AddDays(m.Kind.Days); m.Kind.Days > 0 && !last.After(w.Until) {
		w.Until, w.Limit = last, "180D"
	}
	switch {
	case w.From.After(w.Until):
		return w, "window-past-registration"
	case ask.Until.IsZero() || ask.Until == w.Until:
		return w, ""
	case ask.Until.Before(today):
		return w, "window-in-past"
	case ask.Until.After(w.Until) && w.Limit == "180D":
		return w, "window-too-long"
	case ask.Until.After(w.Until):
		return w, "window-past-registration"
	}
	w.Until, w.Limit = ask.Until, "HOLDER"
	return w, ""
}

// AddCopy enters the copy the service made.
func (m *Model) AddCopy(id, key string, ask EndorseRequest, w Window) *Copy {
	c := &Copy{
		ID: id, Made: m.Now, From: w.From, Until: w.Until, Version: m.Version, Said: m.Says, Key: key, Ask: ask,
	}
	m.Copies = append(m.Copies, c)
	return c
}

// newestCopyID is the copy made for the latest time, whichever came last.
func (m *Model) newestCopyID() string {
	newest := ""
	for _, c := range m.Copies {
		newest = max(newest, c.ID)
	}
	return newest
}

// History is the copies' identifiers, newest first.
func (m *Model) History() (ids []string) {
	for _, c := range m.Copies {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	slices.Reverse(ids)
	return ids
}

// State is what has become of a copy.
func (m *Model) State(c *Copy) string {
	switch {
	case c.Withdrawn:
		return "withdrawn"
	case m.Says.State != "01":
		return "revoked"
	case m.Kind.Supersedes && c.ID != m.newestCopyID():
		return "superseded"
	case m.today().After(c.Until):
		return "expired"
	case m.today().Before(c.From):
		return "not-yet"
	}
	return "ready"
}

// Download is the refusal of a copy's files, or "".
func (m *Model) Download(portal string, c *Copy) string {
	if code := m.viewRefusal(portal); code != "" {
		return code
	}
	switch state := m.State(c); state {
	case "revoked":
		return blockerOfState(m.Says.State)
	case "withdrawn", "superseded":
		return "endorsement-" + state
	}
	if m.today().After(c.Until.AddDays(daysAfterUse)) {
		return "files-gone"
	}
	return ""
}

// daysAfterUse is for how many days after a copy's last day its files are kept, by the template's default.
const daysAfterUse = 90

// Verdict is what a verifier hears who scans the copy's code, or hands in its file: the verdict, the
// code of the share service (GB/T 36906), and whether there is a newer copy. A file holds what the
// certificate said then; of a code, the copy's record does. Of a dead copy nothing is said of the certificate,
// and of a newer copy only where that is why it is dead.
func (m *Model) Verdict(c *Copy) (verdict string, code int, newer bool) {
	newer = m.newestCopyID() > c.ID
	switch {
	case c.Withdrawn:
		return "invalid", 23, false
	case m.today().After(c.Until):
		return "invalid", 22, false
	case m.Kind.Supersedes && newer:
		return "invalid", 23, true
	}
	for _, wrong := range []struct {
		is   bool
		code int
	}{
		{hasEnded(m.Says.State), 21},
		{m.Says.State == "05", 22},
		{m.Says.State != "01", 23},
		{!m.isInRegistrationPeriod(), 22},
		{m.today().Before(c.From), 23},
		{m.Says.Employer != c.Said.Employer || m.Says.To.Before(c.Said.To), 23},
	} {
		if wrong.is {
			return "invalid", wrong.code, newer
		}
	}
	return "valid", 0, newer
}

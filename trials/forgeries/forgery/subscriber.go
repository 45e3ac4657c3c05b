package forgery

import (
	"context"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
)

// subscriber has certificates of the authorities that issued the service's own certificates.
type subscriber struct {
	forgeryList
	ca  *testca.Authority
	now time.Time
}

const (
	// subscriberName is the name in its certificates, where that is not the service's.
	subscriberName = "某某科技有限公司（测试）"
	// sealerName is the service's name in the certificate that seals.
	sealerName = "住房和城乡建设部（测试）签章"
)

// BySubscriber makes the forgeries of another subscriber of the authority ca.
func BySubscriber(ctx context.Context, g Genuine, renderer *Renderer, ca *testca.Authority) ([]Forgery, error) {
	list := forgeryList{ctx: ctx, attacker: Subscriber, genuine: g, renderer: renderer}
	s := &subscriber{forgeryList: list, ca: ca, now: time.Now()}
	return s.run(s.purposes, s.documents, s.periods, s.makers)
}

// current is a period around now.
func (s *subscriber) current() (from, until time.Time) {
	return s.now.AddDate(0, -6, 0), s.now.AddDate(1, 0, 0)
}

func (s *subscriber) issue(by, name string, purpose testca.Purpose, from, until time.Time) testca.Issued {
	return must.Get(s.ca.Issue(by, name, purpose, from, until))
}

// addPages adds the pages that are worth most: the genuine one, one that says more than its JSON, and one whose JSON
// says the same. They are signed at a time; zero = the one that the genuine page states.
func (s *subscriber) addPages(form Form, name string, by author, at time.Time) {
	for _, page := range []named[draft]{
		{"the same page", unchangedPage().changedDraft(s.genuine.Copy)},
		{"a page until 2036 with the genuine JSON", until2036().changedDraft(s.genuine.Copy)},
		{"until 2036", until2036().consistentDraft(s.genuine.Copy)},
	} {
		if !at.IsZero() {
			page.what.at = at
		}
		s.add(form, name+": "+page.name, s.render(form, page.what, by))
	}
}

// seal is the genuine seal's design, made by maker for a key. A period of its own is optional.
func (s *subscriber) seal(maker, key testca.Issued, period ...time.Time) []byte {
	design := must.Get(ses.ParseSeal(s.genuine.Copy.Seal)).Design
	design.Signers = [][]byte{key.Signer.Chain()[0]}
	if len(period) == 2 {
		design.CreatedAt, design.From, design.Until = period[0], period[0], period[1]
	}
	return must.Get(ses.NewSeal(s.ctx, maker.Signer, design))
}

// purposes tries a certificate of each purpose.
func (s *subscriber) purposes() {
	from, until := s.current()
	s.beginKind("PDF: signed with a certificate for another purpose")
	for _, purpose := range testca.Purposes() {
		key := s.issue(testca.General, subscriberName, purpose, from, until)
		s.addPages(PDF, string(purpose), s.newAuthor(key.Signer), time.Time{})
	}
	s.beginKind("OFD: sealed with a certificate for another purpose")
	for _, purpose := range testca.Purposes() {
		key := s.issue(testca.Seals, subscriberName, purpose, from, until)
		s.addPages(OFD, string(purpose), author{ofd: newSealer(key.Signer, s.seal(key, key))}, time.Time{})
	}
}

// documents has second certificates for documents, under the names in the service's own.
func (s *subscriber) documents() {
	from, until := s.current()
	by := s.newAuthor(s.issue(testca.General, s.genuine.Copy.Signer, testca.Documents, from, until).Signer)
	seals := s.issue(testca.Seals, sealerName, testca.Documents, from, until)
	maker := s.issue(testca.Seals, "加注测试制章者", testca.Documents, from, until)
	by.ofd = newSealer(seals.Signer, s.seal(maker, seals))
	for _, k := range []struct {
		form Form
		verb string
	}{{PDF, "signed"}, {OFD, "sealed"}} {
		kind := strings.ToUpper(string(k.form)) + ": drawn anew, " + k.verb + " with a certificate of the same name, "
		s.draw(kind+"with the genuine JSON", k.form, by, s.allPages(), change.changedDraft)
		s.draw(kind+"with a JSON that says the same", k.form, by, s.changes(), change.consistentDraft)
	}
	s.editAndSign("PDF: edited and signed with a certificate of the same name", "OFD: edited and sealed with a certificate of the same name", by)
}

// periods are certificates that have ended, or have not begun, with times to fit.
func (s *subscriber) periods() {
	now := s.now
	for _, p := range []struct {
		name        string
		from, until time.Time
		at          time.Time
	}{
		{"ended, signed afterwards", now.AddDate(0, -9, 0), now.AddDate(0, -3, 0), now},
		{"ended, signed before by its own word", now.AddDate(0, -9, 0), now.AddDate(0, -3, 0), now.AddDate(0, -5, 0)},
		{"ended yesterday, signed a minute before by its own word", now.AddDate(0, -9, 0), now.AddDate(0, 0, -1), now.AddDate(0, 0, -1).Add(-time.Minute)},
		{"not yet begun, signed before", now.AddDate(0, 1, 0), now.AddDate(1, 0, 0), now},
		{"not yet begun, signed in time by its own word", now.AddDate(0, 1, 0), now.AddDate(1, 0, 0), now.AddDate(0, 2, 0)},
		{"in force, signed half a year ago by its own word", now.AddDate(0, -9, 0), now.AddDate(1, 0, 0), now.AddDate(0, -6, 0)},
		{"in force, signed in two years by its own word", now.AddDate(0, -9, 0), now.AddDate(3, 0, 0), now.AddDate(2, 0, 0)},
	} {
		key := s.issue(testca.General, s.genuine.Copy.Signer, testca.Documents, p.from, p.until)
		sealing := s.issue(testca.Seals, sealerName, testca.Documents, p.from, p.until)
		esl := s.seal(sealing, sealing, now.AddDate(-1, 0, 0), now.AddDate(5, 0, 0))
		s.beginKind("PDF: a certificate that was not in force, or another time")
		s.addPages(PDF, p.name, s.newAuthor(key.Signer), p.at)
		s.beginKind("OFD: a certificate that was not in force, or another time")
		s.addPages(OFD, p.name, author{ofd: newSealer(sealing.Signer, esl)}, p.at)
	}
}

// makers are seals of others: by the genuine maker for the subscriber, by its own for the genuine key.
func (s *subscriber) makers() {
	from, until := s.current()
	key := s.issue(testca.Seals, subscriberName, testca.Documents, from, until)
	maker := s.issue(testca.Seals, "某某印章有限公司（测试）", testca.Documents, from, until)
	genuine := readCertificates(s.genuine.Copy)
	s.beginKind("OFD: seals of another maker, or of the genuine one for another")
	for _, by := range []named[sealer]{
		{"by the genuine maker, for the subscriber", newSealer(key.Signer, s.seal(s.ca.Maker, key))},
		{"by another maker, for the subscriber", newSealer(key.Signer, s.seal(maker, key))},
		{"by the subscriber, for itself", newSealer(key.Signer, s.seal(key, key))},
		{"the genuine seal, with the subscriber's key", newUnlistedSealer(key.Signer, s.genuine.Copy.Seal)},
		{"the genuine seal shown, another maker's signed", sealer{s.genuine.Copy.Seal, newSealer(key.Signer, s.seal(maker, key)).sign}},
		{"by another maker for the genuine key, with the subscriber's", newUnlistedSealer(key.Signer, s.seal(maker, s.ca.Seal))},
		{"by another maker for the genuine certificate, with the subscriber's key", newUnlistedSealer(impostor{key.Signer, genuine.seal}, s.seal(maker, s.ca.Seal))},
		{"by the genuine maker, ended a month ago", newUnlistedSealer(key.Signer, s.seal(s.ca.Maker, key, s.now.AddDate(-1, 0, 0), s.now.AddDate(0, -1, 0)))},
		{"by the genuine maker, that begins in a month", newUnlistedSealer(key.Signer, s.seal(s.ca.Maker, key, s.now.AddDate(0, 1, 0), s.now.AddDate(1, 0, 0)))},
	} {
		s.addPages(OFD, by.name, author{ofd: by.what}, time.Time{})
	}
	s.beginKind("PDF: its own certificate with the genuine one")
	signing := s.issue(testca.General, subscriberName, testca.Documents, from, until).Signer
	enclosed := chainSigner{signing, [][]byte{signing.Chain()[0], genuine.pdf.Chain()[0]}}
	s.addPages(PDF, "the genuine one enclosed", s.newAuthor(enclosed), time.Time{})
	s.addPages(PDF, "the genuine one in its place", s.newAuthor(impostor{signing, genuine.pdf}), time.Time{})
}

package forgery

import (
	"context"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
)

// subscriber has certificates of the authorities that the service's own certificates are from.
type subscriber struct {
	forgeryList
	ctx      context.Context
	genuine  Genuine
	renderer *Renderer
	ca       *testca.Authority
	now      time.Time
}

// subscriberName is what its certificates call it, where they do not call it what the service is called.
const subscriberName = "某某科技有限公司（测试）"

// BySubscriber makes the forgeries of another subscriber of the authority ca.
func BySubscriber(ctx context.Context, g Genuine, press *Renderer, ca *testca.Authority) ([]Forgery, error) {
	s := &subscriber{forgeryList: forgeryList{attacker: Subscriber}, ctx: ctx, genuine: g, renderer: press, ca: ca, now: time.Now()}
	s.purposes()
	s.documents()
	s.periods()
	s.makers()
	return s.forgeries, s.err
}

// current is a period around now.
func (s *subscriber) current() (from, until time.Time) {
	return s.now.AddDate(0, -6, 0), s.now.AddDate(1, 0, 0)
}

func (s *subscriber) issue(by, name string, purpose testca.Purpose, from, until time.Time) testca.Issued {
	issued, err := s.ca.Issue(by, name, purpose, from, until)
	if err != nil {
		s.fail(string(purpose), err)
	}
	return issued
}

// pages are those that are worth most: the genuine one, one that says more than its JSON, and one whose
// JSON says the same.
func pages() []named[draftFunc] {
	until := func(d *draft) { d.contents.UseUntil = forgedLastDay() }
	return []named[draftFunc]{
		{"the same page", change.changedDraft},
		{"a page until 2036 with the genuine JSON", func(_ change, c Copy) (draft, error) { return change{"", until}.changedDraft(c) }},
		{"until 2036", func(_ change, c Copy) (draft, error) { return change{"", until}.consistentDraft(c) }},
	}
}

// pdf draws a page and signs it, at the time the genuine page states or another.
func (s *subscriber) pdf(name string, how draftFunc, key testca.Issued, at time.Time) {
	s.try(PDF, name, func() ([]byte, error) {
		d, err := how(unchangedPage(), s.genuine.Copy)
		if err != nil {
			return nil, err
		}
		by, err := newSigner(s.genuine.Copy.Signer, key.Signer)
		if err != nil {
			return nil, err
		}
		if !at.IsZero() {
			d.at = at
		}
		return s.renderer.writePDF(s.ctx, d, &by)
	})
}

func (s *subscriber) ofd(name string, how draftFunc, by sealer, at time.Time) {
	s.try(OFD, name, func() ([]byte, error) {
		d, err := how(unchangedPage(), s.genuine.Copy)
		if err != nil {
			return nil, err
		}
		if !at.IsZero() {
			d.at = at
		}
		return s.renderer.writeOFD(s.ctx, d, by)
	})
}

// seal is the genuine seal's design, made by maker for a key. A period of its own is optional.
func (s *subscriber) seal(maker, key testca.Issued, from, until time.Time) []byte {
	genuine, err := ses.ParseSeal(s.genuine.Copy.Seal)
	if err != nil {
		s.fail("the genuine seal", err)
		return nil
	}
	design := genuine.Design
	design.Signers = [][]byte{key.Signer.Chain()[0]}
	if !from.IsZero() {
		design.CreatedAt, design.From, design.Until = from, from, until
	}
	esl, err := ses.NewSeal(s.ctx, maker.Signer, design)
	if err != nil {
		s.fail("a seal", err)
	}
	return esl
}

// purposes tries a certificate of each purpose.
func (s *subscriber) purposes() {
	from, until := s.current()
	s.beginKind("PDF: signed with a certificate for another purpose")
	for _, purpose := range testca.Purposes() {
		key := s.issue(testca.General, subscriberName, purpose, from, until)
		for _, p := range pages() {
			s.pdf(string(purpose)+": "+p.name, p.what, key, time.Time{})
		}
	}
	s.beginKind("OFD: sealed with a certificate for another purpose")
	for _, purpose := range testca.Purposes() {
		key := s.issue(testca.Seals, subscriberName, purpose, from, until)
		esl := s.seal(key, key, time.Time{}, time.Time{})
		for _, p := range pages() {
			s.ofd(string(purpose)+": "+p.name, p.what, newSealer(key.Signer, esl), time.Time{})
		}
	}
}

// documents has a second certificate that signs documents, under the very name of the service's own.
func (s *subscriber) documents() {
	from, until := s.current()
	key := s.issue(testca.General, s.genuine.Copy.Signer, testca.Documents, from, until)
	by, err := newSigner(s.genuine.Copy.Signer, key.Signer)
	if err != nil {
		s.fail("a certificate", err)
		return
	}
	all := append([]change{unchangedPage()}, s.genuine.changes()...)
	s.beginKind("PDF: drawn anew, signed with a certificate of the same name, with the genuine JSON")
	s.drawPDF(s.renderer, all, change.changedDraft, s.genuine.Copy, &by)
	s.beginKind("PDF: drawn anew, signed with a certificate of the same name, with a JSON that says the same")
	s.drawPDF(s.renderer, s.genuine.changes(), change.consistentDraft, s.genuine.Copy, &by)
	s.beginKind("PDF: edited and signed with a certificate of the same name")
	s.editPDF(s.genuine, func(f *pdfFile) ([]byte, error) { return f.assembleSigned(s.ctx, &by) })
	seals := s.issue(testca.Seals, "住房和城乡建设部（测试）签章", testca.Documents, from, until)
	maker := s.issue(testca.Seals, "加注测试制章者", testca.Documents, from, until)
	own := newSealer(seals.Signer, s.seal(maker, seals, time.Time{}, time.Time{}))
	s.beginKind("OFD: drawn anew, sealed with a certificate of the same name, with the genuine JSON")
	s.drawOFD(s.renderer, all, change.changedDraft, s.genuine.Copy, own)
	s.beginKind("OFD: drawn anew, sealed with a certificate of the same name, with a JSON that says the same")
	s.drawOFD(s.renderer, s.genuine.changes(), change.consistentDraft, s.genuine.Copy, own)
	s.beginKind("OFD: edited and sealed with a certificate of the same name")
	s.editOFD(s.genuine, func(o *ofdFile) ([]byte, error) { return o.sealAnew(s.ctx, own, s.genuine.Copy.Says.MadeAt) })
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
		sealing := s.issue(testca.Seals, "住房和城乡建设部（测试）签章", testca.Documents, p.from, p.until)
		esl := s.seal(sealing, sealing, now.AddDate(-1, 0, 0), now.AddDate(5, 0, 0))
		for _, page := range pages() {
			s.beginKind("PDF: a certificate that was not in force, or another time")
			s.pdf(p.name+": "+page.name, page.what, key, p.at)
			s.beginKind("OFD: a certificate that was not in force, or another time")
			s.ofd(p.name+": "+page.name, page.what, newSealer(sealing.Signer, esl), p.at)
		}
	}
}

// makers are seals of others: by the genuine maker for the subscriber, by its own for the genuine key.
func (s *subscriber) makers() {
	from, until := s.current()
	key := s.issue(testca.Seals, subscriberName, testca.Documents, from, until)
	maker := s.issue(testca.Seals, "某某印章有限公司（测试）", testca.Documents, from, until)
	genuine, err := readCertificates(s.genuine.Copy)
	if err != nil {
		s.fail("the genuine certificates", err)
		return
	}
	s.beginKind("OFD: seals of another maker, or of the genuine one for another")
	for _, by := range []named[sealer]{
		{"by the genuine maker, for the subscriber", newSealer(key.Signer, s.seal(s.ca.Maker, key, time.Time{}, time.Time{}))},
		{"by another maker, for the subscriber", newSealer(key.Signer, s.seal(maker, key, time.Time{}, time.Time{}))},
		{"by the subscriber, for itself", newSealer(key.Signer, s.seal(key, key, time.Time{}, time.Time{}))},
		{"the genuine seal, with the subscriber's key", newUnlistedSealer(key.Signer, s.genuine.Copy.Seal)},
		{"the genuine seal shown, another maker's signed", sealer{s.genuine.Copy.Seal, newSealer(key.Signer, s.seal(maker, key, time.Time{}, time.Time{})).sign}},
		{"by another maker for the genuine key, with the subscriber's", newUnlistedSealer(key.Signer, s.seal(maker, s.ca.Seal, time.Time{}, time.Time{}))},
		{"by another maker for the genuine certificate, with the subscriber's key", newUnlistedSealer(impostor{key.Signer, genuine.seal}, s.seal(maker, s.ca.Seal, time.Time{}, time.Time{}))},
		{"by the genuine maker, ended a month ago", newUnlistedSealer(key.Signer, s.seal(s.ca.Maker, key, s.now.AddDate(-1, 0, 0), s.now.AddDate(0, -1, 0)))},
		{"by the genuine maker, that begins in a month", newUnlistedSealer(key.Signer, s.seal(s.ca.Maker, key, s.now.AddDate(0, 1, 0), s.now.AddDate(1, 0, 0)))},
	} {
		for _, page := range pages() {
			s.ofd(by.name+": "+page.name, page.what, by.what, time.Time{})
		}
	}
	s.beginKind("PDF: its own certificate with the genuine one")
	signing := s.issue(testca.General, subscriberName, testca.Documents, from, until)
	for _, k := range []named[signerKey]{
		{"the genuine one enclosed", chainSigner{signing.Signer, [][]byte{signing.Signer.Chain()[0], genuine.pdf.Chain()[0]}}},
		{"the genuine one in its place", impostor{signing.Signer, genuine.pdf}},
	} {
		by, err := newSigner(s.genuine.Copy.Signer, k.what)
		if err != nil {
			s.fail(k.name, err)
			return
		}
		for _, page := range pages() {
			s.try(PDF, k.name+": "+page.name, func() ([]byte, error) {
				d, err := page.what(unchangedPage(), s.genuine.Copy)
				if err != nil {
					return nil, err
				}
				return s.renderer.writePDF(s.ctx, d, &by)
			})
		}
	}
}

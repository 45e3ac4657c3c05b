package faults

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
)

// detail is what the page of one certificate asks for.
func detail(ctx context.Context, l *worker) *preparedScenario {
	s := l.identifiedSession(ctx, seed.Ministry)
	id, row := l.certificate(ctx)
	number := ""
	return &preparedScenario{
		certificate: id,
		run: func(ctx context.Context) {
			number = must.Get(getCertificate(ctx, l.faulty(s), id)).Number
			must.Get(l.faulty(s).Preflight(ctx, id))
		},
		check: func(ctx context.Context) {
			l.harness.store.checkCertificate(ctx, id, row.Number, 0)
			expect("the number", number, row.Number)
		},
	}
}

func bind(ctx context.Context, l *worker) *preparedScenario {
	s := l.identifiedSession(ctx, seed.National)
	id, row := l.certificate(ctx)
	return &preparedScenario{
		certificate: id,
		run:         func(ctx context.Context) { must.Do(l.faulty(s).Bind(ctx, id)) },
		check: func(ctx context.Context) {
			l.harness.store.checkCertificate(ctx, id, row.Number, 0)
			must.Get(getCertificate(ctx, s, id))
		},
	}
}

// certificateDetail is what the page of a certificate shows first.
type certificateDetail struct{ Number string }

func getCertificate(ctx context.Context, s *seed.Session, id string) (certificateDetail, error) {
	res, err := s.API.Client().GetCertificate(ctx, id, client.Bearer(s.Token))
	return client.Read[certificateDetail](res, err)
}

func unbind(ctx context.Context, l *worker) *preparedScenario {
	s := l.identifiedSession(ctx, seed.National)
	id, _ := l.certificate(ctx)
	must.Do(s.Bind(ctx, id))
	return &preparedScenario{
		certificate: id,
		run: func(ctx context.Context) {
			api := l.faultyAPI.Client()
			must.Do(client.Check(api.UnbindCertificate(ctx, id, client.Bearer(s.Token))))
		},
		check: func(ctx context.Context) {
			_, err := getCertificate(ctx, s, id)
			wantCode("looking at a certificate that is not bound", err, "not-bound")
		},
	}
}

// endorse asks for one endorsement under one key, however often it is sent.
func endorse(ctx context.Context, l *worker) *preparedScenario {
	s := l.identifiedSession(ctx, seed.Ministry)
	id, row := l.certificate(ctx)
	key := rand.Text()
	var made client.Endorsement
	return &preparedScenario{
		certificate: id,
		run: func(ctx context.Context) {
			made, _ = must.Get2(l.faulty(s).EndorseOnce(ctx, id, key, client.EndorsementAsk{}))
		},
		check: func(ctx context.Context) {
			expect("its state", must.Get(s.Endorsement(ctx, made)).State, "ready")
			again, replayed := must.Get2(s.EndorseOnce(ctx, id, key, client.EndorsementAsk{}))
			expect("what the key leads to", again.Endorsement, made.Endorsement)
			expect("whether that is a replay", replayed, true)
			l.harness.store.checkCertificate(ctx, id, row.Number, 1)
			l.checkDownloads(ctx, s, made)
		},
	}
}

// checkDownloads checks that the holder gets the files, and another holder does not.
func (l *worker) checkDownloads(ctx context.Context, s *seed.Session, e client.Endorsement) {
	for _, file := range []string{"pdf", "ofd", "preview"} {
		must.Get(s.Download(ctx, e, file))
		_, err := l.otherSession.Link(ctx, e, file)
		wantCode("another holder's link to the "+file, err, "certificate-not-found")
	}
}

func withdraw(ctx context.Context, l *worker) *preparedScenario {
	s, e := l.endorseNewCertificate(ctx)
	var after client.Endorsement
	return &preparedScenario{
		certificate: e.Certificate,
		run:         func(ctx context.Context) { after = must.Get(l.faulty(s).Withdraw(ctx, e, "不再使用")) },
		check: func(ctx context.Context) {
			expect("its state", after.State, "withdrawn")
			l.checkVerdict(ctx, e, "invalid")
			for _, file := range []string{"pdf", "ofd", "preview"} {
				_, err := s.Link(ctx, e, file)
				wantCode("a link to the withdrawn "+file, err, "endorsement-withdrawn")
			}
		},
	}
}

// checkVerdict asks publicly for the verdict on a copy.
func (l *worker) checkVerdict(ctx context.Context, e client.Endorsement, verdict client.VerdictVerdict) {
	v := must.Get(l.directAPI.Verify(ctx, client.VerificationAsk{Token: e.Token()}))
	expect("the verdict", v.Verdict, verdict)
}

func history(ctx context.Context, l *worker) *preparedScenario {
	s, e := l.endorseNewCertificate(ctx)
	var items []client.Endorsement
	return &preparedScenario{
		certificate: e.Certificate,
		run: func(ctx context.Context) {
			items = must.Get(l.faulty(s).History(ctx, e.Certificate, client.ListEndorsementsParams{}))
		},
		check: func(context.Context) {
			expect("how many endorsements the history shows", len(items), 1)
			expect("the endorsement", items[0].Endorsement, e.Endorsement)
		},
	}
}

func download(ctx context.Context, l *worker) *preparedScenario {
	s, e := l.endorseNewCertificate(ctx)
	return &preparedScenario{
		certificate: e.Certificate,
		run: func(ctx context.Context) {
			link := must.Get(l.faulty(s).Link(ctx, e, "ofd"))
			expect("the link's digest", link.SHA256, e.File("ofd").SHA256)
		},
		check: func(ctx context.Context) { l.checkDownloads(ctx, s, e) },
	}
}

// consent lets a reader see the name. A try whose answer was lost may leave a consent whose secret nobody has;
// the holder sees it and can end it.
func consent(ctx context.Context, l *worker) *preparedScenario {
	s, e := l.endorseNewCertificate(ctx)
	var given client.Consent
	return &preparedScenario{
		certificate: e.Certificate,
		run: func(ctx context.Context) {
			given = must.Get(l.faulty(s).Consent(ctx, e, "示例招标代理", "name"))
		},
		check: func(ctx context.Context) {
			if held := must.Get(s.Consents(ctx, e)); len(held) < 1 || len(held) > maxTries {
				must.Do(fmt.Errorf("there are %d consents", len(held)))
			}
			expect("the name shown", l.disclosedName(ctx, given.Link), s.Holder.Name)
		},
	}
}

func revoke(ctx context.Context, l *worker) *preparedScenario {
	s, e := l.endorseNewCertificate(ctx)
	given := must.Get(s.Consent(ctx, e, "示例招标代理", "name"))
	return &preparedScenario{
		certificate: e.Certificate,
		run:         func(ctx context.Context) { must.Do(l.faulty(s).Revoke(ctx, e, given.Consent)) },
		check: func(ctx context.Context) {
			expect("how many consents there are", len(must.Get(s.Consents(ctx, e))), 0)
			expect("the name shown", l.disclosedName(ctx, given.Link), "")
		},
	}
}

// disclosedName is the name that whoever has the link sees.
func (l *worker) disclosedName(ctx context.Context, link string) string {
	v := must.Get(l.directAPI.Verify(ctx, client.VerificationAsk{Token: link}))
	expect("whether a subject is shown", v.Subject != nil, true)
	return v.DisclosedName()
}

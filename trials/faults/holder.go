package faults

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// detail is what the page of one certificate asks for.
func detail(ctx context.Context, l *worker) (*preparedScenario, error) {
	s, err := l.identifiedSession(ctx, seed.Ministry)
	if err != nil {
		return nil, err
	}
	id, row, err := l.certificate(ctx)
	var seen struct{ Certificate, Number string }
	var ready struct{ Ready bool }
	return &preparedScenario{
		certificate: id,
		run: func(ctx context.Context, c *caller) error {
			return errors.Join(
				c.do(ctx, as(s, http.MethodGet, "/v1/certificates/"+id, nil), &seen),
				c.do(ctx, as(s, http.MethodGet, "/v1/certificates/"+id+"/preflight", nil), &ready))
		},
		check: func(ctx context.Context) error {
			return errors.Join(l.harness.store.checkCertificate(ctx, id, row.Number, 0), expect("the number", seen.Number, row.Number))
		},
	}, err
}

func bind(ctx context.Context, l *worker) (*preparedScenario, error) {
	s, err := l.identifiedSession(ctx, seed.National)
	if err != nil {
		return nil, err
	}
	id, row, err := l.certificate(ctx)
	return &preparedScenario{
		certificate: id,
		run: func(ctx context.Context, c *caller) error {
			return c.do(ctx, as(s, http.MethodPut, "/v1/certificates/"+id+"/binding", nil), nil)
		},
		check: func(ctx context.Context) error {
			return errors.Join(
				l.harness.store.checkCertificate(ctx, id, row.Number, 0),
				s.Do(ctx, http.MethodGet, "/v1/certificates/"+id, nil, nil))
		},
	}, err
}

func unbind(ctx context.Context, l *worker) (*preparedScenario, error) {
	sc, err := bind(ctx, l)
	if err != nil {
		return sc, err
	}
	s := l.sessions[seed.National].Session
	if err := s.Bind(ctx, sc.certificate); err != nil {
		return sc, err
	}
	return &preparedScenario{
		certificate: sc.certificate,
		run: func(ctx context.Context, c *caller) error {
			return c.do(ctx, as(s, http.MethodDelete, "/v1/certificates/"+sc.certificate+"/binding", nil), nil)
		},
		check: func(ctx context.Context) error {
			err := s.Do(ctx, http.MethodGet, "/v1/certificates/"+sc.certificate, nil, nil)
			return wantCode("looking at a certificate that is not bound", err, "not-bound")
		},
	}, nil
}

// endorse asks for one endorsement under one key, however often it is asked for.
func endorse(ctx context.Context, l *worker) (*preparedScenario, error) {
	s, err := l.identifiedSession(ctx, seed.Ministry)
	if err != nil {
		return nil, err
	}
	id, row, err := l.certificate(ctx)
	key := rand.Text()
	var made client.Endorsement
	return &preparedScenario{
		certificate: id,
		run: func(ctx context.Context, c *caller) error {
			call := as(s, http.MethodPost, "/v1/certificates/"+id+"/endorsements", client.EndorsementAsk{})
			call.Header = map[string]string{"Idempotency-Key": key}
			return c.do(ctx, call, &made)
		},
		check: func(ctx context.Context) error {
			now, err := s.Endorsement(ctx, made)
			again, replayed, replayErr := s.EndorseOnce(ctx, id, key, client.EndorsementAsk{})
			return errors.Join(err, replayErr,
				expect("its state", now.State, "ready"),
				expect("what the key leads to", again.Endorsement, made.Endorsement),
				expect("whether that is a repetition", replayed, true),
				l.harness.store.checkCertificate(ctx, id, row.Number, 1),
				l.checkDownloads(ctx, s, made))
		},
	}, err
}

// checkDownloads checks that the holder gets the files, and nobody else does.
func (l *worker) checkDownloads(ctx context.Context, s *seed.Session, e client.Endorsement) error {
	var wrong []error
	for _, file := range []string{"pdf", "ofd", "preview"} {
		_, err := s.Download(ctx, e, file)
		_, stranger := l.otherSession.Link(ctx, e, file)
		wrong = append(wrong, err, wantCode("a stranger's link to the "+file, stranger, "certificate-not-found"))
	}
	return errors.Join(wrong...)
}

func withdraw(ctx context.Context, l *worker) (*preparedScenario, error) {
	s, e, err := l.endorseNewCertificate(ctx)
	var after client.Endorsement
	return &preparedScenario{
		certificate: e.Certificate,
		run: func(ctx context.Context, c *caller) error {
			return c.do(ctx, as(s, http.MethodDelete, path(e), map[string]string{"reason": "不再使用"}), &after)
		},
		check: func(ctx context.Context) error {
			wrong := []error{expect("its state", after.State, "withdrawn"), l.checkVerdict(ctx, e, "invalid")}
			for _, file := range []string{"pdf", "ofd", "preview"} {
				_, err := s.Link(ctx, e, file)
				wrong = append(wrong, wantCode("a link to the withdrawn "+file, err, "endorsement-withdrawn"))
			}
			return errors.Join(wrong...)
		},
	}, err
}

func path(e client.Endorsement) string {
	return "/v1/certificates/" + e.Certificate + "/endorsements/" + e.Endorsement
}

// checkVerdict asks publicly for the verdict on a copy.
func (l *worker) checkVerdict(ctx context.Context, e client.Endorsement, verdict client.VerdictVerdict) error {
	v, err := l.directAPI.Verify(ctx, client.VerificationAsk{Token: e.Token()})
	if err != nil {
		return err
	}
	return expect("the verdict", v.Verdict, verdict)
}

func history(ctx context.Context, l *worker) (*preparedScenario, error) {
	s, e, err := l.endorseNewCertificate(ctx)
	var page struct{ Items []client.Endorsement }
	return &preparedScenario{
		certificate: e.Certificate,
		run: func(ctx context.Context, c *caller) error {
			return c.do(ctx, as(s, http.MethodGet, "/v1/certificates/"+e.Certificate+"/endorsements", nil), &page)
		},
		check: func(context.Context) error {
			if len(page.Items) != 1 || page.Items[0].Endorsement != e.Endorsement {
				return fmt.Errorf("the history is %+v", page.Items)
			}
			return nil
		},
	}, err
}

func download(ctx context.Context, l *worker) (*preparedScenario, error) {
	s, e, err := l.endorseNewCertificate(ctx)
	return &preparedScenario{
		certificate: e.Certificate,
		run: func(ctx context.Context, c *caller) error {
			var link client.Link
			if err := c.do(ctx, as(s, http.MethodPost, path(e)+"/links", map[string]string{"file": "ofd"}), &link); err != nil {
				return err
			}
			return expect("the link's digest", link.SHA256, e.Files.OFD.SHA256)
		},
		check: func(ctx context.Context) error { return l.checkDownloads(ctx, s, e) },
	}, err
}

// consent lets a reader see the name. A try whose answer was lost may leave a consent whose secret
// nobody has; the holder sees it and can end it.
func consent(ctx context.Context, l *worker) (*preparedScenario, error) {
	s, e, err := l.endorseNewCertificate(ctx)
	var given client.Consent
	return &preparedScenario{
		certificate: e.Certificate,
		run: func(ctx context.Context, c *caller) error {
			return c.do(ctx, as(s, http.MethodPost, path(e)+"/consents", client.ConsentAsk{
				Fields: []client.ConsentField{"name"}, Until: today().String(), To: "示例招标代理",
			}), &given)
		},
		check: func(ctx context.Context) error {
			held, err := s.Consents(ctx, e)
			if len(held) < 1 || len(held) > maxTries {
				err = errors.Join(err, fmt.Errorf("there are %d consents", len(held)))
			}
			name, shownErr := l.disclosedName(ctx, given.Link)
			return errors.Join(err, shownErr, expect("the name shown", name, s.Holder.Name))
		},
	}, err
}

func revoke(ctx context.Context, l *worker) (*preparedScenario, error) {
	s, e, err := l.endorseNewCertificate(ctx)
	if err != nil {
		return nil, err
	}
	given, err := s.Consent(ctx, e, "示例招标代理", "name")
	return &preparedScenario{
		certificate: e.Certificate,
		run: func(ctx context.Context, c *caller) error {
			return c.do(ctx, as(s, http.MethodDelete, path(e)+"/consents/"+given.Consent, nil), nil)
		},
		check: func(ctx context.Context) error {
			held, err := s.Consents(ctx, e)
			name, shownErr := l.disclosedName(ctx, given.Link)
			return errors.Join(err, shownErr, expect("how many hold", len(held), 0), expect("the name shown", name, ""))
		},
	}, err
}

// disclosedName is the name that whoever has the link sees.
func (l *worker) disclosedName(ctx context.Context, link string) (string, error) {
	v, err := l.directAPI.Verify(ctx, client.VerificationAsk{Token: link})
	if err != nil || v.Subject == nil {
		return "", errors.Join(err, expect("whether a subject is shown", v.Subject != nil, true))
	}
	return v.DisclosedName(), nil
}

package main

import (
	"context"
	"crypto/subtle"
	"time"

	"github.com/jiazhu/jiazhu/shared/api"
	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/evidence"
	"github.com/jiazhu/jiazhu/shared/identity"
	"github.com/jiazhu/jiazhu/shared/problem"
	"github.com/jiazhu/jiazhu/shared/records"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

// verify answers every well-formed request with 200 and a verdict. Only what is
// no request at all, or too many of them, is a problem.
func (a *app) verify(ctx context.Context, r *api.Request) (*api.Response, error) {
	asked, err := read(r)
	if err != nil {
		return nil, err
	}
	found, known, err := a.investigate(ctx, r, asked)
	if err != nil {
		return nil, err
	}
	res := api.JSON(200, answerOf(found.Kind, verdict.Judge(found, known, asked.question, r.Time), r.Lang))
	if known.Access == verdict.NotReached && found.Claim != nil {
		res.Code = problem.Unavailable // the verdict says so; the log should too
	}
	return res, nil
}

// investigate gathers the evidence and what the registry says about it.
func (a *app) investigate(ctx context.Context, r *api.Request, asked ask) (verdict.Evidence, verdict.Records, error) {
	switch {
	case asked.token != "":
		return a.compare(ctx, evidence.Token(asked.token, a.trust))
	case asked.file != nil:
		return a.compare(ctx, evidence.Examine(asked.file, a.trust))
	default:
		return a.search(ctx, r, asked)
	}
}

// compare asks the registry about a token or file, in one round trip, and not
// at all where its signature does not fit.
func (a *app) compare(ctx context.Context, found verdict.Evidence) (verdict.Evidence, verdict.Records, error) {
	if found.Claim == nil {
		return found, verdict.Records{Access: verdict.NotReached}, nil
	}
	record, made, err := a.register.ForVerify(ctx, found.Claim.Certificate, found.Claim.Endorsement)
	switch {
	case problem.Is(err, problem.Unavailable):
		return found, verdict.Records{Access: verdict.NotReached}, nil
	case problem.Is(err, problem.CertificateNotFound), problem.Is(err, problem.EndorsementNotFound) && record.Certificate.ID == "":
		return found, verdict.Records{Access: verdict.Missing}, nil
	case err != nil && !problem.Is(err, problem.EndorsementNotFound):
		return found, verdict.Records{}, err
	}
	known := a.known(record)
	known.Endorsement = made
	return found, known, nil
}

// lookupLimit bounds guessing names and numbers: thirty at once, then ten a
// minute, for one network.
func lookupLimit(network string) identity.Limit {
	return identity.Limit{
		Name: "verify-number", Key: []string{identity.Neighbourhood(network)},
		Burst: 30, Every: 6 * time.Second,
	}
}

// search looks a certificate up by number and name. A number nobody has and a
// name that is not its holder's get the same answer after the same work, so
// that nobody can find out which numbers exist.
func (a *app) search(ctx context.Context, r *api.Request, asked ask) (verdict.Evidence, verdict.Records, error) {
	found := evidence.Lookup(asked.number)
	if err := a.limits.Take(ctx, lookupLimit(r.Network), r.Time); err != nil {
		return found, verdict.Records{}, err
	}
	record, err := a.register.ByNumber(ctx, asked.number)
	if problem.Is(err, problem.CertificateNotFound) {
		record, err = a.pretend(ctx)
	}
	if err != nil {
		return found, verdict.Records{}, err
	}
	if !sameName(record.Certificate.Holder.Name, asked.name) || record.Certificate.ID == "" {
		return found, verdict.Records{Access: verdict.Missing}, nil
	}
	return found, a.known(record), nil
}

// nobody is an id no certificate has: its time is the beginning of 1970.
const nobody = "00000000000000000000000000"

// pretend makes the second read that finding a number would have led to.
func (a *app) pretend(ctx context.Context) (records.Record, error) {
	record, _, err := a.register.ForVerify(ctx, nobody, "")
	if problem.Is(err, problem.CertificateNotFound) {
		return records.Record{}, nil
	}
	return record, err
}

// sameName compares names in their standard form.
func sameName(held, asked string) bool {
	a, err := certificate.NormalizeName(held)
	if err != nil {
		a = held
	}
	b, err := certificate.NormalizeName(asked)
	if err != nil {
		b = asked
	}
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

func (a *app) known(record records.Record) verdict.Records {
	known := verdict.Records{Access: verdict.Found, Certificate: &record.Certificate, Latest: record.Latest}
	if s, ok := a.schemes.ByID(record.Certificate.Scheme); ok {
		known.Scheme = &s
	}
	return known
}

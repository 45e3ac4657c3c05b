package records

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/endorsement"
	"github.com/jiazhu/jiazhu/shared/problem"
)

// ByNumber finds the one certificate with this 注册编号. Error: certificate-not-found.
func (s *Store) ByNumber(ctx context.Context, printed string) (Record, error) {
	at := numberKey(printed)
	got, err := s.batch(ctx, []key{at})
	if err != nil {
		return Record{}, err
	}
	id := str(got[at], "id")
	if id == "" {
		return Record{}, problem.New(problem.CertificateNotFound)
	}
	r, _, err := s.ForVerify(ctx, id, "")
	return r, err
}

// ForVerify reads, for anyone, a certificate and the endorsement a copy says it carries, in one
// BatchGetItem. Without an endorsementID only the certificate is read.
//
// Errors: certificate-not-found; endorsement-not-found, beside which the certificate is returned.
func (s *Store) ForVerify(ctx context.Context, certID, endorsementID string) (Record, *endorsement.Endorsement, error) {
	if _, err := TimeOf(certID); err != nil {
		return Record{}, nil, problem.New(problem.CertificateNotFound).WithCause(err)
	}
	keys := []key{certificateKey(certID)}
	if at, err := endorsementKey(certID, endorsementID); err == nil {
		keys = append(keys, at)
	}
	got, err := s.batch(ctx, keys)
	if err != nil {
		return Record{}, nil, err
	}
	from, ok := got[keys[0]]
	if !ok {
		return Record{}, nil, problem.New(problem.CertificateNotFound)
	}
	r, err := s.record(from)
	switch {
	case err != nil || endorsementID == "":
		return r, nil, err
	case len(keys) == 1: // what names no endorsement finds none
		return r, nil, problem.New(problem.EndorsementNotFound)
	}
	e, err := readEndorsement(got, keys[1])
	return r, e, err
}

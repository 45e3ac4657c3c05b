// Package verifying is what the functions that verify have in common: what they read of the register
// for a verdict, and what they add to the ledger.
package verifying

import (
	"context"
	"errors"

	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// CertificateStore reads what the register has.
type CertificateStore interface {
	// Examine reads a certificate, one of its endorsements and a consent in one round trip. If only
	// the endorsement is missing, the certificate is still returned, together with
	// records.ErrEndorsementNotFound.
	Examine(ctx context.Context, x records.Presented) (records.PresentedRecord, error)
}

// Register reads what the register says about a claim.
type Register struct {
	Certificates CertificateStore
	Schemes      scheme.Set
}

// Found is what the register says about a claim.
type Found struct {
	Record  records.PresentedRecord // the register's record, if it was found
	Records verdict.Records
	Failed  error // why the register could not be read, unless the error is temporary
}

// Read reads what the register says about what was presented. An error is not the caller's: findings
// that need no register still hold.
func (r Register) Read(ctx context.Context, x records.Presented) Found {
	found, err := r.Certificates.Examine(ctx, x)
	noEndorsement := errors.Is(err, records.ErrEndorsementNotFound)
	f := Found{Records: verdict.Records{Access: verdict.NotReached}}
	switch {
	case dynamo.IsUnavailable(err):
		return f
	case errors.Is(err, records.ErrCertificateNotFound), noEndorsement && found.Certificate.ID == "":
		f.Records.Access = verdict.Missing
		return f
	case err != nil && !noEndorsement:
		f.Failed = err
		return f
	}
	f.Record, f.Records = found, r.Describe(found.Record)
	f.Records.Endorsement, f.Records.Seals = found.Endorsement, found.Seals
	return f
}

// Describe returns a record as the verdict needs it.
func (r Register) Describe(record records.Record) verdict.Records {
	known := verdict.Records{
		Access: verdict.Found, Certificate: &record.Certificate, Latest: record.Latest,
		Holder: record.Holder, HeldFrom: record.HeldFrom,
	}
	if s, ok := r.Schemes.ByID(record.Certificate.Scheme); ok {
		known.Scheme = &s
	}
	return known
}

// Channel returns how the copy was verified, as the ledger names it. A token is read from paper or
// a screen.
func Channel(kind verdict.Kind) string {
	if kind == verdict.Token {
		return "qr"
	}
	return string(kind)
}

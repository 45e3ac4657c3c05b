package kit

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// requireTimestamps returns a bundle whose seals carry timestamps with SM2.
func requireTimestamps(b evidence.Bundle) evidence.Bundle {
	for i, s := range b.Signers {
		if s.Use == evidence.SignsOFD {
			b.Signers[i].Timestamps = &evidence.TimestampRule{From: civil.Date{Year: 2026, Month: 11, Day: 1}, Algorithms: tsp.SM}
		}
	}
	return b
}

// withTimestamp returns an issuer whose seals carry the timestamp that the case describes.
func (k *Kit) withTimestamp(t testing.TB, issuer *issuetest.Issuer, c cases.Case) *issuetest.Issuer {
	t.Helper()
	keys := issuer.Keys
	stamped := c.Given.Stamped
	if stamped.IsZero() {
		stamped = c.Copy.Made
	}
	keys.SealTimestamp = k.timestamp(issuer.CA, c.Given.Timestamp, stamped)
	return issuer.WithKeys(t, keys)
}

// timestamp makes the timestamp of a name in a case, at a time.
func (k *Kit) timestamp(ca *testca.Authority, name string, at time.Time) ses.TimestampFunc {
	by := func(of testca.Issued) ses.TimestampFunc {
		return testca.NewTimestamper(of.Signer, func() time.Time { return at }).Timestamp
	}
	from, _ := ca.Period()
	switch name {
	case "rfc3161":
		return by(ca.Time)
	case "of-other-bytes":
		return func(ctx context.Context, _ []byte) ([]byte, error) {
			return by(ca.SealTime)(ctx, []byte("other bytes"))
		}
	case "unknown-authority":
		return by(k.issuers["stranger"].CA.SealTime)
	case "no-usage":
		return by(ca.Seal)
	case "outside-its-days":
		return by(must.Get(ca.Issue(testca.Seals, "加注测试国密时间戳", testca.Timestamps, from, at.AddDate(0, 0, -1))))
	case "altered":
		return func(ctx context.Context, value []byte) ([]byte, error) {
			token, err := by(ca.SealTime)(ctx, value)
			stated := []byte(at.UTC().Format("20060102150405Z"))
			return bytes.Replace(token, stated, []byte(at.UTC().AddDate(0, 0, -1).Format("20060102150405Z")), 1), err
		}
	}
	return by(ca.SealTime)
}

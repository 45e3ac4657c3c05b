package reporting

import (
	"fmt"
	"reflect"
	"time"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/records"
)

// firstVersion is that of a certificate reported for the first time (GB/T 36904).
const firstVersion = "001"

// begin makes the certificate a first report opens. Its identifier's serial is its own id.
func begin(c certificate.Certificate, now time.Time) (certificate.Certificate, error) {
	c.ID, c.Version = records.NewID(now), firstVersion
	c.Sync.At = now
	return identified(c)
}

// revise lays a report over the certificate as it stands. A report that says nothing new gives
// changed false. What the certificate says makes a new version of it; only that it has now
// reached the ministry does not, for the certificate is the same. Nor does the operation alone: it tells
// how a version came about, and is told again whenever the row is. Pictures that the report does not
// bring stay.
func revise(before, c certificate.Certificate, now time.Time) (after certificate.Certificate, changed bool, err error) {
	after = c
	after.ID, after.Version, after.Identifier = before.ID, before.Version, before.Identifier
	after.Supersedes = before.Supersedes
	after.Operation = before.Operation
	if after.Photo == nil {
		after.Photo = before.Photo
	}
	if after.SignatureImage == nil {
		after.SignatureImage = before.SignatureImage
	}
	after.Sync = before.Sync
	same := reflect.DeepEqual(before, after)
	if same && before.Sync.ReportedToMinistry == c.Sync.ReportedToMinistry {
		return before, false, nil
	}
	after.Sync = certificate.Sync{ReportedToMinistry: c.Sync.ReportedToMinistry, At: now}
	if same {
		return after, true, nil
	}
	after.Operation = c.Operation
	if after.Version, err = certificate.NextVersion(before.Version); err != nil {
		return before, false, fmt.Errorf("counting the version on: %w", err)
	}
	after, err = identified(after)
	return after, true, err
}

// succeed makes the certificate of another holder that takes the place of one with the same number, and
// says how that one ends. Nothing of it goes over, not even a picture.
func succeed(before, c certificate.Certificate, now time.Time) (after, ended certificate.Certificate, err error) {
	if after, err = begin(c, now); err != nil {
		return after, ended, err
	}
	after.Supersedes = before.ID
	ended, err = end(before, "持证人证件号码已更正，本证照终止，由新证照替代。", now)
	return after, ended, err
}

// end puts a certificate into state 99 with a note that says why.
func end(c certificate.Certificate, why string, now time.Time) (certificate.Certificate, error) {
	c.State, c.StateNote, c.Operation = certificate.Other, why, certificate.AnythingElse
	c.Photo, c.SignatureImage, c.Sync.At = nil, nil, now
	if next, err := certificate.NextVersion(c.Version); err == nil { // after the last one it ends all the same
		c.Version = next
	}
	return identified(c)
}

// identified computes the 证照标识 of the version.
func identified(c certificate.Certificate) (certificate.Certificate, error) {
	identifier, err := certificate.NewIdentifier(c.TypeCode, c.Issuer.Code, c.ID, c.Version)
	if err != nil {
		return c, fmt.Errorf("making the identifier: %w", err)
	}
	c.Identifier = identifier
	return c, nil
}

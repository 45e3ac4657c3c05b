package reporting

import (
	"fmt"
	"reflect"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// begin makes the certificate of a first report. Its identifier's serial is its own id.
func begin(c certificate.Certificate, now time.Time) (certificate.Certificate, error) {
	c.ID, c.Version, c.Round = records.NewID(now), certificate.FirstVersion, 0
	c.Sync.At = now
	return c.WithIdentifier()
}

// revise applies a report to the present certificate. changed is false if the report says nothing
// new. A report makes a new version only if the certificate's file changes (certificate.SameFile);
// a change of state makes none, so that no limit on versions prevents a cancellation. The operation
// by itself is not new: it says how the certificate came into its state, and every repetition of
// the row says so too. Pictures that are absent from the report stay.
func revise(before, c certificate.Certificate, now time.Time) (after certificate.Certificate, changed bool, err error) {
	after = c
	after.ID, after.Version, after.Round, after.Identifier = before.ID, before.Version, before.Round, before.Identifier
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
	if certificate.SameFile(before, after) {
		return after, true, nil
	}
	if after, err = after.NextFile(); err != nil {
		return before, false, fmt.Errorf("making the next version: %w", err)
	}
	return after, true, nil
}

// succeed makes the certificate of another holder that replaces one with the same number, and
// returns how that one ends. Nothing is carried over, not even a picture.
func succeed(before, c certificate.Certificate, now time.Time) (after, ended certificate.Certificate, err error) {
	if after, err = begin(c, now); err != nil {
		return after, ended, err
	}
	after.Supersedes = before.ID
	return after, end(before, "持证人证件号码已更正，本证照终止，由新证照替代。", now), nil
}

// end sets a certificate to state 99 with a note that says why. It makes no new version.
func end(c certificate.Certificate, why string, now time.Time) certificate.Certificate {
	c.State, c.StateNote, c.Operation = certificate.Other, why, certificate.AnythingElse
	c.Photo, c.SignatureImage, c.Sync.At = nil, nil, now
	return c
}

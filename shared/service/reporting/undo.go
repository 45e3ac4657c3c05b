package reporting

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// UndoneBy is the client named in versions that undo a report.
const UndoneBy = "operator:undo"

// UndoResult is what undoing a report does, or would do, to one certificate.
type UndoResult struct {
	Certificate string `json:"certificate"`
	Number      string `json:"number"`
	// Result is "back"; "ended" if the report began the certificate; "undone" if an earlier run did
	// it; "changed" if it was changed later and is left; "confirmed" if a later report said the
	// same and it is left; or "follows" if it depends on the certificate that replaced it.
	Result string `json:"result"`
	// By is the client that changed or confirmed it later.
	By string `json:"by,omitempty"`
	// Revived is the replaced certificate that becomes the current one again.
	Revived  string `json:"revived,omitempty"`
	Pictures int    `json:"picturesLost,omitempty"` // replaced or removed by the report, and not kept
}

// UndoRun undoes the changes of one report.
type UndoRun struct {
	Records *records.Store
	Report  string
	Now     time.Time
	Dry     bool
}

// UndoCertificate undoes what the report did to a certificate: a new version repeats the last
// version that another report made. If the report replaced the certificate by another, that one
// ends and the first becomes current again. A certificate that was changed or confirmed later is
// left; a later change that was itself undone does not count.
func (u UndoRun) UndoCertificate(ctx context.Context, id string) (UndoResult, error) {
	record, past, err := u.read(ctx, id)
	if err != nil {
		return UndoResult{Certificate: id}, err
	}
	done := UndoResult{Certificate: id, Number: record.Certificate.Number}
	past = effectiveVersions(past)
	if !slices.ContainsFunc(past, u.isByReport) {
		done.Result = "undone"
		return done, nil
	}
	if noteLaterChange(&done, past, u); done.Result != "" {
		return done, nil
	}
	if record.ReplacedBy != "" { // it is restored with the one that replaced it
		return u.followSuccessors(ctx, done, record)
	}
	change, err := u.change(ctx, record, past)
	if err != nil {
		return done, err
	}
	done.Pictures = countLostPictures(past)
	if done.Result = "back"; len(u.versionsBefore(past)) == 0 {
		done.Result = "ended"
	}
	if change.Revived != nil {
		done.Revived = change.Revived.Certificate.ID
	}
	if u.Dry {
		return done, nil
	}
	_, err = u.Records.Put(ctx, change)
	if errors.Is(err, records.ErrCertificateChanged) {
		done.Result, done.Revived = "changed", ""
		return done, nil
	}
	return done, err
}

func (u UndoRun) read(ctx context.Context, id string) (records.Record, []records.Version, error) {
	past, err := u.Records.Versions(ctx, id)
	if err != nil {
		return records.Record{}, nil, err
	}
	record, _, err := u.Records.ForVerify(ctx, id, "")
	if err == nil {
		record, err = u.Records.WithIDNumber(record)
	}
	if err == nil && (len(past) == 0 || past[len(past)-1].Revision != record.Revision) {
		err = fmt.Errorf("certificate %s was changed by a program that keeps no versions, or just now; run jiazhu migrate, or the command again", id)
	}
	return record, past, err
}

// isByReport reports whether the report made a version.
func (u UndoRun) isByReport(v records.Version) bool {
	return v.By.Report == u.Report && v.By.Client != UndoneBy
}

// versionsBefore returns the versions before the report's last ones, oldest first.
func (u UndoRun) versionsBefore(past []records.Version) []records.Version {
	n := len(past)
	for n > 0 && u.isByReport(past[n-1]) {
		n--
	}
	return past[:n]
}

// effectiveVersions returns the versions without those that were undone, and without an undo that
// restored the version just before it.
func effectiveVersions(past []records.Version) []records.Version {
	var left []records.Version
	for _, v := range past {
		if v.By.Client == UndoneBy {
			before := UndoRun{Report: v.By.Report}.versionsBefore(left)
			if len(before) < len(left) && len(before) > 0 && isRestorationOf(v, before[len(before)-1]) {
				left = before
				continue
			}
			if len(before) == 0 {
				left = nil // it ended what the report began
			}
		}
		left = append(left, v)
	}
	return left
}

// isRestorationOf reports whether an undo restored a version, except for pictures, which are not
// kept.
func isRestorationOf(v, was records.Version) bool {
	a, b := v.Certificate, was.Certificate
	a.Version, a.Round, a.Identifier, a.Sync.At = b.Version, b.Round, b.Identifier, b.Sync.At
	if a.Photo == nil {
		a.Photo = b.Photo
	}
	if a.SignatureImage == nil {
		a.SignatureImage = b.SignatureImage
	}
	return reflect.DeepEqual(a, b) && v.Holder == was.Holder && v.HeldFrom == was.HeldFrom && v.ReplacedBy == was.ReplacedBy
}

// noteLaterChange records by whom a certificate was changed or confirmed after the report, if it
// was.
func noteLaterChange(done *UndoResult, past []records.Version, u UndoRun) {
	newest := past[len(past)-1]
	if u.isByReport(newest) {
		return
	}
	done.Result, done.By = "changed", newest.By.Client
	if len(past) > 1 && u.isByReport(past[len(past)-2]) && newest.Confirms(past[len(past)-2]) {
		done.Result = "confirmed"
	}
}

// change returns the change that undoes the report's changes of a certificate.
func (u UndoRun) change(ctx context.Context, now records.Record, past []records.Version) (records.Change, error) {
	c := records.Change{Before: &now, By: records.Author{Client: UndoneBy, Report: u.Report}}
	before := u.versionsBefore(effectiveVersions(past))
	if len(before) == 0 {
		ended := end(now.Certificate, "登记该证照的上报已被撤销。", u.Now)
		former, was, err := u.predecessor(ctx, now.Certificate.Supersedes)
		if err != nil {
			return c, err
		}
		if was == nil {
			c.After = ended
			return c, nil
		}
		revived, err := u.Records.RecordAtVersion(former, *was)
		if err != nil {
			return c, err
		}
		c.Ended, c.Revived = &ended, &former
		former.HeldFrom = revived.HeldFrom
		c.After, err = u.restoreCertificate(revived.Certificate, former.Certificate)
		return c, err
	}
	back, err := u.Records.RecordAtVersion(now, before[len(before)-1])
	if err != nil {
		return c, err
	}
	c.After, err = u.restoreCertificate(back.Certificate, now.Certificate)
	return c, err
}

// predecessor finds the certificate that was current before the report replaced it, and its
// version.
func (u UndoRun) predecessor(ctx context.Context, id string) (records.Record, *records.Version, error) {
	for id != "" {
		record, past, err := u.read(ctx, id)
		if err != nil {
			return record, nil, err
		}
		past = effectiveVersions(past)
		before := u.versionsBefore(past)
		if len(before) == len(past) {
			return record, nil, nil // it was ended by another report
		}
		if len(before) > 0 {
			return record, &before[len(before)-1], nil
		}
		id = record.Certificate.Supersedes
	}
	return records.Record{}, nil, nil
}

// followSuccessors returns the result for a certificate that the report ended: that of the
// certificate that replaced it, since undoing that one restores this one.
func (u UndoRun) followSuccessors(ctx context.Context, done UndoResult, record records.Record) (UndoResult, error) {
	for record.ReplacedBy != "" {
		next, past, err := u.read(ctx, record.ReplacedBy)
		if err != nil {
			return done, err
		}
		past = effectiveVersions(past)
		if !slices.ContainsFunc(past, u.isByReport) {
			done.Result = "undone"
			return done, nil
		}
		if noteLaterChange(&done, past, u); done.Result != "" {
			return done, nil // its successor was changed later
		}
		record = next
	}
	done.Result = "follows"
	return done, nil
}

// restoreCertificate returns an earlier certificate as the next version of the present one.
// Replaced pictures are not kept.
func (u UndoRun) restoreCertificate(was, is certificate.Certificate) (certificate.Certificate, error) {
	if !isSameImage(was.Photo, is.Photo) {
		was.Photo = nil
	}
	if !isSameImage(was.SignatureImage, is.SignatureImage) {
		was.SignatureImage = nil
	}
	was.Version, was.Round, was.Identifier = is.Version, is.Round, is.Identifier
	was.Sync.At = u.Now
	if certificate.SameFile(is, was) {
		return was, nil
	}
	return was.NextFile()
}

func isSameImage(a, b *certificate.Image) bool { return reflect.DeepEqual(a, b) }

// countLostPictures counts the pictures that the version before the report's had and the newest
// lacks.
func countLostPictures(past []records.Version) (n int) {
	u := UndoRun{Report: past[len(past)-1].By.Report}
	before := u.versionsBefore(past)
	if len(before) == 0 {
		return 0
	}
	was, is := before[len(before)-1].Certificate, past[len(past)-1].Certificate
	for _, p := range [][2]*certificate.Image{{was.Photo, is.Photo}, {was.SignatureImage, is.SignatureImage}} {
		if p[0] != nil && !isSameImage(p[0], p[1]) {
			n++
		}
	}
	return n
}

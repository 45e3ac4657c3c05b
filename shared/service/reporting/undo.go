package reporting

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// UndoneBy is the client that versions name by which a report was undone.
const UndoneBy = "operator:undo"

// UndoResult is what became, or would, of one certificate when a report is undone.
type UndoResult struct {
	Certificate string `json:"certificate"`
	Number      string `json:"number"`
	// Result is "back", "ended" where the report began the certificate, "undone" where an earlier run did it,
	// "changed": it was changed since, and is left, "confirmed": another report said the same since, and it is
	// left, or "follows": what becomes of it is what becomes of the one that took its place.
	Result string `json:"result"`
	// By is the client that changed or confirmed it since.
	By string `json:"by,omitempty"`
	// Revived is the certificate that takes its place back.
	Revived  string `json:"revived,omitempty"`
	Pictures int    `json:"picturesLost,omitempty"` // that the report replaced or removed, and that are not kept
}

// UndoRun takes the changes of one report back.
type UndoRun struct {
	Register *records.Store
	Report   string
	Now      time.Time
	Dry      bool
}

// UndoCertificate takes back what the report did to a certificate: a new version says what the last version of somebody
// else's said. Where the report put another certificate in its place, that one ends and the first is taken
// up again. A certificate that was changed or confirmed since is left; what was undone since is no change.
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
	if record.ReplacedBy != "" { // it comes back with the one that took its place
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
	_, err = u.Register.Put(ctx, change)
	if problem.Is(err, problem.CertificateChanged) {
		done.Result, done.Revived = "changed", ""
		return done, nil
	}
	return done, err
}

func (u UndoRun) read(ctx context.Context, id string) (records.Record, []records.Version, error) {
	past, err := u.Register.Versions(ctx, id)
	if err != nil {
		return records.Record{}, nil, err
	}
	record, _, err := u.Register.ForVerify(ctx, id, "")
	if err == nil {
		record, err = u.Register.WithIDNumber(record)
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

// versionsBefore are the versions before the report's last ones, the oldest first.
func (u UndoRun) versionsBefore(past []records.Version) []records.Version {
	n := len(past)
	for n > 0 && u.isByReport(past[n-1]) {
		n--
	}
	return past[:n]
}

// effectiveVersions are the versions without those that were undone, and without the undoing of one that brought back
// just what was before it.
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

// isRestorationOf reports whether an undoing brought back what a version said, but for pictures, which are not kept.
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

// noteLaterChange says by whom a certificate was changed or confirmed after the report, if it was.
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

// change is what takes the report's changes of a certificate back.
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
		revived, err := u.Register.RecordAtVersion(former, *was)
		if err != nil {
			return c, err
		}
		c.Ended, c.Revived = &ended, &former
		former.HeldFrom = revived.HeldFrom
		c.After, err = u.restoreCertificate(revived.Certificate, former.Certificate)
		return c, err
	}
	back, err := u.Register.RecordAtVersion(now, before[len(before)-1])
	if err != nil {
		return c, err
	}
	c.After, err = u.restoreCertificate(back.Certificate, now.Certificate)
	return c, err
}

// predecessor finds the certificate that stood before the report put others in its place, and what it said.
func (u UndoRun) predecessor(ctx context.Context, id string) (records.Record, *records.Version, error) {
	for id != "" {
		record, past, err := u.read(ctx, id)
		if err != nil {
			return record, nil, err
		}
		past = effectiveVersions(past)
		before := u.versionsBefore(past)
		if len(before) == len(past) {
			return record, nil, nil // it ended by another report
		}
		if len(before) > 0 {
			return record, &before[len(before)-1], nil
		}
		id = record.Certificate.Supersedes
	}
	return records.Record{}, nil, nil
}

// followSuccessors tells what becomes of a certificate that ended by the report: what becomes of the one that took
// its place, which takes it up again.
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
			return done, nil // whoever took its place was changed since
		}
		record = next
	}
	done.Result = "follows"
	return done, nil
}

// restoreCertificate is a certificate as it was, as the next one after what it is. Pictures that were replaced are not kept.
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

// countLostPictures counts the pictures of the version before the report's that the newest has no more.
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

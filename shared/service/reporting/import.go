package reporting

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// CertificateStore stores the imported certificates.
type CertificateStore interface {
	ByNumbers(ctx context.Context, numbers []string) (map[string]records.Record, error)
	PutAll(ctx context.Context, changes []records.Change) ([]records.Record, error)
	FindNewest(ctx context.Context, certIDs []string) (map[string]records.Newest, error)
	HolderKey(idType, idNumber string) string
	ListByDocument(ctx context.Context, holder string, limit int) ([]records.Record, error)
}

// Journal stores the names of the versions that reports make.
type Journal interface {
	Append(ctx context.Context, kind journal.Kind, at time.Time, what any) error
}

const importAttempts = 6

// maxChangesPerDay is how many changes a certificate accepts in a day, in Asia/Shanghai, not
// counting those that end, release or suspend it (countsAgainstDay). In normal use there are a few.
const maxChangesPerDay = 100

// Import imports the rows of one report into the register.
type Import struct {
	Records    CertificateStore
	Journal    Journal
	Permission Permission // of the client
	Now        time.Time  // of the report
	Lang       string     // of the outcomes' texts, "zh" or "en"
	Workers    int        // number of concurrent transactions
	Client     string     // the client that reports
	Report     string     // the report's id
	File       bool       // it is a file, whose import may be repeated
}

// Row is a row that was accepted and waits to be imported. Its outcome is written in place.
type Row struct {
	parsedRow
	outcome  *Outcome
	imported *importedVersion // nil until the row is imported
}

// importedVersion is the newest version of the certificate that a row led to, the certificate that it
// replaced, "" for none, the keyed hash of the holder's document, and the holder that the certificate
// had before the row.
type importedVersion struct {
	records.Newest
	supersedes string
	holder     string
	former     certificate.Holder
}

// ImportRows imports the rows. Rows of one number are imported in the order of the report, as if
// reported one by one; rows of different numbers are imported together, as many as a transaction
// takes.
//
// Then each row is compared with the other certificates of the same document (warnOfOthers).
//
// The newest version of each certificate is then written to the journal, so that nobody who can
// write the table can put an earlier one back unnoticed.
//
// A row that fails by itself is refused in its outcome. An error means that the register or the
// journal could not be reached: imported rows stay, and the same report can be sent again.
func (l Import) ImportRows(ctx context.Context, rows []Row) error {
	byNumber := map[string][]Row{}
	var numbers []string
	for _, p := range rows {
		n := p.canonical
		if len(byNumber[n]) == 0 {
			numbers = append(numbers, n)
		}
		byNumber[n] = append(byNumber[n], p)
	}
	group, importing := errgroup.WithContext(ctx)
	group.SetLimit(l.Workers)
	for batch := range slices.Chunk(numbers, records.MaxBatchSize) {
		group.Go(func() error { return l.importNumbers(importing, batch, byNumber) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if err := l.warnOfOthers(ctx, rows); err != nil {
		return err
	}
	return l.appendVersions(ctx, rows)
}

// appendVersions writes to the journal the versions that the imported rows led to, and those that
// ended the replaced certificates.
func (l Import) appendVersions(ctx context.Context, rows []Row) error {
	newest := map[string]records.Newest{}
	var former []string
	for _, p := range rows {
		if id := p.outcome.Certificate; p.imported.Revision > newest[id].Revision {
			newest[id] = p.imported.Newest
		}
		if p.imported.supersedes != "" && !slices.Contains(former, p.imported.supersedes) {
			former = append(former, p.imported.supersedes)
		}
	}
	ended, err := l.Records.FindNewest(ctx, former)
	if err != nil {
		return err
	}
	for id, n := range ended {
		if n.Revision > newest[id].Revision {
			newest[id] = n
		}
	}
	all := make([]journal.Version, 0, len(newest))
	for id, n := range newest {
		all = append(all, journal.Version{Certificate: id, Revision: n.Revision, Digest: n.Digest})
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortFunc(all, func(a, b journal.Version) int { return strings.Compare(a.Certificate, b.Certificate) })
	return l.Journal.Append(ctx, journal.Versions, l.Now, journal.NamedVersions{Report: l.Report, Versions: all})
}

// importRow imports a row into the record as it was read, or as read again if another report
// changed it in between. It returns the record after the change.
func (l Import) importRow(ctx context.Context, p Row, before records.Record, known bool) (records.Record, bool, error) {
	for range importAttempts {
		change, err := l.change(p, before, known)
		if err != nil || change == nil {
			return before, known, p.conclude(err, before, l.Lang)
		}
		after, err := l.Records.PutAll(ctx, []records.Change{*change})
		if err == nil {
			p.writeOutcome(resultOf(*change), after[0], l.Lang)
			return after[0], true, nil
		}
		if !errors.Is(err, records.ErrCertificateChanged) {
			return before, known, err
		}
		fresh, err := l.Records.ByNumbers(ctx, []string{p.Number})
		if err != nil {
			return before, known, err
		}
		before, known = fresh[p.canonical]
		if known && l.isImported(p, before) {
			p.writeOutcome(Accepted, before, l.Lang)
			return before, known, nil
		}
	}
	return before, known, p.conclude(refuse("", "busy",
		"该证书正被其他上报修改，请重新上报此条记录。", "Other reports are changing this certificate; report the row again."), before, l.Lang)
}

// isImported reports whether an earlier run over the same file has imported the row, or a later row
// of its number.
func (l Import) isImported(p Row, before records.Record) bool {
	return before.HasSource(l.source(p))
}

func (l Import) source(p Row) records.Source {
	if !l.File {
		return records.Source{}
	}
	return records.Source{Report: l.Report, Row: int64(p.outcome.Row)}
}

func (l Import) author(p Row) records.Author {
	return records.Author{Client: l.Client, Report: l.Report, Row: int64(p.outcome.Row)}
}

// change returns the row's change of the record: nil if the row says nothing new, a FieldError if
// it is not allowed.
func (l Import) change(p Row, before records.Record, known bool) (*records.Change, error) {
	if !known {
		if err := p.refuseEntry(nil); err != nil {
			return nil, err
		}
		if e := l.Permission.admit(p.Certificate, nil, p.grammar); e != nil {
			return nil, e
		}
		after, err := begin(p.Certificate, l.Now)
		return &records.Change{After: after, Photo: p.photo, Signature: p.signature, Source: l.source(p), By: l.author(p)}, err
	}
	if e := l.Permission.admit(p.Certificate, &before.Certificate, p.grammar); e != nil {
		return nil, e
	}
	if err := p.refuseEntry(&before.Certificate); err != nil {
		return nil, err
	}
	p.imported.former = before.Certificate.Holder
	if !before.Certificate.Holder.HasSameDocument(p.Certificate.Holder) {
		return l.replace(p, before)
	}
	after, changed, err := revise(before.Certificate, p.Certificate, l.Now)
	if err != nil {
		return nil, err
	}
	if !changed {
		return l.confirm(p, before), nil
	}
	if e := l.checkChange(p, before, after); e != nil {
		return nil, e
	}
	return &records.Change{Before: &before, After: after, Photo: p.photo, Signature: p.signature, Source: l.source(p), By: l.author(p)}, nil
}

// confirm records that another report states what the register has, so that undoing the first
// report keeps what the second states too. It records this once for each change, so that a nightly
// report of everything does not write each time.
func (l Import) confirm(p Row, before records.Record) *records.Change {
	if before.Newest.Confirms || before.Newest.Report == l.Report {
		return nil
	}
	return &records.Change{Before: &before, After: before.Certificate, By: l.author(p), Confirmed: l.Now}
}

// replace begins the certificate of another holder.
func (l Import) replace(p Row, before records.Record) (*records.Change, error) {
	if e := l.checkChange(p, before, p.Certificate); e != nil {
		return nil, e
	}
	after, ended, err := succeed(before.Certificate, p.Certificate, l.Now)
	if err != nil {
		return nil, err
	}
	return &records.Change{
		Before: &before, After: after, Ended: &ended, Photo: p.photo, Signature: p.signature, Source: l.source(p), By: l.author(p),
	}, nil
}

// checkChange refuses a change that the stated operation does not lead to, and a change beyond the
// daily limit.
func (l Import) checkChange(p Row, before records.Record, after certificate.Certificate) *certificate.FieldError {
	was := before.Certificate
	if countsAgainstDay(was, after) && before.Changes.CountOn(l.Now) >= maxChangesPerDay {
		return refuse("", "changes.day", fmt.Sprintf("该证书今天已修改 %d 次，请明天再报；由有效改为其他状态不受此限。", maxChangesPerDay),
			fmt.Sprintf("The certificate was changed %d times today; report this tomorrow. A row that brings it out of state 01 is always taken.", maxChangesPerDay))
	}
	arrived := was
	arrived.Sync = after.Sync
	if reflect.DeepEqual(arrived, after) { // the row leaves the certificate as it is
		return nil
	}
	return p.Operation.CheckMove(was.State, after.State, after.StateNote)
}

// countsAgainstDay reports whether a change counts against the daily limit. A change that ends the
// certificate, releases it or suspends a valid one never does, whichever holder the row names;
// otherwise somebody who changes the holder a hundred times leaves a certificate in force that its
// authority cannot end before tomorrow.
func countsAgainstDay(was, after certificate.Certificate) bool {
	switch after.State {
	case certificate.Valid:
		return true
	case certificate.Suspended:
		return was.State != certificate.Valid
	}
	return was.State == after.State && was.Holder.HasSameDocument(after.Holder)
}

// resultOf returns the result of a row whose change was made.
func resultOf(c records.Change) string {
	if !c.Confirmed.IsZero() {
		return Unchanged
	}
	return Accepted
}

// writeOutcome writes the certificate and the result into the row's outcome. A row that replaced a
// certificate by another holder's also lists the pictures that are missing.
func (p Row) writeOutcome(result string, at records.Record, lang string) {
	c := at.Certificate
	p.outcome.Result, p.outcome.Certificate, p.outcome.Version = result, c.ID, c.Version
	*p.imported = importedVersion{at.Newest, c.Supersedes, at.Holder, p.imported.former}
	if c.Supersedes != "" && c.Edition() == certificate.FirstVersion {
		p.noteMissingPictures(c.Photo != nil, c.SignatureImage != nil, lang)
	}
}

// noteMissingPictures warns of the pictures that the face of another holder's certificate shows and that it
// lacks, because those of the former are not taken over.
func (p Row) noteMissingPictures(hasPhoto, hasSignature bool, lang string) {
	var missing []certificate.FieldError
	if !hasPhoto && p.face.HasPhoto() {
		missing = append(missing, missingPicture("/photo", "持证人证件号码已更正，另立新证照，原照片不沿用，请补报照片。",
			"The holder's number was corrected, so this is a new certificate without the former photo; report the photo."))
	}
	if !hasSignature && p.face.HasSignature() {
		missing = append(missing, missingPicture("/signatureImage", "持证人证件号码已更正，另立新证照，原签名图像不沿用，请补报签名图像。",
			"The holder's number was corrected, so this is a new certificate without the former signature; report the signature."))
	}
	p.outcome.note(missing, lang)
}

func missingPicture(field, zh, en string) certificate.FieldError {
	w := *refuse(field, "picture.holder", zh, en)
	w.Warning = true
	return w
}

// conclude writes the outcome of a row that changed nothing: it was refused, or said nothing new.
// Errors that are not about the row are returned.
func (p Row) conclude(err error, before records.Record, lang string) error {
	var wrong *certificate.FieldError
	var entry entryErrors
	switch {
	case err == nil:
		p.writeOutcome(Unchanged, before, lang)
		return nil
	case errors.As(err, &wrong):
		p.outcome.note([]certificate.FieldError{*wrong}, lang)
		return nil
	case errors.As(err, &entry):
		p.outcome.note(entry, lang)
		return nil
	}
	return err
}

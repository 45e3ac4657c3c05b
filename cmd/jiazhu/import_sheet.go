package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/document/sheet"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/roster"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/submission"
)

// sheetFlags are what import is told of a spreadsheet.
type sheetFlags struct {
	photos, signatures, kind, sheet string
	dryRun                          bool
}

// sheetEnds are the ends of the names of spreadsheets. Every other file is one of rows.
var sheetEnds = []string{".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".txt"}

func isSheet(name string) bool {
	end := strings.ToLower(filepath.Ext(name))
	return slices.Contains(sheetEnds, end) && (end != ".txt" || !beginsAsRow(name))
}

// beginsAsRow reports whether a file begins with a JSON object.
func beginsAsRow(name string) bool {
	file, err := os.Open(name)
	if err != nil {
		return false
	}
	defer file.Close()
	head := make([]byte, 64)
	n, _ := io.ReadFull(file, head) // an empty file begins with nothing
	return bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(head[:n], []byte("\uFEFF"))), []byte("{"))
}

// sheetImport is the import of a spreadsheet.
type sheetImport struct {
	console
	sheetFlags
	name  string
	table submission.Table
	sent  []sentRow
	sum   hash.Hash             // of the rows that are sent
	wrong map[int]bool          // the lines that cannot be read
	flaws map[int][]client.Flaw // what the service refused, by line
	rows  *bufio.Writer         // of NDJSON
	quiet bool
}

// sentRow is a row of the report, and the sheet's line of which it is made.
type sentRow struct {
	line   int
	number string
}

// sheetResult is what import prints of a spreadsheet.
type sheetResult struct {
	Report     string               `json:"report,omitempty"`
	DryRun     bool                 `json:"dryRun,omitempty"`
	Rows       int                  `json:"rows"`
	Accepted   int                  `json:"accepted"`
	Unchanged  int                  `json:"unchanged"`
	Refused    int                  `json:"refused"`
	Rejected   string               `json:"rejected,omitempty"` // the workbook of the refused rows
	Examples   int                  `json:"examples,omitempty"`
	Others     []int                `json:"others,omitempty"` // rows that name nobody, or only who made the table
	Unread     []string             `json:"unread,omitempty"` // headings
	Absent     []string             `json:"absent,omitempty"` // headings of required columns
	Photos     *submission.Pictures `json:"photos,omitempty"`
	Signatures *submission.Pictures `json:"signatures,omitempty"`
}

// importSheet imports a spreadsheet: what it has is sent as a file of rows, and the rows that cannot
// be read or are refused are written to a workbook.
func (c console) importSheet(ctx context.Context, s *service, name, rejected, report string, f sheetFlags, asJSON bool) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if rejected != "" && isSameFile(rejected, info) {
		return fmt.Errorf("%w: -refused must not name the file that is imported", errUsage)
	}
	workbook, err := sheet.Open(file, info.Size())
	if err != nil {
		return err
	}
	i := sheetImport{console: c, sheetFlags: f, name: name, quiet: asJSON, sum: sha256.New(), wrong: map[int]bool{}, flaws: map[int][]client.Flaw{}, table: submission.Table{Pictures: map[string]*submission.Pictures{}}}
	if err := i.open(workbook); err != nil {
		return err
	}
	var done sheetResult
	if done, err = i.send(ctx, s, report); err != nil {
		return err
	}
	if done.Refused > 0 {
		if done.Rejected, err = i.writeRejected(rejected, &done); err != nil {
			return err
		}
	}
	if asJSON {
		err = c.print(done)
	} else {
		done.describe(c.out)
	}
	if err == nil && done.Refused > 0 {
		err = fmt.Errorf("%d of %d rows were refused: %s has them with the reasons; correct them there and import that file", done.Refused, done.Rows, done.Rejected)
	}
	return err
}

func isSameFile(name string, info os.FileInfo) bool {
	other, err := os.Stat(name)
	return err == nil && os.SameFile(other, info)
}

func (i *sheetImport) open(workbook *sheet.Workbook) (err error) {
	if i.table.Schemes, err = i.readSchemes(); err != nil {
		return err
	}
	if i.kind != "" {
		if _, ok := i.table.Schemes.ByID(i.kind); !ok {
			return unknownType(i.kind, i.table.Schemes)
		}
	}
	if i.table.Roster, err = roster.Open(workbook, i.sheet, i.table.Schemes, i.kind); err != nil {
		return err
	}
	for member, directory := range map[string]string{submission.Photo: i.photos, submission.Signature: i.signatures} {
		if directory == "" {
			continue
		}
		if info, err := os.Stat(directory); err != nil || !info.IsDir() {
			return fmt.Errorf("%w: there is no directory %s", errUsage, directory)
		}
		root, err := os.OpenRoot(directory) // links lead out of an os.DirFS
		if err != nil {
			return err
		}
		all, err := roster.ListPictures(root.FS())
		if err != nil {
			return err
		}
		i.table.AddPictures(member, all)
	}
	return nil
}

func unknownType(kind string, schemes scheme.Set) error {
	var ids []string
	for _, s := range schemes.List() {
		ids = append(ids, s.ID)
	}
	return fmt.Errorf("%w: there is no type %q; there are %s", errUsage, kind, strings.Join(ids, ", "))
}

// send converts the sheet and, unless it is only tried, uploads it and waits.
func (i *sheetImport) send(ctx context.Context, s *service, report string) (sheetResult, error) {
	// The rows have ID numbers and pictures. The file is readable by its owner alone, and has no name
	// from here on, where the system allows that, so that nothing is left of it if the command is killed.
	rows, err := os.CreateTemp("", "jiazhu-rows-*.ndjson")
	if err != nil {
		return sheetResult{}, err
	}
	defer rows.Close()
	if os.Remove(rows.Name()) != nil {
		defer os.Remove(rows.Name())
	}
	i.rows = bufio.NewWriter(io.MultiWriter(rows, i.sum))
	if report != "" || i.dryRun {
		i.rows = bufio.NewWriter(i.sum)
	}
	done := sheetResult{Report: report, DryRun: i.dryRun, Rows: i.table.Roster.Count}
	if err := i.convert(); err != nil {
		return done, err
	}
	if err := i.rows.Flush(); err != nil {
		return done, err
	}
	done.Others = i.table.Roster.Others
	done.Examples, done.Unread, done.Absent = i.table.Roster.Examples, i.table.Roster.ListUnknown(), i.table.Roster.ListMissing()
	done.Photos, done.Signatures = countUnused(i.table.Pictures[submission.Photo]), countUnused(i.table.Pictures[submission.Signature])
	done.Refused = done.Rows - len(i.sent)
	if i.dryRun || len(i.sent) == 0 {
		done.Refused += len(i.flaws)
		done.Accepted = done.Rows - done.Refused
		return done, nil
	}
	if report == "" {
		if report, err = i.uploadFile(ctx, s, rows, i.name, i.quiet); err != nil {
			return done, err
		}
		done.Report = report
	}
	got, err := i.awaitImport(ctx, s, report, i.quiet)
	switch {
	case err != nil:
		return done, fmt.Errorf("%w\n  the service continues by itself; to wait again: %s", err, s.resumeCommand(report))
	case got.Stopped != nil:
		return done, fmt.Errorf("the file is %s%s: %s", got.State, i.describeRow(int(got.Stopped.Row)), got.Stopped.Detail)
	case got.State != "done":
		return done, fmt.Errorf("the file is %s", got.State)
	case got.Rows != len(i.sent), got.SHA256 != "" && got.SHA256 != hex.EncodeToString(i.sum.Sum(nil)):
		return done, i.mismatchError(report)
	}
	done.Accepted, done.Unchanged, done.Refused = got.Accepted, got.Unchanged, done.Refused+got.Refused
	if got.Result != nil {
		err = i.readRefused(ctx, s, got.Result.URL, report)
	}
	return done, err
}

// describeRow says which row of the sheet a row of the report was made of.
func (i *sheetImport) describeRow(row int) string {
	if row < 1 || row > len(i.sent) {
		return ""
	}
	return fmt.Sprintf(" from row %d of the sheet on", i.sent[row-1].line)
}

// mismatchError says that a report was made of something else than the sheet is now.
func (i *sheetImport) mismatchError(report string) error {
	return fmt.Errorf("report %s was not made of %s as it is now, or of other pictures; import it without -report: rows that are imported already stay as they are", report, i.name)
}

// convert writes the rows that can be read as a report's.
func (i *sheetImport) convert() error {
	meter := i.startMeter(int64(i.table.Roster.Count), "reading", false, i.quiet)
	done := int64(0)
	err := i.table.Roster.Read(func(row sheet.Row) error {
		done++
		meter.set(done)
		e, err := i.table.Prepare(row, true)
		if errors.Is(err, submission.ErrNoPictures) {
			return fmt.Errorf("%w: row %d names a picture; -photos and -signatures say where the pictures are", errUsage, row.Line)
		}
		if err != nil {
			return err
		}
		if len(e.Mistakes) > 0 {
			i.wrong[e.Line] = true
			return nil
		}
		line, err := json.Marshal(e.Row)
		if err != nil {
			return err
		}
		i.sent = append(i.sent, sentRow{e.Line, e.Row.Number})
		if i.dryRun {
			if flaws := i.table.Judge(e); len(flaws) > 0 {
				i.flaws[e.Line] = flaws
			}
			return nil
		}
		if _, err := i.rows.Write(line); err != nil {
			return err
		}
		return i.rows.WriteByte('\n')
	})
	meter.finish()
	return err
}

// readRefused reads which rows the service refused.
func (i *sheetImport) readRefused(ctx context.Context, s *service, link, report string) error {
	res, err := s.GetFile(ctx, link)
	if err != nil {
		return fmt.Errorf("download the refused rows: %w", err)
	}
	defer res.Body.Close()
	for rows := json.NewDecoder(res.Body); ; {
		var row client.ReportedRow
		if err := rows.Decode(&row); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read the refused rows: %w", err)
		}
		if row.Row < 1 || row.Row > len(i.sent) {
			return i.mismatchError(report)
		}
		sent := i.sent[row.Row-1]
		if row.Number != reporting.ShowNumber(i.table.Schemes, sent.number) {
			return i.mismatchError(report)
		}
		i.flaws[sent.line] = row.Errors
	}
}

// writeRejected writes the workbook of the refused rows and returns its name.
func (i *sheetImport) writeRejected(name string, done *sheetResult) (string, error) {
	w, err := roster.NewRejected(i.table.Roster)
	if err != nil {
		return "", err
	}
	defer w.Close()
	written := 0
	err = i.table.Roster.Read(func(row sheet.Row) error {
		if !i.wrong[row.Line] && len(i.flaws[row.Line]) == 0 {
			return nil // its picture is not read again
		}
		e, err := i.table.Prepare(row, false)
		if err != nil {
			return err
		}
		flaws := i.flaws[e.Line]
		if len(e.Mistakes) > 0 {
			flaws = i.table.Judge(e) // what else is wrong with it
		}
		mistakes := i.table.Roster.Locate(e, row, flaws)
		if len(mistakes) == 0 {
			return nil
		}
		written++
		return w.Add(row, mistakes)
	})
	if err != nil {
		return "", err
	}
	if written != done.Refused {
		return "", i.mismatchError(done.Report)
	}
	file, err := createRejected(name, i.name)
	if err != nil {
		return "", err
	}
	if err := errors.Join(w.Write(file), file.Close()); err != nil {
		return "", err
	}
	return file.Name(), nil
}

// createRejected creates the workbook of this name. Without one it is rejected.xlsx beside the sheet,
// or the first of rejected-2.xlsx and so on that is free: rows that somebody is correcting are not
// overwritten.
func createRejected(name, beside string) (*os.File, error) {
	const mode = 0o600 // it has ID numbers
	if name != "" {
		return os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC, mode)
	}
	directory := filepath.Dir(beside)
	for n := 1; ; n++ {
		name := "rejected.xlsx"
		if n > 1 {
			name = fmt.Sprintf("rejected-%d.xlsx", n)
		}
		file, err := os.OpenFile(filepath.Join(directory, name), os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
		if !errors.Is(err, os.ErrExist) {
			return file, err
		}
	}
}

func countUnused(p *submission.Pictures) *submission.Pictures {
	if p != nil {
		p.Unused = p.ListUnused()
	}
	return p
}

// describe prints the result for people.
func (r sheetResult) describe(w io.Writer) {
	accepted := "accepted"
	if r.DryRun {
		accepted = "acceptable"
	}
	fmt.Fprintf(w, "%d rows: %d %s, %d unchanged, %d refused\n", r.Rows, r.Accepted, accepted, r.Unchanged, r.Refused)
	describePictures(w, r.Photos, "photos")
	describePictures(w, r.Signatures, "signatures")
	if r.Examples > 0 {
		fmt.Fprintf(w, "examples left out: %d\n", r.Examples)
	}
	if n := len(r.Others); n > 0 {
		fmt.Fprintf(w, "rows left out, because they have no number, name or ID number, or only say who made the table: %d, such as %s\n", n, strings.Trim(fmt.Sprint(r.Others[:min(n, 5)]), "[]"))
	}
	if len(r.Unread) > 0 {
		fmt.Fprintf(w, "columns not read: %s\n", strings.Join(r.Unread, ", "))
	}
	if len(r.Absent) > 0 {
		fmt.Fprintf(w, "columns that rows need and the table lacks: %s\n", strings.Join(r.Absent, ", "))
	}
	if r.DryRun {
		fmt.Fprintln(w, "dry run: nothing was sent; what depends on the register is judged when it is")
	}
}

func describePictures(w io.Writer, p *submission.Pictures, what string) {
	if p == nil {
		return
	}
	fmt.Fprintf(w, "%s: %d found, %d rows without one", what, p.Found, p.Missing)
	for _, change := range slices.Sorted(maps.Keys(p.Changed)) {
		fmt.Fprintf(w, ", %d %s", p.Changed[change], change)
	}
	fmt.Fprintln(w)
	if n := len(p.Unused); n > 0 {
		fmt.Fprintf(w, "%s of no row: %d, such as %s\n", what, n, strings.Join(p.Unused[:min(n, 5)], ", "))
	}
}

// writeTemplate writes the workbook to be filled in with certificates of a type.
func (c console) writeTemplate(kind, name string) error {
	schemes, err := c.readSchemes()
	if err != nil {
		return err
	}
	s, ok := schemes.ByID(kind)
	if !ok {
		return unknownType(kind, schemes)
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already", name)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(roster.WriteTemplate(file, s), file.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "%s: a table for %s (%s)\n", name, s.TypeName, s.ID)
	return err
}

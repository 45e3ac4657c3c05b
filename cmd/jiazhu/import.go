package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
)

// pollInterval is how often commands that wait look for something new.
const pollInterval = time.Second

const importUsage = `usage: jiazhu import [flags] FILE
       jiazhu import -template TYPE FILE.xlsx

FILE is a spreadsheet (.xlsx, or .csv in UTF-8, UTF-16 or GB 18030) with one certificate on each row below
Chinese headings, or a file of rows as in POST /v1/reports, one JSON object a line (docs/reporting.md).

A row of a spreadsheet that cannot be read or is refused goes into rejected.xlsx with its own cells, its row
number, the columns, what was found, the form that is expected and a suggestion. Correct it there and import
that file. Importing again is harmless: what is imported already stays unchanged.

Exit code: 0 every row is accepted or unchanged, 1 rows were refused or the import failed, 2 wrong usage.

`

// importFile uploads a file of rows and waits until it is imported.
func (c console) importFile(ctx context.Context, args []string) error {
	f := c.flags("import", "FILE")
	s := c.addServiceFlags(f, "mohurd-registry")
	refused := f.String("refused", "", "`FILE` for the refused rows with the reasons; default FILE.refused, of a spreadsheet rejected.xlsx beside it")
	report := f.String("report", "", "wait for this `REPORT`, whose file was uploaded before, instead of uploading FILE")
	asJSON := f.Bool("json", false, "print the result as JSON, and no progress")
	template := f.String("template", "", "write a workbook for certificates of this `TYPE`, such as constructor-1, to FILE, and import nothing")
	var t sheetFlags
	f.StringVar(&t.photos, "photos", "", "`DIRECTORY` with the photos of a spreadsheet's rows, named by 注册编号, 证件号码 or 姓名")
	f.StringVar(&t.signatures, "signatures", "", "`DIRECTORY` with the signatures, named as the photos are")
	f.StringVar(&t.kind, "type", "", "`TYPE` of a spreadsheet's certificates, where its column 证照类型 is empty or missing")
	f.StringVar(&t.sheet, "sheet", "", "`NAME` of the workbook's sheet, where several have headings")
	f.BoolVar(&t.dryRun, "dry-run", false, "judge the rows, as far as that depends on them alone, and send nothing")
	f.Usage = func() {
		fmt.Fprint(c.err, importUsage)
		f.PrintDefaults()
	}
	s.arguments = args
	names, err := parse(f, args, 1, 1)
	switch {
	case err != nil:
		return err
	case *template != "":
		return c.writeTemplate(*template, names[0])
	case isSheet(names[0]):
		return c.importSheet(ctx, s, names[0], *refused, *report, t, *asJSON)
	case t != sheetFlags{dryRun: t.dryRun}:
		return fmt.Errorf("%w: -photos, -signatures, -type and -sheet are for spreadsheets (%s), and %s is none", errUsage, strings.Join(sheetEnds, " "), names[0])
	}
	if *refused == "" {
		*refused = names[0] + ".refused"
	}
	if t.dryRun {
		return c.tryRows(names[0], *refused, *asJSON)
	}
	if *report == "" {
		file, err := os.Open(names[0])
		if err != nil {
			return err
		}
		*report, err = c.uploadFile(ctx, s, file, names[0], *asJSON)
		_ = file.Close() // it was only read
		if err != nil {
			return err
		}
	}
	done, err := c.awaitImport(ctx, s, *report, *asJSON)
	if err != nil {
		return fmt.Errorf("%w\n  the service continues by itself; to wait again: %s", err, s.resumeCommand(*report))
	}
	if done.Result != nil {
		if err := s.download(ctx, done.Result.URL, *refused); err != nil {
			return err
		}
	}
	done.Result = nil // its link expires in a minute
	if *asJSON {
		err = c.print(done)
	} else {
		fmt.Fprintf(c.out, "%d rows: %d accepted, %d unchanged, %d refused\n", done.Rows, done.Accepted, done.Unchanged, done.Refused)
	}
	switch {
	case err != nil:
	case done.Stopped != nil:
		err = fmt.Errorf("the file is %s: %s", done.State, done.Stopped.Detail)
	case done.State != "done":
		err = fmt.Errorf("the file is %s; %s shows how far it was imported", done.State, s.resumeCommand(*report))
	case done.Refused > 0:
		err = fmt.Errorf("%d of %d rows were refused: %s lists them with the reasons; correct them and import them again, the others are imported", done.Refused, done.Rows, *refused)
	}
	return err
}

// uploadFile announces the file of rows and uploads it from its beginning. It returns the report's id.
// Name is that of the file that was to be imported, from which the rows may have been made.
func (c console) uploadFile(ctx context.Context, s *service, file *os.File, name string, quiet bool) (string, error) {
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%w: %s is no file", errUsage, name)
	}
	token, err := s.authenticate(ctx, "report")
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(file, 0, info.Size())); err != nil {
		return "", err
	}
	ask := client.AnnounceDropJSONRequestBody{Bytes: info.Size(), SHA256: hex.EncodeToString(sum.Sum(nil))}
	drop, err := client.Read[client.Drop](s.AnnounceDrop(ctx, ask, client.Bearer(token)))
	if err != nil {
		return "", s.explain(err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	bar := c.startMeter(info.Size(), "uploading", true, quiet)
	if err := s.PutFile(ctx, drop, io.TeeReader(file, bar), info.Size()); err != nil {
		return "", fmt.Errorf("upload the file: %w", err)
	}
	bar.finish()
	if !quiet {
		fmt.Fprintf(c.err, "uploaded; if this is interrupted: %s\n", s.resumeCommand(drop.Report))
	}
	return drop.Report, nil
}

// resumeCommand returns the command, with the flags of this one, that waits for a report instead of uploading the file.
func (s *service) resumeCommand(report string) string {
	command := "jiazhu import -report " + report
	for i, argument := range s.arguments {
		if strings.HasPrefix(argument, "-report") || i > 0 && s.arguments[i-1] == "-report" {
			continue
		}
		if argument == "" || strings.ContainsAny(argument, " \t'\"\\$`*?[]()&;<>|~#!") {
			argument = "'" + strings.ReplaceAll(argument, "'", `'\''`) + "'"
		}
		command += " " + argument
	}
	return command
}

// awaitImport waits until the file is imported.
func (c console) awaitImport(ctx context.Context, s *service, report string, quiet bool) (client.Intake, error) {
	m, err := s.machineClient()
	if err != nil {
		return client.Intake{}, err
	}
	var bar *meter
	done, err := s.FollowReport(ctx, m, report, pollInterval, func(i client.Intake) {
		if bar == nil {
			bar = c.startMeter(i.Bytes, "importing", true, quiet)
		}
		bar.set(i.Read)
	})
	if err != nil {
		return done, s.explain(err)
	}
	bar.finish()
	return done, nil
}

// download saves what a presigned link leads to.
func (s *service) download(ctx context.Context, link, name string) error {
	res, err := s.GetFile(ctx, link)
	if err != nil {
		return fmt.Errorf("download the refused rows: %w", err)
	}
	defer res.Body.Close()
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, res.Body); err != nil {
		_ = file.Close()
		return fmt.Errorf("download the refused rows: %w", err)
	}
	return file.Close()
}

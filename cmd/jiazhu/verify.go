package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/checker"
	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// The verdicts other than valid. Each has an exit code of its own, the same as in conformance/verify.
var (
	errInvalid = errors.New("invalid")
	errUnknown = errors.New("it cannot be told whether this is valid")
	errReceipt = errors.New("a receipt, which is no certificate")
)

// verdictError returns the error of a verdict, nil if it is valid.
func verdictError(v client.VerdictVerdict) error {
	switch v {
	case client.VerdictVerdictValid:
		return nil
	case client.VerdictVerdictReceipt:
		return errReceipt
	case client.VerdictVerdictInvalid:
		return errInvalid
	}
	return errUnknown // also for a verdict of a later version
}

// verification is a call of the command verify.
type verification struct {
	service   *service
	keys      string
	lang      string
	offline   bool
	json, csv bool
	receipts  string
	lists     string
	asker     string
	question  verdict.Question
}

// verify verifies files, directories and archives, as anybody can: one file is sent to the service, and
// several are judged here, by the code of the offline checker, and the service is asked for the register.
func (c console) verify(ctx context.Context, args []string) error {
	f := c.flags("verify", "FILE|DIRECTORY|ZIP...")
	v := verification{service: c.addServiceFlags(f, "")}
	f.BoolVar(&v.json, "json", false, "print the whole verdict as JSON; of several files one object on each line")
	f.BoolVar(&v.csv, "csv", false, "print CSV that a spreadsheet opens")
	f.BoolVar(&v.offline, "offline", false, "judge by the published keys alone, and ask no service")
	f.StringVar(&v.keys, "keys", "", "the published keys, `FILE` or address; empty = what the service publishes, or jiazhu-trust.json with -offline")
	f.StringVar(&v.lists, "lists", "", "`DIRECTORY` of signed status lists, by which a copy is judged with -offline")
	f.StringVar(&v.receipts, "receipts", "", "save the service's receipts of several files in a `DIRECTORY`")
	f.StringVar(&v.asker, "asker", "", "who asks, as the receipts state without proof")
	f.StringVar(&v.lang, "lang", "zh", "language of the texts, zh or en")
	var asked checker.QuestionFlags
	asked.Add(f)
	names, err := parse(f, args, 1, -1)
	if err != nil {
		return err
	}
	if v.question, err = asked.Read(c.now()); err == nil {
		v.asker, err = checker.ReadAsker(v.asker)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	switch {
	case v.lang != "zh" && v.lang != "en":
		return fmt.Errorf("%w: -lang %q: it is zh or en", errUsage, v.lang)
	case v.receipts != "" && v.offline:
		return fmt.Errorf("%w: -receipts are the service's, which -offline does not ask", errUsage)
	case v.lists != "" && !v.offline:
		return fmt.Errorf("%w: -lists are for -offline: the service knows the present state", errUsage)
	case v.json && v.csv:
		return fmt.Errorf("%w: -json or -csv, not both", errUsage)
	}
	sources, err := checker.FindSources(names, c.in)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if err != nil {
		return err
	}
	defer sources.Close()
	if !sources.Many && !v.csv && !v.offline && v.receipts == "" {
		return c.verifyFile(ctx, v, sources.List[0])
	}
	return c.verifyMany(ctx, v, sources)
}

// verifyFile has the service verify a file.
func (c console) verifyFile(ctx context.Context, v verification, file checker.Source) error {
	data, err := file.Bytes()
	if err != nil {
		return err
	}
	whole, err := v.upload(ctx, data)
	if p, ok := errors.AsType[*client.Problem](err); ok && p.Status == http.StatusRequestEntityTooLarge {
		return fmt.Errorf("%w: %w", errUnknown, err)
	}
	if err != nil {
		return v.service.explain(err)
	}
	var answer client.Verdict
	if err := json.Unmarshal(whole, &answer); err != nil {
		return fmt.Errorf("read the verdict: %w", err)
	}
	if v.json {
		err = c.print(whole)
	} else {
		c.printVerdict(answer, v.lang)
	}
	if err != nil {
		return err
	}
	return verdictError(answer.Verdict)
}

func (c console) printVerdict(v client.Verdict, lang string) {
	fmt.Fprintf(c.out, "%s\n  given     %s\n", v.VerdictName, v.Given)
	if s := v.Subject; s != nil {
		fmt.Fprintf(c.out, "  name      %s\n  number    %s\n", s.Name, s.Number)
		if s.UseFrom != "" {
			fmt.Fprintf(c.out, "  days      %s to %s\n", s.UseFrom, s.UseUntil)
		}
	}
	for _, check := range v.Checks {
		fmt.Fprintf(c.out, "  %-9s %-12s %s\n", check.Result, check.Check, check.Text)
	}
	for _, code := range v.Scan.Codes {
		fmt.Fprintf(c.out, "code on page %d%s: ", code.Page, scan.DescribeHost(code.LeadsTo).In(lang))
		c.printVerdict(code.Verdict, lang)
	}
	for _, u := range v.Scan.Unread {
		fmt.Fprintf(c.out, "page %d was not searched: %s\n", u.Page, u.Reason)
	}
	if v.Scan.Several > 0 {
		fmt.Fprintln(c.out, scan.DescribeSeveral(v.Scan.Several).In(lang))
	}
	if v.Scan.Pages > 0 && len(v.Scan.Codes)+v.Scan.Several == 0 {
		fmt.Fprintln(c.out, "no code of this service was found")
	}
}

// upload returns the service's verdict on a file. The service tells a PDF or OFD from a text with a token
// or a receipt, and says what else the file is.
func (v verification) upload(ctx context.Context, data []byte) (json.RawMessage, error) {
	if len(data) == 0 {
		return nil, fmt.Errorf("the file is empty: %w", errUnknown)
	}
	query := &client.VerifyParams{}
	for member, value := range map[**string]string{
		&query.Specialty: v.question.Specialty, &query.Purpose: v.question.Purpose, &query.Recipient: v.question.Recipient,
	} {
		if value != "" {
			*member = &value
		}
	}
	if day := v.question.AsOf.String(); day != "" {
		query.AsOf = &day
	}
	language := func(_ context.Context, r *http.Request) error {
		r.Header.Set("Accept-Language", v.lang)
		return nil
	}
	return client.Read[json.RawMessage](v.service.VerifyWithBody(ctx, query, "application/octet-stream", bytes.NewReader(data), language))
}

// verifyMany judges files here. No file is sent.
func (c console) verifyMany(ctx context.Context, v verification, sources *checker.Sources) error {
	judge := checker.Checker{
		Lists: v.lists, Receipts: v.receipts, Asker: v.asker, Program: "jiazhu verify", Lang: v.lang, Question: v.question, Now: c.now, Progress: c.err,
	}
	keys := v.keys
	switch origin := strings.TrimSuffix(v.service.Server, "/"); {
	case v.offline && keys == "":
		keys = "jiazhu-trust.json"
	case !v.offline:
		judge.Registry = origin
		if keys == "" {
			keys = origin + "/.well-known/jiazhu-trust.json"
		}
	}
	var err error
	if judge.Trust, err = checker.ReadKeys(ctx, keys); err != nil {
		return v.service.explain(err)
	}
	results, err := judge.JudgeMany(ctx, sources.List)
	if err != nil {
		return err
	}
	if err := (checker.Form{JSON: v.json, CSV: v.csv, Lang: v.lang, PassedOver: sources.PassedOver, Question: v.question}).Write(c.out, results); err != nil {
		return err
	}
	if sources.PassedOver > 0 {
		fmt.Fprintf(c.err, "jiazhu verify: %d files of an operating system were passed over\n", sources.PassedOver)
	}
	return verdictError(client.VerdictVerdict(checker.SumUp(results)))
}

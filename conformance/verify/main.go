// Command verify judges a QR code's token, receipts, PDFs and OFDs with nothing but
// the keys that the service publishes: no account, no network, none of the service's
// own programs.
//
//	go build -o build/verify ./conformance/verify
//	build/verify -keys jiazhu-trust.json certificate.pdf
//
// The signed content can be verified offline; later changes of its state cannot. So
// the verdict for a good copy is 真实（截至签发时）· 时效内 · 实时状态未知, which is
// "cannot tell", and never 有效. With -registry the command asks the service for the
// rest; with -lists it has the state from a status list that was fetched earlier, says
// as of when, and believes it for a day.
//
// A receipt is judged as a receipt: whether it is genuine, and what it states of an
// earlier verification. It does not replace a certificate, and is never 有效.
//
// The exit code is 0 for valid, 1 for invalid, 2 for unknown and for a wrong command
// line, and 3 for a genuine receipt. Of several files it is 0 if all are valid, 1 if any
// is invalid, and otherwise 2.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/jiazhu/jiazhu/shared/checker"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// The exit codes.
const (
	exitValid   = 0
	exitInvalid = 1
	exitUnsure  = 2
	exitReceipt = 3
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	p := cli{in: os.Stdin, out: os.Stdout, err: os.Stderr, now: time.Now}
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// cli is the command with its input, output and clock.
type cli struct {
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
}

// options are the parsed command line.
type options struct {
	keys      string
	registry  string
	lists     string
	lang      string
	json, csv bool
	receipts  string
	asker     string
	question  verdict.Question
	arguments []string
}

const usage = `usage: verify [flags] FILE|DIRECTORY|ZIP|TOKEN|-...

Judges PDFs, OFDs, receipts, and the content of QR codes (the token, or the address it
stands in), with nothing but the published keys. Several, a directory or a ZIP are
answered by a table.
Exit code: 0 valid, 1 invalid, 2 cannot tell, 3 a genuine receipt.
Of several: 0 all valid, 1 any invalid, 2 any that cannot be told.

`

func (p cli) run(ctx context.Context, args []string) int {
	o, err := p.parse(args)
	if err == nil {
		var code int
		if code, err = p.answer(ctx, o); err == nil {
			return code
		}
	}
	if !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(p.err, "verify:", err)
	}
	return exitUnsure
}

func (p cli) answer(ctx context.Context, o options) (int, error) {
	sources, err := checker.FindSources(o.arguments, p.in)
	if err != nil {
		return exitUnsure, err
	}
	defer sources.Close()
	trust, err := checker.ReadKeys(ctx, o.keys)
	if err != nil {
		return exitUnsure, err
	}
	c := checker.Checker{
		Trust: trust, Registry: o.registry, Lists: o.lists, Receipts: o.receipts, Asker: o.asker, Program: "conformance/verify", Lang: o.lang, Question: o.question, Now: p.now, Progress: p.err,
	}
	if sources.Many || o.csv || o.receipts != "" {
		return p.answerMany(ctx, c, sources, o)
	}
	in, err := sources.List[0].Read()
	if err != nil {
		return exitUnsure, err
	}
	r, err := c.Judge(ctx, in)
	if err != nil {
		return exitUnsure, err
	}
	return exitCode(r.Verdict), p.print(r, o)
}

func (p cli) answerMany(ctx context.Context, c checker.Checker, sources *checker.Sources, o options) (int, error) {
	results, err := c.JudgeMany(ctx, sources.List)
	if err != nil {
		return exitUnsure, err
	}
	err = checker.Form{JSON: o.json, CSV: o.csv, Lang: o.lang, PassedOver: sources.PassedOver, Question: c.Question}.Write(p.out, results)
	if sources.PassedOver > 0 {
		fmt.Fprintf(p.err, "verify: %d files of an operating system were passed over\n", sources.PassedOver)
	}
	return exitCode(checker.SumUp(results)), err
}

func (p cli) print(r checker.Report, o options) error {
	if o.json {
		e := json.NewEncoder(p.out)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(r)
	}
	_, err := io.WriteString(p.out, r.Text(o.lang))
	return err
}

func exitCode(o verdict.Overall) int {
	switch o {
	case verdict.Valid:
		return exitValid
	case verdict.Invalid:
		return exitInvalid
	case verdict.GenuineReceipt:
		return exitReceipt
	default:
		return exitUnsure
	}
}

func (p cli) parse(args []string) (options, error) {
	var o options
	var asked checker.QuestionFlags
	f := flag.NewFlagSet("verify", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Usage = func() {
		f.SetOutput(p.err)
		fmt.Fprint(p.err, usage)
		f.PrintDefaults()
	}
	f.StringVar(&o.keys, "keys", "jiazhu-trust.json", "the published keys, `FILE` or address: GET /.well-known/jiazhu-trust.json of the service")
	asked.Add(f)
	f.StringVar(&o.registry, "registry", "", "`ADDRESS` of the service to ask for the present state; empty = stay offline")
	f.StringVar(&o.lists, "lists", "", "`DIRECTORY` of signed status lists, by which a copy is judged without a network")
	f.BoolVar(&o.json, "json", false, "print JSON; of several files one object on each line")
	f.BoolVar(&o.csv, "csv", false, "print CSV that a spreadsheet opens")
	f.StringVar(&o.receipts, "receipts", "", "save the service's receipts of several files in a `DIRECTORY`; with -registry")
	f.StringVar(&o.asker, "asker", "", "who asks, as the receipts state without proof")
	f.StringVar(&o.lang, "lang", "zh", "zh or en")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	o.arguments = f.Args()
	switch {
	case len(o.arguments) == 0:
		return o, errors.New("give a FILE, DIRECTORY, ZIP, TOKEN or - (verify -h says more)")
	case o.lang != "zh" && o.lang != "en":
		return o, fmt.Errorf("-lang %q: it is zh or en", o.lang)
	case o.receipts != "" && o.registry == "":
		return o, errors.New("-receipts: they are the service's; -registry names it")
	case o.lists != "" && o.registry != "":
		return o, errors.New("-lists or -registry, not both: the service knows the present state")
	case o.json && o.csv:
		return o, errors.New("-json or -csv, not both")
	}
	var err error
	if o.question, err = asked.Read(p.now()); err != nil {
		return o, err
	}
	o.asker, err = checker.ReadAsker(o.asker)
	return o, err
}

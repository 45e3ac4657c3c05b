// Command verify judges a QR code's token, a receipt, a PDF or an OFD with nothing but
// the keys that the service publishes: no account, no network, none of the service's
// own programs.
//
//	go build -o build/verify ./conformance/verify
//	build/verify -keys jiazhu-trust.json certificate.pdf
//
// The signed content can be verified offline; later changes of its state cannot. So
// the verdict for a good copy is 真实（截至签发时）· 时效内 · 实时状态未知, which is
// "cannot tell", and never 有效. With -registry the command asks the service for the
// rest.
//
// A receipt is judged as a receipt: whether it is genuine, and what it states of an
// earlier verification. It does not replace a certificate, and is never 有效.
//
// The exit code is 0 for valid, 1 for invalid, 2 for unknown and for a wrong command
// line, and 3 for a genuine receipt.
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
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
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
	keys     string
	registry string
	lang     string
	json     bool
	question verdict.Question
	argument string
}

const usage = `usage: verify [flags] FILE|TOKEN|-

Judges a PDF, an OFD, a receipt, or the content of a QR code (the token, or the
address it stands in), with nothing but the published keys.
Exit code: 0 valid, 1 invalid, 2 cannot tell, 3 a genuine receipt.

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
	in, err := p.readInput(o.argument)
	if err != nil {
		return exitUnsure, err
	}
	trust, err := checker.ReadKeys(ctx, o.keys)
	if err != nil {
		return exitUnsure, err
	}
	c := checker.Checker{Trust: trust, Registry: o.registry, Lang: o.lang, Question: o.question, Now: p.now}
	r, err := c.Judge(ctx, in)
	if err != nil {
		return exitUnsure, err
	}
	return exitCode(r.Verdict), p.print(r, o)
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
	var day string
	f := flag.NewFlagSet("verify", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Usage = func() {
		f.SetOutput(p.err)
		fmt.Fprint(p.err, usage)
		f.PrintDefaults()
	}
	f.StringVar(&o.keys, "keys", "jiazhu-trust.json", "the published keys, `FILE` or address: GET /.well-known/jiazhu-trust.json of the service")
	f.StringVar(&day, "as-of", "", "the `DAY` relied on, YYYY-MM-DD, such as a bid opening; empty = today")
	f.StringVar(&o.question.Specialty, "specialty", "", "the specialty asked for, e.g. 建筑工程")
	f.StringVar(&o.question.Purpose, "purpose", "", "the purpose asked for: a kind, a text or a project code")
	f.StringVar(&o.question.Recipient, "recipient", "", "the recipient asked for: a name or its 统一社会信用代码")
	f.StringVar(&o.registry, "registry", "", "`ADDRESS` of the service to ask for the present state; empty = stay offline")
	f.BoolVar(&o.json, "json", false, "print JSON")
	f.StringVar(&o.lang, "lang", "zh", "zh or en")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() != 1 {
		return o, fmt.Errorf("give one FILE, TOKEN or - (verify -h says more)")
	}
	o.argument = f.Arg(0)
	if o.lang != "zh" && o.lang != "en" {
		return o, fmt.Errorf("-lang %q: it is zh or en", o.lang)
	}
	for _, text := range []*string{&o.question.Specialty, &o.question.Purpose, &o.question.Recipient} {
		*text = certificate.TidyText(*text)
	}
	if day == "" {
		return o, nil
	}
	var err error
	if o.question.AsOf, err = civil.Parse(day); err != nil {
		return o, fmt.Errorf("-as-of %q: a day is written YYYY-MM-DD, with four digits for the year", day)
	}
	if first, last := verdict.DaysAsked(civil.Of(p.now())); o.question.AsOf.Before(first) || o.question.AsOf.After(last) {
		return o, fmt.Errorf("-as-of %s: a day from %s to %s can be asked about", day, first, last)
	}
	return o, nil
}

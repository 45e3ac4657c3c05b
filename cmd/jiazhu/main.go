// Command jiazhu is the command line of the service: for authorities and portals, who use its API
// with a client's key, and for operators, who have access to the tables.
//
// Results go to standard output, as text or with -json as JSON. Everything else goes to standard
// error, with -json as one JSON object that contains the service's problem.
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
	"slices"
	"strings"
	"time"
)

const usage = `usage: jiazhu COMMAND [flags] [arguments]; jiazhu COMMAND -h says more

of an authority, with its client's key:
  import FILE                  take in a file of rows (NDJSON), and wait until it is done
of a portal, with its client's key:
  accounts put USER FILE       open or update an account from a JSON file, - is standard input
of whoever has a key:
  keys generate FILE           a new client's key (ES256) into FILE, its public half to the output
  keys rotate FILE NEW         a new key into NEW, and both public halves, to be published together
  keys show FILE...            the public halves
of operators, once:
  keys split FILE FOLDER       a key file with all the service's secrets, as there was once, cut up into files of one kind
of whoever runs or watches the service:
  trust write FILE             a trust bundle (docs/operations.md) of certificates and keys in files, by flags
  trust show FILE              who may sign by it, and when
of anybody:
  verify FILE                  ask the service about a PDF, an OFD or a token in a file
of operators, with RECORDS_TABLE, SESSIONS_TABLE, JOURNAL_BUCKET, NAMES_KEY, FIELD_KEY and INTEGRITY_KEY set and
AWS credentials; each is written to the audit log before it begins, or does nothing (docs/operations.md):
  accounts show USER@PORTAL    an account, its numbers masked
  accounts end USER@PORTAL     end every session of it; the password stays
  accounts list CHOICE         accounts, of a person or that a client put
  accounts revoke CHOICE [-yes] take password, sessions, devices and the portal's phone from them
    CHOICE is USER@PORTAL..., -holder HOLDER, or -client ID -from TIME [-to TIME] [-did created|phone|link]
  history CERT [-follow]       its present holder's endorsements, by its id or 注册编号
  history CERT COPY [-follow]  what happened to one of them: made, consented, verified, withdrawn
  history CERT -versions       every version of its record and of those whose place it took, and who reported it
  undo REPORT [-yes]           take back what a report did, where nobody changed it since
  reports list CLIENT          the reports a client made, with -from and -to
  reports revoke CLIENT|REPORT files that were announced and are not taken in: have them not taken in
  disputes list                the numbers that authorities dispute and nobody has settled
  disputes settle NUMBER DISPUTE -to claimant|keeper -why TEXT
                               to the claimant: the certificate ends, and the number is free; to the keeper: dismissed
  export HOLDER...             everything kept about a holder, as JSON
  erase HOLDER... [-yes]       on lawful request: what may be erased, on all portals (docs/decisions); with LIMITS_KEY too
    HOLDER is USER@PORTAL of any account, or - for an ID number on standard input (-id-type: of another document)
  restore replay -since MOMENT [-yes]
                               after tables were restored to a moment: apply what the journal holds since, before functions are led to them; with LIMITS_KEY too
  audit [-since MOMENT]        the audit log, an entry a line, as each was first written
  check                        what in the tables is not as the service wrote it, or goes back behind the journal
  migrate [-keep] [-yes]       after an upgrade, with FILES_BUCKET too: move what version 1 stored (docs/operations.md)

Exit code: 0 done, 1 failed (verify: not valid; import: rows were refused), 2 wrong usage.
`

// errUsage says that the command was not understood; the rest of the error says why.
var errUsage = errors.New("wrong usage")

// console holds what a command depends on.
type console struct {
	in       io.Reader
	out, err io.Writer
	getenv   func(string) string
	now      func() time.Time
	audit    *audit // of the running command
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	c := console{in: os.Stdin, out: os.Stdout, err: os.Stderr, getenv: os.Getenv, now: time.Now}
	code := c.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

type command func(c console, ctx context.Context, args []string) error

func commands() map[string]command {
	return map[string]command{
		"import": console.imports, "verify": console.verify, "history": console.history, "undo": console.undo,
		"reports list": console.listReports, "reports revoke": console.revokeReports,
		"export": console.export, "erase": console.erase, "migrate": console.migrate, "check": console.check, "audit": console.readAudit,
		"disputes list": console.listDisputes, "disputes settle": console.settleDispute,
		"restore replay": console.replay,
		"accounts put":   console.putAccount, "accounts show": console.showAccount, "accounts end": console.endSessions,
		"accounts list": console.listAccounts, "accounts revoke": console.revokeAccounts,
		"trust write": console.writeTrust, "trust show": console.showTrust,
		"keys generate": console.generateKey, "keys rotate": console.rotateKey, "keys show": console.showKeys,
		"keys split": console.splitKeys,
	}
}

func (c console) run(ctx context.Context, args []string) int {
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "--help"}, args[0]) {
		fmt.Fprint(c.out, usage)
		return 0
	}
	name, rest := args[0], args[1:]
	if slices.Contains([]string{"accounts", "disputes", "keys", "reports", "restore", "trust"}, name) && len(rest) > 0 {
		name, rest = name+" "+rest[0], rest[1:]
	}
	do, ok := commands()[name]
	if !ok {
		fmt.Fprintf(c.err, "jiazhu: there is no command %q\n\n%s", name, usage)
		return 2
	}
	c.audit = &audit{now: c.now, entry: auditEntry{Command: name, Yes: hasFlag(rest, "yes")}}
	err := do(c, ctx, rest)
	err = errors.Join(err, c.audit.end(ctx, err))
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if hasFlag(rest, "json") {
		c.complainInJSON(name, err)
	} else {
		fmt.Fprintf(c.err, "jiazhu %s: %v\n", name, err)
	}
	if errors.Is(err, errUsage) {
		return 2
	}
	return 1
}

// hasFlag reports whether a flag is among the arguments.
func hasFlag(args []string, name string) bool {
	return slices.ContainsFunc(args, func(arg string) bool {
		flag, _, _ := strings.Cut(arg, "=")
		return flag == "-"+name || flag == "--"+name
	})
}

// complainInJSON prints an error as one line of JSON, with the service's problem if the service
// refused the request.
func (c console) complainInJSON(name string, err error) {
	said := struct {
		Command string           `json:"command"`
		Error   string           `json:"error"`
		Problem *problemResponse `json:"problem,omitempty"`
	}{Command: name, Error: err.Error()}
	_ = errors.As(err, &said.Problem)
	lines := json.NewEncoder(c.err)
	lines.SetEscapeHTML(false)
	_ = lines.Encode(said) // texts only
}

// flags returns the flag set of a command. Parse it with parse.
func (c console) flags(name, arguments string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(c.err)
	f.Usage = func() {
		fmt.Fprintf(c.err, "usage: jiazhu %s [flags] %s\n", name, arguments)
		f.PrintDefaults()
	}
	return f
}

// alwaysJSON accepts -json for commands whose output is always JSON, so that scripts can set it
// everywhere.
func alwaysJSON(f *flag.FlagSet) { f.Bool("json", true, "the only form there is") }

// parse reads flags before and after the arguments, and requires between least and most arguments;
// most -1 means any number.
func parse(f *flag.FlagSet, args []string, least, most int) (arguments []string, err error) {
	for {
		if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
			return nil, err
		} else if err != nil {
			return nil, fmt.Errorf("%w: %w", errUsage, err)
		}
		if f.NArg() == 0 {
			break
		}
		arguments, args = append(arguments, f.Arg(0)), f.Args()[1:]
	}
	if len(arguments) < least || most >= 0 && len(arguments) > most {
		return nil, fmt.Errorf("%w: %d arguments; jiazhu %s -h says which are wanted", errUsage, len(arguments), f.Name())
	}
	return arguments, nil
}

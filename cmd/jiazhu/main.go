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
	"io/fs"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
)

const usage = `usage: jiazhu COMMAND [flags] [arguments]; jiazhu help COMMAND, or jiazhu COMMAND -h, shows the flags

for authorities, with a client's key:
  import FILE                  import a spreadsheet (.xlsx, .csv) or a file of rows (NDJSON), and wait until it is done
  import -template TYPE FILE   write a workbook to be filled in
for portals, with a client's key:
  accounts put USER FILE       open or update an account from a JSON file; - is standard input
for everybody with a key:
  keys generate FILE           write a new client's key (ES256) to FILE, and print its public half
  keys rotate FILE NEW         write a new key to NEW, and print both public halves, to be published together
  keys show FILE...            print the public halves
for operators, once:
  keys init DIRECTORY -issuer CODE,NAME
                               make every key of a new deployment, and requests for the certificates of those that sign
  keys layers DIRECTORY LAYERS check these keys, and make the archives for their Lambda layers
  keys split FILE DIRECTORY    split a key file of earlier versions, which has all keys, into files of one kind
for whoever runs or watches the service:
  scheme check FILE...         name every mistake in files of kinds of certificate (docs/schemes.md), by line and column; -preview draws one
  trust write FILE             write a trust bundle (docs/operations.md) from certificates and keys in files, by flags
  trust show FILE              print who may sign by a trust bundle, and when
for everybody:
  verify FILE                  have the service verify a PDF, an OFD, a receipt, or a code's address or token in a file
  verify FILE|DIRECTORY|ZIP... judge many here by the published keys, and ask the service for the register; -offline asks nobody
  log audit URL|DIRECTORY -key KEY
                               check a log of copies by what is published of it: that nothing was changed, removed or back-dated
for operators, with RECORDS_TABLE, LEDGER_TABLE, SESSIONS_TABLE, JOURNAL_BUCKET, NAMES_KEY, FIELD_KEY and INTEGRITY_KEY
set and AWS credentials. Each command is written to the audit log before it begins, or does nothing (docs/operations.md):
  accounts show USER@PORTAL    print an account, with masked numbers
  accounts end USER@PORTAL     end all its sessions; the password stays
  accounts list CHOICE         list the accounts of a person, or those that a client put
  accounts revoke CHOICE [-yes] remove their password, sessions, devices and the portal's phone
    CHOICE is USER@PORTAL..., -holder HOLDER, or -client ID -from TIME [-to TIME] [-did created|phone|link|organisation]
  history CERT [-follow]       print the endorsements of its present holder; CERT is an id or a 注册编号
  history CERT COPY [-follow]  print what happened to one of them: made, consented, verified, withdrawn
  history CERT -versions       print every version of its record and of the records it replaced, and who reported it
  undo REPORT [-yes]           undo what a report did, where nobody has changed it since
  reports list CLIENT          list the reports of a client, with -from and -to
  reports revoke CLIENT|REPORT revoke announced files that are not yet imported
  disputes list                list the disputes about numbers that are not settled
  disputes settle NUMBER DISPUTE -to claimant|keeper -why TEXT
                               for the claimant: the certificate ends and the number is free; for the keeper: dismissed
  seals list                   print the states of seals and signing certificates, and every change
  seals state ISSUER SEAL STATE -why TEXT [-yes]
                               change one: active, suspended, replaced or revoked
  seals report -day DAY        list what was sealed on a day: for whom, when, with which seal, and which files
  export HOLDER...             print everything stored about a holder, as JSON
  erase HOLDER... [-yes]       on lawful request: erase what may be erased, on all portals (docs/decisions); with LIMITS_KEY too
    HOLDER is USER@PORTAL of any account, or - for an ID number on standard input (-id-type: of another document)
  restore replay -since TIME [-yes]
                               after tables were restored to a time: apply the journal since then, before functions use them;
                               with LIMITS_KEY too
  status write DIRECTORY -keys KEYS
                               make the signed status lists of all copies, for who verifies without a network; with PUBLIC_URL too
  status check DIRECTORY -trust FILE
                               compare such lists with the register, at every place; with PUBLIC_URL too
  audit [-since TIME]          print the audit log, one entry on each line, as each was first written
  check                        list what is in the tables but was not written by the service, or contradicts the journal
  migrate [-keep] [-yes]       after an upgrade, with FILES_BUCKET too: move what version 1 stored (docs/operations.md)

Exit code: 0 done, 1 failed or not done for all (import: rows were refused), 2 wrong usage.
verify: 0 valid, 1 invalid, or not verified; 2 it cannot be told, or wrong usage; 3 a receipt.
Of several files: 0 all valid, 1 any invalid, otherwise 2.
docs/operations.md has the table of all commands.
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
		"import": console.importFile, "verify": console.verify, "history": console.history, "undo": console.undo,
		"reports list": console.listReports, "reports revoke": console.revokeReports,
		"export": console.export, "erase": console.erase, "migrate": console.migrate, "check": console.check, "audit": console.readAudit,
		"disputes list": console.listDisputes, "disputes settle": console.settleDispute,
		"seals list": console.listSeals, "seals state": console.changeSeal, "seals report": console.reportSealings,
		"restore replay": console.replay,
		"status write":   console.writeStatusLists, "status check": console.checkStatusLists,
		"accounts put": console.putAccount, "accounts show": console.showAccount, "accounts end": console.endSessions,
		"accounts list": console.listAccounts, "accounts revoke": console.revokeAccounts,
		"scheme check": console.checkSchemes, "log audit": console.auditLog,
		"trust write": console.writeTrust, "trust show": console.showTrust,
		"keys generate": console.generateKey, "keys rotate": console.rotateKey, "keys show": console.showKeys,
		"keys split": console.splitKeys, "keys init": console.initKeys, "keys layers": console.packLayers,
	}
}

func (c console) run(ctx context.Context, args []string) int {
	if len(args) > 1 && args[0] == "help" {
		args = append(args[1:len(args):len(args)], "-h")
	}
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "--help"}, args[0]) {
		fmt.Fprint(c.out, usage)
		return 0
	}
	name, rest := args[0], args[1:]
	if slices.Contains([]string{"accounts", "disputes", "keys", "log", "reports", "restore", "scheme", "seals", "status", "trust"}, name) && len(rest) > 0 {
		name, rest = name+" "+rest[0], rest[1:]
	}
	do, ok := commands()[name]
	if !ok {
		fmt.Fprintf(c.err, "jiazhu: unknown command %q\n\n%s", name, usage)
		return 2
	}
	c.audit = &audit{now: c.now, entry: auditEntry{Command: name, Yes: hasFlag(rest, "yes")}}
	err := do(c, ctx, rest)
	err = errors.Join(err, c.audit.end(ctx, err))
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if hasFlag(rest, "json") {
		c.printErrorAsJSON(name, err)
	} else {
		var p *client.Problem
		explanation := ""
		if errors.As(err, &p) {
			explanation = describeProblem(p)
		}
		fmt.Fprintf(c.err, "jiazhu %s: %v%s\n", name, err, explanation)
	}
	return exitCode(err)
}

// exitCode returns the exit code of a command that ended with an error (docs/operations.md, Exit
// codes).
func exitCode(err error) int {
	switch {
	case errors.Is(err, errUsage), errors.Is(err, errUnknown), errors.Is(err, fs.ErrNotExist):
		return 2
	case errors.Is(err, errReceipt):
		return 3
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

// printErrorAsJSON prints an error as one line of JSON, with the service's problem if the service
// refused the request.
func (c console) printErrorAsJSON(name string, err error) {
	failure := struct {
		Command string          `json:"command"`
		Error   string          `json:"error"`
		Problem *client.Problem `json:"problem,omitempty"`
	}{Command: name, Error: err.Error()}
	_ = errors.As(err, &failure.Problem)
	lines := json.NewEncoder(c.err)
	lines.SetEscapeHTML(false)
	_ = lines.Encode(failure) // plain data always has JSON
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
func alwaysJSON(f *flag.FlagSet) { f.Bool("json", true, "accepted; the output is always JSON") }

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
		return nil, fmt.Errorf("%w: %d arguments; jiazhu %s -h shows which are required", errUsage, len(arguments), f.Name())
	}
	return arguments, nil
}

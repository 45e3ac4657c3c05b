package cases

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Parse reads one file. An unknown or repeated key is an error, and so is an
// expectation that lacks a row.
func Parse(name, text string) (Case, error) {
	r := reader{c: Case{Name: name, Copy: usualCopy(), Given: Given{Key: "current"}, Registry: Registry{Copy: "recorded", Access: "reached"}}, seen: map[string]bool{}}
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			return Case{}, fmt.Errorf("line %d is no `key: value`", i+1)
		}
		if err := r.line(strings.TrimSpace(key), strings.TrimSpace(value)); err != nil {
			return Case{}, fmt.Errorf("line %d: %s: %w", i+1, key, err)
		}
	}
	return r.finish()
}

// usualCopy returns the default copy: 180 days, for a bid.
func usualCopy() Copy {
	return Copy{
		Format: 2,
		Made:   time.Date(2026, 11, 23, 10, 24, 7, 0, civil.Zone()),
		From:   day(2026, 11, 23), Until: day(2027, 5, 22), Limit: endorsement.DaysLimit(180),
		Purpose:   &endorsement.Purpose{Kind: "投标", Text: "某某大厦一期工程施工投标", ProjectCode: "P-2026-7"},
		Recipient: &endorsement.Recipient{Name: "乙公司（集团）", USCC: "91110000MA00000152"},
	}
}

func day(y int, m time.Month, d int) civil.Date { return civil.Date{Year: y, Month: m, Day: d} }

// reader fills in a case line by line. The parts that a case may lack become parts of it if one of their keys is seen.
type reader struct {
	c       Case
	receipt Receipt
	said    Said
	now     Now
	offline Answer
	seen    map[string]bool
}

// rows returns where the rows with a prefix go.
func (r *reader) rows() map[string]*[]Row {
	return map[string]*[]Row{
		"check.": &r.c.Online.Rows, "offline.check.": &r.offline.Rows, "said.check.": &r.said.Rows, "now.check.": &r.now.Rows,
	}
}

// hasSeen reports whether there was a key with this prefix.
func (r *reader) hasSeen(prefix string) bool {
	for key := range r.seen {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

var (
	errUnknown = errors.New("no such key")
	errTwice   = errors.New("it stands there twice")
)

// many lists the keys that may be repeated.
var many = []string{"alter", "certificate.specialty", "registry.specialty", "registry.seal"}

func (r *reader) line(key, value string) error {
	if r.seen[key] && !slices.Contains(many, key) {
		return errTwice
	}
	r.seen[key] = true
	for prefix, rows := range r.rows() {
		if check, ok := strings.CutPrefix(key, prefix); ok {
			row, err := rowOf(check, value)
			*rows = append(*rows, row)
			return err
		}
	}
	set, ok := r.keys()[key]
	if !ok {
		return errUnknown
	}
	return set(value)
}

// keys returns the parsers of all keys but those of rows.
func (r *reader) keys() map[string]func(string) error {
	c, receipt := &r.c, &r.receipt
	return map[string]func(string) error{
		"comment": parseText(&c.Comment),
		"now":     parseTime(&c.Now),

		"given":           parseChoice(&c.Given.Kind, "token", "link", "pdf", "ofd", "file", "number", "receipt", "receipt-pdf"),
		"given.text":      parseText(&c.Given.Text),
		"given.number":    parseText(&c.Given.Number),
		"given.name":      parseText(&c.Given.Name),
		"given.header":    parseText(&c.Given.Header),
		"given.payload":   parseText(&c.Given.Payload),
		"given.key":       parseChoice(&c.Given.Key, "current", "retired", "stranger", "receipts", "subscriber", "subscriber-mail", "maker", "other-authority", "timestamped"),
		"given.timestamp": parseChoice(&c.Given.Timestamp, "good", "rfc3161", "of-other-bytes", "unknown-authority", "no-usage", "outside-its-days", "altered"),
		"given.stamped":   parseTime(&c.Given.Stamped),
		"alter":           func(v string) error { c.Alter = append(c.Alter, v); return nil },

		"certificate.scheme":     parseText(&c.Certificate.Scheme),
		"certificate.issuer":     parseText(&c.Certificate.Issuer),
		"certificate.name":       parseText(&c.Certificate.Name),
		"certificate.number":     parseText(&c.Certificate.Number),
		"certificate.identifier": parseText(&c.Certificate.Identifier),
		"certificate.birth":      parseDate(&c.Certificate.Birth),
		"certificate.specialty":  parseSpecialty(&c.Certificate.Specialties),

		"copy.format":    parseFormat(&c.Copy.Format),
		"copy.made":      parseTime(&c.Copy.Made),
		"copy.signed":    parseTime(&c.Copy.Signed),
		"copy.from":      parseDate(&c.Copy.From),
		"copy.until":     parseDate(&c.Copy.Until),
		"copy.limit":     parseText((*string)(&c.Copy.Limit)),
		"copy.purpose":   parsePurpose(&c.Copy.Purpose),
		"copy.recipient": parseRecipient(&c.Copy.Recipient),
		"copy.qr":        parseChoice(&c.Copy.QR, "another"),

		"receipt.at":         parseTime(&receipt.At),
		"receipt.of":         parseChoice(&receipt.Of, "token", "pdf", "ofd", "number", "file", "foreign-pdf", "foreign-ofd", "receipt"),
		"receipt.format":     parseChoice(&receipt.Format, "1", "2"),
		"receipt.copyDigest": parseChoice(&receipt.CopyDigest, "another"),
		"receipt.page":       parseChoice(&receipt.Page, "another", "forged"),
		"receipt.asOf":       parseDate(&receipt.Question.AsOf),
		"receipt.specialty":  parseText(&receipt.Question.Specialty),
		"receipt.purpose":    parseText(&receipt.Question.Purpose),
		"receipt.recipient":  parseText(&receipt.Question.Recipient),

		"registry":           parseChoice(&c.Registry.Access, "unreachable", "empty"),
		"registry.copy":      parseChoice(&c.Registry.Copy, "unrecorded"),
		"registry.file":      parseChoice(&c.Registry.File, "another", "none"),
		"registry.excerpt":   parseChoice(&c.Registry.Excerpt, "none"),
		"registry.withdrawn": parseTime(&c.Registry.Withdrawn),
		"registry.newer":     parseTime(&c.Registry.Newer),
		"registry.state":     parseText((*string)(&c.Registry.State)),
		"registry.version":   parseText(&c.Registry.Version),
		"registry.name":      parseText(&c.Registry.Name),
		"registry.employer":  parseText(&c.Registry.Employer),
		"registry.number":    parseText(&c.Registry.Number),
		"registry.until":     parseDate(&c.Registry.Until),
		"registry.specialty": parseSpecialty(&c.Registry.Specialties),
		"registry.seal":      parseSealChange(&c.Registry.Seal),

		"asOf":      parseDate(&c.Question.AsOf),
		"specialty": parseText(&c.Question.Specialty),
		"purpose":   parseText(&c.Question.Purpose),
		"recipient": parseText(&c.Question.Recipient),

		"overall":         parseChoice((*string)(&c.Online.Overall), "valid", "invalid", "unknown", "receipt"),
		"code":            parseCode(&c.Online.Code),
		"ends":            parseText(&c.Online.Ends),
		"newer":           parseYes(&c.Online.Newer),
		"said.overall":    parseChoice((*string)(&r.said.Overall), "valid", "invalid", "unknown"),
		"said.code":       parseCode(&r.said.Code),
		"now.newer":       parseYes(&r.now.Newer),
		"offline.overall": parseChoice((*string)(&r.offline.Overall), "invalid", "unknown", "receipt"),
		"offline.code":    parseCode(&r.offline.Code),
		"offline.ends":    parseText(&r.offline.Ends),
	}
}

// finish completes the offline answer with the online rows that it does not override,
// and refuses an incomplete expectation.
func (r *reader) finish() (Case, error) {
	c := r.c
	if r.hasSeen("receipt.") {
		c.Receipt = &r.receipt
	}
	if r.hasSeen("said.") {
		c.Online.Said = &r.said
	}
	if r.hasSeen("now.") {
		c.Online.Now = &r.now
	}
	for _, needed := range []string{"comment", "now", "given", "overall", "code", "ends"} {
		if !r.seen[needed] {
			return Case{}, fmt.Errorf("%s is missing", needed)
		}
	}
	if err := c.Online.checkRows(); err != nil {
		return Case{}, err
	}
	number := c.Given.Kind == "number"
	if number != (r.offline.Overall == "") {
		return Case{}, errors.New("offline.overall is for everything but a number")
	}
	if number {
		return c, nil
	}
	rows := slices.DeleteFunc(slices.Clone(c.Online.Rows), isSeal) // it is the registry's
	for _, row := range r.offline.Rows {
		i := slices.IndexFunc(rows, func(one Row) bool { return one.Check == row.Check })
		switch {
		case i < 0:
			return Case{}, fmt.Errorf("offline.check.%s, but no check.%s", row.Check, row.Check)
		case rows[i] == row:
			return Case{}, fmt.Errorf("offline.check.%s says what check.%s says", row.Check, row.Check)
		}
		rows[i] = row
	}
	r.offline.Rows, r.offline.Said = rows, c.Online.Said
	if !r.seen["offline.code"] {
		r.offline.Code = c.Online.Code
	}
	if !r.seen["offline.ends"] {
		r.offline.Ends = c.Online.Ends
	}
	c.Offline = &r.offline
	return c, nil
}

// checkRows requires every row of an answer in order: for a genuine receipt two about
// the receipt itself, or one about another page around it, those it states, and three from
// the registry or none.
func (a Answer) checkRows() error {
	other := slices.Contains(a.Rows, Row{verdict.Integrity, verdict.Unsure, verdict.PageDiffers})
	genuine := other || a.Overall == verdict.GenuineReceipt
	if genuine != (a.Said != nil) || a.Now != nil && !genuine {
		return errors.New("said and now are for a genuine receipt")
	}
	if !genuine {
		return checkComplete(a.Rows)
	}
	rows := []verdict.Check{verdict.Integrity, verdict.Issuer}
	if other {
		rows = rows[:1]
	}
	if err := checkOrder(a.Rows, rows...); err != nil {
		return err
	}
	if a.Now != nil {
		rows := []verdict.Check{verdict.Certificate, verdict.Copy, verdict.Freshness}
		if slices.ContainsFunc(a.Now.Rows, isSeal) {
			rows = append(rows, verdict.SealState)
		}
		if err := checkOrder(a.Now.Rows, rows...); err != nil {
			return fmt.Errorf("now: %w", err)
		}
	}
	if a.Said.Overall == "" {
		return errors.New("said.overall is missing")
	}
	if err := checkComplete(a.Said.Rows); err != nil {
		return fmt.Errorf("said: %w", err)
	}
	return nil
}

// checkComplete requires every row in order, or integrity alone if it did not pass.
func checkComplete(rows []Row) error {
	if len(rows) == 1 && rows[0].Check == verdict.Integrity && rows[0].Result != verdict.Pass {
		return nil
	}
	hasSeal := slices.ContainsFunc(rows, isSeal)
	absent := func(c verdict.Check) bool { return c == verdict.PrintedWords || c == verdict.SealState && !hasSeal } // no case asks what a paper says
	return checkOrder(rows, slices.DeleteFunc(verdict.Checks(), absent)...)
}

// isSeal reports whether a row is about the seal's state, which is there only where it was changed.
func isSeal(r Row) bool { return r.Check == verdict.SealState }

func checkOrder(rows []Row, all ...verdict.Check) error {
	if len(rows) != len(all) {
		return fmt.Errorf("%d rows, want %d", len(rows), len(all))
	}
	for i, row := range rows {
		if row.Check != all[i] {
			return fmt.Errorf("row %d is %s, want %s", i+1, row.Check, all[i])
		}
	}
	return nil
}

func rowOf(check, value string) (Row, error) {
	result, reason, ok := strings.Cut(value, " ")
	if !ok || !slices.Contains(verdict.Checks(), verdict.Check(check)) {
		return Row{}, errUnknown
	}
	return Row{verdict.Check(check), verdict.Result(result), verdict.Reason(reason)}, nil
}

func parseText(into *string) func(string) error {
	return func(v string) error {
		if v == "" {
			return errors.New("it is empty")
		}
		*into = v
		return nil
	}
}

func parseChoice(into *string, words ...string) func(string) error {
	return func(v string) error {
		if !slices.Contains(words, v) {
			return fmt.Errorf("%q is none of %q", v, words)
		}
		*into = v
		return nil
	}
}

func parseYes(into *bool) func(string) error {
	return func(v string) error {
		*into = v == "yes"
		if !*into {
			return fmt.Errorf("%q is not yes", v)
		}
		return nil
	}
}

func parseCode(into *verdict.Code) func(string) error {
	return func(v string) error {
		n, err := strconv.Atoi(v)
		*into = verdict.Code(n)
		return err
	}
}

// parseFormat reads the format version of a copy, if it is not the current one.
func parseFormat(into *int) func(string) error {
	return func(v string) error {
		if v != "1" {
			return fmt.Errorf("%q is not 1", v)
		}
		*into = 1
		return nil
	}
}

func parseDate(into *civil.Date) func(string) error {
	return func(v string) (err error) {
		*into, err = civil.Parse(v)
		return err
	}
}

func parseTime(into *time.Time) func(string) error {
	return func(v string) (err error) {
		*into, err = time.ParseInLocation("2006-01-02 15:04:05", v, civil.Zone())
		return err
	}
}

// parseSpecialty reads `建筑工程 2025-07-01 2028-06-30`.
func parseSpecialty(into *[]certificate.Specialty) func(string) error {
	return func(v string) error {
		parts := strings.Fields(v)
		if len(parts) != 3 {
			return errors.New("a specialty is a name and two days")
		}
		s := certificate.Specialty{Name: parts[0]}
		if err := errors.Join(parseDate(&s.From)(parts[1]), parseDate(&s.To)(parts[2])); err != nil {
			return err
		}
		*into = append(*into, s)
		return nil
	}
}

// parseSealChange reads `suspended 2026-11-23 10:23:07`, and of a revocation that was entered later
// `revoked 2026-11-23 10:23:07 entered 2026-11-23 18:00:00`.
func parseSealChange(into *sealhistory.History) func(string) error {
	return func(v string) error {
		from, entered, _ := strings.Cut(v, " entered ")
		state, at, _ := strings.Cut(from, " ")
		c := sealhistory.Change{State: sealhistory.State(state), By: "operator:vectors", Why: "印章遗失"}
		if err := parseTime(&c.At)(at); err != nil {
			return err
		}
		c.Recorded = c.At
		if entered != "" {
			if err := parseTime(&c.Recorded)(entered); err != nil {
				return err
			}
		}
		next, err := into.Add(c)
		*into = next
		return err
	}
}

// parsePurpose reads `none` or `投标 | 某某大厦 | P-2026-7`; the last two parts are
// optional.
func parsePurpose(into **endorsement.Purpose) func(string) error {
	return func(v string) error {
		*into = nil
		if v != "none" {
			parts := append(strings.Split(v, " | "), "", "")
			*into = &endorsement.Purpose{Kind: parts[0], Text: parts[1], ProjectCode: parts[2]}
		}
		return nil
	}
}

func parseRecipient(into **endorsement.Recipient) func(string) error {
	return func(v string) error {
		*into = nil
		if v != "none" {
			name, uscc, _ := strings.Cut(v, " | ")
			*into = &endorsement.Recipient{Name: name, USCC: uscc}
		}
		return nil
	}
}

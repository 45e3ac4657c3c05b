// Package cases publishes the conformance vectors of verification: one readable
// text file a case, which says what is handed in, what the registry knows, what
// is asked, and what every verifier has to answer.
//
// A file is lines `key: value`; lines that begin with # and empty lines are for
// people. Every key is listed in keys.go and in docs/verification.md; a key that
// is not is an error, for a vector that nobody checks would be worse than none.
//
// What is handed in is described, not stored: signatures need private keys, and
// those are made for one run and forgotten. Package kit makes tokens, receipts
// and files of the descriptions.
package cases

import (
	"embed"
	"fmt"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

//go:embed *.txt
var files embed.FS

// Case is one vector. Days and moments are in Asia/Shanghai.
type Case struct {
	Name    string // of its file, without .txt
	Comment string

	Now   time.Time // when it is judged
	Given Given
	Alter []string // what is done to it before it is handed in, with its arguments

	Certificate Certificate
	Copy        Copy
	Receipt     *Receipt // of an earlier verification, where one is given
	Registry    Registry

	Question verdict.Question
	Online   Answer  // with the registry
	Offline  *Answer // with the published keys alone; nil for a number, which proves nothing by itself
}

// Given is what is handed in.
type Given struct {
	Kind         string // token, link, pdf, ofd, file, number, receipt, receipt-pdf
	Text         string // of a token, receipt or file that is not made but written down
	Number, Name string // of a look-up
	Header       string // of a token, in place of its own, before it is signed
	Payload      string // likewise
	Key          string // that signs: current, retired, stranger; a token also receipts; a file also subscriber, subscriber-mail, maker
}

// Certificate is what was registered when the copy was made, where it differs
// from 张三's.
type Certificate struct {
	Scheme      string
	Issuer      string // code of its issuing authority
	Name        string
	Number      string
	Identifier  string
	Birth       civil.Date
	Specialties []certificate.Specialty
}

// Copy is the endorsed copy.
type Copy struct {
	Format      int // of the copy's JSON: 1, or 2, which is today's
	Made        time.Time
	Signed      time.Time // when its files say they were signed; zero: when it was made
	From, Until civil.Date
	Limit       endorsement.Limit
	Purpose     *endorsement.Purpose
	Recipient   *endorsement.Recipient
	QR          string // "" its own; "another": of another copy
}

// Receipt is an earlier verification of the same copy.
type Receipt struct {
	At         time.Time
	Of         string // token, pdf, ofd, number, file; foreign-pdf or foreign-ofd with other content under a stranger's seal; receipt, of version 1 alone
	Question   verdict.Question
	Format     string // "1" or "2"; "" the present one
	CopyDigest string // "" its own; "another": of another copy
	Page       string // of a receipt-pdf: "" its own; "another": that of another receipt; "forged": one that says something else
}

// Kind is what the receipt is of; "" where there is none.
func (r *Receipt) Kind() string {
	if r == nil {
		return ""
	}
	return r.Of
}

// Registry is what became of the copy until it is judged.
type Registry struct {
	Copy        string // recorded, unrecorded
	File        string // registered: "" the one that was made, another, none
	Access      string // reached, unreachable, empty: the certificate is not there
	Withdrawn   time.Time
	Newer       time.Time // when another copy was made
	State       certificate.State
	Version     string
	Name        string
	Employer    string
	Number      string
	Specialties []certificate.Specialty
	Until       civil.Date // the recorded last day, where it is not the copy's
}

// Answer is what has to be answered.
type Answer struct {
	Overall verdict.Overall
	Code    verdict.Code
	Rows    []Row
	Ends    string // "2027-05-22 180D", "CANCELLED", or "none"
	Newer   bool
	Said    *Said // what a genuine receipt states; nil of everything else
	Now     *Now  // what the register says now of its claim; nil where it makes none
}

// Said is what a receipt states.
type Said struct {
	Overall verdict.Overall
	Code    verdict.Code
	Rows    []Row
}

// Now is what the register says now of what a receipt claims.
type Now struct {
	Rows  []Row // certificate, copy, freshness
	Newer bool
}

// Row is one row of the matrix.
type Row struct {
	Check  verdict.Check
	Result verdict.Result
	Reason verdict.Reason
}

// String is a row as it stands in a file.
func (r Row) String() string { return fmt.Sprintf("%s: %s %s", r.Check, r.Result, r.Reason) }

// ReadAll returns the cases in the order of their names.
func ReadAll() ([]Case, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("reading vectors: %w", err)
	}
	var all []Case
	for _, e := range entries {
		c, err := Read(strings.TrimSuffix(e.Name(), ".txt"))
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// Read returns one case.
func Read(name string) (Case, error) {
	text, err := Text(name)
	if err != nil {
		return Case{}, fmt.Errorf("reading vectors: %w", err)
	}
	c, err := Parse(name, string(text))
	if err != nil {
		return Case{}, fmt.Errorf("reading vectors: %s: %w", name, err)
	}
	return c, nil
}

// Text is a case's file as it is published.
func Text(name string) ([]byte, error) { return files.ReadFile(name + ".txt") }

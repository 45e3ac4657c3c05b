// Package cases publishes the conformance vectors of verification: one readable text
// file per case, with the input, the registry's state, the question, and the answer
// that every verifier has to give.
//
// A file consists of lines `key: value`; lines that begin with # and empty lines are
// comments. Every key is listed in keys.go and in docs/verification.md. An unknown key
// is an error, because nothing would check it.
//
// The input is described, not stored: signatures need private keys, which are made for
// one run and discarded. Package kit makes tokens, receipts and files from the
// descriptions.
package cases

import (
	"embed"
	"fmt"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

//go:embed *.txt
var files embed.FS

// Case is one vector. Days and times are in Asia/Shanghai.
type Case struct {
	Name    string // of its file, without .txt
	Comment string

	Now   time.Time // time of the verification
	Given Given
	Alter []string // alterations of the input, with their arguments

	Certificate Certificate
	Copy        Copy
	Receipt     *Receipt // of an earlier verification, or nil
	Registry    Registry

	Question verdict.Question
	Online   Answer  // with the registry
	Offline  *Answer // with the published keys alone; nil for a number, which cannot be verified offline
}

// Given describes the input.
type Given struct {
	Kind         string    // token, link, pdf, ofd, file, number, receipt, receipt-pdf
	Text         string    // literal text of a token, receipt or file
	Number, Name string    // of a look-up
	Header       string    // of a token, in place of its own, before it is signed
	Payload      string    // likewise
	Key          string    // the signing key: current, retired, stranger; for a token also receipts; for a file also subscriber, subscriber-mail, maker, other-authority, timestamped
	Timestamp    string    // of an OFD's seal: good, rfc3161, of-other-bytes, unknown-authority, no-usage, outside-its-days, altered; "" none
	Stamped      time.Time // time of the timestamp; zero: the copy's time of making
}

// Certificate is the record when the copy was made, as far as it differs from 张三's.
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
	Format      int // of the copy's JSON: 1, or 2, the current one
	Made        time.Time
	Signed      time.Time // time of signing stated in its files; zero: the time of making
	From, Until civil.Date
	Limit       endorsement.Limit
	Purpose     *endorsement.Purpose
	Recipient   *endorsement.Recipient
	QR          string // "" its own; "another": of another copy
}

// Receipt is an earlier verification of the same copy.
type Receipt struct {
	At         time.Time
	Of         string // token, pdf, ofd, number, file; foreign-pdf or foreign-ofd with other content under an unknown seal; receipt, in version 1 only
	Question   verdict.Question
	Format     string // "1" or "2"; "" the current one
	CopyDigest string // "" its own; "another": of another copy
	Page       string // of a receipt-pdf: "" its own; "another": that of another receipt; "forged": one with other content
}

// Kind returns the kind of input that the receipt is about; "" for a nil receipt.
func (r *Receipt) Kind() string {
	if r == nil {
		return ""
	}
	return r.Of
}

// Registry is the registry's state at the time of the verification.
type Registry struct {
	Copy        string // recorded, unrecorded
	File        string // registered file: "" the one that was made, another, none
	Excerpt     string // of the copy's content, in its record: "", or none as in a record of an earlier version
	Access      string // reached, unreachable, empty (without the certificate)
	Withdrawn   time.Time
	Newer       time.Time // time of a newer copy
	State       certificate.State
	Version     string
	Name        string
	Employer    string
	Number      string
	Specialties []certificate.Specialty
	Until       civil.Date          // the recorded last day, if it is not the copy's
	Seal        sealhistory.History // of the electronic seal with which the copy was sealed
}

// Answer is the expected answer. The JSON is that of the published index.
type Answer struct {
	Overall verdict.Overall `json:"verdict"`
	Code    verdict.Code    `json:"code"`
	Ends    string          `json:"ends"` // "2027-05-22 180D", "CANCELLED", or "none"
	Newer   bool            `json:"newer"`
	Rows    []Row           `json:"checks"`
	Said    *Said           `json:"said,omitempty"` // content of a genuine receipt; nil for other input
	Now     *Now            `json:"now,omitempty"`  // the registry's present findings about its claim; nil without a claim
}

// Said is the content of a receipt.
type Said struct {
	Overall verdict.Overall `json:"verdict"`
	Code    verdict.Code    `json:"code"`
	Rows    []Row           `json:"checks"`
}

// Now is the registry's present findings about the claim of a receipt.
type Now struct {
	Newer bool  `json:"newer"`
	Rows  []Row `json:"checks"` // certificate, copy, freshness
}

// Row is one row of the matrix.
type Row struct {
	Check  verdict.Check  `json:"check"`
	Result verdict.Result `json:"result"`
	Reason verdict.Reason `json:"reason"`
}

// String returns the row as it is written in a file.
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

// Text returns a case's published file.
func Text(name string) ([]byte, error) { return files.ReadFile(name + ".txt") }

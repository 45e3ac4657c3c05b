// Package vectors publishes the conformance vectors: small JSON files with the answers
// that the rules have to give, so that another implementation can be compared with
// this one without reading its code.
//
// domain.json has the vectors of the domain description; worked.json has its worked
// examples in full, with the answers of known wrong implementations. Every person and
// certificate in them is invented; the organisation codes are invented or published.
package vectors

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

//go:embed domain.json worked.json
var files embed.FS

// Domain is domain.json. Days are YYYY-MM-DD.
type Domain struct {
	Identifiers []IdentifierParts `json:"identifier_mod3736"`
	ResidentIDs []string          `json:"gb11643"` // all valid
	CreditCodes []string          `json:"gb32100"` // all valid
	Windows     []UseTo           `json:"useTo"`
}

// IdentifierParts is a certificate identifier in its groups.
type IdentifierParts struct {
	Type    string `json:"type"`
	Issuer  string `json:"issuer"`
	Serial  string `json:"serial"`
	Version string `json:"version"`
	Check   string `json:"check"`           // the correct check character
	Given   string `json:"given,omitempty"` // the check character in circulation, if wrong
	Valid   *bool  `json:"valid,omitempty"` // false when Given is wrong
}

// UseTo is an endorsement on day D: the input is the specialties' last days and the
// date of birth, the result the last day of use.
type UseTo struct {
	D      string   `json:"D"`
	Ends   []string `json:"ends"`
	Birth  string   `json:"birth"`
	UseTo  string   `json:"useTo"`
	Reason string   `json:"reason"`
	Warn   string   `json:"warn,omitempty"` // "" accepts any warning
}

// ReadDomain returns domain.json.
func ReadDomain() (Domain, error) { return read[Domain]("domain.json") }

// WorkedExample is worked.json.
type WorkedExample struct {
	About       string           `json:"about"`
	Trace       Trace            `json:"identifierTrace"`
	Identifiers []Identifier     `json:"identifiers"`
	ResidentIDs []ResidentID     `json:"residentIdNumbers"`
	CreditCodes []CreditCode     `json:"creditCodes"`
	Numbers     []Registration   `json:"registrationNumbers"`
	Names       []Name           `json:"names"`
	Masks       []Mask           `json:"masks"`
	Windows     []Window         `json:"windows"`
	Refusals    []WindowRefusals `json:"windowRefusals"`
}

// Trace is ISO/IEC 7064 MOD 37,36 step by step: after reading the first n
// characters of Body the running value is P[n-1].
type Trace struct {
	Is   string `json:"is"`
	Body string `json:"body"`
	P    []int  `json:"p"`
}

// Identifier is a whole certificate identifier.
type Identifier struct {
	Is    string   `json:"is"`
	Body  string   `json:"body"` // without root and check character
	Check string   `json:"check"`
	Wrong []string `json:"wrong,omitempty"` // check characters that must be refused
}

// ResidentID is a resident identity number and its content, or the rule it breaks and
// the intended number.
type ResidentID struct {
	Is         string `json:"is"`
	Number     string `json:"number"`
	Birth      string `json:"birth,omitempty"`
	Sex        string `json:"sex,omitempty"`
	Breaks     string `json:"breaks,omitempty"`
	Suggestion string `json:"suggestion,omitempty"`
}

// CreditCode is a unified social credit code, or the rule it breaks and the intended
// code.
type CreditCode struct {
	Is         string `json:"is"`
	Code       string `json:"code"`
	Breaks     string `json:"breaks,omitempty"`
	Suggestion string `json:"suggestion,omitempty"`
}

// Registration is a registration number and its form with four-digit years, or the
// rule it breaks and the intended number.
type Registration struct {
	Is         string `json:"is"`
	Number     string `json:"number"`
	Level      string `json:"level"`
	Modern     string `json:"modern,omitempty"`
	Breaks     string `json:"breaks,omitempty"`
	Suggestion string `json:"suggestion,omitempty"`
}

// Name is a name as reported and its standard form, or the rule it breaks.
type Name struct {
	Is     string `json:"is"`
	Given  string `json:"given"`
	Name   string `json:"name,omitempty"`
	Breaks string `json:"breaks,omitempty"`
}

// Mask is a value of a kind (name, idNumber, phone) and its masked form.
type Mask struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
	Shown string `json:"shown"`
}

// Window is an endorsement under a scheme. From and Until are the requested days of
// use.
type Window struct {
	Is       string   `json:"is"`
	Scheme   string   `json:"scheme"`
	Today    string   `json:"today"`
	Ends     []string `json:"ends"` // last days of the specialties, each of which began a year before today
	Birth    string   `json:"birth"`
	From     string   `json:"from,omitempty"`
	Until    string   `json:"until,omitempty"`
	UseFrom  string   `json:"useFrom"`
	UseUntil string   `json:"useUntil"`
	Latest   string   `json:"latest"`
	Limit    string   `json:"limit"`
	Warnings []string `json:"warnings"` // without the names of the specialties, which follow a colon
}

// WindowRefusals is an endorsement that has to be refused with a problem code.
type WindowRefusals struct {
	Is     string   `json:"is"`
	Scheme string   `json:"scheme"`
	Today  string   `json:"today"`
	Ends   []string `json:"ends"`
	Birth  string   `json:"birth"`
	From   string   `json:"from,omitempty"`
	Until  string   `json:"until,omitempty"`
	Code   string   `json:"code"`
	Detail string   `json:"detail,omitempty"` // must be part of the Chinese detail
}

// ReadWorked returns worked.json.
func ReadWorked() (WorkedExample, error) { return read[WorkedExample]("worked.json") }

// read decodes one file. A key without a field is an error, because nothing would
// check it.
func read[T any](name string) (T, error) {
	var v T
	data, err := files.ReadFile(name)
	if err != nil {
		return v, fmt.Errorf("reading vectors: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&v); err != nil {
		return v, fmt.Errorf("reading vectors: %s: %w", name, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return v, fmt.Errorf("reading vectors: %s: something follows the end", name)
	}
	return v, nil
}

// Package sealhistory has the states of electronic seals and signing certificates over time: whether
// one may seal now, and whether it was valid at the time of an earlier sealing (电子印章管理办法,
// 国办发〔2025〕33号).
//
// A history is a list of changes, to which changes are only added. Without any change a seal is active.
// Two rules hold for every history: the state at a time that has passed never becomes better by a later
// change, and nothing follows a revocation but a revocation from an earlier time.
package sealhistory

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// State is whether a seal may be used.
type State string

// The states.
const (
	Active    State = "active"    // 有效
	Suspended State = "suspended" // 停用: nothing is sealed until it is active again
	Replaced  State = "replaced"  // 更换: another one seals in its place
	Revoked   State = "revoked"   // 注销: it never seals again
)

// Name identifies an electronic seal or a signing certificate.
type Name struct {
	Issuer string // code (GB 32100) of the issuing authority
	ID     string // the seal's number, or the certificate's Fingerprint
}

// Change is one change of a seal's state.
type Change struct {
	State    State     `json:"state"`
	At       time.Time `json:"at"`       // from when the state holds; before Recorded only for a revocation
	Recorded time.Time `json:"recorded"` // when it was entered
	By       string    `json:"by"`       // who entered it: "operator:NAME", or the id of a machine client
	Why      string    `json:"why"`
}

// History is what became of a seal, in the order in which it was entered.
type History []Change

// The errors of Add. They wrap ErrChange.
var (
	ErrChange     = errors.New("sealhistory: the state cannot be changed so")
	ErrSame       = fmt.Errorf("%w: it has that state", ErrChange)
	ErrFinal      = fmt.Errorf("%w: it has a state in which it ends", ErrChange)
	ErrTime       = fmt.Errorf("%w: only a revocation holds from an earlier time, and nothing from a later one", ErrChange)
	ErrState      = fmt.Errorf("%w: the state is active, suspended, replaced or revoked", ErrChange)
	ErrTooMany    = fmt.Errorf("%w: it was changed too often", ErrChange)
	ErrIncomplete = fmt.Errorf("%w: who changes it, when and why is required", ErrChange)
)

// MaxChanges is how many changes a history has at most.
const MaxChanges = 200

// Current returns the state that was entered last. It does not depend on a clock, so a seal that was
// just suspended is suspended for everybody.
func (h History) Current() State {
	if len(h) == 0 {
		return Active
	}
	return h[len(h)-1].State
}

// StateAt returns the state at a time, as far as is known now.
func (h History) StateAt(t time.Time) State {
	state := Active
	for _, c := range h {
		if !c.At.After(t) && (c.State == Revoked || state != Revoked) {
			state = c.State
		}
	}
	return state
}

// Add returns the history with one more change. A change without At holds from when it is recorded.
// Where the clock is behind that of the last change, the change counts as recorded with the last one.
// All times are rounded down to the millisecond. The error wraps ErrChange.
func (h History) Add(c Change) (History, error) {
	if c.By == "" || c.Why == "" || c.Recorded.IsZero() {
		return nil, ErrIncomplete
	}
	if len(h) >= MaxChanges {
		return nil, ErrTooMany
	}
	c.Recorded = c.Recorded.UTC().Truncate(time.Millisecond)
	if len(h) > 0 && c.Recorded.Before(h[len(h)-1].Recorded) {
		c.Recorded = h[len(h)-1].Recorded
	}
	if c.At.IsZero() {
		c.At = c.Recorded
	}
	c.At = c.At.UTC().Truncate(time.Millisecond)
	if err := h.check(c); err != nil {
		return nil, err
	}
	return append(slices.Clone(h), c), nil
}

// check checks that a change may follow the history.
func (h History) check(c Change) error {
	switch now := h.Current(); {
	case !slices.Contains([]State{Active, Suspended, Replaced, Revoked}, c.State):
		return ErrState
	case c.At.After(c.Recorded), c.At.Before(c.Recorded) && c.State != Revoked:
		return ErrTime
	case now == Revoked && c.State == Revoked && !c.At.Before(h[len(h)-1].At):
		return ErrSame
	case now == Revoked && c.State == Revoked, now == Replaced && c.State == Revoked:
		return nil
	case now == c.State:
		return ErrSame
	case now == Revoked, now == Replaced:
		return ErrFinal
	}
	return nil
}

// CheckHistory returns an error unless the history can have come about change by change.
func (h History) CheckHistory() error {
	var made History
	for i, c := range h {
		next, err := made.Add(c)
		if err != nil {
			return fmt.Errorf("change %d: %w", i+1, err)
		}
		if last := next[i]; !last.At.Equal(c.At) || !last.Recorded.Equal(c.Recorded) {
			return fmt.Errorf("change %d: %w", i+1, ErrTime)
		}
		made = next
	}
	return nil
}

// LacksChange reports whether a change that is known from elsewhere is missing: it was recorded after
// every change of the history, and may follow them. One that was recorded before the last is in the
// history, or was never entered.
func (h History) LacksChange(c Change) bool {
	if len(h) > 0 && !c.Recorded.After(h[len(h)-1].Recorded) {
		return false
	}
	_, err := h.Add(c)
	return err == nil
}

// Fingerprint returns the ID of a signing certificate (DER): its SHA-256, in hex.
func Fingerprint(certificate []byte) string {
	sum := sha256.Sum256(certificate)
	return hex.EncodeToString(sum[:])
}

// Abbreviate returns an ID as it is shown: of a fingerprint the first 16 digits.
func Abbreviate(id string) string {
	if len(id) == 2*sha256.Size {
		return id[:16]
	}
	return id
}

// ErrName says that a name is malformed. CheckName wraps it.
var ErrName = errors.New("sealhistory: no name of a seal")

// maxID is how long the number of a seal is at most.
const maxID = 128

// CheckName returns an error unless the name is well formed: a code with its check character, and up to
// 128 ASCII characters, of which the first and the last are visible.
func (n Name) CheckName() error {
	if err := certificate.CheckUSCC(n.Issuer); err != nil {
		return fmt.Errorf("%w: issuing authority %q: %w", ErrName, n.Issuer, err)
	}
	invisible := func(r rune) bool { return r < ' ' || r > '~' }
	if n.ID == "" || len(n.ID) > maxID || strings.TrimSpace(n.ID) != n.ID || strings.ContainsFunc(n.ID, invisible) {
		return fmt.Errorf("%w: %q is not the number of a seal or the SHA-256 of a certificate", ErrName, n.ID)
	}
	return nil
}

package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

// Workload says how often everything happens, how long functions wait, and at which scales.
type Workload struct {
	Scales []Scale `json:"scales"`

	Peak            float64            `json:"peak"`      // the busiest second over the average one
	DaysOfUse       int                `json:"daysOfUse"` // from a copy's first day to its last
	PerHolderYear   map[string]float64 `json:"perHolderYear"`
	PerVerification map[string]float64 `json:"perVerification"`

	Identification Identification `json:"identification"`

	Wait    Wait    `json:"waitMs"`
	Zipf    float64 `json:"zipf"`    // exponent, of certificates, organisations and networks
	PerBody int     `json:"headers"` // bytes around the body of an answer
	Lines   Lines   `json:"lines"`
	Packed  float64 `json:"compressed"` // what is left of logs that are kept
	Signs   int     `json:"signs"`      // signatures of an endorsement
	Holders struct {
		PerOrganisation, PerNetwork int
	} `json:"holders"`
}

// Identification says when somebody's phone has scanned the code and when their face is shown, in seconds since the page
// shows the code.
type Identification struct {
	Scanned float64 `json:"scanned"`
	Done    float64 `json:"done"`
}

// Polls are how often the page asks how the identification stands, and how many seconds after its end it knows.
func (i Identification) Polls() (n int, late float64) {
	state, at := identity.Pending, identity.FirstPoll.Seconds()
	for n = 1; at < i.Done; n++ {
		if at >= i.Scanned {
			state = identity.Scanned
		}
		at += state.PollAfter().Seconds()
	}
	return n, at - i.Done
}

// Lines are the bytes that are logged for a request beside the function's own line, where the template has them logged.
type Lines struct {
	System int `json:"system"` // by Lambda
	Access int `json:"access"` // by the API
}

// Scale is a number of holders and verifications.
type Scale struct {
	Name          string  `json:"name"`
	Holders       int     `json:"holders"`
	Verifications float64 `json:"verificationsPerDay"`
}

// Wait is how long a function waits for the cloud, in milliseconds.
type Wait struct {
	Read        float64 `json:"read"`
	Write       float64 `json:"write"`
	Transaction float64 `json:"transaction"`
	Puts        float64 `json:"puts"` // of all files of an endorsement, in parallel
	Get         float64 `json:"get"`  // of the file that a preview is drawn from
	Sign        float64 `json:"sign"` // each, where KMS keeps the keys
}

// ParseWorkload reads a workload. Kinds of verification have to add up to one, apart from what only accompanies a
// verification.
func ParseWorkload(data []byte) (w Workload, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		return w, fmt.Errorf("read the workload: %w", err)
	}
	total := 0.0
	for name, share := range w.PerVerification {
		if name != "verify-page" && name != "token" {
			total += share
		}
	}
	if math.Abs(total-1) > 1e-9 {
		return w, fmt.Errorf("the kinds of verification add up to %v, not 1", total)
	}
	if w.Peak < 1 || w.Zipf <= 0 || len(w.Scales) == 0 || w.Holders.PerNetwork < 1 || w.Holders.PerOrganisation < 1 {
		return w, fmt.Errorf("the workload lacks a peak, an exponent, scales, or how many share a network")
	}
	if n := w.PerHolderYear["identify"]; n > 0 {
		polls, _ := w.Identification.Polls()
		w.PerHolderYear["poll"] = n * float64(polls-1) // the scenario identify has the last one
	}
	return w, nil
}

// LargestScale is the last scale.
func (w *Workload) LargestScale() Scale { return w.Scales[len(w.Scales)-1] }

// DailyCount is how often a scenario happens in a day, at a scale.
func (w *Workload) DailyCount(scenario string, s Scale) float64 {
	return w.PerHolderYear[scenario]*float64(s.Holders)/365 + w.PerVerification[scenario]*s.Verifications
}

// peakRate is how often a scenario begins in the busiest second.
func (w *Workload) peakRate(scenario string, s Scale) float64 {
	return w.DailyCount(scenario, s) / daySeconds * w.Peak
}

// preview is the scenario whose function reads a file.
const preview = "preview"

// waitMillis is how long a scenario's function waits.
func (w *Workload) waitMillis(s *Scenario) float64 {
	ms := 0.0
	for operation, n := range s.Operations {
		each := w.Wait.Read
		switch operation {
		case "PutItem", "UpdateItem", "DeleteItem":
			each = w.Wait.Write
		case "TransactWriteItems":
			each = w.Wait.Transaction
		}
		ms += each * float64(n)
	}
	if s.Puts > 0 {
		ms += w.Wait.Puts
	}
	if s.Name == preview {
		ms += w.Wait.Get
	}
	return ms + float64(w.signatures(s))*w.Wait.Sign
}

// signatures are those that KMS makes for a scenario: of an endorsement's documents. Receipts, manifests and links are signed
// with keys that the function holds.
func (w *Workload) signatures(s *Scenario) int {
	if s.Name == "endorse" {
		return w.Signs
	}
	return 0
}

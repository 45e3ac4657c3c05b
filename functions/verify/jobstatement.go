package main

import (
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// jobStatement is what the manifest of a job states, without its entries, which are more than an answer
// may have: they are read in the manifest itself.
type jobStatement struct {
	Job      string                     `json:"job"`
	At       api.Instant                `json:"at"`
	Service  string                     `json:"service"`
	Asker    verifier                   `json:"asker,omitzero"`
	Question credential.ReceiptQuestion `json:"question,omitzero"`
	Archive  credential.ManifestArchive `json:"archive"`
	Count    int                        `json:"count"`
	Verdicts verdictCounts              `json:"verdicts"`
	Test     bool                       `json:"test"`
}

// verdictCounts are how many entries have each verdict.
type verdictCounts struct {
	Valid   int `json:"valid"`
	Invalid int `json:"invalid"`
	Unknown int `json:"unknown"`
	Receipt int `json:"receipt"`
}

func jobStatementOf(m *credential.Manifest) *jobStatement {
	if m == nil {
		return nil
	}
	s := &jobStatement{
		Job: m.Job, At: api.Instant(m.At), Service: m.Service, Asker: verifierOf(m.Asker), Question: m.Question,
		Archive: m.Archive, Count: m.Count, Test: m.Test,
	}
	counts := map[string]*int{
		"valid": &s.Verdicts.Valid, "invalid": &s.Verdicts.Invalid, "unknown": &s.Verdicts.Unknown, "receipt": &s.Verdicts.Receipt,
	}
	for _, e := range m.Entries {
		*counts[e.Verdict]++ // ParseManifest takes no other
	}
	return s
}

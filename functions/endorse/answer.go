package main

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

type endorsementResponse struct {
	Endorsement  string                 `json:"endorsement"`
	Certificate  string                 `json:"certificate"`
	Message      string                 `json:"message,omitempty"`
	MadeAt       string                 `json:"madeAt"`
	UseFrom      civil.Date             `json:"useFrom"`
	UseUntil     civil.Date             `json:"useUntil"`
	Limit        endorsement.Limit      `json:"limit"`
	LimitText    string                 `json:"limitText"`
	Warnings     []string               `json:"warnings"`
	Purpose      *endorsement.Purpose   `json:"purpose,omitempty"`
	Recipient    *endorsement.Recipient `json:"recipient,omitempty"`
	State        endorsement.State      `json:"state"`
	Files        map[string]fileDigest  `json:"files"`
	FilesUntil   civil.Date             `json:"filesUntil"`
	CopyDigest   string                 `json:"copyDigest"`
	VerifyURL    string                 `json:"verifyUrl"`
	WithdrawnAt  string                 `json:"withdrawnAt,omitempty"`
	WithdrawnWhy string                 `json:"withdrawnWhy,omitempty"`
	VouchedBy    string                 `json:"vouchedBy,omitempty"`
	Agent        string                 `json:"agent,omitempty"` // who made it for an organisation
}

type fileDigest struct {
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// historyTimeFormat is RFC 3339 with milliseconds, which an endorsement's identifier carries too.
const historyTimeFormat = "2006-01-02T15:04:05.000-07:00"

// describe describes an endorsement in its present state. The message is set only for one that was
// just made.
func describe(e endorsement.Endorsement, s scheme.Scheme, state endorsement.State, message, lang string) endorsementResponse {
	a := endorsementResponse{
		Endorsement: e.ID, Certificate: e.CertID, Message: message,
		MadeAt:  formatTime(e.MadeAt),
		UseFrom: e.UseFrom, UseUntil: e.UseUntil,
		Limit: e.Limit, LimitText: e.Limit.TextFor(s).In(lang), Warnings: append([]string{}, e.Warnings...),
		Purpose: e.Purpose, Recipient: e.Recipient, State: state,
		Files: make(map[string]fileDigest, len(e.Files)), FilesUntil: e.FilesEnd(), CopyDigest: e.CopyDigest, VerifyURL: e.QR,
		WithdrawnWhy: e.WithdrawnWhy, VouchedBy: e.VouchedBy, Agent: e.Maker.Agent,
	}
	if e.WithdrawnAt != nil {
		a.WithdrawnAt = formatTime(*e.WithdrawnAt)
	}
	for name, f := range e.Files {
		a.Files[name] = fileDigest{f.SHA256, f.Bytes}
	}
	return a
}

func formatTime(t time.Time) string { return t.In(civil.Zone()).Format(historyTimeFormat) }

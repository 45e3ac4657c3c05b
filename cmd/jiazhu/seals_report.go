package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
)

// sealing is one copy that was sealed: who had it made, when, with which seal, and which files.
type sealing struct {
	At          time.Time `json:"at"`
	Holder      string    `json:"holder"` // keyed hash
	Portal      string    `json:"portal"`
	Certificate string    `json:"certificate"`
	Endorsement string    `json:"endorsement"`
	Issuer      string    `json:"issuer"` // code of the issuing authority; this and the next three are empty for copies made before version 1.2
	Seal        string    `json:"seal"`
	PDFBy       string    `json:"pdfBy"` // fingerprint of the certificate
	OFDBy       string    `json:"ofdBy"`
	PDF         string    `json:"pdf"` // SHA-256 of the file
	OFD         string    `json:"ofd"`
}

// describeSealing names what the key set with an endorsement's number is.
func describeSealing(e endorsement.Endorsement, sets []sealhistory.KeySet) sealing {
	var s sealhistory.KeySet
	if e.KeySet > 0 && e.KeySet <= len(sets) {
		s = sets[e.KeySet-1]
	}
	return sealing{
		At: e.MadeAt.In(civil.Zone()), Holder: e.Holder, Portal: e.Maker.Portal, Certificate: e.CertID, Endorsement: e.ID,
		Issuer: s.Issuer, Seal: s.Seal, PDFBy: s.PDF, OFDBy: s.OFD, PDF: e.Files["pdf"].SHA256, OFD: e.Files["ofd"].SHA256,
	}
}

// sealTotal is how many copies were sealed with one seal on the day.
type sealTotal struct {
	Issuer string `json:"issuer"`
	Seal   string `json:"seal"`
	Copies int    `json:"copies"`
}

// sealReport is what was sealed on a day.
type sealReport struct {
	Day      civil.Date  `json:"day"`
	Totals   []sealTotal `json:"totals"`
	Sealings []sealing   `json:"sealings"`
}

// reportSealings lists every copy that was sealed on a day in Asia/Shanghai, and how many with each seal.
func (c console) reportSealings(ctx context.Context, args []string) error {
	f := c.flags("seals report", "")
	on := f.String("day", "", "the `DAY` in Asia/Shanghai, such as 2026-11-23; required")
	issuer := f.String("issuer", "", "only what was sealed for the issuing authority with this `CODE`")
	asCSV := f.Bool("csv", false, "print a table, without the totals")
	alwaysJSON(f)
	parts := partsFlag(f)
	if _, err := parse(f, args, 0, 0); err != nil {
		return err
	}
	day, err := civil.Parse(*on)
	if err != nil {
		return fmt.Errorf("%w: -day: %w", errUsage, err)
	}
	if err := checkParts(*parts); err != nil {
		return err
	}
	t, err := c.tables(ctx, onThing("sealings", day.String()))
	if err != nil {
		return err
	}
	sets, err := t.certificates.ReadKeySets(ctx)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	all := []sealing{}
	err = inParts(ctx, *parts, func(ctx context.Context, part int) error {
		for e, err := range t.certificates.EndorsementsMade(ctx, day.Start(), day.End(), part, *parts) {
			if err != nil {
				return err
			}
			if s := describeSealing(e, sets); (*issuer == "" || s.Issuer == *issuer) && civil.Of(e.MadeAt) == day {
				mu.Lock()
				all = append(all, s)
				mu.Unlock()
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b sealing) int { return cmp.Compare(a.Endorsement, b.Endorsement) })
	c.audit.noteCounts(map[string]int{"sealings": len(all)})
	if *asCSV {
		return c.printSealings(all)
	}
	return c.print(sealReport{day, countSealings(all), all})
}

// countSealings counts the copies sealed with each seal.
func countSealings(all []sealing) []sealTotal {
	count := map[sealTotal]int{}
	for _, s := range all {
		count[sealTotal{Issuer: s.Issuer, Seal: s.Seal}]++
	}
	totals := []sealTotal{}
	for of, n := range count {
		of.Copies = n
		totals = append(totals, of)
	}
	slices.SortFunc(totals, func(a, b sealTotal) int { return cmp.Or(cmp.Compare(a.Issuer, b.Issuer), cmp.Compare(a.Seal, b.Seal)) })
	return totals
}

func (c console) printSealings(all []sealing) error {
	rows := [][]string{{"at", "holder", "portal", "certificate", "endorsement", "issuer", "seal", "pdfBy", "ofdBy", "pdf", "ofd"}}
	for _, s := range all {
		rows = append(rows, []string{s.At.Format(time.RFC3339Nano), s.Holder, s.Portal, s.Certificate, s.Endorsement, s.Issuer, s.Seal, s.PDFBy, s.OFDBy, s.PDF, s.OFD})
	}
	return csv.NewWriter(c.out).WriteAll(rows)
}

package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// registerParts is how many parts of the register are read at a time.
const registerParts = 8

// checkRegister prints each certificate of the register whose kind is in none of the schemes, or whose number
// its kind does not read, before a service that has these schemes alone is deployed.
func (c console) checkRegister(ctx context.Context, list []scheme.Scheme) error {
	set, err := scheme.NewSet(list...)
	if err != nil {
		return err
	}
	t, err := c.tables(ctx)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	read, uncovered := 0, 0
	err = inParts(ctx, registerParts, func(ctx context.Context, part int) error {
		for r, err := range t.certificates.ScanRecords(ctx, part, registerParts) {
			if err != nil {
				return err
			}
			why := findUncovered(set, r.Certificate)
			mu.Lock()
			if read++; why != "" {
				uncovered++
				fmt.Fprintf(c.out, "%s: %s\n", r.Certificate.ID, why)
			}
			mu.Unlock()
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.audit.noteCounts(map[string]int{"certificates": read, "uncovered": uncovered})
	fmt.Fprintf(c.out, "%d certificates, of which the files do not cover %d\n", read, uncovered)
	if uncovered > 0 {
		return fmt.Errorf("the files do not cover every certificate; docs/schemes.md says how a kind is changed")
	}
	return nil
}

// findUncovered says why the schemes do not cover a certificate, "" if they do.
func findUncovered(set scheme.Set, c certificate.Certificate) string {
	s, ok := set.ByID(c.Scheme)
	if !ok {
		return fmt.Sprintf("no file has its kind, %s", c.Scheme)
	}
	if _, err := s.Number.Parse(c.Number); err != nil {
		return fmt.Sprintf("%s no longer has numbers of the form of %s", c.Scheme, c.Number)
	}
	return ""
}

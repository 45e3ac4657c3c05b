package main

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/verifying"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// note adds the verification to the ledger of its certificate, for the holder of the copy, or the
// present holder of the certificate if no copy is known. A search that found nothing has no
// certificate and is not recorded.
func (a *app) note(ctx context.Context, r *api.Request, q verification) error {
	if q.records.Access != verdict.Found {
		return nil
	}
	return a.certificates.AddVerification(ctx, q.found.Certificate.ID, q.ledgerEntry(r))
}

// ledgerEntry returns the verification's entry in the ledger.
func (q verification) ledgerEntry(r *api.Request) records.VerificationEntry {
	seen := records.VerificationEntry{
		ID: q.id, Holder: q.found.Holder, Version: q.found.Certificate.Edition(), Endorsement: q.endorsementID(),
		Channel: verifying.Channel(q.evidence.Kind), Verdict: string(q.verdict.Overall), Asker: q.request.asker,
	}
	if e := q.found.Endorsement; e != nil {
		seen.Holder = e.Holder
	}
	if r.Client != nil {
		seen.Organisation, seen.Client, seen.Purpose = r.Client.Name, r.Client.ID, q.request.purpose
	}
	if q.disclosure != nil {
		seen.Consent, seen.Shown = q.disclosure.consent, q.disclosure.fields
	}
	return seen
}

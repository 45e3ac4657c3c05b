package main

import (
	"context"
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// verification is one verification: the question, the findings and the answer.
type verification struct {
	id         string // a ULID, of the ledger's entry and of the receipt
	request    verifyRequest
	evidence   verdict.Evidence
	statement  *credential.Receipt      // what a receipt states, if a genuine one was given
	batch      *credential.BatchReceipt // likewise of a batch
	job        *credential.Manifest     // likewise of a job
	current    *verdict.CurrentFindings // what the register says now about what it claims
	records    verdict.Records
	found      records.PresentedRecord // the register's record, if it was found
	verdict    verdict.Verdict
	disclosure *disclosure
	withheld   *withheldFields  // replaces the disclosure
	codes      *foundCodes      // in a file that is no original
	guess      []identity.Limit // what a printed name has taken
	isTest     bool             // a code of a service with test keys, which the code does not say
	failed     error            // why the register could not be read, unless the error is temporary
}

// endorsementID returns the id of the endorsement in question, "" if there is none.
func (q verification) endorsementID() string {
	switch {
	case q.evidence.Claim != nil:
		return q.evidence.Claim.Endorsement
	case q.statement != nil && q.statement.Claim != nil:
		return q.statement.Claim.Endorsement
	}
	return ""
}

// investigate examines what was given and reads what the register says about it.
func (a *app) investigate(ctx context.Context, r *api.Request, asked verifyRequest) (verification, error) {
	q := verification{id: records.NewID(r.Time), request: asked, records: verdict.Records{Access: verdict.NotReached}}
	if asked.file != nil {
		if text, ok := evidence.ExtractReceipt(asked.file); ok {
			return a.examineReceipt(ctx, r, q, text)
		}
	}
	switch {
	case asked.receipt != "":
		return a.examineReceipt(ctx, r, q, asked.receipt)
	case asked.token != "":
		q.evidence, q.isTest = evidence.ExamineToken(asked.token, a.trust), a.test
	case asked.file != nil:
		q.evidence = evidence.Examine(asked.file, a.trust)
	default:
		return a.search(ctx, r, q)
	}
	q.evidence.Printed, q.evidence.Grammars = asked.printed, a.schemes.Numbers()
	return a.compare(ctx, r, q)
}

// compare reads from the register what a token or file claims, in one round trip. It reads nothing
// if the signature is not valid.
func (a *app) compare(ctx context.Context, r *api.Request, q verification) (verification, error) {
	claim := q.evidence.Claim
	if claim == nil {
		return q, nil
	}
	key := claim.Endorsement
	if q.evidence.Issuer.Result != verdict.Pass { // unsigned data may name any copy
		key = "foreign " + claim.Certificate
	}
	if err := a.limiters.takeCopy(whoAsks(r), key, r.Time); err != nil {
		return q, err
	}
	q, err := a.takeGuess(ctx, r, q)
	if err != nil {
		return q, err
	}
	return a.examine(ctx, q, records.Presented{
		Certificate: claim.Certificate, Endorsement: claim.Endorsement, Consent: q.request.consent,
	}), nil
}

func (a *app) examine(ctx context.Context, q verification, x records.Presented) verification {
	found := a.register.Read(ctx, x)
	q.found, q.records, q.failed = found.Record, found.Records, found.Failed
	return q
}

// search finds a certificate by number and name. An unknown number and a name that is not the
// holder's get the same answer after the same work, so that nobody can find out which numbers
// exist.
func (a *app) search(ctx context.Context, r *api.Request, q verification) (verification, error) {
	q.evidence = evidence.Lookup(q.request.number, a.schemes.Numbers())
	q.evidence.Printed, q.evidence.Grammars = q.request.printed, a.schemes.Numbers()
	for _, limit := range identity.LookupLimits(r.Network, a.schemes.Numbers().Canonical(q.request.number)) {
		if err := a.limits.Take(ctx, limit, r.Time); err != nil {
			return q, err
		}
	}
	record, err := a.certificates.ByNumber(ctx, q.request.number)
	if errors.Is(err, records.ErrCertificateNotFound) {
		record, err = a.readUnusedRecord(ctx)
	}
	if err != nil {
		return q, err
	}
	if !certificate.IsSameName(record.Certificate.Holder.Name, q.request.name) || record.Certificate.ID == "" {
		q.records.Access = verdict.Missing
		return q, nil
	}
	q.found.Record, q.records = record, a.register.Describe(record)
	return q, nil
}

// unusedID returns an id that no certificate has: its time is the beginning of 1970. Its random
// part differs each time, so that many guesses do not all read one partition.
func unusedID() string { return records.NewID(time.UnixMilli(0)) }

// readUnusedRecord makes the second read that a known number would have led to.
func (a *app) readUnusedRecord(ctx context.Context) (records.Record, error) {
	found, err := a.certificates.Examine(ctx, records.Presented{Certificate: unusedID()})
	if errors.Is(err, records.ErrCertificateNotFound) {
		return records.Record{}, nil
	}
	return found.Record, err
}

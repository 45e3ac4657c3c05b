package main

import (
	"context"
	"net/http"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// endorse is 加注: read, decide, issue the documents, store them, enter the endorsement. The steps
// that can fail come first and leave nothing visible: the files are stored under names that nobody
// knows. One transaction then enters the endorsement, and only this makes the files reachable.
func (a *app) endorse(ctx context.Context, r *api.Request) (*api.Response, error) {
	ask, err := readEndorseRequest(r)
	if err != nil {
		return nil, err
	}
	k, err := a.open(ctx, r, ask.key)
	if err != nil {
		return nil, err
	}
	if earlier := k.Answered; earlier != nil && r.Time.Before(earlier.Until) {
		return a.replay(ctx, r, earlier, ask.fingerprint)
	}
	if err := ask.Check(k.scheme, a.schemes.Numbers()); err != nil {
		return nil, err
	}
	keys, hasSeal := a.issuer.KeySetOf(k.Certificate.Issuer.Code)
	situation := a.situation(k, ask.Request, civil.Of(r.Time))
	situation.SealMissing = !hasSeal
	situation.SealStopped, situation.SealState = findStoppedSeal(k.Seals, keys, r.Time)
	window, err := endorsement.Plan(situation, ask.Request)
	if err != nil {
		return nil, err
	}
	if err := a.certificates.CheckHolder(k.Record); err != nil {
		return nil, err
	}
	keySet, err := a.keySets.number(ctx, a.certificates, keys)
	if err != nil {
		return nil, err
	}
	made, documents, err := a.issueDocuments(ctx, r, k, window, ask.Request)
	if err != nil {
		return nil, err
	}
	made.KeySet = keySet
	life := endorsement.PlanFiles(made.MadeAt, made.UseUntil, a.daysAfterUse)
	made.FilesUntil = life.Until
	if made.Files, err = a.store(ctx, life.FilePrefix(made.CertID, made.ID), documents); err != nil {
		return nil, err
	}
	earlier, err := a.certificates.Endorse(ctx, records.Entry{
		Endorsement: made, Revision: k.Revision,
		Key: ask.key, Fingerprint: ask.fingerprint,
		Day: civil.Of(made.MadeAt), Quota: k.scheme.DailyQuota,
	})
	if err != nil {
		return nil, err
	}
	if earlier != nil {
		return a.replay(ctx, r, earlier, ask.fingerprint)
	}
	newest := max(made.ID, k.Latest) // k.Latest is the newest if the clock was set back after it was made
	state := endorsement.StateOf(made, k.Certificate, k.Holding(), k.scheme, newest, r.Time)
	return api.JSON(http.StatusCreated, describe(made, k.scheme, state, k.scheme.DoneMessage(), r.Lang)), nil
}

// findStoppedSeal returns which of an authority's seal and certificates may not be used now, or could not
// at the time that the copy would state, and its state.
func findStoppedSeal(seals sealhistory.Register, k sealhistory.KeySet, at time.Time) (id string, state sealhistory.State) {
	if id, state = seals.FindStopped(k.Names()); id == "" {
		id, state = seals.FindStoppedAt(at, k.Names())
	}
	return id, state
}

// situation is what Plan decides on.
func (a *app) situation(k endorseInput, ask endorsement.Request, today civil.Date) endorsement.Situation {
	return endorsement.Situation{
		Today: today, Scheme: &k.scheme, Certificate: &k.Certificate,
		Identified:    true, // the router has checked it
		BindingNeeded: k.portal.BindingNeeded, Bound: k.Bound,
		PhoneBound: k.phoneBound, IDFlawed: k.IDFlawed,
		MissingGlyphs: a.glyphs.MissingRunes(recordText(k.Certificate)),
		MissingWords:  a.glyphs.MissingRunes(wordsText(ask)),
		MadeToday:     k.MadeToday,
		SigningReady:  a.issuer != nil && a.tokens != nil,
	}
}

// replay repeats the answer that an Idempotency-Key has already led to. The same key with another
// body is a client error and is reported. The state is the present one: a copy that is withdrawn,
// or void because of its holder, does not get the success message.
func (a *app) replay(ctx context.Context, r *api.Request, earlier *records.IdempotencyRecord, fingerprint string) (*api.Response, error) {
	if earlier.Fingerprint != fingerprint {
		return nil, problem.New(problem.IdempotencyKeyReused)
	}
	f, err := a.certificates.ReadEndorsement(ctx, r.Path["certificate"], records.PersonOf(r.Session), earlier.Endorsement)
	if err != nil {
		return nil, err
	}
	s, err := a.schemes.SchemeOf(f.Certificate)
	if err != nil {
		return nil, err
	}
	state, message := stateOf(f, s, r.Time), s.DoneMessage()
	if state == endorsement.Withdrawn || state == endorsement.VoidHolder {
		message = ""
	}
	answer := api.JSON(http.StatusCreated, describe(*f.Endorsement, s, state, message, r.Lang))
	answer.Header = map[string]string{"idempotency-replayed": "true"}
	return answer, nil
}

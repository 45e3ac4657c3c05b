package main

import (
	"context"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// endorse is 加注. The steps that can fail come first and leave nothing visible: reading, judging,
// drawing, sealing, and storing the files under names that nobody knows. One transaction then
// stores the endorsement, and only this makes the files reachable.
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
	window, err := a.judge(k, ask.Request, civil.Of(r.Time))
	if err != nil {
		return nil, err
	}
	if err := a.certificates.CheckHolder(k.Record); err != nil {
		return nil, err
	}
	made, err := a.make(ctx, r, k, window, ask.Request)
	if err != nil {
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
	return api.JSON(http.StatusCreated, describe(made, state, successMessage, r.Lang)), nil
}

// judge returns everything that prevents the endorsement, or else its days of use.
func (a *app) judge(k endorseInput, ask endorsement.Request, today civil.Date) (endorsement.Window, error) {
	s := k.Situation(&k.scheme, today)
	s.Identified = true // the router has checked it
	s.BindingNeeded = k.portal.BindingNeeded
	s.PhoneBound = k.phoneBound
	s.MissingGlyphs = a.glyphs.MissingRunes(printedText(k.Certificate, ask))
	s.SigningReady = a.issuer != nil && a.tokens != nil
	if blockers := endorsement.Preflight(s); len(blockers) > 0 {
		return endorsement.Window{}, blockers[0].WithBlockers(blockers)
	}
	return endorsement.WindowFor(k.scheme, k.Certificate, today, ask)
}

// replay repeats the answer that an Idempotency-Key has already led to. The same key with another
// body is a client error and is reported. The state is the present one: a copy that is withdrawn,
// or void because of its holder, does not get the success message.
func (a *app) replay(ctx context.Context, r *api.Request, earlier *records.IdempotencyRecord, fingerprint string) (*api.Response, error) {
	if earlier.Fingerprint != fingerprint {
		return nil, problem.New(problem.IdempotencyKeyReused)
	}
	f, err := a.certificates.ReadEndorsement(ctx, r.Path["certificate"], r.Session.Holder, r.Session.Portal, earlier.Endorsement)
	if err != nil {
		return nil, err
	}
	s, err := a.scheme(f.Certificate)
	if err != nil {
		return nil, err
	}
	state, message := stateOf(f, s, r.Time), successMessage
	if state == endorsement.Withdrawn || state == endorsement.VoidHolder {
		message = ""
	}
	answer := api.JSON(http.StatusCreated, describe(*f.Endorsement, state, message, r.Lang))
	answer.Header = map[string]string{"idempotency-replayed": "true"}
	return answer, nil
}

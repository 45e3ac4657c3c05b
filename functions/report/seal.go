package main

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// sealTries is how often a change is tried while others change seals.
const sealTries = 3

// sealStore keeps the histories of seals.
type sealStore interface {
	ReadSeals(ctx context.Context) (records.Seals, error)
	ReadKeySets(ctx context.Context) ([]sealhistory.KeySet, error)
	ChangeSeal(ctx context.Context, log records.JournalWriter, read records.Seals, name sealhistory.Name, next sealhistory.History) error
}

// sealResponse is a seal or signing certificate with what became of it.
type sealResponse struct {
	Issuer  string               `json:"issuer"`
	Seal    string               `json:"seal"`
	State   sealhistory.State    `json:"state"`
	Changes []sealChangeResponse `json:"changes"`
}

type sealChangeResponse struct {
	State    sealhistory.State `json:"state"`
	At       api.Instant       `json:"at"`
	Recorded api.Instant       `json:"recorded"`
	Why      string            `json:"why"`
}

func describeSeal(name sealhistory.Name, h sealhistory.History) sealResponse {
	a := sealResponse{Issuer: name.Issuer, Seal: name.ID, State: h.Current(), Changes: []sealChangeResponse{}}
	for _, c := range h {
		a.Changes = append(a.Changes, sealChangeResponse{State: c.State, At: api.Instant(c.At), Recorded: api.Instant(c.Recorded), Why: c.Why})
	}
	return a
}

// changeSeal changes the state of a seal or signing certificate (印章、签名证书) of the client's authority. What has the
// state already is answered as it is, so that a request may be repeated; a revocation from an earlier time is a change.
func (a *app) changeSeal(ctx context.Context, r *api.Request) (*api.Response, error) {
	change, err := readSealChange(r)
	if err != nil {
		return nil, err
	}
	name := sealhistory.Name{Issuer: r.Client.Issuer, ID: r.Path["seal"]}
	for range sealTries {
		h, err := a.tryChangeSeal(ctx, name, change)
		switch {
		case errors.Is(err, records.ErrSealsChanged):
			continue
		case err != nil:
			return nil, err
		}
		return api.JSON(http.StatusOK, describeSeal(name, h)), nil
	}
	return nil, dynamo.NewUnavailable("changing the state of a seal: others kept changing seals")
}

// tryChangeSeal returns the history with the change. Error: records.ErrSealsChanged.
func (a *app) tryChangeSeal(ctx context.Context, name sealhistory.Name, change sealhistory.Change) (sealhistory.History, error) {
	read, err := a.seals.ReadSeals(ctx)
	if err != nil {
		return nil, err
	}
	h := read.Of[name]
	if h == nil {
		sets, err := a.seals.ReadKeySets(ctx)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(sets, func(k sealhistory.KeySet) bool { return slices.Contains(k.Names(), name) }) {
			return nil, problem.NewInvalidField("/seal", "seal.unknown", "本机关没有用过此编号的印章或签名证书。", "The client's authority has sealed with no seal or certificate of this number.")
		}
	}
	if h.Current() == change.State && (change.At.IsZero() || change.State != sealhistory.Revoked) {
		return h, nil
	}
	next, err := h.Add(change)
	switch {
	case errors.Is(err, sealhistory.ErrSame):
		return h, nil
	case errors.Is(err, sealhistory.ErrTime):
		return nil, problem.NewInvalidField("/at", "seal.time", "只有注销可以自较早时间起，且不得晚于现在。", "Only a revocation holds from an earlier time, and nothing from a later one.")
	case err != nil:
		return nil, problem.NewInvalidField("/state", "seal.state", "此印章或签名证书不能再变更为此状态。", "The seal or certificate cannot have this state any more.")
	}
	return next, a.seals.ChangeSeal(ctx, a.journal, read, name, next)
}

// readSealChange reads and checks the request.
func readSealChange(r *api.Request) (c sealhistory.Change, err error) {
	var ask struct {
		State string `json:"state"`
		Why   string `json:"why"`
		At    string `json:"at"`
	}
	if err := api.Decode(r, &ask); err != nil {
		return c, err
	}
	c = sealhistory.Change{State: sealhistory.State(ask.State), Recorded: r.Time, By: "client:" + r.Client.ID}
	if !slices.Contains([]sealhistory.State{sealhistory.Active, sealhistory.Suspended, sealhistory.Replaced, sealhistory.Revoked}, c.State) {
		return c, problem.NewInvalidField("/state", "seal.state", "状态为 active、suspended、replaced 或 revoked。", "The state is active, suspended, replaced or revoked.")
	}
	if c.Why, err = certificate.NormalizeText(ask.Why, longestReason); err != nil {
		return c, api.NewFieldProblem("/why", err)
	}
	if c.Why == "" {
		return c, problem.NewInvalidField("/why", "text.length", "请写明理由，不超过 200 个字。", "Say why, in at most 200 characters.")
	}
	if err := certificate.CheckImpersonal(c.Why); err != nil {
		return c, api.NewFieldProblem("/why", err)
	}
	if strings.TrimSpace(ask.At) == "" {
		return c, nil
	}
	if c.At, err = time.Parse(time.RFC3339, ask.At); err != nil || c.State != sealhistory.Revoked {
		return c, problem.NewInvalidField("/at", "seal.time", "只有注销可以自较早时间起，时间如 2026-11-23T10:00:00+08:00。", "Only a revocation holds from an earlier time, such as 2026-11-23T10:00:00+08:00.")
	}
	return c, nil
}

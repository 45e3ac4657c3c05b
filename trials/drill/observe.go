package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/client"
)

// observation is what the service says and gives of the scene.
type observation struct {
	Verdicts  map[string]verdictSummary // by what was handed in
	History   []string                  // of endorsements: id, state, digests
	Account   string
	Downloads map[string]string // SHA-256 by kind
	ledger    []string          // ids of verifications
}

// verdictSummary is a verdict without what tells the time of day.
type verdictSummary struct {
	Verdict string
	Code    int
	Checks  []string
}

func (a *fixture) observe(ctx context.Context) (observation, error) {
	o, err := a.observeWithoutDownloads(ctx)
	if err != nil {
		return o, err
	}
	o.Downloads = map[string]string{}
	for kind := range kinds() {
		file, err := a.session.Download(ctx, a.valid, kind)
		if err != nil {
			return o, err
		}
		o.Downloads[kind] = digestOf(file)
	}
	return o, nil
}

func (a *fixture) observeWithoutDownloads(ctx context.Context) (o observation, err error) {
	if o.Verdicts, err = a.verdicts(ctx); err != nil {
		return o, err
	}
	items, err := a.session.History(ctx, a.certificate, client.ListEndorsementsParams{})
	if err != nil {
		return o, err
	}
	for _, e := range items {
		files, err := json.Marshal(e.Files)
		if err != nil {
			return o, err
		}
		o.History = append(o.History, fmt.Sprint(e.Endorsement, e.MadeAt, e.State, e.CopyDigest, string(files)))
	}
	var account json.RawMessage
	if err := a.session.Do(ctx, http.MethodGet, "/v1/account", nil, &account); err != nil {
		return o, err
	}
	o.Account = string(account)
	var ledger struct{ Items []client.Sighting }
	err = a.session.Do(ctx, http.MethodGet, "/v1/certificates/"+a.certificate+"/verifications?limit=50", nil, &ledger)
	for _, s := range ledger.Items {
		o.ledger = append(o.ledger, s.ID)
	}
	return o, err
}

// What is handed in, where it is treated apart.
const (
	byNumber  = "number"
	byReceipt = "receipt"
	otherFirm = "token, for another firm"
)

// asks are the ways to have the scene's copies verified, by what is handed in.
func (a *fixture) asks() map[string]func(context.Context) (client.Verdict, error) {
	all := map[string]func(context.Context) (client.Verdict, error){}
	for name, body := range map[string]client.VerificationAsk{
		"token":            {Token: a.valid.Token()},
		"token, withdrawn": {Token: a.withdrawn.Token()},
		byNumber:           {Number: a.session.Holder.Number, Name: a.session.Holder.Name},
		byReceipt:          {Receipt: a.receipt},
		otherFirm:          {Token: a.valid.Token(), Recipient: "另一家公司"},
	} {
		all[name] = func(ctx context.Context) (client.Verdict, error) { return a.api.Verify(ctx, body) }
	}
	for name, file := range map[string][]byte{"pdf": a.files["pdf"], "ofd": a.files["ofd"], "pdf, withdrawn": a.withdrawnPDF} {
		all[name] = func(ctx context.Context) (client.Verdict, error) {
			return a.api.VerifyFile(ctx, "application/octet-stream", file, nil)
		}
	}
	return all
}

func (a *fixture) verdicts(ctx context.Context) (map[string]verdictSummary, error) {
	all := map[string]verdictSummary{}
	for name, ask := range a.asks() {
		v, err := ask(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		s := verdictSummary{Verdict: string(v.Verdict), Code: int(v.Code)}
		for _, c := range v.Checks {
			s.Checks = append(s.Checks, fmt.Sprintf("%s %s", c.Check, c.Result))
		}
		if v.Now != nil {
			for _, c := range v.Now.Checks {
				s.Checks = append(s.Checks, fmt.Sprintf("now %s %s", c.Check, c.Result))
			}
		}
		all[name] = s
	}
	return all, nil
}

// compareAll compares with what is observed now. The ledger may have grown.
func (o observation) compareAll(now observation) error {
	if diff := cmp.Diff(o.Downloads, now.Downloads); diff != "" {
		return errors.New(diff)
	}
	return o.compareVerdicts(now)
}

func (o observation) compareVerdicts(now observation) error {
	now.Downloads = o.Downloads
	if diff := cmp.Diff(o, now, cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".ledger" }, cmp.Ignore())); diff != "" {
		return errors.New(diff)
	}
	for _, id := range o.ledger {
		if !slices.Contains(now.ledger, id) {
			return fmt.Errorf("verification %s is in the ledger no more", id)
		}
	}
	return nil
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

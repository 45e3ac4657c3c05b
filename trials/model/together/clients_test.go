package together

import (
	"context"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// clientHistory is one certificate and the clients that work on it.
type clientHistory struct {
	session   *seed.Session
	row       client.ReportRow
	id        string // of the certificate
	token     string // of the registry
	startedAt time.Time

	mu      sync.Mutex
	events  []porcupine.Operation
	pending []int                // events without an answer
	copies  []client.Endorsement // that clients know of
	err     error
}

// client does so many acts, drawn at random.
func (r *clientHistory) client(ctx context.Context, number, acts int, dice *mathrand.Rand) {
	for range acts {
		if err := r.act(ctx, number, dice); err != nil {
			r.mu.Lock()
			r.err = errors.Join(r.err, err)
			r.mu.Unlock()
			return
		}
	}
}

func (r *clientHistory) act(ctx context.Context, number int, dice *mathrand.Rand) error {
	known := r.randomCopy(dice)
	act := []Act{Endorse, Endorse, Withdraw, Verify, Verify, History, Report, Report}[dice.IntN(8)]
	if known.Endorsement == "" && (act == Withdraw || act == Verify) {
		act = Endorse
	}
	in := Input{Act: act}
	switch act {
	case Endorse:
		in.Key = fmt.Sprintf("key-%d", dice.IntN(6)) // clients share keys
	case Withdraw, Verify:
		in.Copy = known.Endorsement
	case Report:
		in.State, in.Employer = []string{"01", "01", "04"}[dice.IntN(3)], dice.IntN(2)
	}
	at := r.call(number, in)
	out, err := r.do(ctx, in, known)
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	r.recordAnswer(at, out)
	return nil
}

func (r *clientHistory) randomCopy(dice *mathrand.Rand) client.Endorsement {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.copies) == 0 {
		return client.Endorsement{}
	}
	return r.copies[dice.IntN(len(r.copies))]
}

func (r *clientHistory) call(number int, in Input) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, porcupine.Operation{ClientId: number, Input: in, Call: int64(time.Since(r.startedAt))})
	return len(r.events) - 1
}

// recordAnswer enters what was heard. What was not heard may happen until the end.
func (r *clientHistory) recordAnswer(at int, out Output) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events[at].Output, r.events[at].Return = out, int64(time.Since(r.startedAt))
	if out.Lost {
		r.pending = append(r.pending, at)
	}
}

// history is everything that was asked and heard. A client whose answer was lost goes on under
// another number, because its act goes on too.
func (r *clientHistory) history() []porcupine.Operation {
	end := int64(time.Since(r.startedAt))
	for n, at := range r.pending {
		r.events[at].Return = end
		r.events[at].ClientId += 100 * (n + 1)
	}
	return r.events
}

// do does the act until it is answered; only a report is sent once, because sending it again is
// another report.
func (r *clientHistory) do(ctx context.Context, in Input, known client.Endorsement) (out Output, err error) {
	for {
		out, err = r.attemptAct(ctx, in, known)
		var p *client.Problem
		switch {
		case err == nil:
			return out, nil
		case errors.As(err, &p) && p.Status < 500:
			if in.Act != Endorse {
				return out, err
			}
			return Output{Refused: string(p.Code)}, nil
		case ctx.Err() != nil:
			return out, ctx.Err()
		case in.Act == Report:
			return Output{Lost: true}, nil
		}
	}
}

func (r *clientHistory) attemptAct(ctx context.Context, in Input, known client.Endorsement) (out Output, err error) {
	switch in.Act {
	case Endorse:
		made, _, err := r.session.EndorseOnce(ctx, r.id, "shared-by-all-clients-"+r.id+in.Key, client.EndorsementAsk{})
		if err == nil {
			r.mu.Lock()
			r.copies = append(r.copies, made)
			r.mu.Unlock()
		}
		return Output{Copy: made.Endorsement}, err
	case Withdraw:
		_, err = r.session.Withdraw(ctx, known, "")
	case History:
		var all []client.Endorsement
		all, err = r.session.History(ctx, r.id, client.ListEndorsementsParams{Limit: new(50)})
		out.Copies = map[string]bool{}
		for _, e := range all {
			out.Copies[e.Endorsement] = e.State == "withdrawn"
		}
	case Verify:
		var v client.Verdict
		v, err = r.session.API.Verify(ctx, client.VerificationAsk{Token: known.Token()})
		out.Verdict = string(v.Verdict)
	case Report:
		out.Version, err = r.report(ctx, in)
	}
	return out, err
}

func (r *clientHistory) report(ctx context.Context, in Input) (version string, err error) {
	row := r.row
	row.State, row.Operation, row.StateNote = client.CertificateState(in.State), "07", "并发试验" // which leads from any state to any
	row.Employer.Name = []string{"示例建设集团有限公司", "示例第一工程局有限公司"}[in.Employer]
	var done client.Report
	err = r.session.API.Do(ctx, seed.Call{Method: http.MethodPost, Path: "/v1/reports", Token: r.token, JSON: []client.ReportRow{row}}, &done)
	if err != nil {
		return "", err
	}
	if len(done.Rows) != 1 || done.Rows[0].Version == "" {
		return "", fmt.Errorf("the report is answered with %+v", done)
	}

	return done.Rows[0].Version, nil
}

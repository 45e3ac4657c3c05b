package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/trials/faultproxy"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

const (
	holderCount = 40              // holders; each has an account on both portals
	addresses   = 100             // callers' addresses
	connections = 400             // of all callers together
	preparers   = 4               // at a time
	spare       = 8               // further sessions of an account; the service keeps ten
	rehearsals  = 3               // requests before the one whose calls are recorded, so that nothing is read for the first time
	startWithin = 4 * time.Minute // everything that is not a step
	giveUpAfter = 10 * time.Second
)

// harness is a service in processes of its own, with people who can use it.
type harness struct {
	stackInfo
	data     string
	storage  faultproxy.Storage
	tables   *faultproxy.Recorder
	objects  *faultproxy.Recorder
	gateway  int // process
	holders  []seed.Holder
	http     *http.Client // for all callers
	visitors []visitor
	sessions []*seed.Session // more of the same accounts, for what is limited by session
	scripts  string          // file of what the bare functions do

	undo []func()
}

// visitor is an identified session with its certificate and a copy of it.
type visitor struct {
	session     *seed.Session
	certificate string
	endorsement client.Endorsement
	challenge   string
	files       map[string][]byte
}

func open(ctx context.Context, s settings) (p *harness, err error) {
	p = &harness{}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	defer must.Catch(&err)
	root := must.Get(testservice.FindRoot())
	p.startStorage(ctx, root)
	p.startStack(root, s)
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	p.http = faultproxy.NewPooledClient(1, addresses, connections)
	p.http.Timeout = giveUpAfter
	p.holders = seed.SimpleHolders(holderCount, civil.Of(time.Now()))
	must.Do(p.target().Enter(ctx, p.holders))
	must.Do(p.prepare(ctx))
	return p, p.record(ctx)
}

func (p *harness) addUndo(undo func()) { p.undo = append(p.undo, undo) }

func (p *harness) close() {
	for _, undo := range slices.Backward(p.undo) {
		undo()
	}
}

// target is the service for all callers.
func (p *harness) target() seed.Target {
	return seed.Target{URL: p.URL, Keys: p.Keys, Phone: p.URL, HTTP: p.http}
}

func (p *harness) api() *seed.API { return p.target().API() }

// loggers are the holders whose accounts are for logging in alone: a log-in ends the oldest session.
func (p *harness) loggers() []seed.Holder { return p.holders[:holderCount/4] }

// prepare logs in everybody else, shows their faces and makes a copy for each.
func (p *harness) prepare(ctx context.Context) error {
	others := p.holders[holderCount/4:]
	p.visitors = make([]visitor, 2*len(others))
	p.sessions = make([]*seed.Session, spare*len(p.visitors))
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(preparers)
	for i := range p.visitors {
		work.Go(func() (err error) {
			portal, holder := []string{seed.Ministry, seed.National}[i%2], others[i/2]
			if p.visitors[i], err = p.openVisitor(ctx, portal, holder); err != nil {
				return fmt.Errorf("prepare %s on %s: %w", holder.Username, portal, err)
			}
			for n := range spare {
				if p.sessions[spare*i+n], err = p.api().Login(ctx, portal, holder); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return work.Wait()
}

func (p *harness) openVisitor(ctx context.Context, portal string, h seed.Holder) (v visitor, err error) {
	defer must.Catch(&err)
	v.session = must.Get(p.api().Login(ctx, portal, h))
	target := p.target()
	must.Do(v.session.Identify(ctx, target.App(must.Get(target.AppSigner()), h.Person)))
	items, _ := must.Get2(v.session.Certificates(ctx))
	if len(items) == 0 {
		return v, fmt.Errorf("the holder has no certificate")
	}
	v.certificate = items[0].Certificate
	v.endorsement = must.Get(v.session.Endorse(ctx, v.certificate, client.EndorsementAsk{}))
	v.files = map[string][]byte{}
	for _, kind := range []string{"pdf", "ofd"} {
		v.files[kind] = must.Get(v.session.Download(ctx, v.endorsement, kind))
	}
	v.challenge = must.Get(v.session.OpenChallenge(ctx)).Challenge
	return v, nil
}

// record records the calls of one request of each route, for the bare function to make the same.
func (p *harness) record(ctx context.Context) (err error) {
	defer must.Catch(&err)
	scripts := map[string]faultproxy.Script{}
	for _, r := range p.routes() {
		for i := range rehearsals + 1 {
			p.tables.Take()
			p.objects.Take()
			res, body := must.Get2(p.send(ctx, p.http, r.makeTarget(p.Recorded, i)))
			if res.StatusCode != r.want {
				return fmt.Errorf("record %s: status %d: %.300s", r.name, res.StatusCode, body)
			}
			calls := append(p.tables.Take(), p.objects.Take()...)
			scripts[r.name] = faultproxy.NewScript(calls, r.want, res.Header.Get("Content-Type"), string(body))
		}
	}
	return os.WriteFile(p.scripts, must.Get(json.Marshal(scripts)), 0o600)
}

func (p *harness) send(ctx context.Context, by *http.Client, t vegeta.Target) (*http.Response, []byte, error) {
	request, err := t.Request()
	if err != nil {
		return nil, nil, err
	}
	res, err := by.Do(request.WithContext(ctx))
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res, body, err
}

package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

// functionTimeout is what functions behind a proxy have for one answer. It is short, because many faults last until
// it is over.
const functionTimeout = 3 * time.Second

// harness is one service and several workers. What prepares a scenario, and what checks its outcome, goes past the
// proxies.
type harness struct {
	*testservice.Service
	stackProxy *Proxy // of the stack's own functions, of which only intake is used
	workers    []*worker
	store      store

	mu       sync.Mutex
	reported int // certificates
	template client.ReportRow
}

// worker is a set of functions of its own behind a proxy of its own, with a holder of its own.
type worker struct {
	harness      *harness
	proxy        *Proxy
	faultyAPI    *seed.API // by the proxy, with retries
	directAPI    *seed.API // past it
	holder       seed.Holder
	otherSession *seed.Session // another holder's, identified

	sessions map[string]timedSession // the holder's, by portal
}

type timedSession struct {
	*seed.Session
	openedAt time.Time
}

// start starts a service with so many workers. Stop ends it.
func start(ctx context.Context, workers int, output io.Writer) (w *harness, err error) {
	w = &harness{stackProxy: NewProxy()}
	w.Service, err = testservice.Start(ctx, stack.Options{Output: output, Environment: w.stackProxy.Environment()})
	if err != nil {
		w.stackProxy.Close()
		return nil, err
	}
	w.AddCleanup(w.stackProxy.Close)
	if err := w.addWorkers(ctx, workers); err != nil {
		w.Stop()
		return nil, err
	}
	return w, nil
}

func (w *harness) addWorkers(ctx context.Context, workers int) (err error) {
	defer must.Catch(&err)
	must.Do(w.stackProxy.SetTargets(w.Storage.DynamoDB, w.Storage.S3))
	w.store = store{w.Tables(), w.Objects()}
	w.template = must.Get(seed.EndorsableHolder(899, w.Today).Row())
	direct := must.Get(w.Through(stack.FunctionSet{}))
	w.UseClient(direct.HTTP)
	for i := range workers {
		w.workers = append(w.workers, w.openWorker(ctx, i))
	}
	return nil
}

func (w *harness) openWorker(ctx context.Context, i int) *worker {
	l := &worker{
		harness: w, proxy: NewProxy(), directAPI: w.API, sessions: map[string]timedSession{},
		holder: seed.EndorsableHolder(100+i, w.Today),
	}
	w.AddCleanup(l.proxy.Close)
	must.Do(l.proxy.SetTargets(w.Storage.DynamoDB, w.Storage.S3))
	l.faultyAPI = must.Get(w.Through(stack.FunctionSet{Environment: l.proxy.Environment(), Timeout: functionTimeout}))
	l.faultyAPI.HTTP.Transport = retrier{l.faultyAPI.HTTP.Transport, l.proxy}
	other := seed.EndorsableHolder(200+i, w.Today)
	must.Do(w.OpenAccounts(ctx, l.holder, other))
	l.otherSession = must.Get(w.LogIn(ctx, seed.Ministry, other))
	return l
}

// identifiedSession is the holder's session on a portal, identified a short time ago.
func (l *worker) identifiedSession(ctx context.Context, portal string) *seed.Session {
	if at, ok := l.sessions[portal]; ok && time.Since(at.openedAt) < 8*time.Minute {
		return at.Session
	}
	s := must.Get(l.harness.LogIn(ctx, portal, l.holder))
	l.sessions[portal] = timedSession{s, time.Now()}
	return s
}

// faulty is a session whose requests go by the proxy.
func (l *worker) faulty(s *seed.Session) *seed.Session {
	by := *s
	by.API = l.faultyAPI
	return &by
}

// row is a certificate of the worker's holder that is not reported yet.
func (l *worker) row() client.ReportRow {
	l.harness.mu.Lock()
	defer l.harness.mu.Unlock()
	l.harness.reported++
	h := l.holder.WithSerial(l.harness.reported)
	row := l.harness.template
	row.Number = h.Number
	row.CertificateSerial = h.Number[len(h.Number)-8:]
	row.Holder = h.ReportedHolder()
	return row
}

// certificate reports one and returns its id.
func (l *worker) certificate(ctx context.Context) (id string, row client.ReportRow) {
	row = l.row()
	done, err := l.harness.Target.Report(ctx, row)
	if err == nil && len(done.Rows) != 1 {
		err = errors.New("the report is not answered row by row")
	}
	if err != nil {
		must.Do(fmt.Errorf("report a certificate: %w", err))
	}
	return done.Rows[0].Certificate, row
}

// endorseNewCertificate reports a certificate and endorses it.
func (l *worker) endorseNewCertificate(ctx context.Context) (*seed.Session, client.Endorsement) {
	s := l.identifiedSession(ctx, seed.Ministry)
	id, _ := l.certificate(ctx)
	return s, must.Get(s.Endorse(ctx, id, client.EndorsementAsk{}))
}

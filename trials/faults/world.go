package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// patience is what the functions behind a wire have for one answer. It is short, because many
// faults last until it is over.
const functionTimeout = 3 * time.Second

// harness is one storage and several lanes to it. What prepares a journey, and what looks at its
// outcome, goes past the wires.
type harness struct {
	stack      *stack.Stack
	stackProxy *Proxy // of the stack's own functions, of which only intake is used
	target     seed.Target
	app        *client.Signer
	workers    []*worker
	store      store

	mu       sync.Mutex
	reported int // certificates reported at all
	rows     client.ReportRow
	undo     []func()
}

// worker is a set of functions of its own behind a wire of its own, with a holder of its own.
type worker struct {
	harness      *harness
	proxy        *Proxy
	faultyAPI    *seed.API // by the wire
	directAPI    *seed.API // past it
	holder       seed.Holder
	otherSession *seed.Session // somebody else's, identified

	sessions map[string]timedSession // the holder's, by portal
}

// start starts a world with so many lanes.
func start(ctx context.Context, lanes int, output io.Writer) (*harness, error) {
	w := &harness{stackProxy: NewProxy()}
	var err error
	w.stack, err = stack.Start(ctx, stack.Options{Output: output, Environment: w.stackProxy.Environment()})
	if err != nil {
		w.stackProxy.Close()
		return nil, err
	}
	w.undo = append(w.undo, w.stackProxy.Close, w.stack.Stop)
	if err := w.open(ctx, lanes); err != nil {
		w.stop()
		return nil, err
	}
	return w, nil
}

// stop ends it.
func (w *harness) stop() {
	for i := len(w.undo) - 1; i >= 0; i-- {
		w.undo[i]()
	}
}

func (w *harness) open(ctx context.Context, lanes int) error {
	if err := w.stackProxy.SetTargets(w.stack.Storage.DynamoDB, w.stack.Storage.S3); err != nil {
		return err
	}
	cloud, err := w.stack.Storage.Config(ctx)
	if err != nil {
		return err
	}
	w.store = store{
		tables:  dynamodb.NewFromConfig(cloud, func(o *dynamodb.Options) { o.BaseEndpoint = &w.stack.Storage.DynamoDB }),
		objects: s3.NewFromConfig(cloud, func(o *s3.Options) { o.BaseEndpoint, o.UsePathStyle = &w.stack.Storage.S3, true }),
	}
	whole, err := w.startFunctions(stack.FunctionSet{})
	if err != nil {
		return err
	}
	w.target = seed.Target{URL: w.stack.URL, Keys: w.stack.Keys, Phone: w.stack.URL, HTTP: whole.HTTP}
	if w.app, err = client.OpenSigner(w.stack.Paths.AppKey); err != nil {
		return err
	}
	if w.rows, err = seed.EndorsableHolder(899, today()).Row(); err != nil {
		return err
	}
	for i := range lanes {
		l, err := w.openWorker(ctx, i, whole)
		if err != nil {
			return err
		}
		w.workers = append(w.workers, l)
	}
	return nil
}

func (w *harness) openWorker(ctx context.Context, i int, whole *seed.API) (*worker, error) {
	l := &worker{harness: w, proxy: NewProxy(), directAPI: whole, holder: seed.EndorsableHolder(100+i, today()), sessions: map[string]timedSession{}}
	w.undo = append(w.undo, l.proxy.Close)
	if err := l.proxy.SetTargets(w.stack.Storage.DynamoDB, w.stack.Storage.S3); err != nil {
		return nil, err
	}
	var err error
	if l.faultyAPI, err = w.startFunctions(stack.FunctionSet{Environment: l.proxy.Environment(), Timeout: functionTimeout}); err != nil {
		return nil, err
	}
	stranger := seed.EndorsableHolder(200+i, today())
	for _, portal := range []string{seed.Ministry, seed.National} {
		if err := w.target.Open(ctx, portal, l.holder, stranger); err != nil {
			return nil, fmt.Errorf("open accounts: %w", err)
		}
	}
	if l.otherSession, err = whole.Login(ctx, seed.Ministry, stranger); err != nil {
		return nil, err
	}
	return l, l.otherSession.Identify(ctx, w.phone(stranger))
}

// startFunctions starts a set of functions and returns the way to it.
func (w *harness) startFunctions(set stack.FunctionSet) (*seed.API, error) {
	way, err := w.stack.NewTransport(set)
	if err != nil {
		return nil, err
	}
	return &seed.API{URL: w.stack.URL, HTTP: &http.Client{Timeout: time.Minute, Transport: way}}, nil
}

func (w *harness) phone(h seed.Holder) identityapp.App {
	return identityapp.App{Signer: w.app, Audience: w.stack.URL, Device: "phone-of-" + h.Phone, Person: h.Person}
}

// identifiedSession is the holder's session on a portal, logged in and identified lately.
func (l *worker) identifiedSession(ctx context.Context, portal string) (*seed.Session, error) {
	if at, ok := l.sessions[portal]; ok && time.Since(at.openedAt) < 8*time.Minute {
		return at.Session, nil
	}
	s, err := l.directAPI.Login(ctx, portal, l.holder)
	if err != nil {
		return nil, err
	}
	l.sessions[portal] = timedSession{s, time.Now()}
	return s, s.Identify(ctx, l.harness.phone(l.holder))
}

type timedSession struct {
	*seed.Session
	openedAt time.Time
}

// caller sends over the lane's wire.
func (l *worker) caller() *caller { return &caller{api: l.faultyAPI, proxy: l.proxy} }

// number is one nobody has used.
func (w *harness) number() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reported++
	return w.reported
}

// row is a certificate of the lane's holder that is not reported yet.
func (l *worker) row() client.ReportRow {
	h := l.holder.WithSerial(l.harness.number())
	row := l.harness.rows
	row.Number = h.Number
	row.CertificateSerial = h.Number[len(h.Number)-8:]
	row.Holder = h.ReportedHolder()
	return row
}

// certificate reports one and returns its id.
func (l *worker) certificate(ctx context.Context) (id string, row client.ReportRow, err error) {
	row = l.row()
	done, err := l.harness.target.Report(ctx, row)
	if err == nil && len(done.Rows) != 1 {
		err = errors.New("the report is not answered row by row")
	}
	if err != nil {
		return "", row, fmt.Errorf("report a certificate: %w", err)
	}
	return done.Rows[0].Certificate, row, nil
}

// endorseNewCertificate reports a certificate and endorses it.
func (l *worker) endorseNewCertificate(ctx context.Context) (s *seed.Session, e client.Endorsement, err error) {
	if s, err = l.identifiedSession(ctx, seed.Ministry); err != nil {
		return s, e, err
	}
	id, _, err := l.certificate(ctx)
	if err != nil {
		return s, e, err
	}
	e, err = s.Endorse(ctx, id, client.EndorsementAsk{})
	return s, e, err
}

func today() civil.Date { return civil.Of(time.Now()) }

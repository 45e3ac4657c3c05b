// Package stack puts the whole service together on one machine: DynamoDB, S3, the test
// authority's keys, the HTTP API with its functions, and the phone. Everything
// listens on 127.0.0.1 only and ends with the stack.
package stack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/gateway"
	"github.com/jiazhu/jiazhu/local/phone"
	"github.com/jiazhu/jiazhu/local/roles"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

// Reasons why a stack does not start, apart from storage.
var (
	ErrPortInUse = errors.New("the port is in use")
	ErrDataInUse = errors.New("the data are in use by another stack")
	ErrNotBuilt  = errors.New("functions are not built")
)

const (
	// concurrency is how many processes a function may have, or fewer where the template
	// reserves it fewer. Lambda's own default is 1000 for the whole account.
	concurrency = 32

	maxHeader    = 10 * 1024 // HTTP API's limit for the request line and headers
	headerWithin = 10 * time.Second
	stopWithin   = 5 * time.Second
)

// Stack is a running service.
type Stack struct {
	URL     string         // origin of the API and the pages, http://127.0.0.1:<port>
	Data    string         // directory with all stored data
	Keys    string         // directory of the authority's keys
	Paths   testkeys.Paths // the same, file by file
	Phone   *phone.Phone
	Storage *Storage
	// NoticesURL is where S3 posts notices of objects.
	NoticesURL string
	Schemes    scheme.Set      // the kinds of certificate; each issuing authority of theirs has a test seal
	Roles      *roles.Enforcer // checks the functions' calls to DynamoDB and S3; nil with SkipRoles

	options     Options
	template    *template.Template
	enforcerURL string            // origin of Roles
	objects     map[string]string // origin of S3 by function, behind its role; functions that sign links use S3's own
	undo        []func()          // what Stop does, last first
	stop        sync.Once
	ended       chan struct{}
}

// Start starts a stack. The working directory changes until Stop, because S3 needs its own.
func Start(ctx context.Context, o Options) (*Stack, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Stack{options: o, ended: make(chan struct{})}
	if err := s.start(ctx, o); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Stack) start(ctx context.Context, o Options) (err error) {
	defer must.Catch(&err)
	listener := must.Get(listen(o.Port))
	s.addUndo(func() { _ = listener.Close() })
	s.URL = "http://" + listener.Addr().String()
	must.Do(s.open(o))
	t, secret := must.Get2(s.settings(o))
	must.Do(checkPrograms(t, o.Functions))
	notices := s.openNotices(o, t)
	s.NoticesURL = notices.URL
	s.Storage = must.Get(StartStorage(ctx, o, s.Data, notices.URL, t))
	s.addUndo(s.Storage.Stop)
	s.startEnforcer(o, t)
	s.Phone = must.Get(phone.New(phone.Options{
		Service: s.URL, Issuer: testkeys.App, Key: s.Paths.AppKey, Data: s.Data, Secret: secret,
	}))
	s.addUndo(notices.close) // after the functions, so that it does not wait for them
	s.template = t
	s.nameJournal(ctx)
	functions := must.Get(s.functions(FunctionSet{Environment: o.Environment}))
	timestamps := must.Get(s.Paths.Handler())
	must.Do(notices.setFunctions(t, functions))
	must.Do(s.keepOperator())
	s.serve(listener, s.handler(o, gateway.New(t, functions, o.Output), timestamps))
	go s.watch()
	return nil
}

// signLinks reports whether a function signs links to S3. They lead to the address at which the function reaches S3, and
// the pages' policy allows one such address.
func signLinks(function string) bool { return function == "download" || function == "report" }

// startEnforcer starts the proxies that enforce the roles before DynamoDB and S3. It is a step of start.
func (s *Stack) startEnforcer(o Options, t *template.Template) {
	if o.SkipRoles {
		return
	}
	s.Roles = must.Get(roles.New(o.Template, s.Storage.DynamoDB, o.Output))
	s.enforcerURL = s.serveHere(s.Roles)
	s.objects = map[string]string{}
	for _, f := range t.Functions {
		if !signLinks(f.Name) {
			s.objects[f.Name] = s.serveHere(must.Get(s.Roles.Objects(f.Name, s.Storage.S3)))
		}
	}
}

// serveHere serves at an address of its own, which it returns.
func (s *Stack) serveHere(handler http.Handler) string {
	listener := must.Get(listen(0))
	s.serve(listener, handler)
	return "http://" + listener.Addr().String()
}

// listen listens on the port, which everything else depends on.
func listen(port int) (net.Listener, error) {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%w: %d; choose another, as in `make run PORT=8081`", ErrPortInUse, port)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on port %d: %w", port, err)
	}
	return l, nil
}

// open creates the data directory with its keys, or opens it.
func (s *Stack) open(o Options) (err error) {
	s.Data = o.Data
	if s.Data == "" {
		if s.Data, err = os.MkdirTemp("", "jiazhu-"); err != nil {
			return fmt.Errorf("create a directory for the data: %w", err)
		}
		s.addUndo(func() { _ = os.RemoveAll(s.Data) })
	}
	if err := os.MkdirAll(filepath.Join(s.Data, "logs"), 0o700); err != nil {
		return fmt.Errorf("create the data directory: %w", err)
	}
	unlock, err := lock(filepath.Join(s.Data, "lock"))
	if err != nil {
		return err
	}
	s.addUndo(unlock)
	if s.Schemes, err = config.SchemesAt(o.Schemes); err != nil {
		return err
	}
	s.Keys = filepath.Join(s.Data, "keys")
	s.Paths, err = testkeys.Ensure(s.Keys, s.URL, s.Schemes)
	return err
}

// settings reads the template with this stack's parameters. It also returns the
// secret with which the service sends messages.
func (s *Stack) settings(o Options) (t *template.Template, secret string, err error) {
	defer must.Catch(&err)
	secret = must.Get(keepSecret(filepath.Join(s.Data, "messages.secret")))
	parameters := map[string]string{
		"PublicUrl":      s.URL,
		"PortalOrigins":  strings.Join(append([]string{s.URL}, o.Origins...), ","),
		"Clients":        must.Get(s.Paths.ClientsSetting()),
		"Issuers":        must.Get(s.Paths.IssuersSetting()),
		"MessagesUrl":    s.URL + "/messages",
		"MessagesSecret": secret,
		"NamesKey":       testkeys.Location(s.Paths.NamesKey),
		"LimitsKey":      testkeys.Location(s.Paths.LimitsKey),
		"FieldKey":       testkeys.Location(s.Paths.FieldKey),
		"IntegrityKey":   testkeys.Location(s.Paths.IntegrityKey),
		"SigningKeys":    testkeys.Location(s.Paths.Sign),
		"ReceiptKey":     testkeys.Location(s.Paths.Verify),
		"Trust":          testkeys.Location(s.Paths.Trust),
		"Schemes":        o.Schemes,
		"TestSeal":       "true",
	}
	if o.LongTerm {
		must.Do(s.Paths.CheckOrigin(s.URL))
		parameters["TimestampUrl"], parameters["LongTerm"] = s.URL+testkeys.TimestampPath, "true"
		parameters["SealTimestampUrl"] = s.URL + testkeys.SealTimestampPath
	}
	maps.Copy(parameters, o.Parameters)
	return must.Get(template.Read(o.Template, parameters)), secret, nil
}

// checkPrograms checks that every function's program is there.
func checkPrograms(t *template.Template, dir string) error {
	var missing []string
	for _, f := range t.Functions {
		if _, err := os.Stat(bootstrap(dir, f.Name)); errors.Is(err, fs.ErrNotExist) {
			missing = append(missing, f.Name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s; run `make build`", ErrNotBuilt, strings.Join(missing, ", "))
}

func (s *Stack) serve(listener net.Listener, handler http.Handler) {
	server := &http.Server{Handler: handler, MaxHeaderBytes: maxHeader, ReadHeaderTimeout: headerWithin}
	s.addUndo(func() {
		ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			_ = server.Close()
		}
	})
	go func() { _ = server.Serve(listener) }()
}

// watch reports when DynamoDB or S3 has ended.
func (s *Stack) watch() {
	s.Storage.wait()
	close(s.ended)
}

// StorageEnded is closed when DynamoDB or S3 has ended, for whatever reason: without them there is no service.
func (s *Stack) StorageEnded() <-chan struct{} { return s.ended }

func (s *Stack) addUndo(undo func()) { s.undo = append(s.undo, undo) }

// Stop stops everything that was started and waits for it. It can be called again.
func (s *Stack) Stop() {
	s.stop.Do(func() {
		for i := len(s.undo) - 1; i >= 0; i-- {
			s.undo[i]()
		}
	})
}

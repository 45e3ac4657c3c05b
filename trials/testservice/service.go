// Package testservice starts a service on this machine for a trial, and does what comes first in every trial:
// open accounts, log in, show the face, get the tokens of machine clients.
package testservice

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

// Service is a running service and how its callers reach it.
type Service struct {
	*stack.Stack
	Root   string // the repository
	Target seed.Target
	API    *seed.API
	Today  civil.Date

	cleanups []func()
}

// FindRoot returns the repository that holds the working directory.
func FindRoot() (string, error) {
	wd, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the working directory: %w", err)
	}
	return stack.FindRoot(wd)
}

// Start starts a service. Stop ends it.
func Start(ctx context.Context, o stack.Options) (*Service, error) {
	if o.Root == "" {
		var err error
		if o.Root, err = FindRoot(); err != nil {
			return nil, err
		}
	}
	o.Schemes = cmp.Or(o.Schemes, os.Getenv("SCHEMES"))
	running, err := stack.Start(ctx, o)
	if err != nil {
		return nil, err
	}
	s := &Service{Stack: running, Root: o.Root, Today: civil.Of(time.Now())}
	s.UseClient(nil)
	return s, nil
}

// UseClient has Target and API send by an HTTP client; nil = one of their own.
func (s *Service) UseClient(c *http.Client) {
	s.Target = seed.Target{URL: s.URL, Keys: s.Keys, Phone: s.URL, HTTP: c}
	s.API = &seed.API{URL: s.URL, HTTP: c}
}

// AddCleanup has Stop call a function, the last added first.
func (s *Service) AddCleanup(do func()) { s.cleanups = append(s.cleanups, do) }

// Stop ends the service, then calls the cleanups.
func (s *Service) Stop() {
	s.Stack.Stop()
	for _, do := range slices.Backward(s.cleanups) {
		do()
	}
	s.cleanups = nil
}

// Seed makes the demo's holders, with accounts and certificates.
func (s *Service) Seed(ctx context.Context) error {
	_, err := seed.Seed(ctx, s.Target)
	return err
}

// Holder returns the demo's holder in a situation. It panics where there is none: a mistake of the caller.
func (s *Service) Holder(meaning string) seed.Holder {
	for _, h := range seed.Holders(s.Today) {
		if h.Meaning == meaning {
			return h
		}
	}
	panic(fmt.Sprintf("no holder is %q", meaning))
}

// NewHolder makes an invented holder with accounts on both portals, a phone and a certificate bound on both.
func (s *Service) NewHolder(ctx context.Context, order int) (seed.Holder, error) {
	h := seed.EndorsableHolder(order, s.Today)
	return h, s.Target.Enter(ctx, []seed.Holder{h})
}

// OpenAccounts opens the holders' accounts on both portals.
func (s *Service) OpenAccounts(ctx context.Context, holders ...seed.Holder) error {
	return errors.Join(s.Target.Open(ctx, seed.Ministry, holders...), s.Target.Open(ctx, seed.National, holders...))
}

// App is the identity app on a person's phone.
func (s *Service) App(p seed.Person) (identityapp.App, error) {
	signer, err := client.OpenSigner(s.Paths.AppKey)
	return identityapp.App{Signer: signer, Audience: s.URL, Device: "phone-of-" + p.Phone, Person: p}, err
}

// Identify shows the face of the session's holder.
func (s *Service) Identify(ctx context.Context, session *seed.Session) error {
	app, err := s.App(session.Holder.Person)
	if err != nil {
		return err
	}
	return session.Identify(ctx, app)
}

// LogIn logs the holder in and shows their face.
func (s *Service) LogIn(ctx context.Context, portal string, h seed.Holder) (*seed.Session, error) {
	session, err := s.API.Login(ctx, portal, h)
	if err != nil {
		return nil, err
	}
	return session, s.Identify(ctx, session)
}

// LogInWithCertificate logs in a holder of one certificate, shows their face and returns the certificate's id.
func (s *Service) LogInWithCertificate(ctx context.Context, portal string, h seed.Holder) (session *seed.Session, id string, err error) {
	if session, err = s.LogIn(ctx, portal, h); err != nil {
		return session, "", err
	}
	items, _, err := session.Certificates(ctx)
	if err != nil || len(items) != 1 {
		return session, "", errors.Join(err, fmt.Errorf("%s has %d certificates", h.Name, len(items)))
	}
	return session, items[0].Certificate, nil
}

// Token gets an access token of a machine client.
func (s *Service) Token(ctx context.Context, client, scope string) (string, error) {
	m, err := s.Target.Machine(client)
	if err != nil {
		return "", err
	}
	return m.Token(ctx, scope)
}

// Through returns the API over a set of functions of its own.
func (s *Service) Through(set stack.FunctionSet) (*seed.API, error) {
	transport, err := s.NewTransport(set)
	return &seed.API{URL: s.URL, HTTP: &http.Client{Timeout: time.Minute, Transport: transport}}, err
}

// Client is the client generated from openapi.yaml.
func (s *Service) Client() *client.Client { return s.API.Client() }

// Tables reads and writes the tables, past the functions' roles.
func (s *Service) Tables() Tables { return Tables{s.Storage.Tables()} }

// Objects is a client of S3, past the functions' roles.
func (s *Service) Objects() *s3.Client { return s.Storage.Objects() }

// Sealer has the service's keys for names, limits, fields and tags.
func (s *Service) Sealer() (*fieldcrypto.Sealer, error) {
	var files fieldcrypto.KeyFiles
	for into, path := range map[*[]byte]string{
		&files.Names: s.Paths.NamesKey, &files.Limits: s.Paths.LimitsKey, &files.Field: s.Paths.FieldKey, &files.Integrity: s.Paths.IntegrityKey,
	} {
		var err error
		if *into, err = os.ReadFile(path); err != nil {
			return nil, fmt.Errorf("read a key: %w", err)
		}
	}
	return fieldcrypto.New(files)
}

// Command is a call of the operators' command jiazhu.
type Command struct {
	Settings map[string]string // over the service's
	Input    string
}

// Run runs the command. It returns the exit code and both outputs; err is for a command that could not be run.
func (s *Service) Run(ctx context.Context, c Command, args ...string) (code int, output string, err error) {
	cmd := exec.CommandContext(ctx, filepath.Join(s.Root, "build", "jiazhu"), args...)
	settings := s.Operator()
	maps.Copy(settings, c.Settings)
	cmd.Env = os.Environ()
	for name, value := range settings {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var out bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(c.Input), &out, &out
	err = cmd.Run()
	var exited *exec.ExitError
	if errors.As(err, &exited) {
		return exited.ExitCode(), out.String(), nil
	}
	return 0, out.String(), err
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/client"
)

// service is the connection to the API.
type service struct {
	*client.Client
	machine string // the id of the machine client
	key     string // file with its private key

	arguments []string // of the command
}

// addServiceFlags adds the flags that say where the service is and, if example is not empty, who the
// machine client is.
func (c console) addServiceFlags(f *flag.FlagSet, example string) *service {
	s := &service{Client: &client.Client{Client: http.DefaultClient, Server: "http://127.0.0.1:8080/"}}
	f.Func("url", "`ORIGIN` of the service (default http://127.0.0.1:8080)", func(origin string) error {
		s.Server = strings.TrimSuffix(origin, "/") + "/"
		return nil
	})
	if example != "" {
		f.StringVar(&s.machine, "client", "", "`ID` of the machine client, as in the service's setting CLIENTS, such as "+example)
		f.StringVar(&s.key, "key", "", "`FILE` with the client's private key (PEM)")
	}
	return s
}

// machineClient opens the machine client's key.
func (s *service) machineClient() (client.Machine, error) {
	if s.machine == "" || s.key == "" {
		return client.Machine{}, fmt.Errorf("%w: -client ID and -key FILE are required", errUsage)
	}
	signer, err := client.OpenSigner(s.key)
	return client.Machine{ID: s.machine, Signer: signer}, err
}

// authenticate returns an access token of the machine client.
func (s *service) authenticate(ctx context.Context, scope string) (string, error) {
	m, err := s.machineClient()
	if err != nil {
		return "", err
	}
	token, err := s.Authenticate(ctx, m, scope)
	return token, s.explain(err)
}

// explain adds to an error of the connection, and to a 404 that no function of the service gave, that
// -url may be wrong, and to a refused signature, that -client or -key may be. The service does not say which.
func (s *service) explain(err error) error {
	var failed *url.Error
	var p *client.Problem
	if errors.As(err, &failed) || errors.As(err, &p) && p.Status == http.StatusNotFound && p.Code == "" {
		return fmt.Errorf("%w\n  is the service at %s? -url names another", err, strings.TrimSuffix(s.Server, "/"))
	}
	if p != nil && slices.ContainsFunc(p.Fields, func(f client.ProblemField) bool {
		return f.Pointer == "/client_assertion" && f.Rule == "signature"
	}) {
		return fmt.Errorf("%w\n  is %s the private key of the client %s, and its public key in the service's setting CLIENTS? -key and -client name others", err, s.key, s.machine)
	}
	return err
}

// describeProblem says what happened, who must do what, and the request id for the service's log.
func describeProblem(p *client.Problem) (text string) {
	for _, part := range []string{p.Detail, string(p.Owner) + ": " + p.Remedy} {
		if strings.Trim(part, ": ") != "" {
			text += "\n  " + part
		}
	}
	for _, f := range p.Fields {
		if f.Detail == p.Detail { // which is there already
			f.Detail = ""
		}
		text += fmt.Sprintf("\n  %s %s %s", f.Pointer, f.Rule, f.Detail)
	}
	if p.RequestID != "" {
		text += "\n  request " + p.RequestID
	}
	return text
}

// print writes a value as indented JSON.
func (c console) print(v any) error {
	out := json.NewEncoder(c.out)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(v)
}

// open reads a file, or standard input for "-".
func (c console) open(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(c.in)
	}
	data, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w: there is no file %s", errUsage, name)
	}
	return data, err
}

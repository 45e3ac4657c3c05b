package model

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

// Service is the functions that get deployed, with a clock that can be set.
type Service struct {
	service      *testservice.Service
	clock        *Clock
	api          *seed.API
	people       [2]seed.Holder
	rows         [2]client.ReportRow // of a certificate of each, to be filled in
	leakDetector *leakDetector
	app          identityapp.App
	registry     seed.Machine // reports for everywhere
	province     seed.Machine // of the province that gives the numbers
	serial       int
}

// Open starts a service with two people, who have accounts on both portals. Its time is now.
func Open(ctx context.Context) (s *Service, err error) {
	s = &Service{}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	defer must.Catch(&err)
	s.service = must.Get(testservice.Start(ctx, stack.Options{Output: io.Discard}))
	directory := must.Get(os.MkdirTemp("", "jiazhu-model-"))
	s.service.AddCleanup(func() { _ = os.RemoveAll(directory) })
	must.Do(Build(ctx, s.service.Root, directory, functions()...))
	s.clock = NewClock(filepath.Join(directory, "clock"))
	must.Do(s.clock.Set(time.Now()))
	set := stack.FunctionSet{
		Functions: directory, Environment: map[string]string{ClockFile: s.clock.file, "CLIENTS": s.clients()},
	}
	s.api = must.Get(s.service.Through(set))
	for i, name := range []string{"欧阳甲", "司马乙"} {
		s.people[i] = seed.EndorsableHolder(300+i, s.service.Today)
		s.people[i].Name = name
	}
	s.leakDetector = newLeakDetector(s.api.HTTP.Transport, s.people)
	s.api.HTTP.Transport = s.leakDetector
	s.service.UseClient(s.api.HTTP)
	s.app = must.Get(s.service.App(seed.Person{}))
	s.app.Clock = func() time.Time { return s.clock.now }
	s.registry = must.Get(s.service.Target.Machine(seed.Registry))
	s.province = must.Get(s.service.Target.Machine(provinceClient))
	must.Do(s.service.OpenAccounts(ctx, s.people[:]...))
	for i, h := range s.people {
		s.rows[i] = must.Get(h.Row())
		for _, portal := range []string{ministry, national} {
			// The model's people have shown their faces before: without, nothing can be bound.
			must.Do(s.Identify(ctx, must.Get(s.api.Login(ctx, portal, h))))
		}
	}
	return s, nil
}

// Close ends it.
func (s *Service) Close() {
	if s.service != nil {
		s.service.Stop()
	}
}

// provinceClient is the client that the service has besides those of every local stack, and areas are where a
// certificate may be: the first is the province's.
const provinceClient = "beijing-registry"

func areas() [2]string { return [2]string{"110000", "310000"} }

// clients is the setting with the province's authority in it.
func (s *Service) clients() string {
	var all []map[string]any
	must.Do(json.Unmarshal([]byte(must.Get(s.service.Paths.ClientsSetting())), &all))
	return string(must.Get(json.Marshal(append(all, map[string]any{
		"id": provinceClient, "kind": "authority", "scopes": []string{"report"}, "areas": []string{areas()[0]},
		"schemes": []string{"*"}, "keys": must.Get(testkeys.NewKey(s.service.Paths.ClientKey(provinceClient))),
	}))))
}

// Dispute has the province's authority dispute a number.
func (s *Service) Dispute(ctx context.Context, number string) (id string, err error) {
	token, err := s.token(ctx, s.province)
	if err != nil {
		return "", err
	}
	dispute := client.DisputeJSONRequestBody{Number: number, Reason: "本市核发"}
	res, err := s.api.Client().Dispute(ctx, dispute, client.Bearer(token))
	made, err := client.Read[struct{ Dispute string }](res, err)
	return made.Dispute, err
}

// Settle has an operator settle a dispute, to the claimant or the keeper.
func (s *Service) Settle(ctx context.Context, number, dispute, to string) error {
	args := []string{"disputes", "settle", number, dispute, "-to", to, "-why", "核发记录"}
	code, output, err := s.service.Run(ctx, testservice.Command{}, args...)
	if err != nil || code != 0 {
		return errors.Join(err, errors.New(output))
	}
	return nil
}

// employers are those that each of the people has had.
func employers() [2][3]string {
	return [2][3]string{
		{"示例建设集团有限公司", "示例第一工程局有限公司", "示例市政工程有限公司"},
		{"样本建设集团有限公司", "样本第一工程局有限公司", "样本市政工程有限公司"},
	}
}

// Report reports the certificate with this number, of one of the people, with their pictures.
func (s *Service) Report(ctx context.Context, kind Kind, number string, holder int, says Registration, operation string) (client.Report, error) {
	token, err := s.token(ctx, s.registry)
	if err != nil {
		return client.Report{}, err
	}
	row := s.rows[holder]
	row.Scheme, row.Number, row.State, row.ReportedToMinistry = kind.Scheme, number, client.CertificateState(says.State), &says.Reported
	row.StateNote, row.Operation = says.Note, client.ReportRowOperation(operation)
	row.CertificateSerial = number[len(number)-8:]
	row.Employer.Name = employers()[holder][says.Employer]
	row.Specialties = []client.Specialty{{Name: "建筑工程", From: says.From.String(), To: says.To.String()}}
	row.AreaCode = areas()[says.Area]
	row.IssuedOn = "2024-07-01"
	var done client.Report
	call := seed.Call{Method: http.MethodPost, Path: "/v1/reports", Token: token, JSON: []client.ReportRow{row}}
	return done, s.api.Do(ctx, call, &done)
}

// token is an authority's, proved at the service's time.
func (s *Service) token(ctx context.Context, m seed.Machine) (string, error) {
	assertion, err := m.Assertion(s.clock.now, rand.Text())
	if err != nil {
		return "", err
	}
	return m.Exchange(ctx, assertion, "report")
}

// number is a new 注册编号 of a kind.
func (s *Service) number(kind Kind) string {
	s.serial++
	h := s.people[0]
	h.Scheme = kind.Scheme
	return h.WithSerial(s.serial).Number
}

// Identify shows the face of the session's holder, at the service's time.
func (s *Service) Identify(ctx context.Context, session *seed.Session) error {
	app := s.app
	app.Person = session.Holder.Person
	return session.Identify(ctx, app)
}

// codes are the codes of a refusal, all that stands in the way; nil is none.
func codes(err error) (all []string) {
	var p *client.Problem
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &p):
		return []string{fmt.Sprintf("no problem: %v", err)}
	case len(p.Blockers) == 0:
		return []string{string(p.Code)}
	}
	for _, b := range p.Blockers {
		all = append(all, string(b.Code))
	}
	return all
}

// get follows a link.
func (s *Service) get(ctx context.Context, link string) ([]byte, error) {
	at := http.DefaultClient
	if path, ours := strings.CutPrefix(link, s.service.URL); ours { // a preview's: drawn by the functions with this clock
		link, at = s.api.URL+path, s.api.HTTP
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, err
	}
	answer, err := at.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(answer.Body)
		return nil, fmt.Errorf("get a file: %s: %s", answer.Status, why)
	}
	return io.ReadAll(answer.Body)
}

package model

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Service is the real thing, told the time.
type Service struct {
	clock        *Clock
	stack        *stack.Stack
	api          *seed.API
	people       [2]seed.Holder
	rows         [2]client.ReportRow // of a certificate of each, to be filled in
	leakDetector *leakDetector
	signer       *client.Signer
	registry     seed.Machine // of the registry, which reports for everywhere
	province     seed.Machine // of the province that gives the numbers
	serial       int
	root         string // the repository
	undo         []func()
}

// Open starts a service with two people, who have accounts on both portals. Its time is now.
func Open(ctx context.Context) (s *Service, err error) {
	s = &Service{}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	folder, err := os.MkdirTemp("", "jiazhu-model-")
	if err != nil {
		return s, err
	}
	s.undo = append(s.undo, func() { _ = os.RemoveAll(folder) })
	wd, err := os.Getwd()
	if err != nil {
		return s, err
	}
	root, err := stack.FindRoot(wd)
	if err != nil {
		return s, err
	}
	s.root = root
	if s.stack, err = stack.Start(ctx, stack.Options{Root: root, Output: io.Discard}); err != nil {
		return s, err
	}
	s.undo = append(s.undo, s.stack.Stop)
	if err := Build(ctx, root, folder, functions()...); err != nil {
		return s, err
	}
	return s, s.prepareFixture(ctx, folder)
}

// Close ends it.
func (s *Service) Close() {
	for i := len(s.undo) - 1; i >= 0; i-- {
		s.undo[i]()
	}
}

func (s *Service) prepareFixture(ctx context.Context, folder string) error {
	s.clock = NewClock(filepath.Join(folder, "clock"))
	if err := s.clock.Set(time.Now()); err != nil {
		return err
	}
	clients, err := s.clients()
	if err != nil {
		return err
	}
	set := stack.FunctionSet{Functions: folder, Environment: map[string]string{ClockFile: s.clock.file, "CLIENTS": clients}}
	way, err := s.stack.NewTransport(set)
	if err != nil {
		return err
	}
	for i, name := range []string{"欧阳甲", "司马乙"} {
		s.people[i] = seed.EndorsableHolder(300+i, civil.Of(s.clock.now))
		s.people[i].Name = name
	}
	s.leakDetector = newLeakDetector(way, s.people)
	s.api = &seed.API{URL: s.stack.URL, HTTP: &http.Client{Timeout: time.Minute, Transport: s.leakDetector}}
	if s.signer, err = client.OpenSigner(s.stack.Paths.AppKey); err != nil {
		return err
	}
	target := seed.Target{URL: s.stack.URL, Keys: s.stack.Keys, Phone: s.stack.URL, HTTP: s.api.HTTP}
	if s.registry, err = target.Machine(seed.Registry); err != nil {
		return err
	}
	if s.province, err = target.Machine(provinceClient); err != nil {
		return err
	}
	for i, h := range s.people {
		if s.rows[i], err = h.Row(); err != nil {
			return err
		}
		for _, portal := range []string{ministry, national} {
			if err := target.Open(ctx, portal, h); err != nil {
				return err
			}
			// The model's people have shown their faces before: without, nothing can be bound.
			session, err := s.api.Login(ctx, portal, h)
			if err != nil {
				return err
			}
			if err := s.Identify(ctx, session); err != nil {
				return err
			}
		}
	}
	return nil
}

// province is the client that the service has besides those of every local stack, and areas are where a certificate
// may be: the first is the province's.
const provinceClient = "beijing-registry"

func areas() [2]string { return [2]string{"110000", "310000"} }

// clients is the setting with the province's authority in it.
func (s *Service) clients() (string, error) {
	text, err := s.stack.Paths.ClientsSetting()
	if err != nil {
		return "", err
	}
	var all []map[string]any
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return "", err
	}
	key, err := testkeys.NewKey(s.stack.Paths.ClientKey(provinceClient))
	if err != nil {
		return "", err
	}
	made, err := json.Marshal(append(all, map[string]any{
		"id": provinceClient, "kind": "authority", "scopes": []string{"report"}, "areas": []string{areas()[0]}, "schemes": []string{"*"}, "keys": key,
	}))
	return string(made), err
}

// Dispute has the province's authority dispute a number.
func (s *Service) Dispute(ctx context.Context, number string) (id string, err error) {
	token, err := s.tokenOf(ctx, s.province)
	if err != nil {
		return "", err
	}
	var made struct{ Dispute string }
	err = s.api.Do(ctx, seed.Call{
		Method: http.MethodPost, Path: "/v1/disputes", Token: token, JSON: map[string]string{"number": number, "reason": "本市核发"},
	}, &made)
	return made.Dispute, err
}

// Settle has an operator settle a dispute, to the claimant or the keeper.
func (s *Service) Settle(ctx context.Context, number, dispute, to string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(s.root, "build", "jiazhu"), "disputes", "settle", number, dispute, "-to", to, "-why", "核发记录")
	cmd.Env = os.Environ()
	for name, value := range s.stack.Operator() {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, said)
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

// Report reports the certificate with this number, of one of the people. Their pictures come along.
func (s *Service) Report(ctx context.Context, kind Kind, number string, holder int, says Registration, operation string) (client.Report, error) {
	var done client.Report
	token, err := s.token(ctx)
	if err != nil {
		return done, err
	}
	row := s.rows[holder]
	row.Scheme, row.Number, row.State, row.ReportedToMinistry = kind.Scheme, number, client.CertificateState(says.State), &says.Reported
	row.StateNote, row.Operation = says.Note, client.ReportRowOperation(operation)
	row.CertificateSerial = number[len(number)-8:]
	row.Employer.Name = employers()[holder][says.Employer]
	row.Specialties = []client.Specialty{{Name: "建筑工程", From: says.From.String(), To: says.To.String()}}
	row.AreaCode = areas()[says.Area]
	row.IssuedOn = "2024-07-01"
	return done, s.api.Do(ctx, seed.Call{Method: http.MethodPost, Path: "/v1/reports", Token: token, JSON: []client.ReportRow{row}}, &done)
}

// token is the registry's.
func (s *Service) token(ctx context.Context) (string, error) { return s.tokenOf(ctx, s.registry) }

// tokenOf is an authority's, proved at the service's time.
func (s *Service) tokenOf(ctx context.Context, m seed.Machine) (string, error) {
	statement, err := m.Assertion(s.clock.now, rand.Text())
	if err != nil {
		return "", err
	}
	return m.Exchange(ctx, statement, "report")
}

// number is a new 注册编号 of a kind.
func (s *Service) number(kind Kind) string {
	s.serial++
	h := s.people[0]
	h.Scheme = kind.Scheme
	return h.WithSerial(s.serial).Number
}

// Identify shows the face of the session's holder to the app, at the service's time.
func (s *Service) Identify(ctx context.Context, session *seed.Session) error {
	shown, err := session.OpenChallenge(ctx)
	if err != nil {
		return err
	}
	code, err := identityapp.ReadCode(shown.QR.Text)
	if err != nil {
		return err
	}
	path := "/v1/identity/challenges/" + shown.Challenge
	scan, err := s.signer.Sign(s.claims(code))
	if err != nil {
		return err
	}
	if err := s.api.Do(ctx, seed.Call{Method: http.MethodPost, Path: path + "/scan", JSON: map[string]string{"scan": scan}}, nil); err != nil {
		return err
	}
	digest := sha256.Sum256([]byte(shown.Challenge + ":111:" + session.Holder.IDNumber()))
	claims := s.claims(code)
	claims["method"], claims["result"], claims["number"] = "face", "pass", shown.Number
	claims["holder"] = hex.EncodeToString(digest[:])
	assertion, err := s.signer.Sign(claims)
	if err != nil {
		return err
	}
	return s.api.PostAssertion(ctx, shown.Challenge, assertion)
}

func (s *Service) claims(code identityapp.Code) map[string]any {
	return map[string]any{
		"iss": identityapp.Issuer, "aud": s.stack.URL, "jti": rand.Text(),
		"iat": s.clock.now.Unix(), "exp": s.clock.now.Add(time.Minute).Unix(),
		"challenge": code.Challenge, "nonce": code.Nonce, "device": "phone",
	}
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
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("get a file: %s", answer.Status)
	}
	return io.ReadAll(answer.Body)
}

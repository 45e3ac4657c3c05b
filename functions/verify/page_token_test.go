package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
	"github.com/jiazhu/jiazhu/conformance/vectors/kit"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// pageInput is a token for the page to judge.
type pageInput struct {
	Text     string            `json:"text"`
	Keys     json.RawMessage   `json:"keys"`
	Question map[string]string `json:"question"`
	Today    string            `json:"today"`
}

// pageVerdict is the answer of the page's module.
type pageVerdict struct {
	Verdict verdict.Overall
	Code    verdict.Code
	Checks  []cases.Row
	Texts   []string // of the checks, in Chinese
	Claims  *struct {
		Number, Name, From, Until string
		Issued                    string
	}
	Given *pageContent
}

// pageContent is what the page's module finds in a text.
type pageContent struct {
	Token, Consent, Receipt string
	Several                 bool
}

// inNode judges tokens with the page's module in Node, which has the browsers' WebCrypto.
func inNode(t *testing.T, list []pageInput) []pageVerdict {
	t.Helper()
	return runNode[pageVerdict](t, must.Get(scheme.Load()), "testdata/tokens.mjs", list)
}

// pageSources are the modules of the pages as they are written, by name, with those that are made for a service.
func pageSources(t *testing.T, schemes scheme.Set) map[string]string {
	t.Helper()
	sources := map[string]string{
		"texts.js": "export const texts = " + string(verdict.Catalogue) + ";\n",
	}
	for _, pattern := range []string{"page/*.js", "page/*.html", "page/desk/*.js", "page/clerk/*.js", "page/clerk/*.html"} {
		for _, file := range must.Get(filepath.Glob(pattern)) {
			sources[filepath.Base(file)] = string(must.Get(os.ReadFile(file)))
		}
	}
	for _, shared := range []string{"clipboard", "element", "failure", "inapp", "language", "mode", "older", "request", "save", "time", "typed"} {
		sources[shared+".js"] = string(must.Get(os.ReadFile("../../portal/static/" + shared + ".js")))
	}
	sources["kinds.js"] = "export const { grammars, labels } = " + string(must.Get(describeKinds(schemes))) + ";\n"
	return sources
}

// runNode gives a script in Node a list and the modules of a service's page. It returns an answer for each item.
func runNode[T, U any](t *testing.T, schemes scheme.Set, script string, list []U) []T {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("========== NODE IS NOT INSTALLED: THE BROWSER'S CODE WAS NOT TRIED ==========")
	}
	directory := t.TempDir()
	for name, text := range pageSources(t, schemes) {
		if err := os.WriteFile(filepath.Join(directory, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	input, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	address := url.URL{Scheme: "file", Path: directory + "/"}
	command := exec.CommandContext(t.Context(), node, "--no-warnings", script, address.String())
	var complaint bytes.Buffer
	command.Stdin, command.Stderr = bytes.NewReader(input), &complaint
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaint.String())
	}
	var answers []T
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(list) {
		t.Fatalf("%d answers: %v: %s", len(answers), err, out)
	}
	return answers
}

func pose(t *testing.T, k *kit.Kit, s kit.PreparedCase) pageInput {
	t.Helper()
	keys, err := k.Trust.JWKS()
	if err != nil {
		t.Fatal(err)
	}
	q := s.Question
	return pageInput{s.Input.Token, keys, map[string]string{
		"asOf": q.AsOf.String(), "specialty": q.Specialty, "purpose": q.Purpose, "recipient": q.Recipient,
	}, s.Today().String()}
}

// textsOf returns the texts of the rows that the Go code finds without the register.
func textsOf(k *kit.Kit, s kit.PreparedCase) []string {
	e := evidence.ExamineToken(s.Input.Token, k.Trust)
	var texts []string
	for _, f := range verdict.Judge(e, verdict.Records{Access: verdict.NotReached}, s.Question, s.Now).Findings {
		if f.Reason == verdict.WrongNumber { // the page does not say what is wrong with the number
			f.Text = verdict.TextOf("numbers wrong-number")
		}
		texts = append(texts, f.Text.ZH)
	}
	return texts
}

// Every published vector of a token, run through the page's module, which answers as every verifier
// does without the register.
func TestTheVectorsOfTokensInTheBrowsersCode(t *testing.T) {
	all, err := cases.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	k := kit.New(t)
	var scenes []kit.PreparedCase
	var list []pageInput
	for _, c := range all {
		if c.Given.Kind == "token" || c.Given.Kind == "link" {
			s := k.Make(t, c)
			scenes, list = append(scenes, s), append(list, pose(t, k, s))
		}
	}
	for i, got := range inNode(t, list) {
		s := scenes[i]
		t.Run(s.Name, func(t *testing.T) {
			want := *s.Offline
			want.Ends = ""
			if diff := cmp.Diff(want, cases.Answer{Overall: got.Verdict, Code: got.Code, Rows: got.Checks}); diff != "" {
				t.Errorf("%s\n%s", s.Comment, diff)
			}
			if diff := cmp.Diff(textsOf(k, s), got.Texts); diff != "" {
				t.Errorf("the texts are others than those of the Go code: %s", diff)
			}
			claims, err := parseFound(s.Input.Token, k.Trust.Tokens)
			if (err == nil) != (got.Claims != nil) {
				t.Fatalf("the claims are %+v, and %v", got.Claims, err)
			}
			if err != nil {
				return
			}
			said := []string{got.Claims.Number, got.Claims.Name, got.Claims.From, got.Claims.Until, got.Claims.Issued}
			if diff := cmp.Diff([]string{
				claims.Number, claims.Name, claims.From.String(), claims.Until.String(),
				claims.IssueTime().UTC().Format("2006-01-02T15:04:05.000Z"),
			}, said); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// parseFound reads the token in a text.
func parseFound(text string, keys credential.Keys) (credential.Claims, error) {
	found, err := credential.Find(text)
	if err != nil {
		return credential.Claims{}, err
	}
	return credential.Parse(found.Token, keys)
}

// The page and the service find the same in every text.
func TestThePageFindsWhatTheServiceFinds(t *testing.T) {
	data, err := os.ReadFile("../../shared/document/credential/testdata/surroundings.json")
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Token, Other, Receipt, Secret string
		Cases                         []struct{ Is, Text string }
	}
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("{token}", s.Token, "{other}", s.Other, "{receipt}", s.Receipt, "{secret}", s.Secret)
	var list []pageInput
	for _, c := range s.Cases {
		list = append(list, pageInput{fill.Replace(c.Text), json.RawMessage(`{"keys":[]}`), map[string]string{}, "2026-11-24"})
	}
	for i, got := range inNode(t, list) {
		want := &pageContent{}
		switch found, err := credential.Find(list[i].Text); {
		case errors.Is(err, credential.ErrNothing):
			want = nil
		case err != nil:
			want.Several = true
		default:
			want.Token, want.Consent, want.Receipt = found.Token, found.Consent, found.Receipt
		}
		if diff := cmp.Diff(want, got.Given); diff != "" {
			t.Errorf("%s: %s", s.Cases[i].Is, diff)
		}
		if want == nil || want.Several {
			if got.Verdict != verdict.Unknown || got.Checks[0].Result != verdict.Unsure {
				t.Errorf("%s is judged: %+v", s.Cases[i].Is, got)
			}
		}
	}
}

// What is longer than a text that the service searches is not searched by the page either.
func TestThePageSearchesNoTextThatIsTooLong(t *testing.T) {
	token := "eyJhbGciOiJFUzI1NiIsImtpZCI6ImFCMy0ifQ.WyJB"
	ask := func(blanks int) pageInput {
		return pageInput{strings.Repeat(" ", blanks) + token, json.RawMessage(`{"keys":[]}`), map[string]string{}, "2026-11-24"}
	}
	got := inNode(t, []pageInput{ask(evidence.MaxText - len(token)), ask(evidence.MaxText - len(token) + 1)})
	if got[0].Given == nil || got[1].Given != nil {
		t.Errorf("found %+v and %+v", got[0].Given, got[1].Given)
	}
}

// The page refuses a token as the service does whose last claim is wrong, or that the key of status lists signed.
func TestThePageRefusesTheTokensThatTheServiceRefuses(t *testing.T) {
	key, status := must.Get(testca.NewKey()).Signer, must.Get(testca.NewKey()).Signer
	from, until := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	set := credential.KeySet{Keys: []credential.PublicKey{
		credential.NewPublicKey(key.PublicKey(), key.KeyID()[:4], from, until),
		credential.NewPublicKey(status.PublicKey(), "status-"+status.KeyID(), from, until),
	}}
	tokens := must.Get(credential.TokenKeys(credential.KeySet{Keys: set.Keys[:1]}))
	published := must.Get(json.Marshal(set))
	sign := func(by keys.Signer, kid, last string) string {
		encode := base64.RawURLEncoding.EncodeToString
		input := encode([]byte(`{"alg":"ES256","kid":"`+kid+`"}`)) + "." +
			encode([]byte(`["AXj3Ye3I-S6dAWWp6BYPrQ","AXYLYjgA-S6dAWWp6BYPrg","京1112019202000001","欧**",20210422,20211019`+last+`]`))
		digest := sha256.Sum256([]byte(input))
		var pair struct{ R, S *big.Int }
		must.Get(asn1.Unmarshal(must.Get(by.Sign(t.Context(), digest[:])), &pair))
		return input + "." + encode(append(pair.R.FillBytes(make([]byte, 32)), pair.S.FillBytes(make([]byte, 32))...))
	}
	good := key.KeyID()[:4]
	var list []pageInput
	for _, token := range []string{
		sign(key, good, ``), sign(key, good, `,"ADFGX"`), sign(key, good, `,"zmOWdWATVldxCs9Z"`), sign(key, good, `,"zmOWdWATVldxCs9ZADFGX"`), sign(key, good, `,"ACAAA"`), sign(key, good, `,"_____"`),
		sign(key, good, `,"AAAAA"`), sign(key, good, `,"AB___"`), sign(key, good, `,"AD+GX"`), sign(key, good, `,"zmOWdWATVldxCs9ZAAAAA"`), sign(key, good, `,"zmOWdWATVldxCs9ZAD+GX"`),
		sign(key, good, `,"zmOWdWATVldxCs9Z","ADFGX"`), sign(key, good, `,807319`), sign(key, good, `,"éé1"`), sign(key, good, `,"一二三四五"`), sign(key, good, `,"ADFGX\n"`), sign(key, good, `,""`),
		sign(status, status.KeyID()[:4], `,"ADFGX"`), sign(status, "status-"+status.KeyID(), `,"ADFGX"`), sign(status, good, `,"ADFGX"`),
	} {
		list = append(list, pageInput{token, published, map[string]string{}, "2021-06-01"})
	}
	accepted := 0
	for i, got := range inNode(t, list) {
		_, err := credential.Parse(list[i].Text, tokens)
		if (err == nil) != (got.Claims != nil) {
			t.Errorf("token %d: the service says %v, the page %+v", i, err, got)
		}
		if err == nil {
			accepted++
		}
	}
	if accepted != 8 { // the first six, and what has neither length in bytes
		t.Errorf("%d are accepted", accepted)
	}
}

// The keys may bring grammars of kinds that a kept page does not have.
func TestThePageReadsNumbersByTheGrammarsOfTheKeys(t *testing.T) {
	all, err := cases.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	k := kit.New(t)
	i := slices.IndexFunc(all, func(c cases.Case) bool {
		return c.Given.Kind == "token" && c.Offline != nil && slices.ContainsFunc(c.Offline.Rows, func(r cases.Row) bool { return r.Reason == verdict.WrongNumber })
	})
	if i < 0 {
		t.Fatal("no vector has a wrong number")
	}
	ask := pose(t, k, k.Make(t, all[i]))
	claims, err := parseFound(ask.Text, k.Trust.Tokens)
	if err != nil {
		t.Fatal(err)
	}
	with := func(pattern string) pageInput {
		grammar, err := json.Marshal(map[string]any{
			"patterns": []string{pattern}, "parts": map[string]any{"serial": map[string]any{"is": "digits", "digits": 1}},
		})
		if err != nil {
			t.Fatal(err)
		}
		other := ask
		other.Keys = json.RawMessage(strings.Replace(string(ask.Keys), "{", `{"numbers":[`+string(grammar)+`],`, 1))
		return other
	}
	last := len(claims.Number) - 1
	for i, got := range inNode(t, []pageInput{ask, with("别的{serial}"), with(claims.Number[:last] + "{serial}")}) {
		want := [3]verdict.Reason{verdict.WrongNumber, verdict.WrongNumber, verdict.Fine}[i]
		if !slices.ContainsFunc(got.Checks, func(r cases.Row) bool { return r.Check == "numbers" && r.Reason == want }) {
			t.Errorf("%s: got %+v, not %s", claims.Number, got.Checks, want)
		}
	}
}

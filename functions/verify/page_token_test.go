package main

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
	"github.com/jiazhu/jiazhu/conformance/vectors/kit"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
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
	Kind  *string
	Split struct{ Token, Consent string }
	Given map[string]string
}

// inNode judges tokens with the page's module in Node, which has the browsers' WebCrypto.
func inNode(t *testing.T, list []pageInput) []pageVerdict {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("========== NODE IS NOT INSTALLED: THE BROWSER'S CODE WAS NOT TRIED ==========")
	}
	directory := t.TempDir() // the files as they are served
	for name, f := range readPage(t) {
		if err := os.WriteFile(filepath.Join(directory, name), f.plain, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	input, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	address := url.URL{Scheme: "file", Path: directory + "/"}
	command := exec.CommandContext(t.Context(), node, "--no-warnings", "testdata/tokens.mjs", address.String())
	var complaint bytes.Buffer
	command.Stdin, command.Stderr = bytes.NewReader(input), &complaint
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaint.String())
	}
	var answers []pageVerdict
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
			claims, err := credential.Parse(credential.FromLink(s.Input.Token), k.Trust.Tokens)
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

func TestTheBrowsersCodeTellsTextsApart(t *testing.T) {
	token := strings.Repeat("ey", 3) + ".e30.e30"
	receipt := "eyJhbGciOiJFUzI1NiIsInR5cCI6InIifQ.e30.e30"
	texts := []string{token, receipt, "hello", "https://jiazhu.example.cn/v#" + token + "&consent=secret", " \n" + token + "\u3000", "HTTPS://x/v#" + token}
	var list []pageInput
	for _, text := range texts {
		list = append(list, pageInput{text, json.RawMessage(`{"keys":[]}`), map[string]string{}, "2026-11-24"})
	}
	var kinds []string
	for i, got := range inNode(t, list) {
		kind := "neither"
		if got.Kind != nil {
			kind = *got.Kind
		}
		kinds = append(kinds, kind)
		wantToken, wantConsent := credential.SplitLink(texts[i])
		if got.Split.Token != wantToken || got.Split.Consent != wantConsent {
			t.Errorf("%q is split into %+v, want %q and %q", texts[i], got.Split, wantToken, wantConsent)
		}
	}
	if diff := cmp.Diff([]string{"token", "receipt", "neither", "token", "token", "neither"}, kinds); diff != "" {
		t.Error(diff)
	}
}

// A receipt that is opened as a link is sent as the receipt, without the address.
func TestThePageHandsOverWhatStandsBehindItsAddress(t *testing.T) {
	const receipt, token = "eyJhbGciOiJFUzI1NiIsInR5cCI6IngifQ.e30.AA", "eyJhbGciOiJFUzI1NiJ9.e30.AA"
	want := map[string]map[string]string{
		receipt: {"receipt": receipt}, "https://jiazhu.example.cn/v#" + receipt: {"receipt": receipt}, " " + receipt + "\n": {"receipt": receipt},
		"https://jiazhu.example.cn/v#" + token: {"token": token}, "https://jiazhu.example.cn/v#" + token + "&consent=s": {"token": token, "consent": "s"},
		"https://jiazhu.example.cn/": nil,
	}
	var list []pageInput
	for text := range want {
		list = append(list, pageInput{Text: text, Keys: json.RawMessage(`{"keys":[]}`), Question: map[string]string{}, Today: "2026-11-23"})
	}
	for i, got := range inNode(t, list) {
		if diff := cmp.Diff(want[list[i].Text], got.Given); diff != "" {
			t.Errorf("%q: %s", list[i].Text, diff)
		}
	}
}

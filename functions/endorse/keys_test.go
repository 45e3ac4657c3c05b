package main

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ltv"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

// office is the directory of the ministry's keys.
const office = testca.Ministry + "/"

// keyFiles is the content of the directory of signing keys, by file name.
type keyFiles map[string][]byte

// without removes the files of a directory.
func without(directory string, from keyFiles) keyFiles {
	removed := keyFiles{}
	for name := range from {
		if strings.HasPrefix(name, directory) {
			removed[name] = nil
		}
	}
	return removed
}

func newKeyDirectory(t *testing.T) (keyFiles, *testca.Authority) {
	t.Helper()
	issuetest.Fonts(t)
	ca, err := testca.New(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	esl, err := ca.NewSeal(t.Context(), issuetest.SealImage(t))
	if err != nil {
		t.Fatal(err)
	}
	return keyFiles{
		office + "pdf.key.pem": ca.PDF.KeyPEM, office + "pdf.chain.pem": ca.PDF.ChainPEM,
		office + "seal.key.pem": ca.Seal.KeyPEM, office + "seal.chain.pem": ca.Seal.ChainPEM, office + "seal.esl": esl,
		"token.key.pem": ca.Time.KeyPEM, "tsa.pem": []byte(ca.TimeRoot), "seal-tsa.pem": []byte(ca.SealRoot),
	}, ca
}

// with returns a copy with files changed, or removed where nil is given.
func (f keyFiles) with(files keyFiles) keyFiles {
	changed := maps.Clone(f)
	for name, data := range files {
		if changed[name] = data; data == nil {
			delete(changed, name)
		}
	}
	return changed
}

func (f keyFiles) open(t *testing.T, keepers keys.Providers, set map[string]string) (documentIssuer, error) {
	t.Helper()
	dir := t.TempDir()
	for name, data := range f {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	settings, err := config.Load(func(name string) string {
		if name == config.SigningKeys {
			return "file://" + dir
		}
		return set[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	return openIssuer(t.Context(), settings, must.Get(scheme.Load()), keepers, time.Now)
}

// hsm is a provider with an authority's keys that records which were opened.
func hsm(ca *testca.Authority) keys.Providers {
	return keys.Providers{"hsm": func(_ context.Context, location string, chain [][]byte) (keys.Signer, error) {
		signer, ok := map[string]keys.Signer{
			"hsm:///pdf": ca.PDF.Signer, "hsm:///seal": ca.Seal.Signer, "hsm:///token": ca.Time.Signer,
		}[location]
		if !ok {
			return nil, errors.New("no such key")
		}
		return keys.Callback(signer.PublicKey(), chain, signer.Sign)
	}}
}

func TestEachKeyMayBeKeptInAnotherPlace(t *testing.T) {
	here, ca := newKeyDirectory(t)
	for name, files := range map[string]keyFiles{
		"all in files":  {},
		"one in an HSM": {office + "pdf.key.pem": nil, office + "pdf.location": []byte("hsm:///pdf\n")},
		"all in an HSM": {
			office + "pdf.key.pem": nil, office + "pdf.location": []byte("hsm:///pdf\n"),
			office + "seal.key.pem": nil, office + "seal.location": []byte("hsm:///seal\n"),
			"token.key.pem": nil, "token.location": []byte("hsm:///token\n"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := here.with(files).open(t, hsm(ca), nil)
			if err != nil {
				t.Fatal(err)
			}
			if p.tokens.KeyID() != ca.Time.Signer.KeyID() {
				t.Error("tokens are signed with another key")
			}
			// A document made with these keys shows that each is used for its purpose.
			press := issuetest.NewWithAuthority(t, ca, nil)
			press.DocumentIssuer = p.issuer
			press.Make(t, issuetest.Endorsement(t), issuetest.Certificate(t))
		})
	}
}

func TestWrongKeysAreFoundAtStart(t *testing.T) {
	here, ca := newKeyDirectory(t)
	stamps := map[string]string{config.TimestampURL: "https://tsa.example.cn"}
	seals := map[string]string{config.SealTimestampURL: "https://tsa.example.cn/sm2"}
	moved := without(office, here)
	for name, data := range here {
		if file, ok := strings.CutPrefix(name, office); ok {
			moved["11110000000021135M/"+file] = data
		}
	}
	for name, tt := range map[string]struct {
		files keyFiles
		set   map[string]string
		want  error
		says  string
	}{
		"another key than the certificate's":   {keyFiles{office + "pdf.key.pem": nil, office + "pdf.location": []byte("hsm:///token")}, nil, keys.ErrChain, "pdf"},
		"keys of the PDF and the seal swapped": {keyFiles{office + "pdf.key.pem": ca.Seal.KeyPEM, office + "pdf.chain.pem": ca.Seal.ChainPEM}, nil, issue.ErrKeys, "P-256"},
		"an SM2 key for QR codes":              {keyFiles{"token.key.pem": ca.Seal.KeyPEM}, nil, nil, "SM2"},
		"a key where nobody keeps any":         {keyFiles{office + "seal.key.pem": nil, office + "seal.location": []byte("awskms:///alias/seal")}, nil, keys.ErrProvider, "seal"},
		"a key in two places":                  {keyFiles{"token.location": []byte("hsm:///token")}, nil, keys.ErrAmbiguous, "token"},
		"keys for every authority":             {keyFiles{"pdf.key.pem": ca.PDF.KeyPEM}, nil, nil, "a directory named by its code"},
		"a directory of nobody":                {keyFiles{"ministry/pdf.key.pem": ca.PDF.KeyPEM}, nil, nil, "not named by an issuing authority's code"},
		"no authority":                         {without(office, here), nil, issue.ErrKeys, "none"},
		"keys of another authority":            {moved, nil, issue.ErrKeys, "pdf.chain.pem in the directory 11110000000021135M is of 住房和城乡建设部 (11100000000013338W)"},
		"no key":                               {keyFiles{"token.key.pem": nil}, nil, os.ErrNotExist, "token"},
		"no seal":                              {keyFiles{office + "seal.esl": nil}, nil, os.ErrNotExist, "electronic seal"},
		"time stamps of nobody known":          {keyFiles{"tsa.pem": nil}, stamps, nil, "tsa.pem"},
		"time stamps of something":             {keyFiles{"tsa.pem": []byte("text")}, stamps, nil, "PEM"},
		"seals' time stamps of nobody known":   {keyFiles{"seal-tsa.pem": nil}, seals, nil, "seal-tsa.pem"},
		"seals' time stamps without SM2":       {keyFiles{"seal-tsa.pem": []byte(ca.TimeRoot)}, seals, nil, "algorithms"},
		"certificates that cannot be proven":   {nil, map[string]string{config.TimestampURL: stamps[config.TimestampURL], config.LongTerm: "true"}, ltv.ErrNoProofs, "revocations"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := here.with(tt.files).open(t, hsm(ca), tt.set)
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %v, saying %q", err, tt.want, tt.says)
			}
		})
	}
	t.Run("and with time stamps nothing is asked of anybody", func(t *testing.T) {
		for _, set := range []map[string]string{stamps, seals} {
			if _, err := here.open(t, nil, set); err != nil {
				t.Error(err)
			}
		}
	})
}

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// trustFixture is a directory with the files for an operator's trust bundle.
type trustFixture struct {
	t         *testing.T
	directory string
	ca        *testca.Authority
}

func newTrustFixture(t *testing.T) trustFixture {
	t.Helper()
	ca, err := testca.New(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	d := trustFixture{t, t.TempDir(), ca}
	seal, err := ca.NewSeal(t.Context(), issuetest.SealImage(t))
	if err != nil {
		t.Fatal(err)
	}
	d.write("pdf.chain.pem", ca.PDF.ChainPEM)
	d.write("seal.chain.pem", ca.Seal.ChainPEM)
	d.write("seal.esl", seal)
	d.write("tsa.pem", []byte(ca.TimeRoot))
	d.key("token.pem")
	d.key("receipt.pem")
	return d
}

func (d trustFixture) at(name string) string { return filepath.Join(d.directory, name) }

func (d trustFixture) write(name string, data []byte) {
	d.t.Helper()
	if err := os.WriteFile(d.at(name), data, 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// key writes the public half of a new key.
func (d trustFixture) key(name string) {
	d.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		d.t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		d.t.Fatal(err)
	}
	d.write(name, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

const ministry = "11100000000013338W"

// flags are those for a complete bundle.
func (d trustFixture) flags() []string {
	days := ",2026-01-01,2027-12-31"
	return []string{
		"-root", d.at("pdf.chain.pem"), "-seal-root", d.at("seal.chain.pem"), "-time-root", d.at("tsa.pem"),
		"-pdf", d.at("pdf.chain.pem") + days + "," + ministry, "-seal", d.at("seal.chain.pem") + days + "," + ministry,
		"-seal-maker", d.at("seal.esl") + days, "-token-key", d.at("token.pem") + days, "-receipt-key", d.at("receipt.pem") + days,
	}
}

func (d trustFixture) bundle() evidence.Bundle {
	d.t.Helper()
	text, err := os.ReadFile(d.at("trust.json"))
	if err != nil {
		d.t.Fatal(err)
	}
	var b evidence.Bundle
	if _, err := evidence.ParseTrust(text); err != nil {
		d.t.Fatal(err)
	}
	if err := json.Unmarshal(text, &b); err != nil {
		d.t.Fatal(err)
	}
	return b
}

func (d trustFixture) trust(args ...string) (code int, lines []trustLine, errOut string) {
	d.t.Helper()
	code, out, errOut := runCommand(append([]string{"trust"}, args...)...)
	if code == 0 {
		if err := json.Unmarshal([]byte(out), &lines); err != nil {
			d.t.Fatalf("%v: %s", err, out)
		}
	}
	return code, lines, errOut
}

// timedFlags are flags that require timestamps with SM2 of the seal.
func (d trustFixture) timedFlags() []string {
	flags := d.flags()
	flags[slices.Index(flags, "-seal")+1] += ",timestamps=2027-01-01:sm2"
	return flags
}

func TestABundleMayRequireTimestamps(t *testing.T) {
	d := newTrustFixture(t)
	d.write("seal-tsa.pem", []byte(d.ca.SealRoot))
	args := append([]string{"write", d.at("trust.json")}, d.timedFlags()...)
	code, lines, errOut := d.trust(append(args, "-time-root", d.at("seal-tsa.pem"))...)
	if code != 0 {
		t.Fatal(errOut)
	}
	want := &evidence.TimestampRule{From: civil.Date{Year: 2027, Month: 1, Day: 1}, Algorithms: tsp.SM}
	if got := d.bundle().Signers[1]; !reflect.DeepEqual(got.Timestamps, want) || !slices.Equal(got.Issuers, []string{ministry}) {
		t.Errorf("%+v", got)
	}
	if !reflect.DeepEqual(lines[1].Timestamps, want) || lines[0].Timestamps != nil {
		t.Errorf("%+v", lines)
	}
}

func TestATrustBundleIsWrittenOfCertificatesAndKeys(t *testing.T) {
	d := newTrustFixture(t)
	flags := append(d.flags(), "-root", d.at("pdf.chain.pem"), "-seal-maker", d.at("seal.esl")+",2026-01-01,2027-12-31") // one maker of two seals
	code, lines, errOut := d.trust(append([]string{"write", d.at("trust.json")}, flags...)...)
	if code != 0 {
		t.Fatal(errOut)
	}
	b := d.bundle()
	if len(b.Roots) != 1 || b.Roots[0] != d.ca.Root || b.SealRoots[0] != d.ca.SealRoot || b.TimeRoots[0] != d.ca.TimeRoot {
		t.Errorf("roots: %d, %d, %d", len(b.Roots), len(b.SealRoots), len(b.TimeRoots))
	}
	uses := ""
	for _, s := range b.Signers {
		uses += string(s.Use) + " "
		if strings.Count(s.Certificate, "BEGIN") != 1 {
			t.Errorf("%s: the root stands beside the certificate", s.Use)
		}
	}
	if uses != "pdf seal seal-maker " || !slices.Equal(b.Signers[0].Issuers, []string{ministry}) || b.Signers[2].Issuers != nil {
		t.Errorf("signers: %s %v", uses, b.Signers[0].Issuers)
	}
	// A day is one in Shanghai, and the last day is included.
	key := b.TokenKeys.Keys[0]
	if got := key.From.Format(time.RFC3339) + " " + key.Until.Format(time.RFC3339); got != "2025-12-31T16:00:00Z 2027-12-31T16:00:00Z" {
		t.Errorf("the token's key signs %s", got)
	}
	if len(lines) != 5 || lines[3].Use != "token" || lines[3].Until != "2027-12-31" || !strings.Contains(lines[0].Name, "证照签名") {
		t.Errorf("%+v", lines)
	}
	if info, err := os.Stat(d.at("trust.json")); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("%v, %v", info, err)
	}
	_, again, _ := d.trust("show", d.at("trust.json"))
	if !slices.EqualFunc(lines, again, func(a, b trustLine) bool { return a.Name == b.Name && a.Use == b.Use }) {
		t.Errorf("show says %+v", again)
	}
}

// The steps of a key rotation, and those after the theft of a key (docs/operations.md).
func TestEntriesOfATrustBundleAreAddedEndedAndTakenOut(t *testing.T) {
	d := newTrustFixture(t)
	file := d.at("trust.json")
	if code, _, errOut := d.trust(append([]string{"write", file}, d.flags()...)...); code != 0 {
		t.Fatal(errOut)
	}
	next, err := d.ca.Renew(testca.General)
	if err != nil {
		t.Fatal(err)
	}
	d.write("next.chain.pem", next.ChainPEM)
	d.key("next-token.pem")
	code, lines, errOut := d.trust("write", file, "-add-to", file, "-root", d.at("next.chain.pem"),
		"-pdf", d.at("pdf.chain.pem")+",2026-01-01,2026-12-31,"+ministry, "-pdf", d.at("next.chain.pem")+",2026-12-01,2028-12-31,"+ministry,
		"-token-key", d.at("next-token.pem")+",2026-12-01,2028-12-31")
	if code != 0 {
		t.Fatal(errOut)
	}
	if b := d.bundle(); len(b.Roots) != 1 || len(b.Signers) != 4 || len(b.TokenKeys.Keys) != 2 {
		t.Fatalf("%d roots, %d signers, %d keys: %+v", len(b.Roots), len(b.Signers), len(b.TokenKeys.Keys), lines)
	}
	block, _ := pem.Decode(next.ChainPEM)
	if print := fmt.Sprintf("%x", sha256.Sum256(block.Bytes)); lines[3].SHA256 != print || lines[2].SHA256 == print || lines[2].Name != lines[3].Name {
		t.Errorf("the certificates are not told apart: %+v", lines)
	}
	if lines[2].Until != "2026-12-31" || lines[3].From != "2026-12-01" {
		t.Errorf("%+v", lines)
	}
	code, lines, errOut = d.trust("write", file, "-add-to", file, "-remove", d.at("pdf.chain.pem"), "-remove", d.at("token.pem"))
	if code != 0 || len(lines) != 5 {
		t.Fatalf("%s, %+v", errOut, lines)
	}
	if b := d.bundle(); len(b.Signers) != 3 || len(b.TokenKeys.Keys) != 1 || len(b.ReceiptKeys.Keys) != 1 {
		t.Errorf("%d signers, %d keys, %d of receipts", len(b.Signers), len(b.TokenKeys.Keys), len(b.ReceiptKeys.Keys))
	}
}

func TestATrustBundleThatNobodyCouldUseIsNotWritten(t *testing.T) {
	d := newTrustFixture(t)
	mail, err := d.ca.Issue(testca.General, "李四", testca.Mail, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	d.write("mail.pem", mail.ChainPEM)
	old, err := os.ReadFile("../../shared/document/evidence/testdata/bundles/1.json")
	if err != nil {
		t.Fatal(err)
	}
	d.write("old.json", old)
	d.key("other.pem")
	file := d.at("trust.json")
	for name, tt := range map[string]struct {
		args []string
		code int
		want string
	}{
		"nothing":                                   {nil, 1, "roots, sealRoots and tokenKeys are needed"},
		"a certificate for e-mail":                  {append(d.flags(), "-pdf", d.at("mail.pem")+",2026-01-01,2026-12-31,"+ministry), 1, "not for documents but for 1.3.6.1.5.5.7.3.4"},
		"a signer for nobody":                       {append(d.flags(), "-pdf", d.at("pdf.chain.pem")+",2026-01-01,2026-12-31"), 1, "no issuing authority"},
		"a signer without days":                     {append(d.flags(), "-pdf", d.at("pdf.chain.pem")), 2, "FILE,FROM,UNTIL is required"},
		"a day there is none":                       {append(d.flags(), "-pdf", d.at("pdf.chain.pem")+",2026-02-30,2026-12-31,"+ministry), 2, "2026-02-30"},
		"a file there is none":                      {append(d.flags(), "-root", d.at("nothing.pem")), 2, "nothing.pem"},
		"a chain without its root":                  {append(d.flags(), "-root", d.at("token.pem")), 2, "token.pem"},
		"a key that is a certificate":               {append(d.flags(), "-token-key", d.at("tsa.pem")+",2026-01-01,2026-12-31"), 2, "tsa.pem"},
		"a key to take out that is in none":         {append(d.flags(), "-remove", d.at("other.pem")), 1, "-remove " + d.at("other.pem")},
		"a certificate to take out that is in none": {append(d.flags(), "-remove", d.at("mail.pem")), 1, "no such certificate or key"},
		"timestamps from no day":                    {append(d.flags(), "-seal", d.at("seal.chain.pem")+",2026-01-01,2027-12-31,"+ministry+",timestamps=sm2"), 2, "timestamps=sm2"},
		"timestamps of no authority":                {d.timedFlags(), 1, "timeRoots has no authority"},
		"a bundle of version 1":                     {append(d.flags(), "-add-to", d.at("old.json")), 1, "name the signers"},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, errOut := d.trust(append([]string{"write", file}, tt.args...)...)
			if code != tt.code || !strings.Contains(errOut, tt.want) {
				t.Errorf("%d, want %d with %q: %s", code, tt.code, tt.want, errOut)
			}
			if _, err := os.Stat(file); !os.IsNotExist(err) {
				t.Errorf("something was written: %v", err)
			}
		})
	}
	if code, _, errOut := d.trust("show", d.at("old.json")); code != 1 || !strings.Contains(errOut, "version 1") {
		t.Errorf("%d, %s", code, errOut)
	}
}

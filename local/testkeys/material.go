package testkeys

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/evidence/testtrust"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

// writeKeys makes a test authority and everything that Paths names, except for the clients' keys, and writes it.
func (p Paths) writeKeys(ctx context.Context, now time.Time, origin string, schemes scheme.Set) *testca.Authority {
	ca := must.Get(testca.NewPublishing(now, testca.RevocationURLs{CRL: origin + listPath}))
	offices := must.Get(testtrust.Offices(ca, schemes))
	for _, o := range offices {
		p.writeOffice(ctx, ca, o)
	}
	writeFile(p.originFile(), []byte(origin+"\n"))
	for name, by := range map[string]struct {
		key  testca.Issued
		root string
	}{"tsa": {ca.Time, ca.TimeRoot}, "seal-tsa": {ca.SealTime, ca.SealRoot}} {
		writeFile(filepath.Join(p.Timestamps, name+".key.pem"), by.key.KeyPEM)
		writeFile(filepath.Join(p.Timestamps, name+".chain.pem"), by.key.ChainPEM)
		writeFile(filepath.Join(p.Sign, name+".pem"), []byte(by.root))
	}
	for _, name := range crlNames() {
		writeFile(p.crlFile(name), must.Get(ca.CRL(name, now, now.AddDate(5, 0, 0))))
	}
	secrets := must.Get(fieldcrypto.Generate("local"))
	writeFile(p.NamesKey, secrets.Names)
	writeFile(p.LimitsKey, secrets.Limits)
	writeFile(p.FieldKey, secrets.Field)
	writeFile(p.IntegrityKey, secrets.Integrity)
	writeKey(p.AppKey)
	tokens, receipts := writeKey(filepath.Join(p.Sign, "token.key.pem")), writeKey(filepath.Join(p.Verify, "receipt.key.pem"))
	trust := testtrust.NewBundle(ca, offices, tokens, receipts)
	writeFile(p.Trust, must.Get(json.MarshalIndent(trust, "", "  ")))
	return ca
}

// writeFile writes a file that only its owner can read.
func writeFile(path string, data []byte) {
	must.Do(os.MkdirAll(filepath.Dir(path), 0o700))
	must.Do(os.WriteFile(path, data, 0o600))
}

// writeKey makes a P-256 key and writes it.
func writeKey(path string) keys.Signer {
	key := must.Get(testca.NewKey())
	writeFile(path, key.KeyPEM)
	return key.Signer
}

// Command verify answers anyone who holds an endorsed certificate (公开核验): on paper by its QR code,
// as a PDF or OFD file, or by its number and name. It needs no login, and shows no more than the
// paper does unless the holder consented. Its only private key signs receipts of its answers and
// cannot sign certificates.
package main

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/receiptpage"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/boot"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

func main() {
	boot.Run("verify", build,
		config.RecordsTable, config.LedgerTable, config.SessionsTable, config.PublicURL,
		config.LimitsKey, config.Trust, config.ReceiptKey, config.IntegrityKey)
}

func build(_ context.Context, f *boot.Function) (handler any, err error) {
	trust, err := readTrust(f.Settings.Trust, f.Schemes)
	if err != nil {
		return nil, err
	}
	receipts, err := keys.Open("file://"+f.Settings.ReceiptKey.Path(), "receipt")
	if err != nil {
		return nil, err
	}
	people := f.Sessions()
	a, err := newApp(deps{
		certificates: f.Records(),
		limits:       people,
		grants:       people,
		receipts:     receipts,
		drawer:       receiptpage.New(),
		schemes:      f.Schemes,
		trust:        trust,
		origin:       f.Settings.PublicURL,
		test:         f.Settings.TestSeal,
		edge:         f.Settings.EdgeSecrets,
		log:          f.Log,
	}, f.Now)
	if err != nil {
		return nil, err
	}
	return a.Handle, nil
}

// readTrust reads the trust bundle, with the grammars of the service's numbers.
func readTrust(at config.Location, schemes scheme.Set) (evidence.Trust, error) {
	data, err := at.Read()
	if err != nil {
		return evidence.Trust{}, err
	}
	trust, err := evidence.ParseTrust(data)
	if err != nil {
		return evidence.Trust{}, err
	}
	return trust.WithNumbers(schemes.Numbers())
}

// Command verify answers anyone who holds an endorsed certificate (公开核验): on paper by its QR code,
// as a PDF or OFD file, or by its number and name. It needs no login, and shows no more than the
// paper does unless the holder consented. Its only private key signs receipts of its answers and
// cannot sign certificates.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/receiptpage"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

func main() {
	d, err := load(context.Background(), os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(1)
	}
	app, err := newApp(d, time.Now)
	if err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(1)
	}
	lambda.Start(app.Handle)
}

func load(ctx context.Context, getenv func(string) string) (deps, error) {
	settings, err := config.Load(getenv, config.RecordsTable, config.SessionsTable, config.PublicURL,
		config.LimitsKey, config.Trust, config.ReceiptKey, config.IntegrityKey)
	if err != nil {
		return deps{}, err
	}
	trust, err := readTrust(settings.Trust)
	if err != nil {
		return deps{}, err
	}
	secrets, err := settings.Sealer()
	if err != nil {
		return deps{}, err
	}
	receipts, err := keys.Open("file://"+settings.ReceiptKey.Path(), "receipt")
	if err != nil {
		return deps{}, err
	}
	schemes, err := scheme.Load()
	if err != nil {
		return deps{}, err
	}
	cloud, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return deps{}, err
	}
	tables := dynamodb.NewFromConfig(cloud)
	people := sessions.New(tables, settings.SessionsTable, secrets)
	return deps{
		certificates: records.New(tables, settings.RecordsTable, secrets),
		limits:       people,
		grants:       people,
		receipts:     receipts,
		drawer:       receiptpage.New(),
		schemes:      schemes,
		trust:        trust,
		origin:       settings.PublicURL,
		test:         settings.TestSeal,
		edge:         settings.EdgeSecrets,
		log:          os.Stdout,
	}, nil
}

func readTrust(at config.Location) (evidence.Trust, error) {
	data, err := at.Read()
	if err != nil {
		return evidence.Trust{}, err
	}
	return evidence.ParseTrust(data)
}

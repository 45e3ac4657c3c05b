// Package boot starts a Lambda function. It reads the settings from the environment, connects to
// DynamoDB, and opens the stores that the function asks for:
//
//	func main() { boot.Run("identify", build, config.SessionsTable, config.Issuers) }
//
//	func build(_ context.Context, f *boot.Function) (handler any, err error) {
//		return newApp(deps{store: f.Sessions(), …}, f.Server()).Handle, nil
//	}
//
// Package buckets opens the stores of S3.
package boot

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// Function holds what a function is built from.
type Function struct {
	Settings config.Config
	Secrets  *fieldcrypto.Sealer // with the keys whose locations are set
	Schemes  scheme.Set          // the kinds of certificate, of a function with the records table
	Cloud    aws.Config
	Now      func() time.Time
	Log      io.Writer

	tables *dynamodb.Client
}

// Run reads the settings, of which those named in needs must be set, builds the handler and serves
// Lambda's invocations with it. It does not return. If something is missing or wrong it writes one
// line to standard error and exits with 1, which Lambda reports as a failed start.
func Run(name string, build func(context.Context, *Function) (handler any, err error), needs ...string) {
	fitRuntime()
	ctx := context.Background()
	f, err := open(ctx, needs)
	var handler any
	if err == nil {
		handler, err = build(ctx, f)
	}
	if err != nil {
		if os.Getenv("AWS_LAMBDA_LOG_FORMAT") == "JSON" { // set by Lambda, which takes any other line for INFO
			api.WriteFailure(os.Stderr, name, time.Now(), err)
		} else {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		}
		os.Exit(1)
	}
	lambda.Start(handler)
}

func open(ctx context.Context, needs []string) (*Function, error) {
	settings, err := config.Load(os.Getenv, needs...)
	if err != nil {
		return nil, err
	}
	secrets, err := settings.Sealer()
	if err != nil {
		return nil, err
	}
	cloud, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	f := &Function{
		Settings: settings, Secrets: secrets, Cloud: cloud, Now: readClock, Log: os.Stdout,
		tables: dynamodb.NewFromConfig(cloud),
	}
	if slices.Contains(needs, config.RecordsTable) {
		f.Schemes, err = settings.ReadSchemes()
	}
	return f, err
}

// Server returns what the function's App needs.
func (f *Function) Server() api.Server {
	return api.Server{Now: f.Now, Log: f.Log, Edge: f.Settings.EdgeSecrets}
}

// Records opens the tables of certificates and endorsements, and of the ledger.
func (f *Function) Records() *records.Store {
	in := records.Tables{Records: f.Settings.RecordsTable, Ledger: f.Settings.LedgerTable}
	store := records.New(f.tables, in, f.Secrets, f.Schemes.Numbers())
	if f.Settings.FormerItems {
		return store.WriteFormerItems()
	}
	return store
}

// Sessions opens the table of accounts and sessions.
func (f *Function) Sessions() *sessions.Store {
	return sessions.New(f.tables, f.Settings.SessionsTable, f.Secrets)
}

// Command report takes the reports (上报) of the authorities that issue certificates: their records,
// photos and signatures. Each row of a report is judged by itself. A wrong row is refused with the
// rule it breaks and, where it can be guessed, the value that was probably meant; the other rows
// are imported.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/journal/s3journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

func main() {
	d, err := load(context.Background(), os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
	lambda.Start(newApp(d, time.Now).Handle)
}

func load(ctx context.Context, getenv func(string) string) (deps, error) {
	settings, err := config.Load(getenv, config.RecordsTable, config.SessionsTable, config.FilesBucket, config.JournalBucket,
		config.NamesKey, config.FieldKey, config.IntegrityKey)
	if err != nil {
		return deps{}, err
	}
	secrets, err := settings.Sealer()
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
	objects := s3.NewFromConfig(cloud)
	register := records.New(tables, settings.RecordsTable, secrets)
	return deps{
		grants:       sessions.New(tables, settings.SessionsTable, secrets),
		certificates: register,
		journal:      s3journal.New(objects, settings.JournalBucket, secrets),
		reports:      register,
		disputes:     register,
		files:        files.New(objects, settings.FilesBucket),
		schemes:      schemes,
		edge:         settings.EdgeSecrets,
		log:          os.Stdout,
	}, nil
}

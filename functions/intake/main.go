// Command intake imports reports (上报) that come as files, of up to millions of rows. S3 notifies a
// queue that a file was uploaded, and the queue invokes this function. It reads the file block by
// block, judges and imports the rows as report does, and stores its progress after each block.
//
// A run may stop at any time. If its time is up, or it is killed, the queue delivers the message
// again and the next run resumes at the stored progress. Rows between that point and the end of the
// former run are processed twice but imported once: a record names the row that wrote it, so an
// imported row is recognised.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/journal/s3journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

func main() {
	a, err := load(context.Background(), os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "intake:", err)
		os.Exit(1)
	}
	lambda.Start(a.handle)
}

func load(ctx context.Context, getenv func(string) string) (*app, error) {
	settings, err := config.Load(getenv, config.RecordsTable, config.FilesBucket, config.JournalBucket, config.Clients, config.NamesKey, config.FieldKey, config.IntegrityKey)
	if err != nil {
		return nil, err
	}
	secrets, err := settings.Sealer()
	if err != nil {
		return nil, err
	}
	schemes, err := scheme.Load()
	if err != nil {
		return nil, err
	}
	cloud, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	objects := s3.NewFromConfig(cloud)
	register := records.New(dynamodb.NewFromConfig(cloud), settings.RecordsTable, secrets)
	return &app{
		certificates: register, journal: s3journal.New(objects, settings.JournalBucket, secrets), uploads: register, files: files.New(objects, settings.FilesBucket),
		schemes: schemes, clients: settings.Clients, now: time.Now, pause: firstPause, log: os.Stdout,
	}, nil
}

// handle imports the files that the messages name. A message whose file is not finished is returned
// as failed, so that the queue delivers it again.
func (a *app) handle(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
	var answer events.SQSEventResponse
	for _, m := range e.Records {
		if !a.handleMessage(ctx, m.Body) {
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
		}
	}
	return answer, nil
}

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

	"github.com/aws/aws-lambda-go/events"

	"github.com/jiazhu/jiazhu/shared/service/boot"
	"github.com/jiazhu/jiazhu/shared/service/boot/buckets"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

func main() {
	boot.Run("intake", build,
		config.RecordsTable, config.FilesBucket, config.JournalBucket, config.Clients,
		config.NamesKey, config.FieldKey, config.IntegrityKey)
}

func build(_ context.Context, f *boot.Function) (handler any, err error) {
	uploads, journal := buckets.Open(f)
	certificates := f.Records()
	a := &app{
		certificates: certificates, uploads: certificates, journal: journal, files: uploads,
		schemes: f.Schemes, clients: f.Settings.Clients, now: f.Now, pause: firstPause, log: f.Log,
	}
	return a.handle, nil
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

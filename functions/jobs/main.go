// Command jobs verifies archives of files for organisations (批量核验). An organisation announces a ZIP
// and uploads it to the bucket; S3 notifies a queue, and the queue invokes this function. It judges the
// entries one after the other by the code that judges a single file, stores the results of every few, and
// at the end signs one manifest of all.
//
// A run may stop at any time. If its time is up, or it is killed, the queue delivers the message again and
// the next run resumes behind the last stored results. Entries between that point and the end of the
// former run are judged twice and listed once; the holder's ledger names the job once for each copy.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/receiptpage"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/boot"
	"github.com/jiazhu/jiazhu/shared/service/boot/buckets"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/service/verifying"
)

func main() {
	boot.Run("jobs", build,
		config.RecordsTable, config.LedgerTable, config.SessionsTable, config.FilesBucket, config.PublicURL,
		config.LimitsKey, config.Trust, config.ReceiptKey, config.IntegrityKey)
}

func build(_ context.Context, f *boot.Function) (handler any, err error) {
	trusted, err := f.Settings.Trust.Read()
	if err != nil {
		return nil, err
	}
	trust, err := evidence.ParseTrust(trusted)
	if err != nil {
		return nil, err
	}
	if trust, err = trust.WithNumbers(f.Schemes.Numbers()); err != nil {
		return nil, err
	}
	receipts, err := keys.Open("file://"+f.Settings.ReceiptKey.Path(), "receipt")
	if err != nil {
		return nil, err
	}
	uploads, _ := buckets.Open(f)
	people, certificates := f.Sessions(), f.Records()
	a := &app{
		grants: people, limits: people, jobs: certificates, ledger: certificates, files: uploads,
		register: verifying.Register{Certificates: certificates, Schemes: f.Schemes},
		trust:    trust, receipts: receipts, drawer: receiptpage.New(), printer: newPrinter(),
		origin: f.Settings.PublicURL, test: f.Settings.TestSeal, pause: firstPause, now: f.Now, log: f.Log,
	}
	return dispatcher{a, a.newAPI(f.Server())}.handle, nil
}

// requestTime bounds a request: HTTP API gives up after 30 s. A run may take as long as the function.
const requestTime = 29 * time.Second

// dispatcher passes on what invokes the function: a request, or messages of the queue.
type dispatcher struct {
	app *app
	api *api.App
}

func (d dispatcher) handle(ctx context.Context, event json.RawMessage) (any, error) {
	var messages events.SQSEvent
	if err := json.Unmarshal(event, &messages); err == nil && len(messages.Records) > 0 {
		return d.app.handleMessages(ctx, messages), nil
	}
	var request events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(event, &request); err != nil {
		return nil, fmt.Errorf("reading an event: %w", err)
	}
	bounded, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	return d.api.Handle(bounded, request)
}

// handleMessages judges the archives that the messages name. A message whose archive is not finished is
// returned as failed, so that the queue delivers it again.
func (a *app) handleMessages(ctx context.Context, e events.SQSEvent) (answer events.SQSEventResponse) {
	for _, m := range e.Records {
		if !a.handleMessage(ctx, m.Body) {
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
		}
	}
	return answer
}

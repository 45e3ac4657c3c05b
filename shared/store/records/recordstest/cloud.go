// Package recordstest gives tests tables and a bucket of their own on a real DynamoDB and a real
// S3, and a wire to them that can be listened to and cut.
package recordstest

import (
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/shared/store/sessions/sessionstest"
)

// Cloud is what a test talks to. The test server is named by the variables of the AWS SDK;
// `make test` starts one and sets them.
type Cloud struct {
	Wire   *RecordingTransport
	config aws.Config
}

// Open opens the test servers, see sessionstest.RequireServers. Everything sent over the clients of one
// Cloud passes its Wire. The clients repeat failed requests at once, as often as in production.
func Open(t *testing.T) *Cloud {
	t.Helper()
	sessionstest.RequireServers()
	wire := &RecordingTransport{base: http.DefaultTransport}
	config, err := awsconfig.LoadDefaultConfig(t.Context(),
		awsconfig.WithRetryer(func() aws.Retryer {
			return retry.AddWithMaxBackoffDelay(retry.NewStandard(), 1)
		}))
	if err != nil {
		t.Fatal(err)
	}
	config.HTTPClient = &http.Client{Transport: wire}
	return &Cloud{Wire: wire, config: config}
}

// Tables is a DynamoDB client over the wire.
func (c *Cloud) Tables() *dynamodb.Client { return dynamodb.NewFromConfig(c.config) }

// Buckets is an S3 client over the wire.
func (c *Cloud) Buckets() *s3.Client { return s3.NewFromConfig(c.config) }

// Package recordstest gives tests their own tables and bucket on a real DynamoDB and S3, and an
// HTTP transport that records the calls and can make them fail.
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

// Cloud holds the clients of a test. The variables of the AWS SDK name the test servers; `make
// test` starts them and sets the variables.
type Cloud struct {
	Transport *RecordingTransport
	config    aws.Config
}

// Open connects to the test servers, see sessionstest.RequireServers. All requests of one Cloud's
// clients pass its Transport. The clients retry failed requests without delay, as often as in
// production.
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
	return &Cloud{Transport: wire, config: config}
}

// Tables returns a DynamoDB client over the Transport.
func (c *Cloud) Tables() *dynamodb.Client { return dynamodb.NewFromConfig(c.config) }

// Buckets returns an S3 client over the Transport.
func (c *Cloud) Buckets() *s3.Client { return s3.NewFromConfig(c.config) }

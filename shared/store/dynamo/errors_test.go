package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

func TestWhatPassesIsUnavailableAndTheRestIsNot(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		passes bool
	}{
		"the time was up":                  {fmt.Errorf("call: %w", context.DeadlineExceeded), true},
		"the connection broke":             {&smithyhttp.RequestSendError{Err: errors.New("connection reset by peer")}, true},
		"the answer was cut off":           {&smithy.DeserializationError{Err: io.ErrUnexpectedEOF}, true},
		"the file was cut off":             {fmt.Errorf("read: %w", io.ErrUnexpectedEOF), true},
		"too much was asked":               {&types.ProvisionedThroughputExceededException{}, true},
		"the server failed":                {responseError(http.StatusInternalServerError), true},
		"another transaction was there":    {&types.TransactionConflictException{}, true},
		"another upload was there":         {&smithy.GenericAPIError{Code: "ConditionalRequestConflict"}, true},
		"the table is missing":             {&types.ResourceNotFoundException{}, false},
		"the request was wrong":            {responseError(http.StatusBadRequest), false},
		"a condition did not hold":         {&types.ConditionalCheckFailedException{}, false},
		"something that nobody understood": {errors.New("what"), false},
	} {
		t.Run(name, func(t *testing.T) {
			got := dynamo.Wrap("reading", c.err)
			if dynamo.IsUnavailable(got) != c.passes {
				t.Errorf("got %v", got)
			}
			if !errors.Is(got, c.err) {
				t.Errorf("%v does not wrap its cause", got)
			}
		})
	}
}

func responseError(status int) error {
	return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: errors.New("answered"),
	}}
}

// Command bare is the least a Lambda function in Go can be: it answers every request with nothing.
// What it takes to start is what the runtime takes, beside which the service's functions are set.
package main

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusNoContent}, nil
	})
}

// Command bare is a function without a thought: it makes the calls to DynamoDB and S3 that the real
// function was seen to make for one request of the same route, those at once that were made at once,
// and answers what that answered. What the real function costs beyond it is its own work.
//
// Reads are made word for word. What is written goes to places of its own, without conditions, so
// that it can be written again and again.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// function is one instance.
type function struct {
	scripts map[string]faultproxy.Script
	config  aws.Config
	tables  string // endpoint
	objects *s3.Client
	http    *http.Client
	signer  *v4.Signer
}

func main() {
	f, err := open(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
	lambda.Start(f.handle)
}

func open(ctx context.Context) (*function, error) {
	text, err := os.ReadFile(os.Getenv(faultproxy.ScriptsVariable))
	if err != nil {
		return nil, err
	}
	f := &function{
		tables: os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"), signer: v4.NewSigner(),
		http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}},
	}
	if err := json.Unmarshal(text, &f.scripts); err != nil {
		return nil, err
	}
	if f.config, err = awsconfig.LoadDefaultConfig(ctx); err != nil {
		return nil, err
	}
	f.objects = s3.NewFromConfig(f.config, func(o *s3.Options) { o.UsePathStyle = true })
	return f, nil
}

func (f *function) handle(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	script, ok := f.scripts[e.Headers[faultproxy.ScriptHeader]]
	if !ok {
		return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusNotFound}, nil
	}
	for _, group := range script.Groups {
		work, ctx := errgroup.WithContext(ctx)
		for _, call := range group {
			work.Go(func() error { return f.make(ctx, call) })
		}
		if err := work.Wait(); err != nil {
			return events.APIGatewayV2HTTPResponse{}, err
		}
	}
	return events.APIGatewayV2HTTPResponse{
		StatusCode: script.Status, Headers: map[string]string{"content-type": script.Type}, Body: script.Body,
	}, nil
}

func (f *function) make(ctx context.Context, c faultproxy.SeenCall) error {
	if c.Operation == "" {
		bucket, key := c.NewObjectKey()
		_, err := f.objects.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(c.Body)})
		return err
	}
	operation, body, err := c.RepeatableRequest()
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, f.tables, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", operation)
	who, err := f.config.Credentials.Retrieve(ctx)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	if err := f.signer.SignHTTP(ctx, who, request, hex.EncodeToString(sum[:]), "dynamodb", f.config.Region, time.Now()); err != nil {
		return err
	}
	response, err := f.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %d %s", operation, response.StatusCode, answer)
	}
	return err
}

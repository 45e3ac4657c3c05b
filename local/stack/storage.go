package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/local/dynamodb"
	"github.com/jiazhu/jiazhu/local/s3"
	"github.com/jiazhu/jiazhu/local/template"
)

// Storage is a running DynamoDB and S3 with the template's tables and buckets.
type Storage struct {
	DynamoDB string // endpoint
	S3       string // endpoint

	dynamodb *dynamodb.Server // nil with DynamoDBEndpoint
	s3       *s3.Server       // nil with S3Endpoint
	account  s3.Credentials
	stopped  chan struct{}
}

// StartStorage starts DynamoDB and S3 on free ports with their data below data. S3 posts notices
// of objects to the URL notices, unless it is empty.
func StartStorage(ctx context.Context, o Options, data, notices string, t *template.Template) (*Storage, error) {
	account, err := s3.KeepCredentials(filepath.Join(data, "credentials.json"))
	if err != nil {
		return nil, err
	}
	s := &Storage{account: account, DynamoDB: o.DynamoDBEndpoint, S3: o.S3Endpoint, stopped: make(chan struct{})}
	if s.DynamoDB == "" {
		s.dynamodb, err = dynamodb.Start(ctx, o.DynamoDB, filepath.Join(data, "dynamodb.sqlite"))
		if errors.Is(err, dynamodb.ErrMissing) {
			return nil, fmt.Errorf("%w: run `make fetch`, install dynoxide, or set DYNAMODB_ENDPOINT to a DynamoDB-compatible server", err)
		}
		if err != nil {
			return nil, err
		}
		s.DynamoDB = s.dynamodb.Endpoint
	}
	if s.S3 == "" {
		if s.s3, err = s3.Start(ctx, filepath.Join(data, "s3"), account, Region, notices); err != nil {
			s.Stop()
			return nil, err
		}
		s.S3 = s.s3.Endpoint
	}
	if err := s.createMissing(ctx, t); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

// createMissing creates the tables and buckets that do not exist.
func (s *Storage) createMissing(ctx context.Context, t *template.Template) error {
	if err := dynamodb.Ensure(ctx, s.Tables(), t.Tables); err != nil {
		return err
	}
	objects := s.Objects()
	for _, bucket := range t.Buckets {
		ensure := func() error { return s3.EnsureBucket(ctx, objects, bucket.Name, bucket.Readers) }
		if bucket.Lock != nil {
			ensure = func() error {
				return s3.EnsureLockedBucket(ctx, objects, bucket.Name, bucket.Lock.Mode, bucket.Lock.Days)
			}
		}
		if err := ensure(); err != nil {
			return err
		}
	}
	return nil
}

// Tables is a client of DynamoDB, past the functions' roles.
func (s *Storage) Tables() *awsdynamodb.Client {
	return awsdynamodb.NewFromConfig(s.Config(), func(o *awsdynamodb.Options) { o.BaseEndpoint = &s.DynamoDB })
}

// Objects is a client of S3, past the functions' roles.
func (s *Storage) Objects() *awss3.Client {
	return awss3.NewFromConfig(s.Config(), func(o *awss3.Options) { o.BaseEndpoint, o.UsePathStyle = &s.S3, true })
}

// Config is an AWS configuration with the stack's credentials, without endpoints. It
// ignores the environment, which may have settings for another cloud.
func (s *Storage) Config() aws.Config {
	return aws.Config{
		Region: Region,
		Credentials: credentials.NewStaticCredentialsProvider(
			s.account.AccessKeyID, s.account.SecretAccessKey, ""),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenSupported,
	}
}

// Environment is the environment of a program that uses this storage with the AWS SDK.
func (s *Storage) Environment() map[string]string {
	return map[string]string{
		"AWS_REGION":                Region,
		"AWS_DEFAULT_REGION":        Region,
		"AWS_ACCESS_KEY_ID":         s.account.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY":     s.account.SecretAccessKey,
		"AWS_ENDPOINT_URL_DYNAMODB": s.DynamoDB,
		"AWS_ENDPOINT_URL_S3":       s.S3,
		"AWS_EC2_METADATA_DISABLED": "true",
	}
}

// wait returns when one of the servers that were started here has ended, or all were stopped.
func (s *Storage) wait() {
	var tables, objects <-chan struct{}
	if s.dynamodb != nil {
		tables = s.dynamodb.Done()
	}
	if s.s3 != nil {
		objects = s.s3.Done()
	}
	select {
	case <-tables:
	case <-objects:
	case <-s.stopped:
	}
}

// Stop stops both servers and waits for them. Call it once.
func (s *Storage) Stop() {
	close(s.stopped)
	if s.s3 != nil {
		s.s3.Stop()
	}
	if s.dynamodb != nil {
		s.dynamodb.Stop()
	}
}

// program is the fetched program if it exists, else one of that name on the PATH.
func program(fetched string) string {
	if _, err := os.Stat(fetched); err == nil {
		return fetched
	}
	if found, err := exec.LookPath(filepath.Base(fetched)); err == nil {
		return found
	}
	return fetched
}

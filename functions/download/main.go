// Command download makes links to the files of an endorsement: pdf下载, OFD下载, 预览.
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
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

func main() {
	d, err := load(context.Background(), os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "download:", err)
		os.Exit(1)
	}
	lambda.Start(newApp(d, time.Now).Handle)
}

func load(ctx context.Context, getenv func(string) string) (deps, error) {
	settings, err := config.Load(getenv,
		config.RecordsTable, config.SessionsTable, config.FilesBucket, config.Portals, config.IntegrityKey)
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
	return deps{
		sessions:     sessions.New(tables, settings.SessionsTable, secrets),
		endorsements: records.New(tables, settings.RecordsTable, secrets),
		links:        files.New(s3.NewFromConfig(cloud), settings.FilesBucket),
		schemes:      schemes,
		portals:      settings.Portals,
		edge:         settings.EdgeSecrets,
		log:          os.Stdout,
	}, nil
}

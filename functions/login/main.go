// Command login is 用户登录: holders' sessions, accounts, passwords and phones. For machine clients it
// issues access tokens and opens a portal's accounts.
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

	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/journal/s3journal"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

func main() {
	d, err := load(context.Background(), os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "login:", err)
		os.Exit(1)
	}
	lambda.Start(newApp(d, time.Now).Handle)
}

func load(ctx context.Context, getenv func(string) string) (deps, error) {
	settings, err := config.Load(getenv, config.SessionsTable, config.JournalBucket, config.NamesKey, config.LimitsKey, config.FieldKey, config.PublicURL,
		config.Portals, config.Clients, config.MessagesURL, config.MessagesSecret, config.IntegrityKey)
	if err != nil {
		return deps{}, err
	}
	secrets, err := settings.Sealer()
	if err != nil {
		return deps{}, err
	}
	cloud, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return deps{}, err
	}
	return deps{
		store:     sessions.New(dynamodb.NewFromConfig(cloud), settings.SessionsTable, secrets),
		hashes:    secrets,
		sealer:    secrets,
		journal:   s3journal.New(s3.NewFromConfig(cloud), settings.JournalBucket, secrets),
		passwords: newHasher(),
		messages:  newGateway(settings.Messages),
		portals:   settings.Portals,
		clients:   settings.Clients,
		publicURL: settings.PublicURL,
		edge:      settings.EdgeSecrets,
		log:       os.Stdout,
	}, nil
}

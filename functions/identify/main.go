// Command identify is 实名身份认证: it makes the QR code that a page shows, records the phone that scans
// it, checks the signed answer of the national app that recognised the face, and steps up the
// session.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

func main() {
	d, err := load(context.Background(), os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "identify:", err)
		os.Exit(1)
	}
	lambda.Start(newApp(d, time.Now).Handle)
}

func load(ctx context.Context, getenv func(string) string) (deps, error) {
	settings, err := config.Load(getenv, config.SessionsTable, config.LimitsKey, config.FieldKey, config.PublicURL,
		config.Portals, config.Issuers, config.IntegrityKey)
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
		portals:   settings.Portals,
		issuers:   settings.Issuers,
		publicURL: settings.PublicURL,
		lifetime:  settings.ChallengeLife,
		edge:      settings.EdgeSecrets,
		log:       os.Stdout,
	}, nil
}

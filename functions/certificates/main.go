// Command certificates is 我的证照: it lists a holder's certificates, shows one in detail, binds it on
// a portal, and checks beforehand whether it can be endorsed (preflight).
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

func main() {
	d, err := load(context.Background(), os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "certificates:", err)
		os.Exit(1)
	}
	lambda.Start(newApp(d, time.Now).Handle)
}

func load(ctx context.Context, getenv func(string) string) (deps, error) {
	settings, err := config.Load(getenv, config.RecordsTable, config.SessionsTable, config.Portals, config.IntegrityKey)
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
	fonts, err := font.Load()
	if err != nil {
		return deps{}, err
	}
	cloud, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return deps{}, err
	}
	tables := dynamodb.NewFromConfig(cloud)
	people := sessions.New(tables, settings.SessionsTable, secrets)
	return deps{
		sessions:     people,
		phones:       people,
		certificates: records.New(tables, settings.RecordsTable, secrets),
		schemes:      schemes,
		portals:      settings.Portals,
		glyphs:       fonts,
		edge:         settings.EdgeSecrets,
		log:          os.Stdout,
	}, nil
}

// Command endorse is 证照加注: it makes an endorsed copy of a certificate (加注件), signed and sealed,
// lists the copies made, and withdraws a copy. No other function has the signing keys.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	awskms "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys/kms"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/journal/s3journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

func main() {
	d, err := load(context.Background(), os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "endorse:", err)
		os.Exit(1)
	}
	lambda.Start(newApp(d, time.Now).Handle)
}

func load(ctx context.Context, getenv func(string) string) (deps, error) {
	settings, err := config.Load(getenv,
		config.RecordsTable, config.SessionsTable, config.FilesBucket, config.JournalBucket, config.PublicURL,
		config.FieldKey, config.SigningKeys, config.Portals, config.IntegrityKey, config.NamesKey)
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
	p, err := openIssuer(ctx, settings, keys.Providers{
		kms.Scheme: kms.Provider(awskms.NewFromConfig(cloud, kms.Patience)),
	})
	if err != nil {
		return deps{}, err
	}
	tables := dynamodb.NewFromConfig(cloud)
	objects := s3.NewFromConfig(cloud)
	people := sessions.New(tables, settings.SessionsTable, secrets)
	return deps{
		sessions:     people,
		phones:       people,
		certificates: records.New(tables, settings.RecordsTable, secrets),
		journal:      s3journal.New(objects, settings.JournalBucket, secrets),
		sealer:       secrets,
		files:        files.New(objects, settings.FilesBucket),
		issuer:       p.issuer,
		tokens:       p.tokens,
		glyphs:       p.fonts,
		schemes:      schemes,
		portals:      settings.Portals,
		origin:       settings.PublicURL,
		test:         settings.TestSeal,
		edge:         settings.EdgeSecrets,
		log:          os.Stdout,
	}, nil
}

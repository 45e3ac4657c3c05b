// Command endorse is 证照加注: it makes an endorsed copy of a certificate (加注件), signed and sealed,
// lists the copies made, and withdraws a copy. No other function has the signing keys.
package main

import (
	"context"

	awskms "github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys/kms"
	"github.com/jiazhu/jiazhu/shared/service/boot"
	"github.com/jiazhu/jiazhu/shared/service/boot/buckets"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

func main() {
	boot.Run("endorse", build,
		config.RecordsTable, config.SessionsTable, config.FilesBucket, config.JournalBucket, config.PublicURL,
		config.FieldKey, config.SigningKeys, config.Portals, config.IntegrityKey, config.NamesKey, config.FileDaysAfterUse)
}

func build(ctx context.Context, f *boot.Function) (handler any, err error) {
	p, err := openIssuer(ctx, f.Settings, f.Schemes, keys.Providers{
		kms.Scheme: kms.Provider(awskms.NewFromConfig(f.Cloud, kms.LimitRetries)),
	}, f.Now)
	if err != nil {
		return nil, err
	}
	documents, journal := buckets.Open(f)
	people := f.Sessions()
	return newApp(deps{
		sessions:     people,
		phones:       people,
		certificates: f.Records(),
		journal:      journal,
		sealer:       f.Secrets,
		files:        documents,
		issuer:       p.issuer,
		tokens:       p.tokens,
		glyphs:       p.fonts,
		schemes:      f.Schemes,
		portals:      f.Settings.Portals,
		origin:       f.Settings.PublicURL,
		test:         f.Settings.TestSeal,
		daysAfterUse: f.Settings.FileDaysAfterUse,
	}, f.Server()).Handle, nil
}

package stack

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// nameJournal writes the journal bucket's name into the tables, as `jiazhu migrate` does after a first deployment.
func (s *Stack) nameJournal(ctx context.Context) error {
	env := s.Operator()
	settings, err := config.Load(func(name string) string { return env[name] }, config.RecordsTable, config.JournalBucket, config.IntegrityKey)
	if err != nil {
		return err
	}
	secrets, err := settings.Sealer()
	if err != nil {
		return err
	}
	c, err := s.Storage.Config(ctx)
	if err != nil {
		return err
	}
	client := dynamodb.NewFromConfig(c, func(o *dynamodb.Options) { o.BaseEndpoint = &s.Storage.DynamoDB })
	if err := records.New(client, settings.RecordsTable, secrets).NameJournal(ctx, settings.JournalBucket); err != nil {
		return fmt.Errorf("naming the journal: %w", err)
	}
	return nil
}

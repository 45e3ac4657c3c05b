package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/journal/s3journal"
)

// journal looks for every acknowledged withdrawal in the journal, without which a restored table takes it back.
func (a *auditor) journal(ctx context.Context) (err error) {
	defer must.Catch(&err)
	noted := a.journaledWithdrawals(ctx)
	for _, w := range a.outcomes.requests {
		if !w.withdrawn {
			continue
		}
		var missing error
		if !noted[w.endorsement.Endorsement] {
			missing = fmt.Errorf("the withdrawal of %s is acknowledged and not in the journal", w.endorsement.Endorsement)
		}
		if !a.outcomes.check(w.key, missing) {
			a.add(&a.lost, 1)
		}
	}
	return nil
}

// journaledWithdrawals are the endorsements whose withdrawal the journal holds. It holds nothing that the service did not write.
func (a *auditor) journaledWithdrawals(ctx context.Context) map[string]bool {
	client, keys := a.harness.Objects(), must.Get(a.harness.Sealer())
	noted := map[string]bool{}
	var foreign error
	err := s3journal.New(client, template.BucketName("Journal"), keys).Read(ctx, journal.Withdrawal, time.Time{}, func(e journal.Entry) error {
		var w journal.Withdrawn
		if err := json.Unmarshal(e.What, &w); err != nil {
			return fmt.Errorf("the entry %s: %w", e.Key(), err)
		}
		noted[w.Endorsement] = true
		return nil
	}, func(key string, why error) { foreign = errors.Join(foreign, fmt.Errorf("the entry %s: %w", key, why)) })
	must.Do(errors.Join(err, foreign))
	return noted
}

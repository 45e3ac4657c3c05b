package records

import (
	"context"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// Withdraw marks a holder's endorsement as withdrawn (撤回) at the given time and returns it. An
// endorsement that is already withdrawn is returned unchanged, with its first time and reason.
// Error: ErrEndorsementNotFound, also where it was made for another holder.
func (s *Store) Withdraw(ctx context.Context, certID, holder, id, why string, at time.Time) (*endorsement.Endorsement, error) {
	where, err := endorsementKey(certID, id)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEndorsementNotFound, err)
	}
	withdrawn, err := s.table.Do(ctx, "withdrawing the endorsement", dynamo.SetPart(where, tagWithdrawn, dynamo.Values{
		"withdrawnAt": at.Format(time.RFC3339Nano), "withdrawnWhy": why,
	}).If("holder = :holder AND attribute_not_exists(withdrawnAt)", dynamo.Values{"holder": holder}).ReturnItem().ShowExisting())
	if refusal := dynamo.AsRefusal(err); refusal != nil {
		withdrawn = refusal.Existing("")
		if dynamo.Text(withdrawn, "holder") != holder {
			return nil, ErrEndorsementNotFound
		}
	} else if err != nil {
		return nil, err
	}
	return s.readEndorsement(withdrawn)
}

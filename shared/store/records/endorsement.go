package records

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// endorsementItem is the item of an endorsement: the endorsement as made, its holder, and the
// version of the certificate. A withdrawal is stored in attributes of its own, so the endorsement
// itself never changes.
type endorsementItem struct {
	dynamo.Header
	Record       string `dynamodbav:"record"`
	Holder       string `dynamodbav:"holder"`
	Edition      string `dynamodbav:"version"`
	WithdrawnAt  string `dynamodbav:"withdrawnAt,omitempty"`
	WithdrawnWhy string `dynamodbav:"withdrawnWhy,omitempty"`
}

func newEndorsementItem(e endorsement.Endorsement) (endorsementItem, error) {
	at, err := endorsementKey(e.CertID, e.ID)
	if err != nil {
		return endorsementItem{}, err
	}
	if e.Holder == "" {
		return endorsementItem{}, fmt.Errorf("writing the endorsement: it has no holder")
	}
	e.WithdrawnAt, e.WithdrawnWhy = nil, ""
	body, err := json.Marshal(e)
	if err != nil {
		return endorsementItem{}, fmt.Errorf("writing the endorsement: %w", err)
	}
	return endorsementItem{
		Header: newHeader(at).Until(endingOf(e)), Record: string(body), Holder: e.Holder, Edition: e.CertVersion,
	}, nil
}

// endingOf is when an endorsement is removed.
func endingOf(e endorsement.Endorsement) time.Time { return endorsement.RecordUntil(e.UseUntil).End() }

// readEndorsement reads an endorsement. Error: ErrEndorsementNotFound for no item.
func (s *Store) readEndorsement(from dynamo.Item) (*endorsement.Endorsement, error) {
	item, err := dynamo.Decode[endorsementItem](s.table, from)
	if errors.Is(err, dynamo.ErrNotFound) {
		return nil, ErrEndorsementNotFound
	}
	if err != nil {
		return nil, err
	}
	var e endorsement.Endorsement
	if err := json.Unmarshal([]byte(item.Record), &e); err != nil {
		return nil, fmt.Errorf("reading an endorsement: %w", err)
	}
	e.Holder = item.Holder
	if item.WithdrawnAt != "" {
		at, err := time.Parse(time.RFC3339Nano, item.WithdrawnAt)
		if err != nil {
			return nil, fmt.Errorf("reading when an endorsement was withdrawn: %w", err)
		}
		e.WithdrawnAt, e.WithdrawnWhy = &at, item.WithdrawnWhy
	}
	return &e, nil
}

package records

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/records/packing"
)

// endorsementItem is the item of an endorsement: the endorsement as made, its holder, and the
// version of the certificate. A withdrawal is stored in attributes of its own, so the endorsement
// itself never changes.
type endorsementItem struct {
	dynamo.Header
	Packed       []byte `dynamodbav:"r,omitempty"`      // see package packing
	Record       string `dynamodbav:"record,omitempty"` // of versions before packing: JSON
	Holder       string `dynamodbav:"holder"`
	Edition      string `dynamodbav:"version"`
	WithdrawnAt  string `dynamodbav:"withdrawnAt,omitempty"`
	WithdrawnWhy string `dynamodbav:"withdrawnWhy,omitempty"`
}

func (s *Store) newEndorsementItem(e endorsement.Endorsement) (endorsementItem, error) {
	at, err := endorsementKey(e.CertID, e.ID)
	if err != nil {
		return endorsementItem{}, err
	}
	if e.Holder == "" {
		return endorsementItem{}, fmt.Errorf("writing the endorsement: it has no holder")
	}
	made := endorsementItem{Header: newHeader(at).Until(endingOf(e)), Holder: e.Holder, Edition: e.CertVersion}
	if !s.formerItems {
		made.Packed, err = packing.Pack(e)
		return made, err
	}
	e.WithdrawnAt, e.WithdrawnWhy = nil, ""
	body, err := json.Marshal(e)
	if err != nil {
		return made, fmt.Errorf("writing the endorsement: %w", err)
	}
	made.Record = string(body)
	return made, nil
}

// endingOf is when an endorsement is removed.
func endingOf(e endorsement.Endorsement) time.Time { return endorsement.RecordUntil(e.UseUntil).End() }

// readEndorsement reads an endorsement. Error: ErrEndorsementNotFound for no item.
func (s *Store) readEndorsement(from dynamo.Item) (*endorsement.Endorsement, error) {
	if len(from) == 0 {
		return nil, ErrEndorsementNotFound
	}
	if err := s.table.CheckVersion(from); err != nil {
		return nil, err
	}
	return DecodeEndorsement(from)
}

// DecodeEndorsement reads the item of an endorsement, packed or not. It checks neither tag nor version.
func DecodeEndorsement(from dynamo.Item) (*endorsement.Endorsement, error) {
	item, err := dynamo.DecodeAny[endorsementItem](from)
	if err != nil {
		return nil, err
	}
	e := new(endorsement.Endorsement)
	if item.Record != "" {
		err = json.Unmarshal([]byte(item.Record), e)
	} else {
		e, err = packing.Unpack(item.Packed)
	}
	if err != nil {
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
	return e, nil
}

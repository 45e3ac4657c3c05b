package records

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// endorsementItem returns the item of an endorsement: the endorsement as made, its holder, and the
// version of the certificate. A withdrawal is stored in attributes of its own, so the endorsement
// itself never changes.
func endorsementItem(e endorsement.Endorsement) (item, error) {
	at, err := endorsementKey(e.CertID, e.ID)
	if err != nil {
		return nil, err
	}
	if e.Holder == "" {
		return nil, fmt.Errorf("writing the endorsement: it has no holder")
	}
	e.WithdrawnAt, e.WithdrawnWhy = nil, ""
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("writing the endorsement: %w", err)
	}
	return at.with(item{
		"record": text(string(body)), "holder": text(e.Holder), "version": text(e.CertVersion), "ttl": number(endingOf(e)),
	}), nil
}

// endingOf is when an endorsement is removed, in epoch seconds.
func endingOf(e endorsement.Endorsement) int64 {
	return endorsement.RecordUntil(e.UseUntil).End().Unix()
}

func openEndorsement(from item) (*endorsement.Endorsement, error) {
	if err := checkSchema(from); err != nil {
		return nil, err
	}
	var e endorsement.Endorsement
	if err := json.Unmarshal([]byte(str(from, "record")), &e); err != nil {
		return nil, fmt.Errorf("reading an endorsement: %w", err)
	}
	e.Holder = str(from, "holder")
	if at := str(from, "withdrawnAt"); at != "" {
		when, err := time.Parse(time.RFC3339Nano, at)
		if err != nil {
			return nil, fmt.Errorf("reading when an endorsement was withdrawn: %w", err)
		}
		e.WithdrawnAt, e.WithdrawnWhy = &when, str(from, "withdrawnWhy")
	}
	return &e, nil
}

func readEndorsement(got batchItems, at key) (*endorsement.Endorsement, error) {
	from, ok := got[at]
	if !ok {
		return nil, problem.New(problem.EndorsementNotFound)
	}
	return openEndorsement(from)
}

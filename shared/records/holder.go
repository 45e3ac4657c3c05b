package records

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/outage"
)

// Held is one of a holder's certificates, and whether it is bound on the portal that asked.
type Held struct {
	Record
	Bound bool
}

// ByHolder lists a holder's certificates, the latest issued first. Two rounds: the holder's
// partition, then the certificates in one batch.
func (s *Store) ByHolder(ctx context.Context, holder, portal string) ([]Held, error) {
	ids, _, bound, err := s.holdings(ctx, holder, portal)
	if err != nil {
		return nil, err
	}
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = certificateKey(id)
	}
	got, err := s.batch(ctx, keys)
	if err != nil {
		return nil, err
	}
	held := make([]Held, 0, len(ids))
	for _, from := range got {
		r, err := readRecord(from)
		if err != nil {
			return nil, err
		}
		if r.Holder == holder { // else it moved to its right holder between the two reads
			held = append(held, Held{Record: r, Bound: bound[r.Certificate.ID]})
		}
	}
	slices.SortFunc(held, func(a, b Held) int {
		return cmp.Or(
			b.Certificate.IssuedOn.Compare(a.Certificate.IssuedOn),
			cmp.Compare(b.Certificate.ID, a.Certificate.ID))
	})
	return held, nil
}

// Formerly lists the certificates that were a holder's until an authority corrected whose they are.
func (s *Store) Formerly(ctx context.Context, holder string) (ids []string, err error) {
	_, ids, _, err = s.holdings(ctx, holder, "")
	return ids, err
}

// holdings reads the holder's partition: which certificates are theirs, which were, and which are
// bound on portal.
func (s *Store) holdings(ctx context.Context, holder, portal string) (ids, former []string, bound map[string]bool, err error) {
	bound = map[string]bool{}
	pages := dynamodb.NewQueryPaginator(s.client, &dynamodb.QueryInput{
		TableName:                 &s.table,
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("pk = :pk"),
		ExpressionAttributeValues: item{":pk": text(heldKey(holder, "").pk)},
	})
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return nil, nil, nil, outage.Of("reading a holder's certificates", err)
		}
		for _, read := range out.Items {
			sk := str(read, "sk")
			if id, ok := strings.CutPrefix(sk, prefixCertificate); ok {
				if _, was := read["former"]; was {
					former = append(former, id)
				} else {
					ids = append(ids, id)
				}
			} else if id, ok := strings.CutPrefix(sk, prefixBinding+portal+"#"); ok {
				bound[id] = true
			}
		}
	}
	return ids, former, bound, nil
}

package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// Disputes are in partitions of their own. The function that accepts them may only add items there.
const (
	prefixDispute  = "DISPUTE#"
	prefixDisputes = "DISPUTES#"
	openDisputes   = prefixDisputes // of no client
)

// Dispute is an authority's claim that it is responsible for a 注册编号 that another authority
// reports.
type Dispute struct {
	ID          string // a ULID, made for At
	Number      string // as certificate.Number.Canonical writes it
	Certificate string // the certificate that had the number then
	Client      string // the claimant
	Reason      string
	At          time.Time
	Settled     *Settlement // nil while it is open
}

// Settlement is how a dispute ended.
type Settlement struct {
	ToClaimant bool   // false: it was dismissed
	By         string // the operator, in the form of Author.Client
	Why        string
	At         time.Time
	Ended      string // the certificate that had the number and was ended; "" = there was none, or an older program settled it
}

// disputeSettledText is the note on a certificate that loses its number.
const disputeSettledText = "注册编号争议已裁定：该编号应由其他主管部门登记，本证照终止。"

func disputeKey(number, id string) dynamo.Key {
	return dynamo.Key{PK: prefixDispute + number, SK: prefixDispute + id}
}

// disputeReference is an item that leads to a client's dispute, or to an open one.
type disputeReference struct {
	dynamo.Header
	Number string `dynamodbav:"number"`
}

func referenceKey(client, id string) dynamo.Key {
	return dynamo.Key{PK: prefixDisputes + client, SK: prefixDispute + id}
}

// OpenDispute stores a dispute.
func (s *Store) OpenDispute(ctx context.Context, d Dispute) error {
	err := s.table.Transact(ctx, "entering a dispute",
		dynamo.Put(newDisputeItem(d)).IfAbsent(),
		dynamo.Put(disputeReference{newHeader(referenceKey(d.Client, d.ID)), d.Number}).IfAbsent(),
		dynamo.Put(disputeReference{newHeader(referenceKey("", d.ID)), d.Number}).IfAbsent(),
	)
	if errors.Is(err, dynamo.ErrRefused) {
		return fmt.Errorf("entering dispute %s: it is there already", d.ID)
	}
	return err
}

// DisputesAbout lists the disputes about a number, the oldest first.
func (s *Store) DisputesAbout(ctx context.Context, printed string) ([]Dispute, error) {
	disputes := s.table.Query(ctx, dynamo.Query{PK: prefixDispute + s.numbers.Canonical(printed), Prefix: prefixDispute})
	return dynamo.Collect(disputes, s.readDispute)
}

// DisputesOf lists a client's disputes, the oldest first.
func (s *Store) DisputesOf(ctx context.Context, client string) ([]Dispute, error) {
	return s.disputes(ctx, prefixDisputes+client)
}

// OpenDisputes lists the disputes that are not settled, the oldest first.
func (s *Store) OpenDisputes(ctx context.Context) ([]Dispute, error) {
	return s.disputes(ctx, openDisputes)
}

// disputes reads the disputes that the entries of a partition refer to.
func (s *Store) disputes(ctx context.Context, pk string) ([]Dispute, error) {
	references := dynamo.QueryAs[disputeReference](ctx, s.table, dynamo.Query{PK: pk, Prefix: prefixDispute})
	keys, err := dynamo.Collect(references, func(r disputeReference) (dynamo.Key, error) {
		return dynamo.Key{PK: prefixDispute + r.Number, SK: r.SK}, nil
	})
	if err != nil {
		return nil, err
	}
	got, err := s.table.BatchGet(ctx, keys...)
	if err != nil {
		return nil, err
	}
	var all []Dispute
	for _, k := range keys {
		from, ok := got[k]
		if !ok {
			return nil, fmt.Errorf("reading dispute %s: it is not there", k.SK)
		}
		d, err := s.readDispute(from)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// SettleDispute ends an open dispute. If the claimant is right, the certificate that has the number
// ends in state 99, with a note and a new version in its history, and the number becomes free: the
// next report of it creates a certificate. The ended certificate keeps its id, so copies made from
// it are found and are void.
//
// Errors: ErrDisputeNotFound; ErrSettled; ErrCertificateChanged when the certificate changed
// meanwhile.
func (s *Store) SettleDispute(ctx context.Context, printed, id string, how Settlement) (Dispute, error) {
	all, err := s.DisputesAbout(ctx, printed)
	if err != nil {
		return Dispute{}, err
	}
	at := slices.IndexFunc(all, func(d Dispute) bool { return d.ID == id })
	if at < 0 {
		return Dispute{}, fmt.Errorf("%w: %s about %s", ErrDisputeNotFound, id, printed)
	}
	d := all[at]
	if d.Settled != nil {
		return d, ErrSettled
	}
	d.Settled = &how
	var writes []dynamo.Write
	if how.ToClaimant {
		if how.Ended, writes, err = s.releaseWrites(ctx, d.Number, how); err != nil {
			return d, err
		}
	}
	err = s.table.Transact(ctx, "settling a dispute", append(writes,
		dynamo.Put(newDisputeItem(d)).If("attribute_exists(pk) AND attribute_not_exists(settledAt)", nil),
		dynamo.Delete(referenceKey("", id)))...)
	if errors.Is(err, dynamo.ErrRefused) {
		return d, fmt.Errorf("%w: %w", ErrCertificateChanged, err)
	}
	return d, err
}

// releaseWrites returns the writes that end the certificate with a number and free the number, and
// the certificate's id. There are none if no certificate has the number any more.
func (s *Store) releaseWrites(ctx context.Context, number string, how Settlement) (string, []dynamo.Write, error) {
	found, err := s.ByNumbers(ctx, []string{number})
	if err != nil {
		return "", nil, err
	}
	before, ok := found[number]
	if !ok {
		return "", nil, nil
	}
	ended := before
	ended.Certificate.State, ended.Certificate.StateNote, ended.Certificate.Operation = certificate.Other, disputeSettledText, certificate.AnythingElse
	ended.Certificate.Sync.At = how.At
	ended.Revision++
	ended.Newest = Newest{}
	_, writes, err := recordWrites(ended, &before, Author{Client: how.By}, how.At)
	if err != nil {
		return "", nil, err
	}
	return before.Certificate.ID, append(writes,
		dynamo.Delete(s.numberKey(number)).If("id = :id", dynamo.Values{"id": before.Certificate.ID})), nil
}

// disputeItem is the item of a dispute. The pointers are nil while it is open.
type disputeItem struct {
	dynamo.Header
	Number      string  `dynamodbav:"number"`
	Certificate string  `dynamodbav:"certificate"`
	Client      string  `dynamodbav:"client"`
	Reason      string  `dynamodbav:"reason"`
	SettledAt   string  `dynamodbav:"settledAt,omitempty"`
	SettledBy   *string `dynamodbav:"settledBy,omitempty"`
	Why         *string `dynamodbav:"why,omitempty"`
	ToClaimant  *bool   `dynamodbav:"toClaimant,omitempty"`
	Ended       string  `dynamodbav:"ended,omitempty"`
}

func newDisputeItem(d Dispute) disputeItem {
	made := disputeItem{
		Header: newHeader(disputeKey(d.Number, d.ID)),
		Number: d.Number, Certificate: d.Certificate, Client: d.Client, Reason: d.Reason,
	}
	if x := d.Settled; x != nil {
		made.SettledAt, made.SettledBy, made.Why = x.At.UTC().Format(dynamo.KeyTime), &x.By, &x.Why
		made.ToClaimant, made.Ended = &x.ToClaimant, x.Ended
	}
	return made
}

func (s *Store) readDispute(from dynamo.Item) (Dispute, error) {
	item, err := dynamo.Decode[disputeItem](s.table, from)
	if err != nil {
		return Dispute{}, err
	}
	d := Dispute{
		ID: strings.TrimPrefix(item.SK, prefixDispute), Number: item.Number, Certificate: item.Certificate,
		Client: item.Client, Reason: item.Reason,
	}
	if d.At, err = TimeOf(d.ID); err != nil {
		return d, fmt.Errorf("reading a dispute: %w", err)
	}
	if item.SettledAt == "" {
		return d, nil
	}
	at, err := time.Parse(dynamo.KeyTime, item.SettledAt)
	if err != nil {
		return d, fmt.Errorf("reading a dispute: %w", err)
	}
	d.Settled = &Settlement{
		ToClaimant: aws.ToBool(item.ToClaimant), By: aws.ToString(item.SettledBy), Why: aws.ToString(item.Why),
		At: at.In(d.At.Location()), Ended: item.Ended,
	}
	return d, nil
}

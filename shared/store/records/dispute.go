package records

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
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
	Number      string // as CanonicalNumber writes it
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

func disputeKey(number, id string) key { return key{prefixDispute + number, prefixDispute + id} }

// OpenDispute stores a dispute.
func (s *Store) OpenDispute(ctx context.Context, d Dispute) error {
	pointer := item{"number": text(d.Number)}
	refused, err := s.transact(ctx, "entering a dispute", []types.TransactWriteItem{
		s.putNew(disputeItem(d)),
		s.putNew(key{prefixDisputes + d.Client, prefixDispute + d.ID}.with(pointer)),
		s.putNew(key{openDisputes, prefixDispute + d.ID}.with(pointer)),
	})
	if refused != nil {
		return fmt.Errorf("entering dispute %s: it is there already", d.ID)
	}
	return err
}

// DisputesAbout lists the disputes about a number, the oldest first.
func (s *Store) DisputesAbout(ctx context.Context, printed string) (all []Dispute, err error) {
	err = s.queryItems(ctx, prefixDispute+CanonicalNumber(printed), prefixDispute, func(read item) error {
		d, err := readDispute(read)
		all = append(all, d)
		return err
	})
	return all, err
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
	var keys []key
	err := s.queryItems(ctx, pk, prefixDispute, func(read item) error {
		keys = append(keys, key{prefixDispute + str(read, "number"), str(read, "sk")})
		return nil
	})
	if err != nil {
		return nil, err
	}
	got, err := s.batch(ctx, keys)
	if err != nil {
		return nil, err
	}
	var all []Dispute
	for _, k := range keys {
		from, ok := got[k]
		if !ok {
			return nil, fmt.Errorf("reading dispute %s: it is not there", k.sk)
		}
		d, err := readDispute(from)
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
// Errors: certificate-not-found where there is no such dispute; ErrSettled; certificate-changed
// when the certificate changed meanwhile.
func (s *Store) SettleDispute(ctx context.Context, printed, id string, how Settlement) (Dispute, error) {
	all, err := s.DisputesAbout(ctx, printed)
	if err != nil {
		return Dispute{}, err
	}
	at := slices.IndexFunc(all, func(d Dispute) bool { return d.ID == id })
	if at < 0 {
		return Dispute{}, problem.New(problem.CertificateNotFound).WithCause(fmt.Errorf("there is no dispute %s about %s", id, printed))
	}
	d := all[at]
	if d.Settled != nil {
		return d, ErrSettled
	}
	d.Settled = &how
	var release []types.TransactWriteItem
	if how.ToClaimant {
		if how.Ended, release, err = s.releaseWrites(ctx, d.Number, how); err != nil {
			return d, err
		}
	}
	parts := append(release, []types.TransactWriteItem{
		{Put: &types.Put{TableName: &s.table, Item: disputeItem(d), ConditionExpression: aws.String("attribute_exists(pk) AND attribute_not_exists(settledAt)")}},
		{Delete: &types.Delete{TableName: &s.table, Key: key{openDisputes, prefixDispute + id}.item()}},
	}...)
	refused, err := s.transact(ctx, "settling a dispute", parts)
	if refused != nil {
		return d, problem.New(problem.CertificateChanged).WithCause(refused.cause)
	}
	return d, err
}

// ErrSettled says that the dispute was settled before.
var ErrSettled = fmt.Errorf("the dispute is settled already")

// releaseWrites returns the writes that end the certificate with a number and free the number, and
// the certificate's id. There are none if no certificate has the number any more.
func (s *Store) releaseWrites(ctx context.Context, number string, how Settlement) (string, []types.TransactWriteItem, error) {
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
	_, writes, err := s.recordWrites(ended, &before, Author{Client: how.By}, how.At)
	if err != nil {
		return "", nil, err
	}
	return before.Certificate.ID, append(writes, types.TransactWriteItem{Delete: &types.Delete{
		TableName: &s.table, Key: numberKey(number).item(),
		ConditionExpression:       aws.String("id = :id"),
		ExpressionAttributeValues: item{":id": text(before.Certificate.ID)},
	}}), nil
}

func disputeItem(d Dispute) item {
	made := disputeKey(d.Number, d.ID).with(item{
		"number": text(d.Number), "certificate": text(d.Certificate), "client": text(d.Client), "reason": text(d.Reason),
	})
	if x := d.Settled; x != nil {
		made["settledAt"], made["settledBy"], made["why"] = text(x.At.UTC().Format(keyTime)), text(x.By), text(x.Why)
		made["toClaimant"] = &types.AttributeValueMemberBOOL{Value: x.ToClaimant}
		if x.Ended != "" {
			made["ended"] = text(x.Ended)
		}
	}
	return made
}

func readDispute(from item) (Dispute, error) {
	if err := checkSchema(from); err != nil {
		return Dispute{}, err
	}
	d := Dispute{
		ID: str(from, "sk")[len(prefixDispute):], Number: str(from, "number"), Certificate: str(from, "certificate"),
		Client: str(from, "client"), Reason: str(from, "reason"),
	}
	var err error
	if d.At, err = TimeOf(d.ID); err != nil {
		return d, fmt.Errorf("reading a dispute: %w", err)
	}
	if str(from, "settledAt") == "" {
		return d, nil
	}
	at, err := time.Parse(keyTime, str(from, "settledAt"))
	if err != nil {
		return d, fmt.Errorf("reading a dispute: %w", err)
	}
	claimant, _ := from["toClaimant"].(*types.AttributeValueMemberBOOL)
	d.Settled = &Settlement{ToClaimant: claimant != nil && claimant.Value, By: str(from, "settledBy"), Why: str(from, "why"), At: at.In(d.At.Location()), Ended: str(from, "ended")}
	return d, nil
}

package records

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/problem"
)

// Change is a certificate as it is to stand in the register.
type Change struct {
	// Before is the record as it was read, nil for a certificate not yet in the register.
	Before *Record
	// After has its holder's ID number. Another holder is another version of the certificate.
	After certificate.Certificate
	// Photo and Signature are the pictures After describes. Nil leaves the stored one, but where the
	// holder is another person: then the stored one is removed, because it shows the former holder.
	Photo, Signature []byte
	// Source is the row that changes it, where it came in a file.
	Source Source
	// By is who changes it. It is kept with the version that the change makes.
	By Author
}

// MostTogether is how many certificates PutAll takes, where none of them changes hands: DynamoDB writes
// at most 100 items in a transaction, and a certificate that is entered is six: the record, its version,
// both pictures, its number and its holder's entry. One that changes hands is put alone.
const MostTogether = 16

// Moves reports whether the certificate changes hands. Before has its ID number.
func (c Change) Moves() bool {
	return c.Before != nil && (c.Before.Certificate.Holder.IDType != c.After.Holder.IDType ||
		c.Before.Certificate.Holder.IDNumber != c.After.Holder.IDNumber)
}

// Put enters a new certificate or changes one, in one transaction with its pictures, its number
// and its holder's entry. The newest endorsement stays noted whoever writes at the same time.
//
// Error: certificate-changed when the record is no longer as it was read, or another one has
// taken the number; the caller reads again and decides again.
func (s *Store) Put(ctx context.Context, c Change) (Record, error) {
	after, err := s.PutAll(ctx, []Change{c})
	if err != nil {
		return Record{}, err
	}
	return after[0], nil
}

// PutAll is Put for up to MostTogether different certificates in one transaction: all of them
// change or none does. The records are as they then stand, in the order of the changes.
//
// Error: certificate-changed when one of them is no longer as it was read.
func (s *Store) PutAll(ctx context.Context, changes []Change) ([]Record, error) {
	all := make([]Record, len(changes))
	var writes []types.TransactWriteItem
	for i, c := range changes {
		after, err := s.after(c)
		if err != nil {
			return nil, err
		}
		after, versions, err := s.versioned(after, c.Before, c.By)
		if err != nil {
			return nil, err
		}
		record, err := s.changeWrites(c, after)
		if err != nil {
			return nil, err
		}
		all[i], writes = after, append(append(writes, record...), versions...)
	}
	refused, err := s.transact(ctx, "putting certificates", writes)
	if refused != nil {
		return nil, problem.New(problem.CertificateChanged).WithCause(refused.cause)
	}
	if err != nil {
		return nil, err
	}
	return all, nil
}

// after is the record as the change leaves it. The pictures of a former holder are gone.
func (s *Store) after(c Change) (Record, error) {
	h := c.After.Holder
	if h.IDNumber == "" {
		return Record{}, fmt.Errorf("putting certificate %s: it has no ID number", c.After.ID)
	}
	if c.By.Client == "" {
		return Record{}, fmt.Errorf("putting certificate %s: nobody says who changes it", c.After.ID)
	}
	r := Record{
		Certificate: c.After,
		Holder:      s.HolderKey(h.IDType, h.IDNumber),
		IDFlawed:    h.IDType == certificate.ResidentID && certificate.CheckIDNumber(h.IDNumber) != nil,
		Revision:    1,
		Sources:     c.sources(),
	}
	var err error
	if r.SealedID, err = s.vault.Seal(h.IDNumber, certificateKey(c.After.ID).pk); err != nil {
		return Record{}, fmt.Errorf("sealing the ID number: %w", err)
	}
	if c.Before == nil {
		return r, nil
	}
	r.Revision = c.Before.Revision + 1
	if c.Before.Holder == r.Holder {
		r.HeldFrom = c.Before.HeldFrom
		return r, nil
	}
	if c.After.Version <= c.Before.Certificate.Version {
		return Record{}, fmt.Errorf("putting certificate %s: another holder without another version", c.After.ID)
	}
	r.HeldFrom = c.After.Version
	if c.Photo == nil {
		r.Certificate.Photo = nil
	}
	if c.Signature == nil {
		r.Certificate.SignatureImage = nil
	}
	return r, nil
}

// moved tells whether the certificate comes to another holder.
func (c Change) moved(after Record) bool { return c.Before != nil && c.Before.Holder != after.Holder }

func (s *Store) changeWrites(c Change, after Record) ([]types.TransactWriteItem, error) {
	made, err := certificateItem(after)
	if err != nil {
		return nil, err
	}
	id := c.After.ID
	var writes []types.TransactWriteItem
	if c.Before == nil {
		writes = append(writes,
			s.putNew(made),
			s.putNew(numberKey(c.After.Number).with(item{"id": text(id)})))
	} else {
		writes = append(writes, s.revise(made, c.Before.Revision))
	}
	writes = append(writes, s.holderWrites(c.Before, after)...)
	for sk, data := range c.pictures() {
		writes = append(writes, types.TransactWriteItem{Put: &types.Put{
			TableName: &s.table,
			Item:      imageKey(id, sk).with(item{"image": &types.AttributeValueMemberB{Value: data}}),
		}})
	}
	if c.moved(after) {
		for sk, left := range map[string]*certificate.Image{skPhoto: after.Certificate.Photo, skSignature: after.Certificate.SignatureImage} {
			if left == nil {
				writes = append(writes, types.TransactWriteItem{Delete: &types.Delete{TableName: &s.table, Key: imageKey(id, sk).item()}})
			}
		}
	}
	return writes, nil
}

// pictures are those to be stored, by the sort key: not those that lie there already, which are ten
// times as large as the record.
func (c Change) pictures() map[string][]byte {
	var before certificate.Certificate
	if c.Before != nil {
		before = c.Before.Certificate
	}
	wanted := map[string][]byte{}
	if c.Photo != nil && !samePicture(before.Photo, c.After.Photo) {
		wanted[skPhoto] = c.Photo
	}
	if c.Signature != nil && !samePicture(before.SignatureImage, c.After.SignatureImage) {
		wanted[skSignature] = c.Signature
	}
	return wanted
}

func samePicture(a, b *certificate.Image) bool { return a != nil && b != nil && a.SHA256 == b.SHA256 }

func (s *Store) putNew(made item) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &s.table, Item: made,
		ConditionExpression: aws.String("attribute_not_exists(pk)"),
	}}
}

// revise replaces what a report says.
func (s *Store) revise(made item, revision int64) types.TransactWriteItem {
	set := "SET v = :v, #record = :record, idNo = :idNo, holder = :holder, version = :version, revision = :revision"
	values := item{
		":v": made["v"], ":record": made["record"], ":idNo": made["idNo"], ":holder": made["holder"],
		":version": made["version"], ":revision": made["revision"], ":before": number(revision),
	}
	names := map[string]string{"#record": "record"}
	remove := ""
	for _, name := range []string{"source", "heldFrom", "idFlawed", "newest"} {
		names["#"+name] = name
		if value, ok := made[name]; ok {
			set, values[":"+name] = set+", #"+name+" = :"+name, value
		} else {
			remove += ", #" + name
		}
	}
	if remove != "" {
		set += " REMOVE " + strings.TrimPrefix(remove, ", ")
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName:                 &s.table,
		Key:                       item{"pk": made["pk"], "sk": made["sk"]},
		UpdateExpression:          aws.String(set),
		ConditionExpression:       aws.String("revision = :before"),
		ExpressionAttributeNames:  names,
		ExpressionAttributeValues: values,
	}}
}

// holderWrites keep the holder's entry. A corrected ID number moves the certificate: the former
// holder's entry then says that it was theirs, so that what was made for them can still be found.
func (s *Store) holderWrites(before *Record, after Record) []types.TransactWriteItem {
	id := after.Certificate.ID
	if before != nil && before.Holder == after.Holder {
		return nil
	}
	writes := []types.TransactWriteItem{{Put: &types.Put{
		TableName: &s.table, Item: heldKey(after.Holder, id).with(nil),
		ConditionExpression: aws.String("attribute_not_exists(pk) OR attribute_exists(former)"),
	}}}
	if before != nil {
		writes = append(writes, types.TransactWriteItem{Update: &types.Update{
			TableName: &s.table, Key: heldKey(before.Holder, id).item(),
			UpdateExpression:          aws.String("SET former = :yes"),
			ConditionExpression:       aws.String(stillHeld),
			ExpressionAttributeValues: item{":yes": yes()},
		}})
	}
	return writes
}

// stillHeld is the condition that a holder's entry is there and does not say that it was theirs.
const stillHeld = "attribute_exists(pk) AND attribute_not_exists(former)"

// ByNumbers reads the certificates with these 注册编号 and their ID numbers, by OneNumber of each; one
// that is not in the register is not in the answer. Two rounds for every hundred.
func (s *Store) ByNumbers(ctx context.Context, printed []string) (map[string]Record, error) {
	keys := make([]key, len(printed))
	for i, n := range printed {
		keys[i] = numberKey(n)
	}
	got, err := s.batch(ctx, once(keys))
	if err != nil {
		return nil, err
	}
	keys = keys[:0]
	for _, from := range got {
		keys = append(keys, certificateKey(str(from, "id")))
	}
	if got, err = s.batch(ctx, keys); err != nil {
		return nil, err
	}
	all := make(map[string]Record, len(got))
	for _, from := range got {
		r, err := readRecord(from)
		if err == nil {
			r, err = s.WithIDNumber(r)
		}
		if err != nil {
			return nil, fmt.Errorf("reading by number: %w", err)
		}
		all[OneNumber(r.Certificate.Number)] = r
	}
	return all, nil
}

// once leaves out keys named before: a batch refuses to read an item twice.
func once(keys []key) []key {
	seen := make(map[key]bool, len(keys))
	return slices.DeleteFunc(keys, func(k key) bool {
		again := seen[k]
		seen[k] = true
		return again
	})
}

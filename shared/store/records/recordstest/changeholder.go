package recordstest

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

type attributes = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// ChangeHolder gives a certificate to another person as programs before decision 36 did: it stays
// the same certificate with a new version, its record has the version in HeldFrom, and its pictures
// are removed.
func ChangeHolder(t *testing.T, c *Cloud, table string, register *records.Store, secrets *fieldcrypto.Sealer, id string, to func(*certificate.Certificate)) records.Record {
	t.Helper()
	before, _, err := register.ForVerify(t.Context(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	after := before.Certificate
	after.Photo, after.SignatureImage = nil, nil
	if after, err = after.NextFile(); err != nil {
		t.Fatal(err)
	}
	to(&after)
	holder := register.HolderKey(after.Holder.IDType, after.Holder.IDNumber)
	sealed, err := secrets.Seal(after.Holder.IDNumber, "CERT#"+id)
	if err != nil {
		t.Fatal(err)
	}
	after.Holder.IDNumber = ""
	body, err := json.Marshal(after)
	if err != nil {
		t.Fatal(err)
	}
	change := func(pk, sk, expression string, values attributes) types.TransactWriteItem {
		return types.TransactWriteItem{Update: &types.Update{
			TableName: &table, Key: attributes{"pk": text(pk), "sk": text(sk)},
			UpdateExpression: &expression, ExpressionAttributeValues: values,
		}}
	}
	record := change("CERT#"+id, "CERT", "SET #record = :record, idNo = :idNo, holder = :holder, version = :version, heldFrom = :version, revision = :revision", attributes{
		":record": text(string(body)), ":idNo": text(sealed), ":holder": text(holder), ":version": text(after.Version),
		":revision": &types.AttributeValueMemberN{Value: fmt.Sprint(before.Revision + 1)},
	})
	record.Update.ExpressionAttributeNames = map[string]string{"#record": "record"}
	parts := []types.TransactWriteItem{
		record,
		change("HOLDER#"+holder, "CERT#"+id, "SET v = :v REMOVE former", attributes{":v": &types.AttributeValueMemberN{Value: "1"}}),
		change("HOLDER#"+before.Holder, "CERT#"+id, "SET former = :yes", attributes{":yes": &types.AttributeValueMemberBOOL{Value: true}}),
	}
	for _, sk := range []string{"PHOTO", "SIGNATURE"} {
		parts = append(parts, types.TransactWriteItem{Delete: &types.Delete{
			TableName: aws.String(table), Key: attributes{"pk": text("CERT#" + id), "sk": text(sk)},
		}})
	}
	if _, err := c.Tables().TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: parts}); err != nil {
		t.Fatal(err)
	}
	Tag(t, register)
	r, _, err := register.ForVerify(t.Context(), id, "")
	if err == nil {
		r, err = register.WithIDNumber(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// ChangeHolder gives a certificate of the fixture to another person, as the function ChangeHolder
// does.
func (h *Fixture) ChangeHolder(t *testing.T, id string, to Person) records.Record {
	t.Helper()
	return ChangeHolder(t, h.Cloud, h.Table, h.Records, h.accounts.Sealer, id, func(c *certificate.Certificate) {
		c.Holder.Name, c.Holder.IDNumber = to.Name, to.IDNumber
	})
}

package stack

import (
	"context"
	"fmt"
	"os"

	"github.com/jiazhu/jiazhu/local/template"
)

// StartTemporary starts an empty DynamoDB and S3 with the template's tables and buckets, for
// tests. It returns the environment in which a program finds them, the names of the
// tables and of the buckets included, and the function that stops and removes all of it.
func StartTemporary(ctx context.Context, o Options) (map[string]string, func(), error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, nil, err
	}
	data, err := os.MkdirTemp("", "jiazhu-")
	if err != nil {
		return nil, nil, fmt.Errorf("create a directory for the data: %w", err)
	}
	remove := func() { _ = os.RemoveAll(data) }
	t, err := template.Read(o.Template, placeholders(nil))
	if err != nil {
		remove()
		return nil, nil, err
	}
	s, err := StartStorage(ctx, o, data, "", t)
	if err != nil {
		remove()
		return nil, nil, err
	}
	env := s.Environment()
	env["RECORDS_TABLE"] = template.TableName("Records")
	env["LEDGER_TABLE"] = template.TableName("Ledger")
	env["SESSIONS_TABLE"] = template.TableName("Sessions")
	env["FILES_BUCKET"] = template.BucketName("Files")
	env["JOURNAL_BUCKET"] = template.BucketName("Journal")
	return env, func() { s.Stop(); remove() }, nil
}

// placeholders gives every parameter without a default a value that nothing uses,
// except those given.
func placeholders(given map[string]string) map[string]string {
	values := map[string]string{
		"PublicUrl": "http://127.0.0.1", "Clients": "[]", "Issuers": "[]", "MessagesUrl": "http://127.0.0.1",
		"MessagesSecret": "-", "NamesKey": "file:///", "LimitsKey": "file:///", "FieldKey": "file:///", "IntegrityKey": "file:///", "SigningKeys": "file:///", "Trust": "file:///",
		"ReceiptKey": "file:///",
	}
	for name, v := range given {
		values[name] = v
	}
	return values
}

package faults

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/local/template"
)

// sweep reads both tables whole and checks that nothing in them points at nothing.
func (s store) sweep(ctx context.Context) error {
	records, err := s.scanTable(ctx, "Records")
	if err != nil {
		return err
	}
	sessions, err := s.scanTable(ctx, "Sessions")
	if err != nil {
		return err
	}
	var wrong []error
	for _, i := range records {
		if to, want := requiredItem(i); want && records[to] == nil {
			wrong = append(wrong, fmt.Errorf("%s | %s points at %v, which is not there", i.text("pk"), i.text("sk"), to))
		}
	}
	for _, i := range sessions {
		hash, is := strings.CutPrefix(i.text("pk"), "SESSION#")
		if !is {
			continue
		}
		account := sessions[itemRef{"ACCOUNT#" + i.text("portal") + "#" + i.text("username"), "ACCOUNT"}]
		if account.entries("sessions")[hash] == nil {
			wrong = append(wrong, fmt.Errorf("a session that its account %s does not know of", i.text("username")))
		}
	}
	return errors.Join(wrong...)
}

// itemRef is where an item is.
type itemRef struct{ pk, sk string }

// requiredItem says what an item only makes sense with.
func requiredItem(i item) (to itemRef, want bool) {
	pk, sk := i.text("pk"), i.text("sk")
	kind, of, _ := strings.Cut(pk, "#")
	switch {
	case kind == "CERT" && sk != "CERT":
		return itemRef{pk, "CERT"}, true
	case kind == "COPY", kind == "SEEN":
		return itemRef{"CERT#" + of, "CERT"}, true
	case kind == "NUMBER":
		return itemRef{"CERT#" + i.text("id"), "CERT"}, true
	case kind == "HOLDER" && strings.HasPrefix(sk, "CERT#"):
		return itemRef{sk, "CERT"}, true
	case kind == "BIND":
		return itemRef{"HOLDER#" + of, "CERT#" + sk[strings.LastIndexByte(sk, '#')+1:]}, true
	}
	return itemRef{}, false
}

func (s store) scanTable(ctx context.Context, table string) (map[itemRef]item, error) {
	found := map[itemRef]item{}
	pages := dynamodb.NewScanPaginator(s.tables, &dynamodb.ScanInput{
		TableName: aws.String(template.TableName(table)), ConsistentRead: aws.Bool(true),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, read := range page.Items {
			i := item(read)
			found[itemRef{i.text("pk"), i.text("sk")}] = i
		}
	}
	return found, nil
}

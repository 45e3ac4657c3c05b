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
		if to, want := requiredPlace(i); want && records[to] == nil {
			wrong = append(wrong, fmt.Errorf("%s | %s points at %v, which is not there", i.text("pk"), i.text("sk"), to))
		}
	}
	for _, i := range sessions {
		hash, is := strings.CutPrefix(i.text("pk"), "SESSION#")
		if !is {
			continue
		}
		account := sessions[place{"ACCOUNT#" + i.text("portal") + "#" + i.text("username"), "ACCOUNT"}]
		if account.entries("sessions")[hash] == nil {
			wrong = append(wrong, fmt.Errorf("a session that its account %s does not know of", i.text("username")))
		}
	}
	return errors.Join(wrong...)
}

// place is where an item is.
type place struct{ pk, sk string }

// requiredPlace says what an item only makes sense with.
func requiredPlace(i item) (to place, want bool) {
	pk, sk := i.text("pk"), i.text("sk")
	kind, of, _ := strings.Cut(pk, "#")
	switch {
	case kind == "CERT" && sk != "CERT":
		return place{pk, "CERT"}, true
	case kind == "COPY", kind == "SEEN":
		return place{"CERT#" + of, "CERT"}, true
	case kind == "NUMBER":
		return place{"CERT#" + i.text("id"), "CERT"}, true
	case kind == "HOLDER" && strings.HasPrefix(sk, "CERT#"):
		return place{sk, "CERT"}, true
	case kind == "BIND":
		return place{"HOLDER#" + of, "CERT#" + sk[strings.LastIndexByte(sk, '#')+1:]}, true
	}
	return place{}, false
}

func (s store) scanTable(ctx context.Context, table string) (map[place]item, error) {
	found := map[place]item{}
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
			found[place{i.text("pk"), i.text("sk")}] = i
		}
	}
	return found, nil
}

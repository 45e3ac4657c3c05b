package faults

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// store looks at what is stored, past the service.
type store struct {
	tables  *dynamodb.Client
	objects *s3.Client
}

type item map[string]types.AttributeValue

func (i item) text(name string) string {
	if v, ok := i[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

func (i item) number(name string) int64 {
	if v, ok := i[name].(*types.AttributeValueMemberN); ok {
		n, err := strconv.ParseInt(v.Value, 10, 64)
		if err == nil {
			return n
		}
	}
	return 0
}

func (i item) entries(name string) map[string]types.AttributeValue {
	if v, ok := i[name].(*types.AttributeValueMemberM); ok {
		return v.Value
	}
	return nil
}

// partition reads all items under one partition key, by sort key.
func (s store) partition(ctx context.Context, table, pk string) (all []item, err error) {
	pages := dynamodb.NewQueryPaginator(s.tables, &dynamodb.QueryInput{
		TableName: aws.String(template.TableName(table)), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("pk = :pk"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": &types.AttributeValueMemberS{Value: pk}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, i := range page.Items {
			all = append(all, i)
		}
	}
	return all, nil
}

// forgetAnnounced removes the count of a client's files, which would reach its bound in so many tries.
func (s store) forgetAnnounced(ctx context.Context, client string) error {
	all, err := s.partition(ctx, "Records", "REPORTER#"+client)
	for _, i := range all {
		if err == nil && strings.HasPrefix(i.text("sk"), "DAY#") {
			_, err = s.tables.DeleteItem(ctx, &dynamodb.DeleteItemInput{
				TableName: aws.String(template.TableName("Records")),
				Key:       map[string]types.AttributeValue{"pk": i["pk"], "sk": i["sk"]},
			})
		}
	}
	return err
}

func (s store) item(ctx context.Context, table, pk, sk string) (item, error) {
	out, err := s.tables.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(template.TableName(table)), ConsistentRead: aws.Bool(true),
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk},
		},
	})
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}

// object reads a file and returns the hex SHA-256 of its content and its length.
func (s store) object(ctx context.Context, key string) (digest string, bytes int64, err error) {
	out, err := s.objects.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(template.BucketName("Files")), Key: &key})
	if err != nil {
		return "", 0, err
	}
	defer out.Body.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, out.Body)
	return hex.EncodeToString(sum.Sum(nil)), n, err
}

// storedCertificate is everything stored about one certificate.
type storedCertificate struct {
	record       item
	newest       item // what is noted of the newest endorsement
	endorsements []item
	keys         []item
	others       []item
}

func (s store) readCertificate(ctx context.Context, certificate string) (f storedCertificate, err error) {
	all, err := s.certificateItems(ctx, certificate)
	for _, i := range all {
		switch sk := i.text("sk"); {
		case sk == "CERT":
			f.record = i
		case sk == "LATEST":
			f.newest = i
		case strings.HasPrefix(sk, "ENDORSE#"):
			f.endorsements = append(f.endorsements, i)
		case strings.HasPrefix(sk, "KEY#"):
			f.keys = append(f.keys, i)
		default:
			f.others = append(f.others, i)
		}
	}
	return f, err
}

// certificateItems reads the three partitions of a certificate.
func (s store) certificateItems(ctx context.Context, certificate string) (all []item, err error) {
	for _, prefix := range []string{"CERT#", "COPY#", "SEEN#"} {
		some, err := s.partition(ctx, "Records", prefix+certificate)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// checkCertificate checks what holds of every certificate at any time, with so many endorsements.
func (s store) checkCertificate(ctx context.Context, certificate string, number string, endorsements int) error {
	f, err := s.readCertificate(ctx, certificate)
	if err != nil {
		return err
	}
	if f.record == nil {
		return fmt.Errorf("certificate %s has no record and %d other items", certificate, len(f.endorsements)+len(f.keys)+len(f.others))
	}
	wrong := []error{f.checkLatest(), f.checkIdempotencyKeys()}
	if len(f.endorsements) != endorsements {
		wrong = append(wrong, fmt.Errorf("there are %d endorsements, want %d", len(f.endorsements), endorsements))
	}
	for _, e := range f.endorsements {
		wrong = append(wrong, s.files(ctx, e))
	}
	return errors.Join(append(wrong, s.checkLookups(ctx, f.record, certificate, number))...)
}

// idOf is the identifier at the end of a sort key.
func idOf(i item) string {
	sk := i.text("sk")
	return sk[strings.LastIndexByte(sk, '#')+1:]
}

// checkLatest checks that the newest endorsement noted is the newest there is.
func (f storedCertificate) checkLatest() error {
	newest := ""
	for _, e := range f.endorsements {
		newest = max(newest, idOf(e))
	}
	if noted := f.newest.text("latest"); noted != newest {
		return fmt.Errorf("the newest endorsement is %q, and %q is noted", newest, noted)
	}
	return nil
}

// checkIdempotencyKeys checks that every idempotency key leads to an endorsement, and each to another.
func (f storedCertificate) checkIdempotencyKeys() error {
	led := map[string]bool{}
	for _, k := range f.keys {
		to := k.text("endorsement")
		if !slices.ContainsFunc(f.endorsements, func(e item) bool { return idOf(e) == to }) {
			return fmt.Errorf("a key leads to the endorsement %s, which is not there", to)
		}
		if led[to] {
			return fmt.Errorf("two keys lead to the endorsement %s", to)
		}
		led[to] = true
	}
	if len(led) != len(f.endorsements) {
		return fmt.Errorf("%d keys lead to %d endorsements", len(led), len(f.endorsements))
	}
	return nil
}

// files checks that the files an endorsement names are there and are what it says.
func (s store) files(ctx context.Context, from item) error {
	var e endorsement.Endorsement
	if err := json.Unmarshal([]byte(from.text("record")), &e); err != nil {
		return fmt.Errorf("read endorsement %s: %w", idOf(from), err)
	}
	if len(e.Files) != 3 {
		return fmt.Errorf("endorsement %s names %d files", e.ID, len(e.Files))
	}
	for name, file := range e.Files {
		digest, bytes, err := s.object(ctx, file.Key)
		if err != nil {
			return fmt.Errorf("the %s of endorsement %s: %w", name, e.ID, err)
		}
		if digest != file.SHA256 || bytes != file.Bytes {
			return fmt.Errorf("the %s of endorsement %s is not the file that was recorded", name, e.ID)
		}
	}
	return nil
}

// checkLookups checks that the record is found by its holder and by its number.
func (s store) checkLookups(ctx context.Context, record item, certificate, number string) error {
	held, err := s.item(ctx, "Records", "HOLDER#"+record.text("holder"), "CERT#"+certificate)
	if err != nil {
		return err
	}
	named, err := s.item(ctx, "Records", "NUMBER#"+number, "CERT")
	if err != nil {
		return err
	}
	if held == nil || named.text("id") != certificate {
		return fmt.Errorf("certificate %s is found by its holder: %v, by its number: %q", certificate, held != nil, named.text("id"))
	}
	return nil
}

// shape is what is stored about a certificate without what differs from one run to the next:
// identifiers, times, digests. What a further try may add once more is there once.
func (s store) shape(ctx context.Context, certificate string) ([]string, error) {
	all, err := s.certificateItems(ctx, certificate)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, nil
	}
	var record item
	for _, i := range all {
		if i.text("sk") == "CERT" {
			record = i
		}
	}
	held, err := s.partition(ctx, "Records", "HOLDER#"+record.text("holder"))
	if err != nil {
		return nil, err
	}
	bound, err := s.partition(ctx, "Records", "BIND#"+record.text("holder"))
	if err != nil {
		return nil, err
	}
	for _, i := range append(held, bound...) {
		if strings.HasSuffix(i.text("sk"), "#"+certificate) {
			all = append(all, i)
		}
	}
	var lines []string
	for _, i := range all {
		lines = append(lines, outline(i))
	}
	slices.Sort(lines)
	return slices.Compact(lines), nil
}

func outline(i item) string {
	sk := strings.Split(i.text("sk"), "#")
	line := sk[0]
	if strings.HasPrefix(i.text("pk"), "BIND#") {
		line = "BIND#" + line
	}
	names := make([]string, 0, len(i))
	_, confirmed := i["confirmed"] // a further try of a report says the same again, as a revision of its own
	for name := range i {
		if name != "confirmed" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		line += " " + name
		switch name {
		case "revision", "version", "by", "verdict", "withdrawnWhy":
			line += "=" + i.text(name)
			n := i.number(name)
			if name == "revision" && confirmed {
				n--
			}
			if n != 0 {
				line += strconv.FormatInt(n, 10)
			}
		}
	}
	return line
}

package faults

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

// store reads what is stored, past the service. Its methods stop at an error (package must).
type store struct {
	tables  testservice.Tables
	objects *s3.Client
}

type item = testservice.Item

func (s store) get(ctx context.Context, table, pk, sk string) item {
	return must.Get(s.tables.Get(ctx, table, pk, sk))
}

func (s store) partition(ctx context.Context, pk string) []item {
	return must.Get(s.tables.Partition(ctx, "Records", pk))
}

// forgetAnnounced removes the count of a client's uploads, which would reach its limit in so many runs.
func (s store) forgetAnnounced(ctx context.Context, client string) {
	for _, i := range s.partition(ctx, "REPORTER#"+client) {
		if strings.HasPrefix(i.Text("sk"), "DAY#") {
			must.Get(s.tables.Remove(ctx, "Records", i.Key()))
		}
	}
}

// forgetJobs resets the limit of archives, which so many runs would reach.
func (s store) forgetJobs(ctx context.Context) {
	for _, i := range must.Get(s.tables.ReadAll(ctx, "Sessions")) {
		if strings.HasPrefix(i.Text("pk"), "LIMIT#verify-jobs#") {
			must.Get(s.tables.Remove(ctx, "Sessions", i.Key()))
		}
	}
}

// object reads a file and returns the hex SHA-256 of its content and its length.
func (s store) object(ctx context.Context, key string) (digest string, bytes int64) {
	out := must.Get(s.objects.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(template.BucketName("Files")), Key: &key}))
	defer out.Body.Close()
	sum := sha256.New()
	bytes = must.Get(io.Copy(sum, out.Body))
	return hex.EncodeToString(sum.Sum(nil)), bytes
}

// storedCertificate is everything stored about one certificate.
type storedCertificate struct {
	record       item
	newest       item // names the newest endorsement
	endorsements []item
	keys         []item
	others       []item
}

func (s store) readCertificate(ctx context.Context, certificate string) (f storedCertificate) {
	for _, i := range s.certificateItems(ctx, certificate) {
		switch sk := i.Text("sk"); {
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
	return f
}

// certificateItems reads three partitions of a certificate.
func (s store) certificateItems(ctx context.Context, certificate string) (all []item) {
	for _, prefix := range []string{"CERT#", "COPY#"} {
		all = append(all, s.partition(ctx, prefix+certificate)...)
	}
	return append(all, must.Get(s.tables.Partition(ctx, "Ledger", "SEEN#"+certificate))...)
}

// checkCertificate checks what is true of every certificate at any time, and that it has so many endorsements.
func (s store) checkCertificate(ctx context.Context, certificate, number string, endorsements int) {
	f := s.readCertificate(ctx, certificate)
	if f.record == nil {
		others := len(f.endorsements) + len(f.keys) + len(f.others)
		must.Do(fmt.Errorf("certificate %s has no record and %d other items", certificate, others))
	}
	must.Do(f.checkLatest())
	must.Do(f.checkIdempotencyKeys())
	expect("the number of endorsements", len(f.endorsements), endorsements)
	for _, e := range f.endorsements {
		s.checkFiles(ctx, e)
	}
	held := s.get(ctx, "Records", "HOLDER#"+f.record.Text("holder"), "CERT#"+certificate)
	named := s.get(ctx, "Records", "NUMBER#"+number, "CERT")
	expect("whether the certificate is found by its holder", held != nil, true)
	expect("the certificate found by its number", named.Text("id"), certificate)
}

// idOf is the identifier at the end of a sort key.
func idOf(i item) string {
	sk := i.Text("sk")
	return sk[strings.LastIndexByte(sk, '#')+1:]
}

// checkLatest checks that the item LATEST names the newest endorsement.
func (f storedCertificate) checkLatest() error {
	newest := ""
	for _, e := range f.endorsements {
		newest = max(newest, idOf(e))
	}
	if noted := f.newest.Text("latest"); noted != newest {
		return fmt.Errorf("the newest endorsement is %q, and %q is noted", newest, noted)
	}
	return nil
}

// checkIdempotencyKeys checks that the idempotency keys and the endorsements are in pairs.
func (f storedCertificate) checkIdempotencyKeys() error {
	led := map[string]bool{}
	for _, k := range f.keys {
		to := k.Text("endorsement")
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

// checkFiles checks that the files that an endorsement names are stored unchanged.
func (s store) checkFiles(ctx context.Context, from item) {
	e := must.Get(records.DecodeEndorsement(from))
	expect("the number of files of endorsement "+e.ID, len(e.Files), 2)
	for name, file := range e.Files {
		digest, bytes := s.object(ctx, file.Key)
		if digest != file.SHA256 || bytes != file.Bytes {
			must.Do(fmt.Errorf("the %s of endorsement %s is not the file that was recorded", name, e.ID))
		}
	}
}

// shape is what is stored about a certificate without what differs from one run to the next: identifiers, times,
// digests. What a further try may add again is there once.
func (s store) shape(ctx context.Context, certificate string) (lines []string) {
	all := s.certificateItems(ctx, certificate)
	if len(all) == 0 {
		return nil
	}
	var holder string
	for _, i := range all {
		if i.Text("sk") == "CERT" {
			holder = i.Text("holder")
		}
	}
	for _, i := range append(s.partition(ctx, "HOLDER#"+holder), s.partition(ctx, "BIND#"+holder)...) {
		if strings.HasSuffix(i.Text("sk"), "#"+certificate) {
			all = append(all, i)
		}
	}
	for _, i := range all {
		lines = append(lines, outline(i))
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

func outline(i item) string {
	sk := strings.Split(i.Text("sk"), "#")
	line := sk[0]
	if strings.HasPrefix(i.Text("pk"), "SEEN#") {
		line = "SEEN" // an entry's sort key is its identifier
	}
	if strings.HasPrefix(i.Text("pk"), "BIND#") {
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
		case "revision", "version", "by", "is", "n", "withdrawnWhy":
			line += "=" + i.Text(name)
			n := i.Number(name)
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

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/packing"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
	"github.com/jiazhu/jiazhu/trials/faultproxy"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

// TestMain lets the test binary be S3, as the program is.
func TestMain(m *testing.M) {
	if isS3, err := faultproxy.ServeS3(context.Background(), os.Args[1:]); isS3 {
		if err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

// damagedHarness is a place where each request was granted, and then something was taken away or added behind
// the service's back.
type damagedHarness struct {
	*harness
	t       *testing.T
	tables  testservice.Tables
	objects *s3.Client
}

func (d damagedHarness) endorse(c *caller, key string) *endorseRequest {
	d.t.Helper()
	w := &endorseRequest{key: key, holder: c.holder, portal: c.portal}
	if err := c.choose(d.t.Context(), w); err != nil {
		d.t.Fatal(err)
	}
	d.outcomes.open(w)
	if err := errors.Join(c.endorseOnce(d.t.Context(), w, c), c.use(d.t.Context(), w, "")); err != nil {
		d.t.Fatal(err)
	}
	return w
}

// tableOf is the table of the items of a kind.
func tableOf(pk string) string {
	if strings.HasPrefix(pk, "SEEN#") {
		return "Ledger"
	}
	return "Records"
}

// items are those of the certificate in a partition whose sort key begins and ends so.
func (d damagedHarness) items(w *endorseRequest, partition, begins, ends string) (found []testservice.Item) {
	d.t.Helper()
	all, err := d.tables.Partition(d.t.Context(), tableOf(partition), partition+w.certificate)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, item := range all {
		if sk := item.Text("sk"); strings.HasPrefix(sk, begins) && strings.HasSuffix(sk, ends) {
			found = append(found, item)
		}
	}
	if len(found) == 0 {
		d.t.Fatalf("%s has no %s…%s", w.key, begins, ends)
	}
	return found
}

func (d damagedHarness) put(item testservice.Item) {
	d.t.Helper()
	if _, err := d.tables.Put(d.t.Context(), "Records", item); err != nil {
		d.t.Fatal(err)
	}
}

// tag gives what was put the tags of the service. The audit looks for writes that the service itself
// loses or doubles; what is written without its key it refuses to read.
func (d damagedHarness) tag() {
	d.t.Helper()
	v, err := d.Sealer()
	if err != nil {
		d.t.Fatal(err)
	}
	recordstest.Tag(d.t, records.New(d.tables.Client, records.Tables{Records: template.TableName("Records"), Ledger: template.TableName("Ledger")}, v, must.Get(scheme.Load()).Numbers()))
}

func (d damagedHarness) remove(item testservice.Item) {
	d.t.Helper()
	if _, err := d.tables.Remove(d.t.Context(), tableOf(item.Text("pk")), item.Key()); err != nil {
		d.t.Fatal(err)
	}
}

// duplicateEndorsement enters the endorsement once more under another name.
func (d damagedHarness) duplicateEndorsement(w *endorseRequest) {
	item := maps.Clone(d.items(w, "COPY#", "ENDORSE#", w.endorsement.Endorsement)[0])
	id := records.NewID(time.Now())
	sk := strings.Replace(item.Text("sk"), w.endorsement.Endorsement, id, 1)
	item["sk"] = &types.AttributeValueMemberS{Value: sk}
	text := string(must.Get(json.Marshal(must.Get(records.DecodeEndorsement(item)))))
	var copied endorsement.Endorsement
	must.Do(json.Unmarshal([]byte(strings.ReplaceAll(text, w.endorsement.Endorsement, id)), &copied))
	item["r"] = &types.AttributeValueMemberB{Value: must.Get(packing.Pack(copied))}
	d.put(item)
}

// submit has the organisation submit an archive of a copy.
func (d damagedHarness) submit(of *endorseRequest, order int) *jobRequest {
	d.t.Helper()
	r := rand.New(rand.NewPCG(1, uint64(order)))
	copies := slices.DeleteFunc(d.stock.choose(r, maxStocked), func(c copyFiles) bool { return c.of != of })
	j := newJobRequest(r, order, copies)
	d.outcomes.openJob(j)
	o, err := d.organisation(2+order, r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer o.close()
	if err := o.submit(d.t.Context(), j); err != nil {
		d.t.Fatal(err)
	}
	return j
}

// damageJobs removes a job with its key, gives another job's manifest to one, removes an entry of the ledger, adds a job that
// nobody asked for, and makes a message a dead letter.
func (d damagedHarness) damageJobs(of *endorseRequest, lost, swapped *jobRequest) {
	d.t.Helper()
	item := func(pk string, is func(testservice.Item) bool) testservice.Item {
		all, err := d.tables.ReadAll(d.t.Context(), tableOf(pk))
		i := slices.IndexFunc(all, func(i testservice.Item) bool { return strings.HasPrefix(i.Text("pk"), pk) && is(i) })
		if err != nil || i < 0 {
			d.t.Fatalf("no %s…, %v", pk, err)
		}
		return all[i]
	}
	manifest := func(j *jobRequest) *string { return aws.String("verdicts/" + j.job + "/manifest.jws") }
	bucket := template.BucketName("Files")
	other, err := d.objects.GetObject(d.t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: manifest(lost)})
	if err != nil {
		d.t.Fatal(err)
	}
	defer other.Body.Close()
	text, err := io.ReadAll(other.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.objects.PutObject(d.t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: manifest(swapped), Body: bytes.NewReader(text)}); err != nil {
		d.t.Fatal(err)
	}
	unasked := maps.Clone(item("JOB#"+lost.job, func(testservice.Item) bool { return true }))
	d.remove(unasked)
	unasked["pk"] = testservice.Text("JOB#" + records.NewID(time.Now()))
	d.put(unasked)
	d.remove(item("JOBS#", func(i testservice.Item) bool { return i.Text("job") == lost.job }))
	d.remove(item("SEEN#", func(i testservice.Item) bool {
		return i.Text("organisation") != "" && i.Text("e") == of.endorsement.Endorsement
	}))
	letter := filepath.Join(d.data, "queues", template.QueueName("StuckArchives"), "1.json")
	if err := os.WriteFile(letter, []byte("{}"), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func TestTheAuditSeesWhatIsLostDoubledOrUndone(t *testing.T) {
	b := newOutcomeLog()
	p, err := open(t.Context(), settings{holders: 2, seed: 1}, b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	d := damagedHarness{harness: p, t: t, tables: p.Tables(), objects: p.Objects()}
	c := p.caller(1, rand.New(rand.NewPCG(1, 1)), seed.Ministry, p.people[0])
	defer c.close()
	if err := c.loginAndIdentify(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.endorse(c, "wish-whole")
	gone, fileless, doubled, undone := d.endorse(c, "wish-gone"), d.endorse(c, "wish-fileless"), d.endorse(c, "wish-doubled"), d.endorse(c, "wish-undone")
	if err := c.withdraw(t.Context(), undone); err != nil {
		t.Fatal(err)
	}
	lost, swapped := d.submit(doubled, 0), d.submit(doubled, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // what is unavailable is asked for again and again
	defer cancel()
	sound := &auditor{harness: p, outcomes: b, nextName: 1000}
	sound.run(ctx)
	if b.failed > 0 || sound.lost+sound.duplicated+sound.unrequested > 0 {
		t.Fatalf("before anything is damaged: %+v, %v", sound, b.faults)
	}

	d.remove(d.items(gone, "COPY#", "ENDORSE#", gone.endorsement.Endorsement)[0])
	key := seed.FileKey(*fileless.endorsement, "ofd")
	if _, err := d.objects.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(template.BucketName("Files")), Key: &key}); err != nil {
		t.Fatal(err)
	}
	d.duplicateEndorsement(doubled)
	item := d.items(undone, "COPY#", "ENDORSE#", undone.endorsement.Endorsement)[0]
	for name := range item {
		if strings.HasPrefix(name, "withdrawn") || name == "tagWithdrawn" {
			delete(item, name)
		}
	}
	d.put(item)
	d.tag()
	for _, seen := range d.items(doubled, "SEEN#", "", "") {
		if strings.HasPrefix(seen.Text("asker"), doubled.key) {
			d.remove(seen)
		}
	}
	d.damageJobs(doubled, lost, swapped)

	// Nobody can remove it through S3.
	if err := os.RemoveAll(filepath.Join(p.data, "s3", "objects", template.BucketName("Journal"), "journal", "withdrawal")); err != nil {
		t.Fatal(err)
	}

	after := &auditor{harness: p, outcomes: b, nextName: 2000}
	after.run(ctx)
	var said strings.Builder
	for _, f := range b.faults {
		said.WriteString(f.what + ": " + f.err.Error() + "\n")
	}
	for _, want := range []string{
		"wish-gone", "wish-fileless", "wish-doubled made 2", "wish-undone", "0 times in the ledger", "not in the journal",
		"were made under the key " + lost.key, "the manifest of " + swapped.job + " is of", "1 entries of jobs are in the ledger",
		"nobody asked for the job", "0 keys lead to the job", "1 messages are dead letters",
	} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("nothing is said of %q", want)
		}
	}
	if strings.Contains(said.String(), "wish-whole") || after.duplicated != 1 || after.lost < 6 {
		t.Errorf("lost %d, duplicated %d:\n%s", after.lost, after.duplicated, said.String())
	}
}

package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/processes"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

const (
	copies         = 20  // verified in turn: none so often that the service slows it down
	maxRounds      = 700 // beyond, too: the service slows down who asks more
	minStarts      = 10  // for a median
	warmupRequests = 60  // of each kind, before the measured ones
)

// runAnswers measures the starts of the functions, and the public verification of a QR code beside the read and the
// write that it consists of, one request at a time. It returns how many checks failed.
//
// The interesting figures are ratios of medians. Absolute times are this machine's, whose DynamoDB handles one request
// at a time, and whose programs are in memory after the first start. No time decides a check.
func runAnswers(ctx context.Context, s settings) (failed int, err error) {
	defer must.Catch(&err)
	program := must.Get(filepath.Abs(s.empty)) // S3 changes the working directory
	starts, rounds := max(s.starts, minStarts), min(s.rounds, maxRounds)
	own := must.Get(testservice.Start(ctx, stack.Options{Output: os.Stderr, SkipRoles: true, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT")}))
	defer own.Stop()
	fmt.Printf("%d starts of each function, taken in turn, from exec to the first answer; medians\n\n", starts)
	found := must.Get(measureStarts(os.Stdout, own.Stack, program, starts))
	b := must.Get(newVerification(ctx, own))
	results, err := b.measure(ctx, rounds)
	if err == nil {
		printAnswers(rounds, results)
	}
	found = append(found, checks.Check{
		Name: "every verification answers that the copy is valid, and every read finds it", OK: err == nil, Got: fmt.Sprint(err),
	})
	return checks.Judge(os.Stdout, "bench-api", found), nil
}

func printAnswers(rounds int, results []answerTimes) {
	fmt.Printf("\n%d requests of each kind, taken in turn, one at a time, after a warm-up; milliseconds\n\n", rounds)
	fmt.Printf("%-44s %8s %8s %8s\n", "", "p50", "p95", "CPU")
	for _, r := range results {
		cpu := "–"
		if r.cpu > 0 {
			cpu = fmt.Sprintf("%.2f", milliseconds(r.cpu))
		}
		fmt.Printf("%-44s %8.2f %8.2f %8s\n", r.name, r.times.quantile(0.5), r.times.quantile(0.95), cpu)
	}
	median := func(i int) float64 { return results[i].times.quantile(0.5) }
	read, both, gateway, verify := median(0), median(2), median(3), median(4)
	fmt.Printf("\nverification / bare read: %.2f (wanted: at most 3; read, write and gateway alone are %.2f)\n", verify/read, (both+gateway)/read)
	fmt.Printf("verification / bare read and write: %.2f\n", verify/both)
	fmt.Printf("verification / a bare read behind the same gateway: %.2f\n", verify/(read+gateway))
}

// verification has copies to verify, and the items that verifying one of them reads.
type verification struct {
	client *client.Client
	tables testservice.Tables
	table  string
	bodies [][]byte
	items  []map[string]types.AttributeValue // keys of the certificate and of one copy
}

// newVerification has the demo's first holder make the copies.
func newVerification(ctx context.Context, s *testservice.Service) (v *verification, err error) {
	defer must.Catch(&err)
	v = &verification{client: s.Client(), tables: s.Tables(), table: template.TableName("Records")}
	must.Do(s.Seed(ctx))
	session, certificate := must.Get2(s.LogInWithCertificate(ctx, seed.Ministry, s.Holder("ready")))
	v.items = []map[string]types.AttributeValue{testservice.NewKey("CERT#"+certificate, "CERT")}
	for i := range copies {
		e := must.Get(session.Endorse(ctx, certificate, client.EndorsementAsk{}))
		v.bodies = append(v.bodies, must.Get(json.Marshal(map[string]string{"token": e.Token()})))
		if i > 0 {
			continue
		}
		for _, item := range must.Get(v.tables.Partition(ctx, "Records", "COPY#"+certificate)) {
			if strings.HasSuffix(item.Text("sk"), e.Endorsement) {
				v.items = append(v.items, item.Key())
			}
		}
	}
	if len(v.items) != 2 {
		return nil, fmt.Errorf("found %d of the two items", len(v.items))
	}
	return v, nil
}

// answerTimes is what one kind of request took.
type answerTimes struct {
	name  string
	times durations
	cpu   time.Duration // of the function, for one request; 0 = not known
}

// measure does all kinds in turn, so that other programs disturb all alike.
func (v *verification) measure(ctx context.Context, rounds int) ([]answerTimes, error) {
	kinds := []struct {
		name     string
		do       func(ctx context.Context, i int) error
		function bool // its CPU time is measured
	}{
		{"DynamoDB: BatchGetItem of both items, bare", v.read, false},
		{"DynamoDB: PutItem of a ledger entry, bare", v.write, false},
		{"DynamoDB: the read, then the write, bare", v.readAndWrite, false},
		{"gateway and function without DynamoDB", v.getKeys, true},
		{"POST /v1/verifications with a token", v.verify, true},
	}
	results := make([]answerTimes, len(kinds))
	pids := processes.Functions(os.Getpid())["verify"]
	for i := range warmupRequests + rounds {
		for k, kind := range kinds {
			cpu, start := processes.SumCPU(pids), time.Now()
			if err := kind.do(ctx, i); err != nil {
				return nil, fmt.Errorf("%s: %w", kind.name, err)
			}
			if i < warmupRequests {
				continue
			}
			results[k].name, results[k].times = kind.name, append(results[k].times, time.Since(start))
			if kind.function {
				results[k].cpu += processes.SumCPU(pids) - cpu
			}
		}
	}
	for k := range results {
		results[k].cpu /= time.Duration(max(rounds, 1))
	}
	return results, nil
}

func (v *verification) verify(ctx context.Context, i int) error {
	answer, err := readAnswer(v.client.VerifyWithBody(ctx, nil, "application/json", bytes.NewReader(v.bodies[i%len(v.bodies)])))
	if err == nil && !bytes.Contains(answer, []byte(`"verdict":"valid"`)) {
		err = fmt.Errorf("answered %s", answer)
	}
	return err
}

// getKeys asks for something that the function has in memory.
func (v *verification) getKeys(ctx context.Context, _ int) error {
	_, err := readAnswer(v.client.Jwks(ctx))
	return err
}

// readAnswer reads an answer without decoding it.
func readAnswer(res *http.Response, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %s", res.StatusCode, body)
	}
	return body, err
}

// read is the one read of a verification.
func (v *verification) read(ctx context.Context, _ int) error {
	out, err := v.tables.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
		RequestItems: map[string]types.KeysAndAttributes{v.table: {Keys: v.items, ConsistentRead: aws.Bool(true)}},
	})
	if err == nil && len(out.Responses[v.table]) != len(v.items) {
		err = errors.New("an item is missing")
	}
	return err
}

// write is the one write of a verification, in a partition of its own.
func (v *verification) write(ctx context.Context, _ int) error {
	item := testservice.NewKey("BENCH", rand.Text())
	item["by"], item["is"] = testservice.Text("qr"), testservice.Text("valid")
	_, err := v.tables.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(template.TableName("Ledger")), Item: item, ConditionExpression: aws.String("attribute_not_exists(pk)")})
	return err
}

func (v *verification) readAndWrite(ctx context.Context, i int) error {
	return errors.Join(v.read(ctx, i), v.write(ctx, i))
}

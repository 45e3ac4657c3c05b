// Package sessionstest gives tests a sessions table of their own on a real DynamoDB, with accounts
// and sessions in it.
package sessionstest

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// Table is one test's table.
type Table struct {
	Name   string
	Client *dynamodb.Client
	Sealer *fieldcrypto.Sealer
	Store  *sessions.Store
	// Integrity is a Sealer with only the integrity key, which every function has.
	Integrity *fieldcrypto.Sealer
}

// RequireServers ends a package's test run with one line if DynamoDB or S3 is not available,
// because none of its tests can run without them.
func RequireServers() {
	for _, name := range []string{"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_S3"} {
		if os.Getenv(name) == "" {
			fmt.Fprintf(os.Stderr, "These tests need a DynamoDB and an S3 (%s is not set): run `make test PKG=./path/of/this/package`.\n", name)
			os.Exit(1)
		}
	}
}

// Open creates a table at AWS_ENDPOINT_URL_DYNAMODB, and removes it when the test ends. See
// RequireServers.
func Open(t testing.TB) *Table {
	t.Helper()
	RequireServers()
	table := &Table{Name: "sessions-" + rand.Text(), Client: client(t)}
	table.Sealer, table.Integrity = newSealers(t)
	table.create(t)
	table.Store = sessions.New(table.Client, table.Name, table.Sealer)
	return table
}

func client(t testing.TB) *dynamodb.Client {
	t.Helper()
	var options []func(*config.LoadOptions) error
	if os.Getenv("AWS_REGION") == "" {
		options = append(options, config.WithRegion("cn-north-1"))
	}
	if os.Getenv("AWS_ACCESS_KEY_ID") == "" {
		options = append(options, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("test", "test", "")))
	}
	cfg, err := config.LoadDefaultConfig(t.Context(), options...)
	if err != nil {
		t.Fatal(err)
	}
	return dynamodb.NewFromConfig(cfg)
}

func newSealers(t testing.TB) (all, integrity *fieldcrypto.Sealer) {
	t.Helper()
	files, err := fieldcrypto.Generate("test")
	if err != nil {
		t.Fatal(err)
	}
	if all, err = fieldcrypto.New(files); err != nil {
		t.Fatal(err)
	}
	if integrity, err = fieldcrypto.New(fieldcrypto.KeyFiles{Integrity: files.Integrity}); err != nil {
		t.Fatal(err)
	}
	return all, integrity
}

func (table *Table) create(t testing.TB) {
	t.Helper()
	_, err := table.Client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:   &table.Name,
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("sk"), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("sk"), KeyType: types.KeyTypeRange},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's own context has ended here.
		_, err := table.Client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &table.Name})
		if err != nil {
			t.Error(err)
		}
	})
}

// Account stores a new account, with the holder hash computed from its ID type and number, and
// makes its portal state the phone unless it is empty.
func (table *Table) Account(t testing.TB, a identity.Account, phone string, now time.Time) identity.Account {
	t.Helper()
	a.Holder = table.Sealer.Hash("holder", a.IDType, a.IDNumber)
	a.CreatedAt, a.UpdatedAt = now, now
	put := sessions.Put{At: now}
	if phone != "" {
		put.Phone = table.Change(t, a, phone, now)
	}
	if err := table.Store.PutAccount(t.Context(), a, put); err != nil {
		t.Fatal(err)
	}
	a.Revision++
	return a
}

// Change is the change of an account's portal's statement to another phone, or to none.
func (table *Table) Change(t testing.TB, a identity.Account, phone string, now time.Time) *sessions.PhoneChange {
	t.Helper()
	stated, err := table.Store.Phone(t.Context(), a.Holder, a.Portal)
	if err != nil {
		t.Fatal(err)
	}
	return &sessions.PhoneChange{From: stated, To: stated.WithNumber(phone, now)}
}

// SignIn opens a session of a stored account and returns its token.
func (table *Table) SignIn(t testing.TB, a identity.Account, now time.Time) string {
	t.Helper()
	stored, err := table.Store.Account(t.Context(), a.Portal, a.Username)
	if err != nil {
		t.Fatal(err)
	}
	token := rand.Text()
	session := identity.Session{
		Hash: identity.HashToken(token), Kind: identity.KindHolder,
		Portal: stored.Portal, Username: stored.Username, Holder: stored.Holder, Name: stored.Name, Organisation: stored.Organisation,
		CreatedAt: now, ExpiresAt: now.Add(identity.SessionLife),
	}
	if session.FaceShown, err = table.Store.FaceShown(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	tries := identity.UnknownNetworkTries(a.Portal, a.Username, "192.0.2.1")
	if err := table.Store.PutSession(t.Context(), stored, session, tries.Own); err != nil {
		t.Fatal(err)
	}
	return token
}

// Identify steps up the session of a token, as a valid assertion would.
func (table *Table) Identify(t testing.TB, token string, now time.Time) {
	t.Helper()
	s, err := table.Store.Session(t.Context(), token, now)
	if err != nil {
		t.Fatal(err)
	}
	c := identity.Challenge{
		ID: rand.Text(), NonceHash: identity.HashToken("nonce"), Number: "42", Subject: "person", State: identity.Pending,
		Session: s.Hash, Ends: s.ExpiresAt, Holder: s.Holder, Portal: s.Portal, Username: s.Username, Name: s.Name,
		CreatedAt: now, ExpiresAt: now.Add(identity.ChallengeLife),
	}
	if err := table.Store.PutChallenge(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if c, err = c.Scan("phone", "nonce", now); err != nil {
		t.Fatal(err)
	}
	if _, err := table.Store.ScanChallenge(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	answer := identity.Assertion{Nonce: "nonce", Device: "phone", Number: "42", Passed: true, Subject: "person"}
	if c, err = c.Answer(answer, now); err != nil {
		t.Fatal(err)
	}
	once := sessions.OneTimeToken{Issuer: "test", ID: rand.Text(), Until: c.ExpiresAt}
	if err := table.Store.FinishChallenge(t.Context(), c, once); err != nil {
		t.Fatal(err)
	}
}

// Grant stores an access token of a machine client and returns it.
func (table *Table) Grant(t testing.TB, c identity.Client, now time.Time) string {
	t.Helper()
	token := rand.Text()
	grant := identity.Grant{Hash: identity.HashToken(token), Client: c, ExpiresAt: now.Add(identity.GrantLife)}
	once := sessions.OneTimeToken{Issuer: c.ID, ID: rand.Text(), Until: now}
	if err := table.Store.PutGrant(t.Context(), grant, once); err != nil {
		t.Fatal(err)
	}
	return token
}

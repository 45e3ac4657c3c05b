package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/journal/s3journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// tables holds the service's tables. Reading them needs an operator's AWS credentials and the keys
// for names, encrypted fields and tags.
type tables struct {
	certificates *records.Store
	sessions     *sessions.Store
	journal      *s3journal.Journal
	sealer       *fieldcrypto.Sealer
	tagged       bool   // the tables state that all items were tagged
	bucket       string // of the journal
}

// tables opens the tables for a command about the targets, after the audit log's entry for its
// begin is written. There is no other way to open them.
func (c console) tables(ctx context.Context, targets ...target) (tables, error) {
	settings, err := config.Load(c.getenv, config.RecordsTable, config.LedgerTable, config.SessionsTable, config.JournalBucket, config.NamesKey, config.FieldKey, config.IntegrityKey)
	if err != nil {
		return tables{}, fmt.Errorf("%w: this command uses the tables directly: %w", errUsage, err)
	}
	secrets, err := settings.Sealer()
	if err != nil {
		return tables{}, err
	}
	schemes, err := settings.ReadSchemes()
	if err != nil {
		return tables{}, err
	}
	cloud, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return tables{}, err
	}
	by, err := whoAmI(ctx, cloud, c.onLocalStack())
	if err != nil {
		return tables{}, fmt.Errorf("nothing was done: the identity of the AWS credentials cannot be determined: %w", err)
	}
	client := dynamodb.NewFromConfig(cloud)
	t := tables{
		records.New(client, records.Tables{Records: settings.RecordsTable, Ledger: settings.LedgerTable}, secrets, schemes.Numbers()), sessions.New(client, settings.SessionsTable, secrets),
		s3journal.New(s3.NewFromConfig(cloud), settings.JournalBucket, secrets), secrets, false, settings.JournalBucket,
	}
	names, err := c.namesJournal(ctx, &t)
	if err != nil {
		return tables{}, fmt.Errorf("nothing was done: %w", err)
	}
	if names {
		targets = append(targets, onThing("journal", settings.JournalBucket))
	}
	if err := c.audit.begin(ctx, by, t.journal, secrets, schemes.Numbers(), targets); err != nil {
		return tables{}, err
	}
	if names {
		err = t.certificates.NameJournal(ctx, settings.JournalBucket)
	}
	return t, err
}

// namesJournal refuses a bucket that is not the tables' journal. It reports whether this command is
// to enter the bucket's name: migrate does so for tables that name no journal and have no tagged
// item. Tagged tables without the name have lost it, which is refused.
func (c console) namesJournal(ctx context.Context, t *tables) (bool, error) {
	bucket := t.bucket
	if _, err := t.journal.Span(ctx); err != nil {
		return false, fmt.Errorf("the audit log cannot be written: %w", err)
	}
	named, tagged, err := t.certificates.JournalBucket(ctx)
	t.tagged = tagged
	switch {
	case err != nil:
		return false, fmt.Errorf("the name of the tables' journal bucket cannot be read: %w", err)
	case named == bucket:
		return false, nil
	case named != "":
		return false, fmt.Errorf("the journal of these tables is the bucket %s, not %s: set %s to it", named, bucket, config.JournalBucket)
	case c.audit.entry.Command != "migrate":
		return false, fmt.Errorf("these tables name no journal yet: `jiazhu migrate -yes`, with %s set to the stack's Journal bucket, names it once", config.JournalBucket)
	}
	for _, look := range []func(context.Context) (bool, error){t.certificates.HasTags, t.sessions.HasTags} {
		if used, err := look(ctx); used || err != nil {
			return false, cmp.Or(err, errors.New("the tables have tagged items, and which bucket is their journal is gone: somebody removed JOURNAL#|BUCKET from the records table. "+
				"Find out who can write it, and put the item back from a backup (docs/operations.md, Tags)"))
		}
	}
	return c.audit.entry.Yes, nil
}

// onLocalStack reports whether the tables are on this machine, where there is no token service
// unless one is configured.
func (c console) onLocalStack() bool {
	at, err := url.Parse(c.getenv("AWS_ENDPOINT_URL_DYNAMODB"))
	return err == nil && at.Hostname() == "127.0.0.1" && c.getenv("AWS_ENDPOINT_URL_STS") == ""
}

// oneAccount reads the account that is the command's only argument.
func (c console) oneAccount(ctx context.Context, command string, args []string) (t tables, a identity.Account, err error) {
	f := c.flags(command, "USER@PORTAL")
	alwaysJSON(f)
	names, err := parse(f, args, 1, 1)
	if err != nil {
		return t, a, err
	}
	if t, err = c.tables(ctx, onAccount(names[0])); err != nil {
		return t, a, err
	}
	a, err = t.account(ctx, names[0])
	return t, a, err
}

// atPortal splits USER@PORTAL at its last @, because a user name may be an e-mail address. Without
// an @ the portal is empty. User names are stored in lower case.
func atPortal(name string) (user, portal string) {
	at := strings.LastIndexByte(name, '@')
	if at < 0 {
		return name, ""
	}
	return strings.ToLower(name[:at]), name[at+1:]
}

// account reads the account USER@PORTAL.
func (t tables) account(ctx context.Context, name string) (identity.Account, error) {
	user, portal := atPortal(name)
	if user == "" || portal == "" {
		return identity.Account{}, fmt.Errorf("%w: %q is not USER@PORTAL, such as zhangsan@mohurd", errUsage, name)
	}
	a, err := t.sessions.Account(ctx, portal, user)
	if errors.Is(err, sessions.ErrNotFound) {
		return a, fmt.Errorf("there is no account %s on the portal %s", user, portal)
	}
	return a, err
}

// holder is one person with all their accounts.
type holder struct{ sessions.Person }

// holderName is how a person is named on the command line: by USER@PORTAL, or by an ID number on
// standard input.
type holderName struct {
	account          string
	idType, idNumber string
}

// namings reads the names, with standard input for the name "-".
func (c console) namings(idType string, names []string) (all []holderName, err error) {
	for _, name := range names {
		if name != "-" {
			all = append(all, holderName{account: name})
			continue
		}
		number, err := c.open("-")
		if err != nil {
			return nil, err
		}
		n := holderName{idType: idType, idNumber: certificate.NormalizeDocument(idType, string(number))}
		if n.idNumber == "" || certificate.CheckDocument(idType, n.idNumber) != nil {
			return nil, fmt.Errorf("%w: standard input has no number of a %s; -id-type names another document", errUsage, certificate.IDTypeName(idType))
		}
		all = append(all, n)
	}
	return all, nil
}

func (n holderName) target() target {
	if n.account != "" {
		return onAccount(n.account)
	}
	return onHolder(n.idType, n.idNumber)
}

// person opens the tables for a command about one person, and finds the person by the names.
func (c console) person(ctx context.Context, idType string, names []string) (t tables, h holder, err error) {
	all, err := c.namings(idType, names)
	if err != nil {
		return t, h, err
	}
	var targets []target
	for _, n := range all {
		targets = append(targets, n.target())
	}
	if t, err = c.tables(ctx, targets...); err != nil {
		return t, h, err
	}
	key, err := t.holderKey(ctx, all)
	if err != nil {
		return t, h, err
	}
	c.audit.entry.Targets = append(c.audit.entry.Targets, "holder:"+key)
	h.Person, err = t.sessions.Person(ctx, key)
	return t, h, err
}

// holderKey returns the keyed hash of the one person to whom all names belong.
func (t tables) holderKey(ctx context.Context, names []holderName) (found string, err error) {
	for _, name := range names {
		key := ""
		if name.account == "" {
			key = t.certificates.HolderKey(name.idType, name.idNumber)
		} else {
			a, err := t.account(ctx, name.account)
			if err != nil {
				return "", err
			}
			key = a.Holder
		}
		if found != "" && found != key {
			return "", fmt.Errorf("%w: the names belong to different people; give one at a time", errUsage)
		}
		found = key
	}
	return found, nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/config"
	"github.com/jiazhu/jiazhu/shared/identity"
	"github.com/jiazhu/jiazhu/shared/records"
	"github.com/jiazhu/jiazhu/shared/sessions"
)

// tables are the service's own. Only its operators may read them, by their AWS credentials and the
// keys of names and of sealed fields.
type tables struct {
	register *records.Store
	people   *sessions.Store
}

func (c console) tables(ctx context.Context) (tables, error) {
	settings, err := config.Load(c.getenv, config.RecordsTable, config.SessionsTable, config.NamesKey, config.FieldKey)
	if err != nil {
		return tables{}, fmt.Errorf("%w: this command reads the tables themselves: %w", errUsage, err)
	}
	secrets, err := settings.Vault()
	if err != nil {
		return tables{}, err
	}
	cloud, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return tables{}, err
	}
	client := dynamodb.NewFromConfig(cloud)
	return tables{
		records.New(client, settings.RecordsTable, secrets), sessions.New(client, settings.SessionsTable, secrets),
	}, nil
}

// oneAccount reads the account that is the command's only argument.
func (c console) oneAccount(ctx context.Context, command string, args []string) (t tables, a identity.Account, err error) {
	f := c.flags(command, "USER@PORTAL")
	alwaysJSON(f)
	names, err := parse(f, args, 1, 1)
	if err != nil {
		return t, a, err
	}
	if t, err = c.tables(ctx); err != nil {
		return t, a, err
	}
	a, err = t.account(ctx, names[0])
	return t, a, err
}

// account reads USER@PORTAL.
func (t tables) account(ctx context.Context, name string) (identity.Account, error) {
	user, portal, ok := strings.Cut(name, "@")
	if !ok || user == "" || portal == "" {
		return identity.Account{}, fmt.Errorf("%w: %q is not USER@PORTAL, such as zhangsan@mohurd", errUsage, name)
	}
	a, err := t.people.Account(ctx, portal, user)
	if errors.Is(err, sessions.ErrNotFound) {
		return a, fmt.Errorf("there is no account %s on the portal %s", user, portal)
	}
	return a, err
}

// holder is one person, as they were named: by accounts, or by an ID number alone.
type holder struct {
	key      string
	accounts []identity.Account
}

func (c console) holder(ctx context.Context, t tables, idType string, names []string) (h holder, err error) {
	for _, name := range names {
		key := ""
		if name == "-" {
			number, err := c.open("-")
			if err != nil {
				return h, err
			}
			key = t.register.HolderKey(idType, strings.TrimSpace(string(number)))
		} else {
			a, err := t.account(ctx, name)
			if err != nil {
				return h, err
			}
			h.accounts = append(h.accounts, a)
			key = a.Holder
		}
		if h.key != "" && h.key != key {
			return h, fmt.Errorf("%w: these are different people; do one at a time", errUsage)
		}
		h.key = key
	}
	return h, nil
}

// Command login is 用户登录: holders' sessions, accounts, passwords and phones. For machine clients it
// issues access tokens and opens a portal's accounts.
package main

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/service/boot"
	"github.com/jiazhu/jiazhu/shared/service/boot/buckets"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

func main() {
	boot.Run("login", build,
		config.SessionsTable, config.JournalBucket, config.NamesKey, config.LimitsKey, config.FieldKey, config.PublicURL,
		config.Portals, config.Clients, config.MessagesURL, config.MessagesSecret, config.IntegrityKey)
}

func build(_ context.Context, f *boot.Function) (handler any, err error) {
	_, journal := buckets.Open(f)
	return newApp(deps{
		store:     f.Sessions(),
		hashes:    f.Secrets,
		sealer:    f.Secrets,
		journal:   journal,
		passwords: newHasher(),
		messages:  newGateway(f.Settings.Messages),
		portals:   f.Settings.Portals,
		clients:   f.Settings.Clients,
		publicURL: f.Settings.PublicURL,
	}, f.Server()).Handle, nil
}

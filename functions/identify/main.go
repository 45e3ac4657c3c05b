// Command identify is 实名身份认证: it makes the QR code that a page shows, records the phone that scans
// it, checks the signed answer of the national app that recognised the face, and steps up the
// session.
package main

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/service/boot"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

func main() {
	boot.Run("identify", build,
		config.SessionsTable, config.LimitsKey, config.FieldKey, config.PublicURL,
		config.Portals, config.Issuers, config.IntegrityKey)
}

func build(_ context.Context, f *boot.Function) (handler any, err error) {
	return newApp(deps{
		store:     f.Sessions(),
		portals:   f.Settings.Portals,
		issuers:   f.Settings.Issuers,
		publicURL: f.Settings.PublicURL,
		lifetime:  f.Settings.ChallengeLife,
	}, f.Server()).Handle, nil
}

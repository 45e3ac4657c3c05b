// Command certificates is 我的证照: it lists a holder's certificates, shows one in detail, binds it on
// a portal, and checks beforehand whether it can be endorsed (preflight).
package main

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/service/boot"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

func main() {
	boot.Run("certificates", build,
		config.RecordsTable, config.LedgerTable, config.SessionsTable, config.Portals, config.IntegrityKey)
}

func build(_ context.Context, f *boot.Function) (handler any, err error) {
	fonts, err := font.Load()
	if err != nil {
		return nil, err
	}
	people := f.Sessions()
	return newApp(deps{
		sessions:     people,
		phones:       people,
		certificates: f.Records(),
		schemes:      f.Schemes,
		portals:      f.Settings.Portals,
		glyphs:       fonts,
	}, f.Server()).Handle, nil
}

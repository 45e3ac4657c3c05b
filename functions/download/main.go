// Command download makes links to the files of an endorsement: pdf下载, OFD下载, 预览.
package main

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/service/boot"
	"github.com/jiazhu/jiazhu/shared/service/boot/buckets"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

func main() {
	boot.Run("download", build,
		config.RecordsTable, config.SessionsTable, config.FilesBucket, config.Portals, config.IntegrityKey)
}

func build(_ context.Context, f *boot.Function) (handler any, err error) {
	links, _ := buckets.Open(f)
	return newApp(deps{
		sessions:     f.Sessions(),
		endorsements: f.Records(),
		links:        links,
		schemes:      f.Schemes,
		portals:      f.Settings.Portals,
	}, f.Server()).Handle, nil
}

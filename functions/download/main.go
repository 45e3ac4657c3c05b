// Command download makes links to the files of an endorsement and draws its preview: pdf下载, OFD下载, 预览.
package main

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/preview"
	"github.com/jiazhu/jiazhu/shared/service/boot"
	"github.com/jiazhu/jiazhu/shared/service/boot/buckets"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

func main() {
	boot.Run("download", build,
		config.RecordsTable, config.SessionsTable, config.FilesBucket, config.PublicURL, config.Portals, config.IntegrityKey)
}

func build(_ context.Context, f *boot.Function) (handler any, err error) {
	fonts, err := font.Load()
	if err != nil {
		return nil, err
	}
	documents, _ := buckets.Open(f)
	return newApp(deps{
		sessions:     f.Sessions(),
		endorsements: f.Records(),
		files:        documents,
		previews:     preview.New(fonts, f.Schemes),
		tags:         f.Secrets,
		schemes:      f.Schemes,
		portals:      f.Settings.Portals,
		origin:       f.Settings.PublicURL,
	}, f.Server()).Handle, nil
}

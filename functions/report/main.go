// Command report takes the reports (上报) of the authorities that issue certificates: their records,
// photos and signatures. Each row of a report is judged by itself. A wrong row is refused with the
// rule it breaks and, where it can be guessed, the value that was probably meant; the other rows
// are imported.
package main

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/service/boot"
	"github.com/jiazhu/jiazhu/shared/service/boot/buckets"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

func main() {
	boot.Run("report", build,
		config.RecordsTable, config.SessionsTable, config.FilesBucket, config.JournalBucket,
		config.NamesKey, config.FieldKey, config.IntegrityKey)
}

func build(_ context.Context, f *boot.Function) (handler any, err error) {
	uploads, journal := buckets.Open(f)
	certificates := f.Records()
	return newApp(deps{
		grants:       f.Sessions(),
		certificates: certificates,
		journal:      journal,
		reports:      certificates,
		disputes:     certificates,
		seals:        certificates,
		files:        uploads,
		schemes:      f.Schemes,
	}, f.Server()).Handle, nil
}

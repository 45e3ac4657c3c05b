package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/service/listing"
	"github.com/jiazhu/jiazhu/shared/service/verifying"
)

// statusFile is the name of a list's file; aggregationFile names the addresses of all.
const (
	statusEnding    = ".jwt"
	aggregationFile = "index.json"
)

func statusFile(directory string, list int64) string {
	return filepath.Join(directory, strconv.FormatInt(list, 10)+statusEnding)
}

// statusReport is what the lists were made or compared of.
type statusReport struct {
	Lists     int   `json:"lists"`
	Live      int   `json:"live"`
	Ended     int   `json:"ended"`
	Suspended int   `json:"suspended"`
	Expired   int   `json:"expired"` // copies that no list is asked about
	Shared    int   `json:"shared"`  // copies whose place another one has; 0 unless somebody wrote the table
	Bytes     int64 `json:"bytes,omitempty"`
	Different int   `json:"different"` // places
}

func reportOf(all listing.All) statusReport {
	return statusReport{
		Lists: len(all.Lists), Live: all.Copies[statuslist.Live], Ended: all.Copies[statuslist.Ended],
		Suspended: all.Copies[statuslist.Suspended], Expired: all.Expired, Shared: all.Shared,
	}
}

// writeStatusLists makes every status list anew from the register, and writes them signed, each into a
// file by its number. A list that is replaced by a newer one is replaced whole.
func (c console) writeStatusLists(ctx context.Context, args []string) error {
	f := c.flags("status write", "DIRECTORY")
	directory := f.String("keys", "", "the `DIRECTORY` of the key that signs status lists, called status; required")
	parts := partsFlag(f)
	alwaysJSON(f)
	names, err := parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	asOf := c.now() // before the register is read: a list states no later time
	lists, err := c.rebuildStatusLists(ctx, *parts, names[0])
	if err != nil {
		return err
	}
	path, err := filepath.Abs(*directory)
	if err != nil {
		return err
	}
	if lists.Signer, err = keys.Open("file://"+filepath.ToSlash(path), "status"); err != nil {
		return fmt.Errorf("-keys: %v", err) // the tables were read: a missing file is no wrong usage any more
	}
	report := reportOf(lists.All)
	if err := os.MkdirAll(names[0], 0o755); err != nil {
		return err
	}
	aggregation := struct {
		Lists []string `json:"status_lists"`
	}{[]string{}}
	for n := int64(1); n <= int64(len(lists.All.Lists)); n++ {
		text, err := lists.Sign(ctx, n, lists.All.Lists[n], asOf)
		if err != nil {
			return err
		}
		if err := replaceFile(statusFile(names[0], n), []byte(text)); err != nil {
			return err
		}
		report.Bytes += int64(len(text))
		aggregation.Lists = append(aggregation.Lists, statuslist.Address(lists.Origin, n))
	}
	text, err := json.Marshal(aggregation)
	if err == nil {
		err = replaceFile(filepath.Join(names[0], aggregationFile), text)
	}
	if err != nil {
		return err
	}
	return c.print(report)
}

// checkStatusLists compares signed lists with the register, at every place.
func (c console) checkStatusLists(ctx context.Context, args []string) error {
	f := c.flags("status check", "DIRECTORY")
	trusted := f.String("trust", "", "the trust bundle, `FILE`; required")
	parts := partsFlag(f)
	alwaysJSON(f)
	names, err := parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	lists, err := c.rebuildStatusLists(ctx, *parts, names[0])
	if err != nil {
		return err
	}
	data, err := os.ReadFile(*trusted)
	if err != nil {
		return fmt.Errorf("-trust: %w", err)
	}
	trust, err := evidence.ParseTrust(data)
	if err != nil {
		return err
	}
	report := reportOf(lists.All)
	for n, want := range lists.All.Lists {
		text, err := os.ReadFile(statusFile(names[0], n))
		if err != nil {
			return err
		}
		got, err := credential.ParseStatusList(string(text), trust.Status)
		if err == nil && got.Number != n {
			err = fmt.Errorf("it is list %d", got.Number)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", statusFile(names[0], n), err)
		}
		for place := range statuslist.Places {
			if got.List.At(place) != want.At(place) {
				report.Different++
			}
		}
	}
	err = c.print(report)
	if err == nil && report.Different > 0 {
		err = fmt.Errorf("%d places do not say what the register does; `jiazhu status write` makes the lists anew", report.Different)
	}
	return err
}

// rebuiltLists are the lists that the register has now.
type rebuiltLists struct {
	listing.Lists
	All listing.All
}

func (c console) rebuildStatusLists(ctx context.Context, parts int, directory string) (rebuiltLists, error) {
	var l rebuiltLists
	if err := checkParts(parts); err != nil {
		return l, err
	}
	settings, err := config.Load(c.getenv, config.PublicURL)
	if err != nil {
		return l, fmt.Errorf("%w: %w", errUsage, err)
	}
	schemes, err := c.readSchemes()
	if err != nil {
		return l, err
	}
	t, err := c.tables(ctx, onThing("lists", directory))
	if err != nil {
		return l, err
	}
	l.Lists = listing.Lists{
		Store: t.certificates, Register: verifying.Register{Certificates: t.certificates, Schemes: schemes}, Origin: settings.PublicURL,
	}
	l.All, err = l.Rebuild(ctx, parts, inParts, c.now())
	return l, err
}

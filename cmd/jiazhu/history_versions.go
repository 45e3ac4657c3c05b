package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/records"
)

// versionHistory prints every version of a certificate's record, oldest first, after those of the
// certificates that it replaced because their holder was corrected. It fails if the versions are
// not as they were written.
func (c console) versionHistory(ctx context.Context, t tables, id string, asJSON bool) error {
	var past [][]records.Version
	var wrong []error
	for seen := map[string]bool{}; id != "" && !seen[id]; {
		seen[id] = true
		all, err := t.certificates.Versions(ctx, id)
		if err != nil && !errors.Is(err, records.ErrBroken) {
			return err
		}
		wrong = append(wrong, err)
		if id = ""; len(all) > 0 {
			past, id = append(past, all), all[len(all)-1].Certificate.Supersedes
		}
	}
	for _, all := range slices.Backward(past) {
		if err := c.printVersions(all, asJSON); err != nil {
			return err
		}
	}
	return errors.Join(wrong...)
}

func (c console) printVersions(all []records.Version, asJSON bool) error {
	var before *records.Version
	for i := range all {
		v := all[i]
		line := struct {
			Certificate string    `json:"certificate"`
			Revision    int64     `json:"revision"`
			Version     string    `json:"version"`
			State       string    `json:"state"`
			At          time.Time `json:"at"`
			Client      string    `json:"client"`
			Report      string    `json:"report,omitempty"`
			Row         int64     `json:"row,omitempty"`
			Changed     []string  `json:"changed"`
			Replaced    string    `json:"replacedBy,omitempty"`
			SHA256      string    `json:"sha256"`
		}{v.Certificate.ID, v.Revision, v.Certificate.Version, string(v.Certificate.State), v.At, v.By.Client, v.By.Report, v.By.Row, v.ChangedFields(before), v.ReplacedBy, v.Digest}
		before = &all[i]
		var err error
		if asJSON {
			err = json.NewEncoder(c.out).Encode(line)
		} else {
			who := line.Client
			if who == "" {
				who = "unknown"
			}
			if line.Report != "" {
				who += " " + line.Report
			}
			if line.Row > 0 { // an undo has none
				who += fmt.Sprintf("#%d", line.Row)
			}
			_, err = fmt.Fprintf(c.out, "%s  %s  %d  version %s  state %s  %s  %s\n", formatBeijingTime(v.At), line.Certificate, v.Revision, line.Version, line.State, who, strings.Join(line.Changed, " "))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

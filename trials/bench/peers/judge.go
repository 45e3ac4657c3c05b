package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/trials/bench/peers/inputs"
)

// The two certificates whose files are checked. With the first a peer passes or
// fails; what it does to a name beyond the basic plane is noted.
const (
	plainCase  = 0
	astralCase = 3
)

// externalChecker checks files with other people's programs.
type externalChecker struct {
	dir    string // the folder they are kept in
	copies []endorsement.Copy
	tools  toolchains
}

// inspection is the result for one file.
type inspection struct {
	fatal error    // why it must not be timed
	kind  string   // pdf or ofd
	text  string   // of its page, without spaces
	page  string   // path of a picture of its page
	notes []string // other faults
}

// examine checks a peer's files. An error means that it must not be measured.
func (j externalChecker) examine(ctx context.Context, p peer, d *driver) ([]string, error) {
	var notes []string
	usual := map[string]int{} // places that look different with the plain name, by kind of file
	for _, i := range []int{plainCase, astralCase} {
		file := filepath.Join(j.dir, fmt.Sprintf("%s-%d.%s", p.id, i, extension(p)))
		if err := d.save(i, file); err != nil {
			return nil, err
		}
		for _, f := range j.look(ctx, p, file, i) {
			if f.fatal != nil {
				return nil, fmt.Errorf("%s: %w", filepath.Base(file), f.fatal)
			}
			said, different, err := j.compare(f, i, usual[f.kind])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
			}
			if i == plainCase {
				usual[f.kind] = different
				notes = append(notes, f.notes...)
			}
			notes = append(notes, said...)
		}
	}
	return notes, nil
}

func extension(p peer) string {
	if p.makes == makesOFD {
		return "ofd"
	}
	return "pdf"
}

// look checks a file or, of a pair, both.
func (j externalChecker) look(ctx context.Context, p peer, file string, i int) []inspection {
	switch p.makes {
	case makesPDF:
		return []inspection{j.lookPDF(ctx, file, i)}
	case makesOFD:
		return []inspection{j.lookOFD(ctx, file, i)}
	}
	second := strings.TrimSuffix(file, ".pdf") + ".ofd"
	if err := os.Rename(file+".2", second); err != nil {
		return []inspection{{fatal: err}}
	}
	return []inspection{j.lookPDF(ctx, file, i), j.lookOFD(ctx, second, i)}
}

// compare compares a file with its certificate and with the look of ours. It returns
// in how many places it looks different; only more than usual are noted.
func (j externalChecker) compare(f inspection, i, usual int) (notes []string, different int, err error) {
	name := j.copies[i].Certificate.Holder.Name
	if !strings.Contains(f.text, name) {
		if i == plainCase {
			return nil, 0, fmt.Errorf("the name %s is not found in the text of the page", name)
		}
		notes = append(notes, fmt.Sprintf("the name %s is not found in the text of the page", name))
	}
	if i == plainCase {
		if n, all := j.countMissing(f.text, i); n > 0 {
			notes = append(notes, fmt.Sprintf("%d of %d values of the holder are not found in the text of the page", n, all))
		}
	}
	reference := filepath.Join(j.dir, fmt.Sprintf("ours-%s-%d.%s.png", f.kind, i, f.kind))
	different, all, err := countDifferences(reference, f.page)
	switch {
	case err != nil:
		return nil, 0, err
	case i == plainCase && different > all/50:
		return nil, 0, fmt.Errorf("the page looks different from ours in %d of %d places", different, all)
	case i == plainCase && different > 0:
		notes = append(notes, fmt.Sprintf("the page looks different from ours in %d of %d places", different, all))
	case different > usual:
		notes = append(notes, fmt.Sprintf("with the name %s the page looks different in %d places more", name, different-usual))
	}
	return notes, different, nil
}

// countMissing counts the holder's own values that the page's text lacks.
func (j externalChecker) countMissing(text string, i int) (n, all int) {
	c := j.copies[i].Certificate
	values := []string{
		c.Holder.Sex, c.Number, c.Employer.Name,
		c.Identifier, j.copies[i].Purpose.Text, j.copies[i].Recipient.Name,
	}
	for _, s := range c.Specialties {
		values = append(values, s.Name)
	}
	for _, v := range values {
		if !strings.Contains(text, v) {
			n++
		}
	}
	return n, len(values)
}

// checkAttachment notes an attachment that is not the certificate's own data.
func (j externalChecker) checkAttachment(data []byte, i int) []string {
	want, err := j.copies[i].Canonical()
	if err == nil && bytes.Equal(data, want) {
		return nil
	}
	return []string{inputs.DataFile + " does not come out of the file"}
}

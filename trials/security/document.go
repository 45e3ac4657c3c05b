package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
)

// The table stands in the document between these lines.
const (
	beginMarker = "<!-- what a stolen key reaches: make security WRITE=1 -->\n"
	endMarker   = "<!-- end of what a stolen key reaches -->\n"
)

// table is the results in Markdown, a table for each attacker.
func table(all []result) string {
	var b strings.Builder
	who := ""
	for _, r := range all {
		if r.attacker != who {
			who = r.attacker
			fmt.Fprintf(&b, "\n**%s**\n\n| tries | reaches |\n|---|---|\n", who)
		}
		fmt.Fprintf(&b, "| %s | %s |\n", r.what, r)
	}
	b.WriteString("\n")
	return b.String()
}

// compare fails where the document says something else than the table, unless it is to be renewed.
func compare(file, table string, renew bool) error {
	document, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	from := bytes.Index(document, []byte(beginMarker))
	to := bytes.Index(document, []byte(endMarker))
	if from < 0 || to < from {
		return errors.New("docs/threat-model.md has no place for what a stolen key reaches")
	}
	from += len(beginMarker)
	if string(document[from:to]) == table {
		return nil
	}
	if !renew {
		return errors.New("docs/threat-model.md does not say what the run shows: make security WRITE=1, and read the difference")
	}
	return os.WriteFile(file, bytes.Join([][]byte{document[:from], []byte(table), document[to:]}, nil), 0o644)
}

package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/jiazhu/jiazhu/trials/figures"
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
	b := figures.Block{
		Begin: "<!-- what a stolen key reaches: make security WRITE=1 -->", End: "<!-- end of what a stolen key reaches -->", Text: table,
	}
	if renew {
		return figures.Write(file, b)
	}
	document, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return b.Check(string(document), "make security WRITE=1, and read the difference")
}

// Package figures keeps what a program found in a document, between two lines of comment.
package figures

import (
	"fmt"
	"os"
	"strings"
)

// Block is a part of a document that a program writes: what stands between two lines.
type Block struct{ Begin, End, Text string }

// Write puts the text of blocks into a document.
func Write(file string, blocks ...Block) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	document := string(data)
	for _, b := range blocks {
		from, to, err := b.find(document)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		document = document[:from] + b.Text + document[to:]
	}
	return os.WriteFile(file, []byte(document), 0o644)
}

// Check is an error where a document has not the block's text. The remedy names the command that writes it.
func (b Block) Check(document, remedy string) error {
	from, to, err := b.find(document)
	if err == nil && document[from:to] != b.Text {
		err = fmt.Errorf("what follows %q is out of date: %s", b.Begin, remedy)
	}
	return err
}

func (b Block) find(document string) (from, to int, err error) {
	before, rest, found := strings.Cut(document, b.Begin+"\n")
	text, _, ends := strings.Cut(rest, b.End+"\n")
	if !found || !ends {
		return 0, 0, fmt.Errorf("the document has no text between %q and %q", b.Begin, b.End)
	}
	from = len(before) + len(b.Begin) + 1
	return from, from + len(text), nil
}

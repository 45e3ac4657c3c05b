package main

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/breach"
)

const list = "short\n1234567890\r\nPassword-2026\nF7C3BC1D808E04732ADF679965CCC34CA7AE3441:23\nnever reached\n"

func TestAListIsRead(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(list))
	z.Close()
	for _, file := range []string{list, packed.String()} {
		in, err := decompress(strings.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		taken, digests, err := readList(in, 3)
		if err != nil || taken != 3 {
			t.Fatalf("%d, %v", taken, err)
		}
		f := breach.NewFilter("", digests)
		for password, want := range map[string]bool{
			"1234567890": true, "Password-2026": true, "password-2026": true,
			"123456789": true, // the digest in the list is of this one
			"short":     false, "PASSWORD-2026": false, "never reached": false,
		} {
			if f.Has(password) != want {
				t.Errorf("%q is breached: %v", password, !want)
			}
		}
	}
}

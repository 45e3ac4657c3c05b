package pdf

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/measure"
)

// unsignedFile is a file of objects without a signature.
func unsignedFile(objects ...string) []byte {
	d := disassembled{entries: "/Root 1 0 R/Info 1 0 R/ID[<00><00>]", packed: []packedObject{{ref(len(objects) + 1), []byte("null")}}}
	for i, o := range objects {
		d.plain = append(d.plain, fmt.Appendf(nil, "%d 0 obj\n%s\nendobj\n", i+1, o))
	}
	return d.assembleFile()
}

func repeatObject(n int, object string) []string {
	objects := make([]string, n)
	for i := range objects {
		objects[i] = object
	}
	return objects
}

// embedding is a file whose catalog names attachments, each in the way given.
func embedding(names string, objects ...string) []byte {
	catalog := "<</Names<</EmbeddedFiles<</Names[" + names + "]>>>>>>"
	return unsignedFile(append([]string{catalog}, objects...)...)
}

func deflatedStream(size int) string {
	data := string(new(Writer).deflate(make([]byte, size)))
	return fmt.Sprintf("<</Filter/FlateDecode/Params<</Size %d>>/Length %d>>\nstream\n%s\nendstream", size, len(data), data)
}

const spec = "<</EF<</F 3 0 R>>/AFRelationship/Data/UF(a)>>"

func TestEachBoundOfAFileHolds(t *testing.T) {
	catalog := []string{"<<>>"}
	tests := map[string]struct {
		data []byte
		want error
	}{
		"one object":                           {unsignedFile(catalog...), nil},
		"as many objects as may be":            {unsignedFile(append(catalog, repeatObject(maxObjects-4, "1")...)...), nil},
		"too many objects":                     {unsignedFile(append(catalog, repeatObject(maxObjects, "1")...)...), ErrBroken},
		"a hundred thousand objects":           {unsignedFile(append(catalog, repeatObject(100_000, "1")...)...), ErrBroken},
		"lists as deep as may be":              {unsignedFile("<<>>", strings.Repeat("[", maxNesting)+strings.Repeat("]", maxNesting)), nil},
		"one list deeper":                      {unsignedFile("<<>>", strings.Repeat("[", maxNesting+2)+strings.Repeat("]", maxNesting+2)), ErrBroken},
		"a million lists":                      {unsignedFile("<<>>", strings.Repeat("[", 1_000_000)), ErrBroken},
		"a million dictionaries":               {unsignedFile("<<>>", strings.Repeat("<</A", 1_000_000)), ErrBroken},
		"a list of a million numbers":          {unsignedFile("<<>>", "["+strings.Repeat("1 ", 1_000_000)+"]"), ErrBroken},
		"a megabyte of digits":                 {unsignedFile("<<>>", strings.Repeat("9", 1_000_000)), ErrBroken},
		"a name of a megabyte":                 {unsignedFile("<<>>", "/"+strings.Repeat("n", 1_000_000)), nil},
		"a string of a megabyte":               {unsignedFile("<<>>", "("+strings.Repeat("s", 1_000_000)+")"), nil},
		"a catalog that is itself":             {unsignedFile("1 0 R"), ErrBroken},
		"a catalog that is not there":          {unsignedFile("1"), ErrBroken},
		"references in a circle":               {unsignedFile("<</Names 2 0 R/AcroForm<</Fields[3 0 R]>>>>", "3 0 R", "2 0 R"), ErrBroken},
		"an attachment":                        {embedding("(a) 2 0 R", spec, deflatedStream(1000)), nil},
		"an attachment that becomes too much":  {embedding("(a) 2 0 R", spec, deflatedStream(maxAttachment+1)), ErrBroken},
		"an attachment that becomes megabytes": {embedding("(a) 2 0 R", spec, deflatedStream(64<<20)), ErrBroken},
		"an attachment named over and over":    {embedding(strings.Repeat("(a) 2 0 R ", 10_000), spec, deflatedStream(100_000)), ErrBroken},
		"a proof of validation":                {unsignedFile("<</DSS<</Certs[2 0 R]>>>>", deflatedStream(9)), nil},
		"as many proofs as may be":             {unsignedFile("<</DSS<</Certs["+strings.Repeat("2 0 R ", maxProofs)+"]>>>>", deflatedStream(9)), nil},
		"one proof more":                       {unsignedFile("<</DSS<</Certs["+strings.Repeat("2 0 R ", maxProofs)+"]/CRLs[2 0 R]>>>>", deflatedStream(9)), ErrBroken},
		"a proof named over and over":          {unsignedFile("<</DSS<</OCSPs["+strings.Repeat("2 0 R ", 150_000)+"]>>>>", deflatedStream(0)), ErrBroken},
		"an attachment that is no stream":      {embedding("(a) 2 0 R", spec, "<<>>"), ErrBroken},
		"an attachment in another file":        {embedding("(a) 2 0 R", "<</FS/URL/F(http://example.org/x)/AFRelationship/Data>>"), ErrBroken},
		"a filter after another":               {embedding("(a) 2 0 R", spec, strings.Replace(deflatedStream(9), "/FlateDecode", "[/FlateDecode/FlateDecode]", 1)), ErrBroken},
		"a filter that is not known":           {embedding("(a) 2 0 R", spec, strings.Replace(deflatedStream(9), "/FlateDecode", "/LZWDecode", 1)), ErrBroken},
		"a stream that lies elsewhere":         {embedding("(a) 2 0 R", spec, strings.Replace(deflatedStream(9), "<<", "<</F(/etc/passwd)", 1)), ErrBroken},
		"a file as large as may be":            {padTo(MaxFile), nil},
		"a file above the limit":               {padTo(MaxFile + 1), ErrTooLarge},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var err error
			cost := measure.Of(func() { _, err = Read(tt.data) })
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if limit := uint64(40*len(tt.data) + 8*maxAttachment); cost.Bytes > limit {
				t.Errorf("%d bytes allocated for %d, at most %d", cost.Bytes, len(tt.data), limit)
			}
		})
	}
}

// padTo is a file of n bytes with one long string.
func padTo(n int) []byte {
	long := func(size int) []byte { return unsignedFile("<<>>", "("+strings.Repeat("s", size)+")") }
	data := long(n - 1000)
	return long(n - 1000 + n - len(data))
}

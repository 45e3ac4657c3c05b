package mutate

import (
	"bytes"
	"encoding/asn1"
	"testing"
)

type leaf struct {
	N int
	S string
}

type tree struct {
	Leaf leaf
	Wrap []byte
	Bits asn1.BitString
}

func sample(t *testing.T) []byte {
	t.Helper()
	inner, err := asn1.Marshal(leaf{5, "inner"})
	if err != nil {
		t.Fatal(err)
	}
	der, err := asn1.Marshal(tree{leaf{1, "first"}, inner, asn1.BitString{Bytes: inner, BitLength: 8 * len(inner)}})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestElementsWithinStringsAreFound(t *testing.T) {
	// the tree, its leaf with 2, and two strings that each hold a leaf with 2
	if got := Count(sample(t)); got != 1+3+4+4 {
		t.Errorf("%d elements", got)
	}
}

func TestLengthsAroundAChangeFit(t *testing.T) {
	der := sample(t)
	long := bytes.Repeat([]byte("x"), 300)
	changed := DER(der, Edit{At: 7, Op: replace, Value: long}) // the text of the leaf in the OCTET STRING
	var got tree
	if rest, err := asn1.Unmarshal(changed, &got); err != nil || len(rest) != 0 {
		t.Fatalf("%v, %d bytes left", err, len(rest))
	}
	var inner leaf
	if _, err := asn1.Unmarshal(got.Wrap, &inner); err != nil || inner.S != string(long) || inner.N != 5 {
		t.Errorf("%v, %+v", err, inner)
	}
}

func TestEveryOperationChangesSomething(t *testing.T) {
	der := sample(t)
	for op := range uint8(operations) {
		for at := range uint16(Count(der)) {
			if bytes.Equal(DER(der, Edit{At: at, Op: op, Value: []byte{9, 9, 9, 9}}), der) {
				t.Errorf("operation %d on element %d changes nothing", op, at)
			}
		}
	}
	if got := DER([]byte("no DER"), Edit{Value: []byte("!")}); string(got) != "no DER!" {
		t.Errorf("%q", got)
	}
}

package certificate_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

func TestADocumentHasOneFormHoweverItIsWritten(t *testing.T) {
	for _, test := range []struct{ idType, written, want string }{
		{"111", " 11010119560701002x\n", "11010119560701002X"},
		{"414", "e12345678", "E12345678"},
		{"414", " E 1234 5678 ", "E12345678"},
		{"414", "Ｅ１２３４５６７８", "E12345678"},
		{"414", "E\u30001234\u00a05678", "E12345678"},
		{"114", "军字第 1234567 号", "军字第1234567号"},
		{"511", "t00000001", "T00000001"},
	} {
		if got := certificate.NormalizeDocument(test.idType, test.written); got != test.want {
			t.Errorf("%s %q is %q, want %q", test.idType, test.written, got, test.want)
		}
		c := certificate.Certificate{Holder: certificate.Holder{IDType: test.idType, IDNumber: test.written}}
		if got := certificate.Normalize(c).Holder.IDNumber; got != test.want {
			t.Errorf("a record has %q, want %q", got, test.want)
		}
	}
}

func TestTheFormOfADocumentIsItsOwnForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		idType := rapid.SampledFrom([]string{"111", "114", "414", "999"}).Draw(t, "type")
		once := certificate.NormalizeDocument(idType, rapid.String().Draw(t, "number"))
		if again := certificate.NormalizeDocument(idType, once); again != once {
			t.Fatalf("%q became %q", once, again)
		}
	})
}

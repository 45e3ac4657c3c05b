package certificate_test

import (
	"errors"
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
		{"114", "军字第 1234567 号", "军字第1234567号"}, {"114", "军字第－1234567号", "军字第1234567号"},
		{"414", "E-1234-5678", "E12345678"}, {"414", "E‐1234—5678", "E12345678"}, {"414", "E−12345678", "E12345678"},
		{"516", "h 12345678 (01)", "H1234567801"}, {"999", "A123456（7）", "A1234567"}, {"114", "军〔2010〕字第[12]号", "军2010字第12号"},
		{"111", "１１０１０１１９８００１０１００１０", "110101198001010010"}, {"111", "110101-19800101-0010", "110101198001010010"},
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

// TestADocumentHasNoOtherLookAlike: whatever is read as another spelling of a number is that number or is refused.
func TestADocumentHasNoOtherLookAlike(t *testing.T) {
	for _, number := range []string{
		"Е12345678", "E1234567८", "E1234567٨", "E12345678\u0301", "É12345678", "E12345678\u200b", "E12345678.", "E_12345678", "E·12345678", "Ε12345678",
		"ⴹ12345678", "E12345б78", "E1234567八", "E12345678\u200d",
	} {
		for _, idType := range []string{"411", "414", "511", "516"} {
			got := certificate.NormalizeDocument(idType, number)
			err := certificate.CheckDocument(idType, got)
			var broken *certificate.FieldError
			if !errors.As(err, &broken) || broken.Rule != "id.form" {
				t.Errorf("%s %q is taken as %q: %v", idType, number, got, err)
			}
		}
	}
	for idType, number := range map[string]string{"114": "军字第1234567号", "414": "E12345678", "511": "T00000001", "999": "外永123", "111": "110101198001010010"} {
		if err := certificate.CheckDocument(idType, number); err != nil {
			t.Errorf("%s %s: %v", idType, number, err)
		}
	}
}

// TestAPlaceholderIsNoNumber: whoever has none shares it with everybody else who has none.
func TestAPlaceholderIsNoNumber(t *testing.T) {
	for _, test := range []struct{ idType, number, breaks string }{
		{"999", "无", "id.form"}, {"414", "1", "id.form"}, {"414", "E", "id.form"}, {"414", "", "id.form"}, {"414", "E12", "id.form"},
		{"414", "E1234567890123456789012345678901234", "id.form"}, {"414", "0000", "id.placeholder"}, {"414", "E00000000", "id.placeholder"},
		{"414", "NULL", "id.placeholder"}, {"999", "暂无证件", "id.placeholder"}, {"414", "1111111", "id.placeholder"}, {"114", "军字第0000号", "id.placeholder"},
		{"414", "E123", ""}, {"999", "1234", ""}, {"414", "E1000000", ""}, {"414", "E1234567890123456789012345678901", ""}, {"114", "军字第1号", ""},
	} {
		var broken *certificate.FieldError
		err := certificate.CheckDocument(test.idType, certificate.NormalizeDocument(test.idType, test.number))
		if errors.As(err, &broken) != (test.breaks != "") || broken != nil && broken.Rule != test.breaks {
			t.Errorf("%s %s: %v", test.idType, test.number, err)
		}
	}
}

package certificate_test

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// suggestionHolds fails when the suggestion for a rejected value is rejected too.
func suggestionHolds(t *testing.T, value string, err error, check func(string) error) {
	t.Helper()
	field, ok := err.(*certificate.FieldError)
	if !ok {
		t.Fatalf("%q gives %T", value, err)
	}
	if field.Suggestion == "" {
		return
	}
	if err := check(field.Suggestion); err != nil || field.Suggestion == value {
		t.Errorf("%q is suggested for %q: %v", field.Suggestion, value, err)
	}
}

func FuzzParseIdentifier(f *testing.F) {
	for _, v := range readWorkedExamples(f).Identifiers {
		f.Add(root + v.Body + "." + v.Check)
		for _, wrong := range v.Wrong {
			f.Add(root + v.Body + "." + wrong)
		}
	}
	f.Add("l.2.156.3OO5.2.....")
	check := func(s string) error { _, err := certificate.ParseIdentifier(s); return err }
	f.Fuzz(func(t *testing.T, s string) {
		id, err := certificate.ParseIdentifier(s)
		if err != nil {
			suggestionHolds(t, s, err, check)
			return
		}
		if id.String() != s {
			t.Errorf("%q prints as %q", s, id)
		}
	})
}

func FuzzParseIDNumber(f *testing.F) {
	for _, v := range readWorkedExamples(f).ResidentIDs {
		f.Add(v.Number)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := certificate.ParseIDNumber(s)
		if err != nil {
			suggestionHolds(t, s, err, certificate.CheckIDNumber)
			return
		}
		if number := certificate.NormalizeDocument(certificate.ResidentID, s); number[6:14] != id.Birth.Compact() || len(number) != 18 {
			t.Errorf("%q was born on %v", s, id.Birth)
		}
	})
}

func FuzzCheckUSCC(f *testing.F) {
	for _, v := range readWorkedExamples(f).CreditCodes {
		f.Add(v.Code)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if err := certificate.CheckUSCC(s); err != nil {
			suggestionHolds(t, s, err, certificate.CheckUSCC)
		} else if len(s) != 18 {
			t.Errorf("%q passes", s)
		}
	})
}

func FuzzParseNumber(f *testing.F) {
	for _, v := range readWorkedExamples(f).Numbers {
		f.Add(v.Number, v.Level)
	}
	levels := map[string]certificate.Grammars{"": constructors(f, ""), "1": constructors(f, "1"), "2": constructors(f, "2")}
	f.Fuzz(func(t *testing.T, s, level string) {
		numbers := levels[level]
		n, err := numbers.Parse(s)
		if err != nil {
			suggestionHolds(t, s, err, func(s string) error { _, err := numbers.Parse(s); return err })
			return
		}
		if n.String() != s {
			t.Errorf("%q prints as %q", s, n)
		}
		modern, err := numbers.Parse(n.Canonical())
		if err != nil || modern.Canonical() != n.Canonical() {
			t.Errorf("%q is %q in the modern form, which reads as %v, %v", s, n.Canonical(), modern, err)
		}
	})
}

func FuzzNormalizeName(f *testing.F) {
	for _, v := range readWorkedExamples(f).Names {
		f.Add(v.Given)
	}
	f.Fuzz(func(t *testing.T, s string) {
		check := func(s string) error { _, err := certificate.NormalizeName(s); return err }
		name, err := certificate.NormalizeName(s)
		if err != nil {
			suggestionHolds(t, s, err, check)
			return
		}
		if again, err := certificate.NormalizeName(name); err != nil || again != name {
			t.Errorf("%q is %q, then %q, %v", s, name, again, err)
		}
	})
}

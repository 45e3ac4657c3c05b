package certificate_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/conformance/vectors"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

const root = "1.2.156.3005.2."

// readWorkedExamples reads the worked examples or ends the test.
func readWorkedExamples(t testing.TB) vectors.WorkedExample {
	t.Helper()
	w, err := vectors.ReadWorked()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// readDomainVectors reads the domain's vectors or ends the test.
func readDomainVectors(t testing.TB) vectors.Domain {
	t.Helper()
	d, err := vectors.ReadDomain()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// outcome is the result of checking one value, in the terms of the vectors.
type outcome struct{ Value, Breaks, Suggestion string }

// outcomeOf turns a value or its error into an outcome.
func outcomeOf(t *testing.T, value string, err error) outcome {
	t.Helper()
	if err == nil {
		return outcome{Value: value}
	}
	var field *certificate.FieldError
	if !errors.As(err, &field) {
		t.Fatalf("not a field error: %v", err)
	}
	if field.Detail.ZH == "" || field.Detail.EN == "" {
		t.Errorf("%s says nothing in one language: %+v", field.Rule, field.Detail)
	}
	return outcome{Breaks: field.Rule, Suggestion: field.Suggestion}
}

func TestDomainIdentifiers(t *testing.T) {
	for _, v := range readDomainVectors(t).Identifiers {
		body := strings.Join([]string{v.Type, v.Issuer, v.Serial, v.Version}, ".")
		t.Run(body, func(t *testing.T) {
			check, err := certificate.IdentifierCheck(body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(v.Check, string(check)); diff != "" {
				t.Error(diff)
			}
			given, valid := v.Check, v.Valid == nil || *v.Valid
			if v.Given != "" {
				given = v.Given
			}
			if _, err := certificate.ParseIdentifier(root + body + "." + given); (err == nil) != valid {
				t.Errorf("with %s: %v", given, err)
			}
		})
	}
}

func TestDomainNumbersAreRight(t *testing.T) {
	d := readDomainVectors(t)
	for _, number := range d.ResidentIDs {
		if err := certificate.CheckIDNumber(number); err != nil {
			t.Errorf("%s: %v", number, err)
		}
	}
	for _, code := range d.CreditCodes {
		if err := certificate.CheckUSCC(code); err != nil {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestWorkedIdentifierTrace(t *testing.T) {
	trace := readWorkedExamples(t).Trace
	if len(trace.P) != len(trace.Body) {
		t.Fatalf("%d values for %d characters", len(trace.P), len(trace.Body))
	}
	for i, p := range trace.P {
		check, err := certificate.IdentifierCheck(trace.Body[:i+1])
		if err != nil {
			t.Fatal(err)
		}
		// The check character after each step shows the running value: X = (37 - p) mod 36.
		if want := "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(37-p)%36]; check != want {
			t.Errorf("after %s the check is %c, not %c", trace.Body[:i+1], check, want)
		}
	}
}

func TestWorkedIdentifiers(t *testing.T) {
	for _, v := range readWorkedExamples(t).Identifiers {
		t.Run(v.Is, func(t *testing.T) {
			right := root + v.Body + "." + v.Check
			id, err := certificate.ParseIdentifier(right)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(right, id.String()); diff != "" {
				t.Error(diff)
			}
			for _, wrong := range v.Wrong {
				_, err := certificate.ParseIdentifier(root + v.Body + "." + wrong)
				want := outcome{Breaks: "ident.checksum", Suggestion: right}
				if diff := cmp.Diff(want, outcomeOf(t, "", err)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// TestForgettingTheLastModuloReadsPastTheTable explains the vector with check 0: the formula
// without its last step gives 36, which is outside the table.
func TestForgettingTheLastModuloReadsPastTheTable(t *testing.T) {
	for _, v := range readWorkedExamples(t).Identifiers {
		p := 36
		for _, c := range strings.ReplaceAll(v.Body, ".", "") {
			value := strings.IndexRune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", c)
			if p = (p + value) % 36; p == 0 {
				p = 36
			}
			p = p * 2 % 37
		}
		if fails := 37-p == 36; fails != (v.Check == "0") {
			t.Errorf("%s: running value %d for check %s", v.Is, p, v.Check)
		}
	}
}

func TestWorkedResidentIDs(t *testing.T) {
	for _, v := range readWorkedExamples(t).ResidentIDs {
		t.Run(v.Is, func(t *testing.T) {
			id, err := certificate.ParseIDNumber(v.Number)
			want := outcome{Value: v.Birth + v.Sex, Breaks: v.Breaks, Suggestion: v.Suggestion}
			if diff := cmp.Diff(want, outcomeOf(t, id.Birth.String()+id.Sex, err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWorkedCreditCodes(t *testing.T) {
	for _, v := range readWorkedExamples(t).CreditCodes {
		t.Run(v.Is, func(t *testing.T) {
			want := outcome{Breaks: v.Breaks, Suggestion: v.Suggestion}
			if diff := cmp.Diff(want, outcomeOf(t, "", certificate.CheckUSCC(v.Code))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWorkedRegistrationNumbers(t *testing.T) {
	for _, v := range readWorkedExamples(t).Numbers {
		t.Run(v.Is, func(t *testing.T) {
			n, err := constructors(t, v.Level).Parse(v.Number)
			if err == nil && n.String() != v.Number {
				t.Errorf("%s prints as %s", v.Number, n)
			}
			modern := ""
			if err == nil {
				modern = n.Canonical()
			}
			want := outcome{Value: v.Modern, Breaks: v.Breaks, Suggestion: v.Suggestion}
			if diff := cmp.Diff(want, outcomeOf(t, modern, err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWorkedNames(t *testing.T) {
	for _, v := range readWorkedExamples(t).Names {
		t.Run(v.Is, func(t *testing.T) {
			name, err := certificate.NormalizeName(v.Given)
			got := outcomeOf(t, name, err)
			got.Suggestion = ""
			if diff := cmp.Diff(outcome{Value: v.Name, Breaks: v.Breaks}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWorkedMasks(t *testing.T) {
	masks := map[string]func(string) string{
		"name": certificate.MaskName, "idNumber": certificate.MaskIDNumber, "phone": certificate.MaskPhone,
	}
	for _, v := range readWorkedExamples(t).Masks {
		t.Run(v.Kind+" "+v.Shown, func(t *testing.T) {
			if diff := cmp.Diff(v.Shown, masks[v.Kind](v.Value)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

package certificate

import "github.com/jiazhu/jiazhu/shared/domain/problem"

// FieldError says which value of a certificate breaks which rule, and suggests a correction. The
// checks of single values return it as their error, with an empty Field.
type FieldError struct {
	Field      string // JSON Pointer into the certificate, "" when a single value was checked
	Rule       string // e.g. "id.checksum"
	Detail     problem.Text
	Suggestion string // a value that satisfies the rule, or ""
	Warning    bool   // reported, but no reason to refuse

	// Entry says that the kind of certificate does not take the value, which is no reason to refuse a
	// certificate that is in the register with the same one: earlier rules of its kind took it.
	Entry bool
}

// Error returns the JSON Pointer, the rule and the English detail.
func (e *FieldError) Error() string {
	s := e.Rule + ": " + e.Detail.EN
	if e.Field != "" {
		s = e.Field + ": " + s
	}
	return s
}

// Problem returns the error in the form a problem's field list takes.
func (e *FieldError) Problem() problem.Field {
	return problem.Field{Pointer: e.Field, Rule: e.Rule, Detail: e.Detail, Suggestion: e.Suggestion}
}

// newFieldError builds the error of one value.
func newFieldError(rule, zh, en string) *FieldError {
	return &FieldError{Rule: rule, Detail: problem.Text{ZH: zh, EN: en}}
}

// withSuggestion returns e with a suggested value.
func (e *FieldError) withSuggestion(value string) *FieldError {
	e.Suggestion = value
	return e
}

// HasErrors reports whether any of the errors is a reason to refuse the record.
func HasErrors(errs []FieldError) bool {
	for _, e := range errs {
		if !e.Warning {
			return true
		}
	}
	return false
}

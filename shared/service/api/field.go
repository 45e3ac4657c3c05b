package api

import (
	"errors"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// DescribeField turns the error of a rule about one value, a *certificate.FieldError, into the
// rejected field of a request.
func DescribeField(pointer string, err error) problem.Field {
	var rule *certificate.FieldError
	if !errors.As(err, &rule) {
		return problem.Field{Pointer: pointer, Rule: "value", Detail: problem.Text{ZH: "内容不正确。", EN: "The value is not right."}}
	}
	f := rule.Problem()
	f.Pointer = pointer
	return f
}

// NewFieldProblem returns invalid-field for the error of a rule about one value.
func NewFieldProblem(pointer string, err error) error {
	return problem.New(problem.InvalidField).WithField(DescribeField(pointer, err))
}

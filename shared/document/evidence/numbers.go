package evidence

import (
	"errors"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// numberFinding checks a number of any kind of certificate.
func numberFinding(number string, grammars certificate.Grammars) verdict.Finding {
	_, err := grammars.Parse(number)
	return numbersFinding(err)
}

// numbersOf checks every self-checking number of a copy: 证照标识 (GB/T 36904),
// 注册编号, and the organisation codes (GB 32100).
// It also reports whether the certificate's number alone is wrong.
func numbersOf(c endorsement.Copy, grammars certificate.Grammars) (finding verdict.Finding, isUnread bool) {
	_, identifier := certificate.ParseIdentifier(c.Certificate.Identifier)
	_, number := grammars.Parse(c.Certificate.Number)
	errs := []error{identifier, number, certificate.CheckUSCC(c.Certificate.Issuer.Code)}
	if employer := c.Certificate.Employer; employer != (certificate.Employer{}) {
		errs = append(errs, certificate.CheckUSCC(employer.USCC))
	}
	finding = numbersFinding(errs...)
	errs[1] = nil
	return finding, finding.Result != verdict.Pass && numbersFinding(errs...).Result == verdict.Pass
}

// numbersFinding reports the first number that is wrong.
func numbersFinding(errs ...error) verdict.Finding {
	for _, err := range errs {
		if err == nil {
			continue
		}
		var field *certificate.FieldError
		if errors.As(err, &field) {
			return verdict.UnsoundNumber(field.Detail)
		}
		return verdict.UnsoundNumber(problem.Text{ZH: "编码不正确。", EN: "A number is not well formed."})
	}
	return verdict.SoundNumbers()
}

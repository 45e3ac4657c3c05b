package evidence

import (
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// StatePrinted returns what a receipt states of what a paper says, nil if nothing was asked. The name is
// masked, also one that is not the holder's.
func StatePrinted(p verdict.Printed) *credential.Printed {
	if p.IsZero() {
		return nil
	}
	return &credential.Printed{Name: certificate.MaskName(p.Name), Number: p.Number, Until: p.Until}
}

// describePrinted returns the same in words, for the text of a receipt's row.
func describePrinted(p verdict.Printed) string {
	var parts []string
	for _, one := range []struct{ key, value string }{
		{"printed name", certificate.MaskName(p.Name)}, {"printed number", endorsement.Quote(p.Number)}, {"printed until", p.Until.String()},
	} {
		if one.value != "" {
			parts = append(parts, verdict.TextOf(one.key).ZH+one.value)
		}
	}
	return "（所填：" + strings.Join(parts, "、") + "）"
}

package issue

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// CheckOwners returns an error if the certificates or the electronic seal in an authority's directory say that they
// are another's: by a code (GB 32100) that is not the directory's, or by the name of another authority of the kinds
// of certificate, and not its own. Keys whose certificates say neither are not known to be wrong.
func CheckOwners(all map[string]keys.Authority, kinds scheme.Set) error {
	names := map[string][]string{} // of authorities, by their codes
	for _, s := range kinds.List() {
		for _, name := range []string{s.Issuer.Name, s.Authority} {
			names[s.Issuer.Code] = append(names[s.Issuer.Code], strings.TrimPrefix(name, "中华人民共和国"))
		}
	}
	var errs []error
	for _, code := range slices.Sorted(maps.Keys(all)) {
		said, err := listOwnerTexts(all[code])
		if err != nil {
			return fmt.Errorf("issuing authority %s: %w", code, err)
		}
		for _, file := range slices.Sorted(maps.Keys(said)) {
			if other := findOtherOwner(said[file], code, names); other != "" {
				errs = append(errs, fmt.Errorf("%w: %s in the directory %s is of %s: it says %q; put it into the directory of that authority, and its own into this one",
					ErrKeys, file, code, other, said[file]))
			}
		}
	}
	return errors.Join(errs...)
}

// listOwnerTexts returns what the files of an authority say of their owner.
func listOwnerTexts(a keys.Authority) (map[string]string, error) {
	said := map[string]string{}
	for file, signer := range map[string]keys.Signer{"pdf.chain.pem": a.PDF, "seal.chain.pem": a.Seal} {
		if len(signer.Chain()) == 0 {
			continue // New refuses it
		}
		leaf, err := smx509.ParseCertificate(signer.Chain()[0])
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrKeys, file, err)
		}
		var texts []string
		for _, attribute := range leaf.Subject.Names {
			texts = append(texts, fmt.Sprint(attribute.Value))
		}
		said[file] = strings.Join(texts, ", ")
	}
	seal, err := ses.ParseSeal(a.ESL)
	if err != nil {
		return nil, fmt.Errorf("%w: seal.esl: %w", ErrKeys, err)
	}
	said["seal.esl"] = seal.Name
	return said, nil
}

// codeForm is what may be a code of GB 32100 in a text, such as an organisation identifier.
var codeForm = regexp.MustCompile(`[0-9A-HJ-NPQRTUWXY]{18}`)

// findOtherOwner returns the authority that a text names, unless it names the one with this code or none.
func findOtherOwner(text, code string, names map[string][]string) (other string) {
	isNamed := func(code string) bool {
		return strings.Contains(text, code) || slices.ContainsFunc(names[code], func(name string) bool { return strings.Contains(text, name) })
	}
	for _, found := range codeForm.FindAllString(text, -1) {
		if certificate.CheckUSCC(found) == nil && found != code && !strings.Contains(text, code) {
			return found
		}
	}
	if isNamed(code) {
		return ""
	}
	for _, found := range slices.Sorted(maps.Keys(names)) {
		if isNamed(found) {
			return names[found][0] + " (" + found + ")"
		}
	}
	return ""
}

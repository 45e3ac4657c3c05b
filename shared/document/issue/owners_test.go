package issue_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
)

// Each file of an authority's directory may be another's: of two authorities whose keys are swapped, every copy would be
// refused by who verifies it.
func TestKeysBelongToTheAuthorityOfTheirDirectory(t *testing.T) {
	const city = "11110000000021135M"
	p := issuetest.New(t, issuetest.CopyTime())
	all := func() map[string]keys.Authority {
		m := map[string]keys.Authority{}
		for code, k := range p.Authorities {
			m[code] = keys.Authority{PDF: k.PDF, Seal: k.Seal, ESL: k.ESL}
		}
		return m
	}
	if err := issue.CheckOwners(all(), p.Schemes); err != nil {
		t.Fatal(err)
	}
	for file, change := range map[string]func(to *keys.Authority, from keys.Authority){
		"pdf.chain.pem":  func(to *keys.Authority, from keys.Authority) { to.PDF = from.PDF },
		"seal.chain.pem": func(to *keys.Authority, from keys.Authority) { to.Seal = from.Seal },
		"seal.esl":       func(to *keys.Authority, from keys.Authority) { to.ESL = from.ESL },
	} {
		swapped := all()
		ministry, other := swapped[testca.Ministry], swapped[city]
		change(&ministry, swapped[city])
		change(&other, swapped[testca.Ministry])
		swapped[testca.Ministry], swapped[city] = ministry, other
		err := issue.CheckOwners(swapped, p.Schemes)
		for _, want := range []string{file + " in the directory " + city + " is of 住房和城乡建设部 (" + testca.Ministry + ")", file + " in the directory " + testca.Ministry + " is of 北京市住房和城乡建设委员会 (" + city + ")"} {
			if !errors.Is(err, issue.ErrKeys) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", want, err)
			}
		}
	}
	named := all()
	for code, name := range map[string]string{testca.Ministry: city, city: "VATCN-" + testca.Ministry + " 北京市住房和城乡建设委员会"} {
		issued, err := p.CA.Issue(testca.General, name, testca.Documents, issuetest.CopyTime(), issuetest.CopyTime().AddDate(1, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		k := named[code]
		k.PDF = issued.Signer
		named[code] = k
	}
	err := issue.CheckOwners(named, p.Schemes)
	for _, want := range []string{"the directory " + city + " is of " + testca.Ministry, "the directory " + testca.Ministry + " is of " + city} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

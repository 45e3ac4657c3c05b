package testtrust

import (
	"context"
	"fmt"
	"slices"

	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Office is a test issuing authority (发证机关), with the certificates by which the test authority lets it
// sign.
type Office struct {
	Code      string // GB 32100
	SealName  string
	PDF, Seal testca.Issued
}

// Offices returns the ministry, which signs with the authority's own PDF and Seal, and then an office for
// each other issuing authority of the schemes, in their order.
func Offices(ca *testca.Authority, schemes scheme.Set) ([]Office, error) {
	from, until := ca.Period()
	all := []Office{{testca.Ministry, testca.SealName, ca.PDF, ca.Seal}}
	for _, s := range schemes.List() {
		if slices.ContainsFunc(all, func(o Office) bool { return o.Code == s.Issuer.Code }) {
			continue
		}
		pdf, err := ca.Issue(testca.General, s.Issuer.Name+"（测试）证照签名", testca.Documents, from, until)
		if err != nil {
			return nil, fmt.Errorf("testtrust: %w", err)
		}
		seal, err := ca.Issue(testca.Seals, s.Issuer.Name+"（测试）签章", testca.Documents, from, until)
		if err != nil {
			return nil, fmt.Errorf("testtrust: %w", err)
		}
		all = append(all, Office{s.Issuer.Code, s.Issuer.Name + "测试专用章", pdf, seal})
	}
	return all, nil
}

// NewSeal makes the office's seal with a PNG image, as the DER of GB/T 38540.
func (o Office) NewSeal(ctx context.Context, ca *testca.Authority, picture []byte) ([]byte, error) {
	design := ca.Design(o.Seal, picture)
	design.Name = o.SealName
	return ses.NewSeal(ctx, ca.Maker.Signer, design)
}

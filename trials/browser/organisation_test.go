package browser

import (
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// The certificate of an organisation is shown on both portals and on the verification page in the words of its kind.
func TestAnOrganisationsCertificateIsShownInItsWords(t *testing.T) {
	t.Parallel()
	h := holder(t, "an enterprise's qualification, Beijing")
	for _, portal := range []string{seed.Ministry, seed.National} {
		t.Run(portal, func(t *testing.T) {
			p := open(t, phoneSize)
			p.enter(portal, h)
			p.waitForText(h.Organisation)
			p.waitForText("资质类别及等级")
			p.waitForText("建筑工程施工总承包一级")
			p.checkAccessibility("organisation, " + portal)
			p.snap("organisation-" + portal)
		})
	}
	s, err := api().Login(t.Context(), seed.Ministry, h)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Identify(t.Context(), app(h)); err != nil {
		t.Fatal(err)
	}
	items, _, err := s.Certificates(t.Context())
	if err != nil || len(items) != 1 {
		t.Fatalf("%d certificates: %v", len(items), err)
	}
	e, err := s.Endorse(t.Context(), items[0].Certificate, client.EndorsementAsk{Purpose: client.Purpose{Kind: "投标", Text: "示例项目"}})
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, phoneSize)
	p.visit("/v#" + e.Token())
	p.waitForAnswer("有效", "✓")
	for term, value := range map[string]string{"企业名称": h.Organisation, "证书编号": h.Number, "资质类别及等级": "建筑工程施工总承包一级"} {
		p.waitUntil(`[...document.querySelectorAll("#subject dt")].some(e => e.textContent === ` + quote(term) +
			` && e.nextElementSibling.textContent.startsWith(` + quote(value) + `))`)
	}
	p.waitForText("该类证照没有手写签名")
	p.checkVerifyPage("organisation", phoneSize)
}

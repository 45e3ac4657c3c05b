package browser

import (
	"testing"

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
	_, e := makeBidCopyOf(t, h)
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

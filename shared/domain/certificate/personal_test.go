package certificate_test

import (
	"errors"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// TestATextForOthersHasNobodysNumber: what an authority or an operator writes is shown to others.
func TestATextForOthersHasNobodysNumber(t *testing.T) {
	for _, text := range []string{
		"持证人110101198001010010已申请", "110101 1980 0101 0010", "１１０１０１１９８００１０１００１０", "一一〇一〇一一九八〇〇一〇一〇〇一〇",
		"44030419800101005x", "1101-0119-8001-0100-10", "身份证110101年1980月0101号0010", "旧号110101800101001", "110101 800101 001",
		"请致电13800000000", "138-0000-0000", "138 0000 0000或139 0000 0000", "+86 13800000000", "１３８００００００００", "1 3 8 0 0 0 0 0 0 0 0", "壹叁捌零零零零零零零零",
	} {
		var broken *certificate.FieldError
		if err := certificate.CheckImpersonal(text); !errors.As(err, &broken) || broken.Rule != "text.personal" {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{
		"", "该编号由本市于2019年核发", "京1112019202000001与沪1312019202000002相同", "京1112019202000001，2026-11-23", "110101198001010011", "电话010-12345678",
		"91110000100000000X", "文号〔2026〕12号，共13800000000000元", "1112019202000001",
	} {
		if err := certificate.CheckImpersonal(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

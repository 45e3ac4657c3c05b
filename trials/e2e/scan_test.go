package e2e

import (
	"image"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/scan/scantest"
)

// A scan is no original. The copy that its code names is verified, and the holder reads of it.
func TestTheCodeInAScanIsVerified(t *testing.T) {
	d := newEndorsedHolder(t)
	page := scantest.ScanPage(t, d.endorsement.VerifyURL)
	for media, file := range map[string][]byte{
		"image/jpeg": scantest.JPEG(t, page, 60), "image/png": scantest.PNG(t, page),
		"application/pdf": scantest.ScanPDF(t, image.Image(page)),
	} {
		v, err := service.api().VerifyFile(t.Context(), media, file, nil)
		if err != nil {
			t.Fatal(err)
		}
		if v.Verdict != "unknown" || len(v.Checks) != 1 || v.Checks[0].Reason != "not-original" || v.Scan.Pages != 1 || len(v.Scan.Codes) != 1 {
			t.Fatalf("%s: %+v", media, v)
		}
		code := v.Scan.Codes[0]
		if code.Page != 1 || code.Token != d.endorsement.Token() || code.Verdict.Verdict != "valid" || len(code.Verdict.Checks) != 10 {
			t.Errorf("%s: %+v", media, code)
		}
		if entry := d.newestEntry(t); entry.Channel != "qr" || entry.Endorsement != d.endorsement.Endorsement || entry.Verdict != "valid" {
			t.Errorf("%s: the ledger's newest entry is %+v", media, entry)
		}
	}
}

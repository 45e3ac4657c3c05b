package e2e

import (
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
)

// The service is told of the authority for time stamps, and no longer.
func TestSignaturesForTheLongTerm(t *testing.T) {
	service.longTerm = true
	restart(t)
	defer func() {
		service.longTerm = false
		restart(t)
	}()
	s, certificate := loginAndIdentify(t, holder(t, "ready"))
	made, err := s.Endorse(t.Context(), certificate, client.EndorsementAsk{})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"pdf", "ofd"} {
		file, err := s.Download(t.Context(), made, kind)
		if err != nil {
			t.Fatal(err)
		}
		if kind == "pdf" {
			if read, err := pdf.Read(file); err != nil || read.Validation == nil || len(read.Validation.CRLs) != 2 {
				t.Errorf("the PDF carries no proofs: %+v, %v", read, err)
			}
		}
		verdict, err := service.api().VerifyFile(t.Context(), "application/"+kind, file, nil)
		if err != nil || verdict.Verdict != "valid" {
			t.Errorf("%s: %+v, %v", kind, verdict, err)
		}
	}
}

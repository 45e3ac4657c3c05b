package e2e

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
)

// The service is told of the authorities for time stamps, and no longer.
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
		if kind == "ofd" && sealTimestamp(t, file).Algorithms != tsp.SM {
			t.Error("the seal has no timestamp with SM2")
		}
		verdict, err := service.api().VerifyFile(t.Context(), "application/"+kind, file, nil)
		if err != nil || verdict.Verdict != "valid" {
			t.Errorf("%s: %+v, %v", kind, verdict, err)
			continue
		}
		for _, row := range verdict.Checks {
			if row.Check == "issuer" && !strings.Contains(row.Text, "可信时间戳") {
				t.Errorf("%s: the row issuer says %q", kind, row.Text)
			}
		}
	}
}

func sealTimestamp(t *testing.T, file []byte) *tsp.Token {
	t.Helper()
	read, err := ofd.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := ses.Parse(read.Signature.Value)
	if err != nil {
		t.Fatal(err)
	}
	token, err := tsp.Parse(sealed.Timestamp)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

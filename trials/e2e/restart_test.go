package e2e

import (
	"net/url"
	"strconv"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// restart stops DynamoDB, S3 and the service, and starts them again on the same data and port.
func restart(t *testing.T) {
	t.Helper()
	address, err := url.Parse(service.stack.URL)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(address.Port())
	if err != nil {
		t.Fatal(err)
	}
	service.stop()
	if err := service.start(t.Context(), port); err != nil {
		t.Fatal(err)
	}
}

func TestWhatWasMadeSurvivesARestart(t *testing.T) {
	s, certificate := loginAndIdentify(t, holder(t, "ready"))
	made, err := s.Endorse(t.Context(), certificate, client.EndorsementAsk{})
	if err != nil {
		t.Fatal(err)
	}
	pdf, err := s.Download(t.Context(), made, "pdf")
	if err != nil {
		t.Fatal(err)
	}
	restart(t)

	t.Run("the session goes on, identified", func(t *testing.T) {
		if items := history(t, s, certificate); items[0].Endorsement != made.Endorsement {
			t.Errorf("the newest endorsement is %s, want %s", items[0].Endorsement, made.Endorsement)
		}
	})
	t.Run("the files are there", func(t *testing.T) {
		for _, file := range []string{"pdf", "ofd", "preview"} {
			if _, err := s.Download(t.Context(), made, file); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("a document from before verifies, and so does its QR code", func(t *testing.T) {
		byFile, err := service.api().VerifyFile(t.Context(), "application/pdf", pdf, nil)
		if err != nil || byFile.Verdict != "valid" {
			t.Errorf("by file: %+v, %v", byFile, err)
		}
		byToken, err := service.api().Verify(t.Context(), client.VerificationAsk{Token: made.Token()})
		if err != nil || byToken.Verdict != "valid" {
			t.Errorf("by token: %+v, %v", byToken, err)
		}
	})
	t.Run("seeding again changes nothing", func(t *testing.T) {
		if _, err := seed.Seed(t.Context(), service.target()); err != nil {
			t.Error(err)
		}
		if items := history(t, s, certificate); items[0].Endorsement != made.Endorsement {
			t.Error("the history changed")
		}
	})
}

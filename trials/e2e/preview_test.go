package e2e

import (
	"bytes"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// newHolder enters a holder of a test's own, and logs them in.
func newHolder(t *testing.T, order int) (h seed.Holder, s *seed.Session, certificate string) {
	t.Helper()
	h = seed.EndorsableHolder(order, service.stack.Today).WithSerial(order)
	if err := service.target().Enter(t.Context(), []seed.Holder{h}); err != nil {
		t.Fatal(err)
	}
	s, certificate = loginAndIdentify(t, h)
	return h, s, certificate
}

// A preview is drawn anew each time, and stays the same whatever an authority reports later.
func TestAPreviewStaysTheSame(t *testing.T) {
	h, s, certificate := newHolder(t, 830)
	made, err := s.Endorse(t.Context(), certificate, client.EndorsementAsk{Purpose: client.Purpose{Kind: "投标", Text: "示例项目"}})
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.Preview(t.Context(), made)
	if err != nil {
		t.Fatal(err)
	}
	checkSame := func(when string) {
		byLink, err := s.Download(t.Context(), made, "preview")
		if err != nil || !bytes.Equal(byLink, first) {
			t.Errorf("%s, by a link: %d bytes, first %d, %v", when, len(byLink), len(first), err)
		}
		again, err := s.Preview(t.Context(), made)
		if err != nil || !bytes.Equal(again, first) {
			t.Errorf("%s: %d bytes, first %d, %v", when, len(again), len(first), err)
		}
	}
	checkSame("at once")
	row, err := h.Row()
	if err != nil {
		t.Fatal(err)
	}
	another, err := holder(t, "several specialties, one ending soon").Row()
	if err != nil {
		t.Fatal(err)
	}
	row.Photo, row.SignatureImage, row.Employer.Name = another.Photo, another.SignatureImage, "另一示例有限公司"
	if done, err := service.target().Report(t.Context(), row); err != nil || done.Accepted != 1 {
		t.Fatalf("%+v, %v", done, err)
	}
	checkSame("after another photo, handwriting and employer were reported")
	restart(t)
	checkSame("after a restart")
}

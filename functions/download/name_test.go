package main

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// The longest names leave room for the days and the ending.
func TestAFileNameKeepsItsEnding(t *testing.T) {
	for _, name := range []string{strings.Repeat("ễ", 100), strings.Repeat("𠮷", 50), strings.Repeat("M", 100), "O'Brien"} {
		f := records.CertificateView{Endorsement: &endorsement.Endorsement{UseFrom: civil.Date{Year: 2026, Month: 11, Day: 23}, UseUntil: civil.Date{Year: 2027, Month: 5, Day: 22}}}
		f.Certificate.TypeName, f.Certificate.Holder.Name = "一级建造师注册证书", name
		if got := fileName(f, "pdf"); !strings.HasSuffix(got, "-20261123-20270522.pdf") || len(got) > 255 {
			t.Errorf("%d bytes: %s", len(got), got)
		}
	}
}

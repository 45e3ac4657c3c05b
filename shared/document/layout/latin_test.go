package layout

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// The longest name in Latin letters is printed in full and in readable type beside the photo, on
// the fullest page too.
func TestTheLongestLatinNamesArePrintedInFull(t *testing.T) {
	l, fonts := newLayout(t)
	for _, name := range []string{
		"JOHN SMITH", "Jean-Luc O'Brien", strings.Repeat("M", 100), strings.Repeat("W", 100), strings.Repeat("WWWWWWWW ", 11) + "W",
		strings.Repeat("MARIA-MAGDALENA ", 6) + "ANNA", "Nguyễn Thị Mỹ Đức Øystein Æsop Þórir Müller François Ñuñez", "Łukasz Žižka Ğül İnönü Şafak Őze Țepeş Ľubomíra",
	} {
		kept, err := certificate.NormalizeHolderName("414", name)
		if err != nil {
			t.Fatal(err)
		}
		for _, full := range []bool{false, true} {
			in := ordinaryInput(t)
			in.Copy.Certificate.Holder.Name = kept
			if full {
				for len(in.Copy.Certificate.Specialties) < 10 {
					in.Copy.Certificate.Specialties = append(in.Copy.Certificate.Specialties, in.Copy.Certificate.Specialties[0])
				}
				in.Copy.Certificate.Employer.Name = strings.Repeat("某", 100)
				in.Copy.Purpose = &endorsement.Purpose{Kind: "其他", Text: strings.Repeat("某", 200)}
			}
			page, err := l.Certificate(in)
			if err != nil {
				t.Fatalf("%s: %v", kept, err)
			}
			var printed []string
			top, bottom := 1000.0, 0.0
			for _, item := range page.Items {
				text, ok := item.(*displaylist.Text)
				if !ok || text.Label != endorsement.NameLabel {
					continue
				}
				printed = append(printed, text.Body)
				top, bottom = min(top, text.Y-text.Size), max(bottom, text.Y+0.25*text.Size)
				if end := text.X + fonts.Measure(text.Body, text.Size); end > in.Scheme.Face.Photo.X-4 || text.Size < leastSize {
					t.Errorf("%s: a line ends at %.1f in type of %.2f", kept, end, text.Size)
				}
			}
			if got := strings.ReplaceAll(strings.Join(printed, ""), " ", ""); got != strings.ReplaceAll(kept, " ", "") {
				t.Errorf("%s is printed as %q", kept, printed)
			}
			for _, item := range page.Items {
				if text, ok := item.(*displaylist.Text); ok && text.Label == endorsement.SexLabel && text.Y-text.Size < bottom-0.3 {
					t.Errorf("%s: its last line ends at %.1f, and 性别 begins at %.1f", kept, bottom, text.Y-text.Size)
				}
			}
			if top < statement+0.5 {
				t.Errorf("%s: its first line begins at %.1f", kept, top)
			}
		}
	}
}

// The fonts have the letters of passports (ICAO 9303-3, 6). For one that they lack, the problem says
// how the machine-readable zone writes it.
func TestALetterThatTheFontLacksHasAnotherSpelling(t *testing.T) {
	l, fonts := newLayout(t)
	for _, letters := range []string{"ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ", "ĂÂĐÊÔƠƯăâđêôơưẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ", "-' ", "ĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĮįİıĴĵĶķĹĺĻļĽľĿŀŁłŃńŅņŇňŊŋŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽžȘșȚțẞ"} {
		if missing := fonts.MissingRunes(letters); len(missing) > 0 {
			t.Errorf("not in the fonts: %s", string(missing))
		}
	}
	in := ordinaryInput(t)
	in.Copy.Certificate.Holder.Name = "ŦONA ĬO"
	_, err := l.Certificate(in)
	p, ok := problem.As(err)
	if !ok || p.Code != problem.GlyphMissing || p.Owner != problem.Employer || !strings.Contains(p.Remedy.ZH, "机读区") || !strings.Contains(p.Detail.ZH, "Ĭ(U+012C) Ŧ(U+0166)") {
		t.Errorf("%+v", err)
	}
}

package layout

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// forms returns every form of a constructor's certificate.
func forms() []form {
	var all []form
	for _, specialties := range []int{2, 5, 10} {
		for _, rows := range []string{"11111s", "11113s"} {
			for _, b := range []binding{unbound, bound, boundAtLength} {
				all = append(all, form{rows, specialties, b})
			}
		}
	}
	return all
}

// arrangeForm places the parts of a constructor's certificate.
func arrangeForm(t testing.TB, f form) arrangement { return arrange(newPlan(constructor(t), f)) }

func TestEveryFormHasRoomForItsParts(t *testing.T) {
	for _, f := range forms() {
		a := arrangeForm(t, f)
		if a.room < 0 || a.last > a.hand.Y-beforeSignature+1e-9 {
			t.Errorf("%+v: the last specialty is at %.2f, the signature in %+v", f, a.last, a.hand)
		}
		if a.signatureDate > a.panel.Y-closePanel+1e-9 || a.panel.Y+a.panel.H > lowestPanel+1e-9 {
			t.Errorf("%+v: the signature at %.2f, the panel %+v", f, a.signatureDate, a.panel)
		}
		if f.binding != unbound && (a.words.Y < a.last+beforeWords-1e-9 || a.words.Y+a.words.H > a.hand.Y+1e-9 || a.words.Overlaps(a.panel)) {
			t.Errorf("%+v: the statement in %+v, the last specialty at %.2f, the signature in %+v", f, a.words, a.last, a.hand)
		}
	}
}

// fullestInput returns a copy with the longest texts that are accepted, in the form f.
func fullestInput(t *testing.T, f form) Input {
	in := ordinaryInput(t)
	c := &in.Copy.Certificate
	c.Holder.Name = strings.Repeat("买合木提", 6) + "·" + strings.Repeat("艾尔肯", 8) + "江"
	c.Specialties = nil
	for range f.specialties {
		c.Specialties = append(c.Specialties, certificate.Specialty{Name: "港口与航道工程", From: day(2020, 12, 11), To: day(2023, 12, 10)})
	}
	if f.rows == "11113s" {
		c.Employer.Name = strings.Repeat("某", 100)
	} else {
		c.Employer.Name = strings.Repeat("某", 30)
	}
	switch f.binding {
	case bound:
		in.Copy.Purpose = &endorsement.Purpose{Kind: "投标", Text: strings.Repeat("某", 33)}
		in.Copy.Recipient = &endorsement.Recipient{Name: strings.Repeat("某", 14), USCC: "11110000000021135M"}
	case boundAtLength:
		in.Copy.Purpose = &endorsement.Purpose{Kind: "本人使用", Text: strings.Repeat("某", 200), ProjectCode: strings.Repeat("W", 64)}
		in.Copy.Recipient = &endorsement.Recipient{Name: strings.Repeat("某", 100), USCC: "11110000000021135M"}
	}
	return in
}

// valuesOf returns the values of a face's rows.
func valuesOf(s scheme.Scheme) (values []string) {
	for _, row := range s.Face.Rows {
		values = append(values, row.Value)
	}
	return values
}

func TestTheFullestFaceOfEveryFormFits(t *testing.T) {
	l, fonts := newLayout(t)
	schemes, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range schemes.List() {
		if !slices.Equal(valuesOf(s), valuesOf(constructor(t))) {
			continue // TestEveryBuiltInFaceIsRight has its fullest face
		}
		for _, f := range forms() {
			for _, preview := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s %+v preview %v", s.ID, f, preview), func(t *testing.T) {
					in := fullestInput(t, f)
					in.Scheme, in.Preview = s, preview
					if diff := cmp.Diff(f, l.variantOf(in, listValues(in)), cmp.AllowUnexported(form{})); diff != "" {
						t.Fatal(diff)
					}
					page, err := l.Certificate(in)
					if err != nil {
						t.Fatal(err)
					}
					checkPage(t, fonts, page)
				})
			}
		}
	}
}

func TestTextTooWideToBeReadIsRefusedByField(t *testing.T) {
	l, _ := newLayout(t)
	for name, c := range map[string]struct {
		put     func(*Input)
		pointer string
	}{
		"the purpose": {func(in *Input) {
			in.Copy.Purpose = &endorsement.Purpose{Kind: "其他", Text: strings.Repeat("⸻", 400)}
		}, "/purpose/text"},
		"the recipient": {func(in *Input) {
			in.Copy.Recipient = &endorsement.Recipient{Name: strings.Repeat("⸻", 400)}
		}, "/recipient/name"},
	} {
		t.Run(name, func(t *testing.T) {
			in := ordinaryInput(t)
			c.put(&in)
			_, err := l.Certificate(in)
			p, ok := problem.As(err)
			if !ok || p.Code != problem.InvalidField || len(p.Fields) != 1 || p.Fields[0].Pointer != c.pointer {
				t.Errorf("error %v", err)
			}
		})
	}
}

// Where there are few lines, the handwriting is large and no gap is above it.
func TestTheSignatureTakesTheRoomThereIs(t *testing.T) {
	for _, f := range forms() {
		a := arrangeForm(t, f)
		above := a.last
		if f.binding != unbound {
			above = a.words.Y + a.words.H
		}
		if gap := a.hand.Y - above; gap > 10 {
			t.Errorf("%+v: %.1f mm above the signature", f, gap)
		}
		if least := map[bool]float64{true: 19, false: closeSignature}[f.specialties <= 2 && f.binding != boundAtLength]; a.hand.H < least {
			t.Errorf("%+v: the signature is %.1f mm high", f, a.hand.H)
		}
		if pen := a.hand.X + a.hand.W; pen > penEnd-30 && a.signatureDateX == left || pen > a.signatureDateX-15 && a.signatureDateX != left {
			t.Errorf("%+v: the signature ends at %.1f and leaves no line for a pen", f, pen)
		}
	}
}

// The names of authorities fit under the seal, and the seal covers their end.
func TestEveryAuthorityFitsUnderTheSeal(t *testing.T) {
	l, fonts := newLayout(t)
	for _, name := range []string{
		"某某市住建局", "某某省住房和城乡建设厅", "某某某省住房和城乡建设厅", "北京市住房和城乡建设委员会", "内蒙古自治区住房和城乡建设厅", "中华人民共和国住房和城乡建设部",
		"新疆维吾尔自治区住房和城乡建设厅", strings.Repeat("某", 22), "新疆维吾尔自治区巴音郭楞蒙古自治州住房和城乡建设局行政审批处", strings.Repeat("某", 40), strings.Repeat("某", 60),
	} {
		in := ordinaryInput(t)
		in.Scheme.Authority = name
		page, err := l.Certificate(in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkPage(t, fonts, page)
		printed, date := "", 0.0
		for _, text := range textsOf(page) {
			switch {
			case text.Role != displaylist.Value:
			case text.Label == endorsement.AuthorityLabel:
				printed += text.Body
			case text.Label == endorsement.IssuedLabel:
				date = text.X
			}
		}
		if printed != name || page.Seal.X < date+2*valueSize || page.Seal.X > date+5*valueSize {
			t.Errorf("%s is printed as %s, the day of issue begins at %.1f", name, printed, date)
		}
	}
}

// The handwriting image may have a white background, which would hide part of the
// mark.
func TestTheTestMarkKeepsClearOfTheSignature(t *testing.T) {
	l, _ := newLayout(t)
	for _, f := range forms() {
		place := arrangeForm(t, f).hand
		p, err := l.prepare(Input{Scheme: constructor(t), Test: true}, f)
		if err != nil {
			t.Fatal(err)
		}
		marked := 0
		for _, item := range p.base.Items {
			p, ok := item.(*displaylist.Path)
			if !ok || p.Fill == nil || *p.Fill != faint {
				continue
			}
			for _, op := range p.Ops {
				marked++
				if (displaylist.Rect{X: op.X, Y: op.Y}).Overlaps(place) {
					t.Errorf("%+v: the mark reaches %.1f, %.1f in %+v", f, op.X, op.Y, place)
				}
			}
		}
		if marked == 0 {
			t.Error("there is no mark")
		}
	}
}

package layout

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// textsOf returns all texts of a page.
func textsOf(s displaylist.Page) []*displaylist.Text {
	var all []*displaylist.Text
	for _, item := range slices.Concat(s.Base.Items, s.Items) {
		if t, ok := item.(*displaylist.Text); ok {
			all = append(all, t)
		}
	}
	return all
}

// The holder's declaration is apart from the window and the seal and looks different:
// another colour and size, and a line that says whose words they are.
func TestTheRedPanelHoldsTheWindowAlone(t *testing.T) {
	l, fonts := newLayout(t)
	for _, f := range forms() {
		in := fullestInput(t, f)
		s, err := l.Certificate(in)
		if err != nil {
			t.Fatal(err)
		}
		at := arrangeForm(t, f)
		lines := map[string]string{}
		for _, text := range textsOf(s) {
			inside := box(fonts, text).Overlaps(at.panel)
			switch text.Label {
			case purposeName, recipientName:
				if inside || text.Color != pen || text.Size > wantedWords || !at.words.Contains(displaylist.Rect{X: text.X, Y: text.Y, W: 1}) {
					t.Errorf("%+v: %q stands at %.1f, %.1f in %+v, %.1f mm", f, text.Body, text.X, text.Y, text.Color, text.Size)
				}
				lines[text.Label] += text.Body
			case endorsement.WindowLabel:
				if !inside || text.Color != red {
					t.Errorf("%+v: %q stands at %.1f, %.1f", f, text.Body, text.X, text.Y)
				}
			default:
				if inside || text.Color == pen {
					t.Errorf("%+v: %q is in the panel, or in the holder's colour", f, text.Body)
				}
			}
		}
		for name, quotes := range map[string]int{purposeName: 2, recipientName: 2} {
			line := lines[name]
			if (line == "") != (f.binding == unbound) || line != "" && (!strings.HasPrefix(line, endorsement.StatementLabel+"：") ||
				strings.Count(line, "「") != strings.Count(line, "」") || strings.Count(line, "「") > quotes || !strings.HasSuffix(line, "」")) {
				t.Errorf("%+v: %s is %q", f, name, line)
			}
		}
	}
}

// Every label on the page of any kind of certificate is a text that holders may not write.
func TestEveryLabelOfTheFaceIsOneHoldersMayNotWrite(t *testing.T) {
	l, _ := newLayout(t)
	schemes, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	before := regexp.MustCompile(`(?:^|　)([^：（「，　]+)：`)
	for _, s := range schemes.List() {
		known, seen := endorsement.LabelsOf(s), map[string]bool{}
		page, err := l.Certificate(Sample(s, true))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range textsOf(page) {
			body := text.Body
			if text.Role == displaylist.Label {
				body = strings.ReplaceAll(body, "　", "") // 姓　　名
			}
			found := before.FindAllStringSubmatch(body, -1)
			if text.Role == displaylist.Label && len(found) != 1 {
				t.Errorf("%s: the label %q does not end in a colon", s.ID, text.Body)
			}
			for _, m := range found {
				seen[m[1]] = true
				if !slices.Contains(known, m[1]) {
					t.Errorf("%s: %q is no label holders may not write", s.ID, m[1])
				}
			}
			if name := text.Label; name != "" && name != purposeName && name != recipientName && !slices.Contains(known, name) && name != "验真二维码" {
				t.Errorf("%s: %q is no label holders may not write", s.ID, name)
			}
		}
		printed := s.Face.Labels()
		for _, label := range fixedLabels() {
			signed := label == endorsement.SignatureLabel || label == endorsement.SignatureDateLabel
			if label != endorsement.CodeLabel && label != purposeName && label != recipientName && (s.Face.HasSignature() || !signed) {
				printed = append(printed, label)
			}
		}
		for _, label := range printed {
			if !seen[label] {
				t.Errorf("the face of %s has no %s", s.ID, label)
			}
		}
	}
}

func TestOnlyWhatTheHolderTypedIsInBrackets(t *testing.T) {
	for want, p := range map[string]endorsement.Purpose{
		"持证人声明：仅用于本人使用":               {Kind: "本人使用"},
		"持证人声明：仅用于投标「某某大厦」":           {Kind: "投标", Text: "某某大厦"},
		"持证人声明：仅用于投标，项目编号「P-1」":       {Kind: "投标", ProjectCode: "P-1"},
		"持证人声明：仅用于「开户」":               {Kind: "其他", Text: "开户"},
		"持证人声明：仅用于入职「某某公司」，项目编号「P-1」": {Kind: "入职", Text: "某某公司", ProjectCode: "P-1"},
	} {
		if got := purposeLine(&p); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := recipientLine(&endorsement.Recipient{Name: "乙公司"}); got != "持证人声明：接收单位「乙公司」" {
		t.Errorf("got %s", got)
	}
}

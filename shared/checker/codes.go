package checker

import (
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// foundCodes is what was found in a file that is no original (openapi.yaml, FoundCodes).
type foundCodes struct {
	Pages  int          `json:"pages"`
	Unread []unreadPage `json:"unread"`
	Codes  []foundCode  `json:"codes"`
	Others int          `json:"others"`

	Several int `json:"several,omitempty"`
}

type unreadPage struct {
	Page   int      `json:"page"` // 0: the whole file
	Reason scan.Why `json:"reason"`
}

// foundCode is a code on a page, and the report on its token.
type foundCode struct {
	Page    int    `json:"page"`
	Token   string `json:"token"`
	LeadsTo string `json:"leadsTo,omitempty"` // host of its address, if that is not the registry's; without one any, since the published keys name none
	Verdict Report `json:"verdict"`
}

// judgeCodes finds the codes in a file that is no original, and judges each as a token by the published keys. It
// returns nil for everything else, and for an OFD.
func (c Checker) judgeCodes(m examination) (*foundCodes, error) {
	if m.input.File == nil || m.evidence.Integrity.Reason != verdict.NotOriginal {
		return nil, nil
	}
	result, err := scan.Find(m.input.File, scan.DefaultBounds())
	if err != nil {
		return nil, nil
	}
	found := &foundCodes{Pages: result.Pages, Unread: []unreadPage{}, Codes: []foundCode{}, Others: result.Others, Several: result.Several}
	for _, u := range result.Unread {
		found.Unread = append(found.Unread, unreadPage{u.Page, u.Why})
	}
	for _, code := range result.Codes {
		content, _ := credential.Find(code.Text)
		_, r, err := c.judgeOffline(Input{Token: content.Token})
		if err != nil {
			return nil, err
		}
		found.Codes = append(found.Codes, foundCode{code.Page, content.Token, code.LeadsAway(c.Registry), r})
	}
	return found, nil
}

// identify returns what to ask the registry about: each token once, on however many pages it stands.
func (f *foundCodes) identify() (all []identity) {
	known := map[string]int{}
	for i := range f.Codes {
		code := &f.Codes[i]
		if code.Verdict.FindRow(verdict.Integrity).Result != verdict.Pass {
			continue
		}
		at, ok := known[code.Token]
		if !ok {
			at, known[code.Token] = len(all), len(all)
			all = append(all, identity{item: item{Token: code.Token}})
		}
		all[at].reports = append(all[at].reports, &code.Verdict)
	}
	return all
}

// describe returns the codes and what was not read, for people: one line each, and below a code why its copy is
// not valid.
func (f *foundCodes) describe(lang string) []string {
	in := func(zh, en string) string { return problem.Text{ZH: zh, EN: en}.In(lang) }
	var lines []string
	for _, c := range f.Codes {
		line := fmt.Sprintf(in("第 %d 页的二维码：%s", "code on page %d: %s"), c.Page, c.Verdict.Name)
		if s := c.Verdict.Subject; s != nil {
			line += fmt.Sprintf(" %s %s %s – %s", s.Name, s.Number, s.From, s.Until)
		}
		line = strings.TrimSpace(line + " " + c.Verdict.reason())
		lines = append(lines, line+scan.DescribeHost(c.LeadsTo).In(lang))
	}
	return append(lines, f.describeGaps(lang)...)
}

// describeGaps says that no code was found, and which pages were not searched.
func (f *foundCodes) describeGaps(lang string) (lines []string) {
	in := func(zh, en string) string { return problem.Text{ZH: zh, EN: en}.In(lang) }
	if f.Several > 0 {
		lines = append(lines, scan.DescribeSeveral(f.Several).In(lang))
	}
	if len(f.Codes) == 0 && f.Several == 0 {
		lines = append(lines, in("没有找到本平台的二维码", "no QR code of this service was found"))
	}
	for _, u := range f.Unread {
		where := in("整个文件", "the whole file")
		if u.Page > 0 {
			where = fmt.Sprintf(in("第 %d 页", "page %d"), u.Page)
		}
		lines = append(lines, where+in(" 未能查找二维码：", " was not searched: ")+u.Reason.Text().In(lang))
	}
	return lines
}

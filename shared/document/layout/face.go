// Package face lays a certificate out on a sheet of A4: what stands where, how
// large, and in which colour, once for every file format.
//
// The sheet has fixed places. Titles, labels, border and captions never move,
// so they form a page.Base that is made once per kind of certificate; the
// holder's own lines are set into the places beside them. A line that is too
// long for its place is set smaller, and then in several lines, but never cut
// off and never over another one. A character that the font lacks stops the
// layout: an empty box is not a name.
//
// The face follows the national one (一级建造师电子注册证书): title, statement,
// 姓名 性别 出生日期 注册编号 聘用企业 注册专业 with the photo at the right, then
// the holder's own statement (持证人声明), 个人签名 and 签名日期 with room for a pen,
// the window of use in red, and at the foot the QR code, 发证机关, 签发日期 and the
// seal.
package layout

import (
	"fmt"
	"sync"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Input is what a face shows.
type Input struct {
	Scheme    scheme.Scheme
	Copy      endorsement.Copy
	Photo     *displaylist.Picture // may be nil
	Signature *displaylist.Picture // of the holder's hand; may be nil
	QRText    string               // what the QR code says; "" leaves its place empty
	Test      bool                 // marked 测试: sealed with test keys
	Preview   bool                 // without a QR code, because a preview proves nothing
}

// Layout lays out faces. It is safe for use by several goroutines.
type Layout struct {
	fonts *font.Set

	mu    sync.Mutex
	bases map[baseKey]*displaylist.Base

	qrEncoder qrEncoder
}

// baseKey is all that a base depends on.
type baseKey struct {
	heading                        [2]string
	subtitle, statement, authority string
	test, preview                  bool
	form                           form
}

// New returns a Layout that measures with fonts.
func New(fonts *font.Set) *Layout {
	return &Layout{fonts: fonts, bases: map[baseKey]*displaylist.Base{}}
}

// Certificate lays out one copy. The error is the problem glyph-missing when
// the fonts lack a character of it, or invalid-field when a text cannot be set in
// type that can be read; any other error means that the QR text is too long for a
// QR code, or the scheme's texts for the sheet.
func (l *Layout) Certificate(in Input) (displaylist.Page, error) {
	if err := l.check(in); err != nil {
		return displaylist.Page{}, err
	}
	form := l.formOf(in)
	base, err := l.base(in, form)
	if err != nil {
		return displaylist.Page{}, err
	}
	s := displaylist.Page{Width: width, Height: height, Lang: "zh-CN", Title: in.Scheme.Title, Base: base, Seal: sealPlace}
	c := &composer{fonts: l.fonts, at: arrange(form)}
	c.holder(in)
	c.specialties(in)
	c.words(in)
	c.signature(in)
	c.use(in)
	c.issue(in)
	c.identity(in)
	if in.QRText != "" && !in.Preview {
		code, err := l.qrEncoder.picture(in.QRText)
		if err != nil {
			return displaylist.Page{}, fmt.Errorf("lay out the QR code: %w", err)
		}
		c.add(&displaylist.Image{X: qrPlace.X, Y: qrPlace.Y, W: qrPlace.W, H: qrPlace.H, Picture: code, Alt: "验真二维码"})
	}
	if err := c.checkReadable(); err != nil {
		return displaylist.Page{}, err
	}
	s.Items = c.items
	return s, nil
}

// base returns the unchanging items of a kind of face, always the same address
// for the same kind.
func (l *Layout) base(in Input, form form) (*displaylist.Base, error) {
	key := baseKey{
		heading: in.Scheme.Heading, subtitle: in.Scheme.Subtitle, statement: in.Scheme.Statement,
		authority: in.Scheme.Authority, test: in.Test, preview: in.Preview, form: form,
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if b := l.bases[key]; b != nil {
		return b, nil
	}
	c := &composer{fonts: l.fonts, at: arrange(form)}
	c.backdrop(key)
	c.titles(key)
	c.labels(key)
	if err := c.checkReadable(); err != nil {
		return nil, fmt.Errorf("scheme %s: %w", in.Scheme.ID, err)
	}
	b := &displaylist.Base{Items: c.items, Common: commonCharacters}
	l.bases[key] = b
	return b, nil
}

// composer collects items.
type composer struct {
	fonts *font.Set
	at    arrangement
	items []displaylist.Item
}

func (c *composer) add(item displaylist.Item) { c.items = append(c.items, item) }

// Package layout places the parts of a certificate on a page of A4: what is drawn
// where, how large, and in which colour, once for every file format.
//
// The page has fixed places. Titles, labels, border and captions never move, so they
// form a displaylist.Base that is made once per kind of certificate; the holder's own
// lines are set into the places beside them. A line that is too long for its place is
// set smaller, and then in several lines, but never cut off and never over another
// one. A character that the font lacks is an error, so that no name is printed with an
// empty box.
//
// The layout follows the national certificate (一级建造师电子注册证书): title,
// statement, 姓名 性别 出生日期 注册编号 聘用企业 注册专业 with the photo at the
// right, then the holder's declaration (持证人声明), 个人签名 and 签名日期 with room
// for a pen, the window of use in red, and at the foot the QR code, 发证机关, 签发日期
// and the seal.
package layout

import (
	"fmt"
	"sync"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Input is the data that a page shows.
type Input struct {
	Scheme         scheme.Scheme
	Copy           endorsement.Copy
	Photo          *displaylist.Picture // may be nil
	SignatureImage *displaylist.Picture // the holder's handwriting; may be nil
	QRText         string               // content of the QR code; "" leaves its place empty
	Test           bool                 // sealed with test keys: marked 测试
	Preview        bool                 // without a QR code, because a preview proves nothing
}

// Layout lays out certificates. It is safe for concurrent use.
type Layout struct {
	fonts *font.Set

	mu    sync.Mutex
	bases map[baseKey]*displaylist.Base

	qrEncoder qrEncoder
}

// baseKey holds everything that determines a Base.
type baseKey struct {
	heading                        [2]string
	subtitle, statement, authority string
	address                        string // of the page that verifies
	test, preview                  bool
	form                           form
}

// New returns a Layout that measures with fonts.
func New(fonts *font.Set) *Layout {
	return &Layout{fonts: fonts, bases: map[baseKey]*displaylist.Base{}}
}

// Certificate lays out one copy. The error is the problem glyph-missing when the fonts
// lack one of its characters, or invalid-field when a text would be too small to read;
// any other error means that the QR text is too long for a QR code, or the scheme's
// texts for the page.
func (l *Layout) Certificate(in Input) (displaylist.Page, error) {
	if err := l.check(in); err != nil {
		return displaylist.Page{}, err
	}
	form := l.variantOf(in)
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

// base returns the unchanging items of a kind of certificate. Calls with the same key
// return the same address.
func (l *Layout) base(in Input, form form) (*displaylist.Base, error) {
	key := baseKey{
		heading: in.Scheme.Heading, subtitle: in.Scheme.Subtitle, statement: in.Scheme.Statement,
		authority: in.Scheme.Authority, address: pageOf(in.QRText), test: in.Test, preview: in.Preview, form: form,
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

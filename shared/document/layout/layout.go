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
// statement, the rows of the scheme's face with the photo at the
// right, then the holder's declaration (持证人声明), 个人签名 and 签名日期 with room
// for a pen, the window of use in red, and at the foot the QR code, 发证机关, 签发日期
// and the seal. Which rows there are, and where photo, code and seal stand, the face
// says (scheme.Face).
package layout

import (
	"errors"
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
	bases map[baseKey]*preparedFace

	qrEncoder qrEncoder
}

// baseKey holds everything that determines a Base.
type baseKey struct {
	heading                        [2]string
	subtitle, statement, authority string
	address                        string // of the page that verifies
	test, preview                  bool
	face                           *scheme.Face
	form                           form
}

// preparedFace is what the certificates of a form have in common.
type preparedFace struct {
	base *displaylist.Base
	at   arrangement
}

// mostBases bounds how many are kept. There are a few for each kind of certificate.
const mostBases = 256

// New returns a Layout that measures with fonts.
func New(fonts *font.Set) *Layout {
	return &Layout{fonts: fonts, bases: map[baseKey]*preparedFace{}}
}

// Certificate lays out one copy. The error is the problem glyph-missing when the fonts
// lack one of its characters, or invalid-field when a text would be too small to read;
// any other error means that the QR text is too long for a QR code, or the scheme's
// texts for the page.
func (l *Layout) Certificate(in Input) (displaylist.Page, error) {
	if err := l.check(in); err != nil {
		return displaylist.Page{}, err
	}
	values := listValues(in)
	prepared, err := l.prepare(in, l.variantOf(in, values))
	if err != nil {
		return displaylist.Page{}, err
	}
	c := &composer{fonts: l.fonts, face: in.Scheme.Face, at: prepared.at}
	s := displaylist.Page{Width: width, Height: height, Lang: "zh-CN", Title: in.Scheme.Title, Base: prepared.base, Seal: c.sealPlace()}
	c.rows(in, values)
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
		at := c.codePlace()
		c.add(&displaylist.Image{X: at.X, Y: at.Y, W: at.W, H: at.H, Picture: code, Alt: "验真二维码"})
	}
	if err := c.checkReadable(); err != nil {
		return displaylist.Page{}, err
	}
	s.Items = c.items
	return s, nil
}

// prepare returns what the certificates of a form have in common. Calls with the same key
// return the same address, unless so many others came between that it is made again. A form whose rows
// do not fit the page is an error.
func (l *Layout) prepare(in Input, form form) (*preparedFace, error) {
	key := baseKey{
		heading: in.Scheme.Heading, subtitle: in.Scheme.Subtitle, statement: in.Scheme.Statement,
		authority: in.Scheme.Authority, address: pageOf(in.QRText), test: in.Test, preview: in.Preview,
		face: in.Scheme.Face, form: form,
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.bases[key]; p != nil {
		return p, nil
	}
	c := &composer{fonts: l.fonts, face: in.Scheme.Face, at: arrange(newPlan(in.Scheme, form))}
	if c.at.room < 0 {
		return nil, fmt.Errorf("scheme %s: %w by %.1f mm", in.Scheme.ID, errTooMuch, -c.at.room)
	}
	c.backdrop(key)
	c.titles(key)
	c.labels(key)
	if err := c.checkReadable(); err != nil {
		return nil, fmt.Errorf("scheme %s: %w", in.Scheme.ID, err)
	}
	p := &preparedFace{&displaylist.Base{Items: c.items, Common: commonCharacters}, c.at}
	if len(l.bases) >= mostBases {
		clear(l.bases)
	}
	l.bases[key] = p
	return p, nil
}

// errTooMuch is what an error wraps when the rows, the declaration and the signature are too much for a page.
var errTooMuch = errors.New("the rows do not fit the page")

// composer collects items.
type composer struct {
	fonts *font.Set
	face  *scheme.Face
	at    arrangement
	items []displaylist.Item
}

func (c *composer) add(item displaylist.Item) { c.items = append(c.items, item) }

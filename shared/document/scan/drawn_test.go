package scan_test

import (
	"fmt"
	"image"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/document/scan/scantest"
)

// addDrawn adds a page that another program drew.
func addDrawn(r *scan.Result, page int, m *image.Gray) error {
	size := m.Bounds().Size()
	return r.AddDrawn(page, size.X, size.Y, m.Pix, scan.DefaultBounds())
}

// officeScan returns a PDF of pages in JPEG and of as many, behind them, in JBIG2.
func officeScan(t *testing.T, pages ...*image.Gray) []byte {
	t.Helper()
	objects := scantest.Objects{}
	var list []scantest.Page
	for i, m := range pages {
		list = append(list, scantest.JPEGPage(t, 1000+i, m, objects))
	}
	for i, m := range pages {
		list = append(list, scantest.JBIG2Page(2000+i, m.Bounds().Size(), scantest.JBIG2(m), objects))
	}
	return scantest.WritePDF(list, objects)
}

func TestADrawnPageIsRead(t *testing.T) {
	with, without := scantest.ScanPage(t, token), scantest.NewPage(1240, 1754)
	found := find(t, officeScan(t, with, without))
	if got := found.Undrawn(); !slices.Equal(got, []int{3, 4}) {
		t.Fatalf("%v may be drawn", got)
	}
	for page, m := range map[int]*image.Gray{4: without, 3: with} {
		if err := addDrawn(&found, page, m); err != nil {
			t.Fatal(err)
		}
	}
	want := scan.Result{Pages: 4, Unread: []scan.Unread{}, Codes: []scan.Code{{Page: 1, Text: token}, {Page: 3, Text: token}}}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
}

// Only unread pages are searched when they are drawn, and only what is a picture of one.
func TestNoOtherPageIsAdded(t *testing.T) {
	page := scantest.ScanPage(t, token)
	found := find(t, officeScan(t, page))
	before := fmt.Sprint(found)
	for number, m := range map[int]*image.Gray{0: page, 1: page, 3: page, 2: scantest.NewPage(3000, 2)} {
		if addDrawn(&found, number, m) == nil {
			t.Errorf("page %d of %v was added", number, m.Bounds().Size())
		}
	}
	if found.AddDrawn(2, 1240, 1754, page.Pix[1:], scan.DefaultBounds()) == nil {
		t.Error("a page without a pixel was added")
	}
	if after := fmt.Sprint(found); after != before {
		t.Errorf("%s became %s", before, after)
	}
}

// A page on which a code was found already does not have it twice, and of what drawing it does not help, it stays
// unread.
func TestWhatIsKnownOfADrawnPageStays(t *testing.T) {
	page := scantest.ScanPage(t, token)
	found := scan.Result{Pages: 1, Codes: []scan.Code{{Page: 1, Text: token}}, Unread: []scan.Unread{{Page: 1, Why: scan.ByFormat}, {Page: 1, Why: scan.ByTime}}}
	if err := addDrawn(&found, 1, page); err != nil || len(found.Codes) != 1 || !slices.Equal(found.Unread, []scan.Unread{{Page: 1, Why: scan.ByTime}}) {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestADrawnPageIsSearchedWithinTheBounds(t *testing.T) {
	page := scantest.ScanPage(t, token)
	for name, c := range map[string]struct {
		change func(*scan.Bounds)
		want   scan.Why
	}{
		"time":  {func(b *scan.Bounds) { b.IsOver = func() bool { return true } }, scan.ByTime},
		"codes": {func(b *scan.Bounds) { b.Codes = 1 }, scan.ByCodes},
	} {
		t.Run(name, func(t *testing.T) {
			bounds := scan.DefaultBounds()
			c.change(&bounds)
			found := scan.Result{Pages: 2, Codes: []scan.Code{{Page: 1, Text: token}}, Unread: []scan.Unread{{Page: 2, Why: scan.ByFormat}}}
			if err := found.AddDrawn(2, 1240, 1754, page.Pix, bounds); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(found.Unread, []scan.Unread{{Page: 2, Why: c.want}}) {
				t.Errorf("%+v", found.Unread)
			}
		})
	}
}

// A file that is not opened here gets its pages from the other program. Of any other file, both have to mean the same
// pages.
func TestThePagesThatAreToBeDrawn(t *testing.T) {
	whole := func(why scan.Why) scan.Result { return scan.Result{Unread: []scan.Unread{{Page: 0, Why: why}}} }
	unread := func(pages int, why scan.Why, unread ...int) scan.Result {
		r := scan.Result{Pages: pages}
		for _, page := range unread {
			r.Unread = append(r.Unread, scan.Unread{Page: page, Why: why})
		}
		return r
	}
	cut := func(r scan.Result) scan.Result {
		r.Unread = append(r.Unread, scan.Unread{Page: r.Pages + 1, Why: scan.ByPages})
		return r
	}
	for name, c := range map[string]struct {
		found scan.Result
		pages int
		draw  []int
		want  scan.Result
	}{
		"encrypted":             {whole(scan.ByLock), 2, []int{1, 2}, unread(2, scan.ByLock, 1, 2)},
		"more than is searched": {whole(scan.ByDamage), 5, []int{1, 2, 3}, cut(unread(3, scan.ByDamage, 1, 2, 3))},
		"nothing found":         {whole(scan.ByLock), 0, []int{}, whole(scan.ByLock)},
		"too large":             {whole(scan.BySize), 2, []int{}, whole(scan.BySize)},
		"one of two":            {unread(2, scan.ByFormat, 2), 2, []int{2}, unread(2, scan.ByFormat, 2)},
		"after the last":        {cut(unread(3, scan.ByFormat, 2)), 5, []int{2}, cut(unread(3, scan.ByFormat, 2))},
		"other pages":           {unread(2, scan.ByFormat, 2), 3, []int{}, unread(2, scan.ByFormat, 2)},
		"fewer pages":           {cut(unread(3, scan.ByFormat, 2)), 2, []int{}, cut(unread(3, scan.ByFormat, 2))},
		"nothing is unread":     {scan.Result{Pages: 1}, 1, []int{}, scan.Result{Pages: 1}},
		"no time":               {unread(2, scan.ByTime, 2), 2, []int{}, unread(2, scan.ByTime, 2)},
	} {
		t.Run(name, func(t *testing.T) {
			bounds := scan.DefaultBounds()
			bounds.Pages = 3
			if got := c.found.ListPages(c.pages, bounds); !slices.Equal(got, c.draw) {
				t.Errorf("%v are to be drawn, want %v", got, c.draw)
			}
			if diff := cmp.Diff(c.want, c.found); diff != "" {
				t.Error(diff)
			}
		})
	}
}

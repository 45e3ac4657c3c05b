package scan

import (
	"cmp"
	"slices"
)

// MayBeDrawn reports whether another program, which draws more than this package, may show what is on the page.
func (why Why) MayBeDrawn() bool {
	return why == ByFormat || why == ByDamage || why == ByContent || why == ByLock
}

// Undrawn returns the unread pages that another program may draw, in their order: 0 alone is a file of which no page
// was read.
func (r Result) Undrawn() []int {
	pages := []int{}
	for _, u := range r.Unread {
		if u.Why.MayBeDrawn() && (u.Page > 0 || r.Pages == 0) && !slices.Contains(pages, u.Page) {
			pages = append(pages, u.Page)
		}
	}
	return pages
}

// ListPages returns the unread pages to draw by another program that found so many pages: none if these are other
// pages than those here. Of a file of which none was read, each page of the program's is unread for the file's reason.
func (r *Result) ListPages(pages int, bounds Bounds) []int {
	if r.Pages == 0 && pages > 0 && slices.Equal(r.Undrawn(), []int{0}) {
		why := r.Unread[0].Why
		r.Unread, r.Pages = nil, min(pages, bounds.Pages)
		for page := 1; page <= r.Pages; page++ {
			r.Unread = append(r.Unread, Unread{page, why})
		}
		if pages > r.Pages {
			r.Unread = append(r.Unread, Unread{r.Pages + 1, ByPages})
		}
	}
	isCut := pages > r.Pages && slices.Contains(r.Unread, Unread{r.Pages + 1, ByPages})
	if r.Pages == 0 || pages != r.Pages && !isCut {
		return []int{}
	}
	return r.Undrawn()
}

// AddDrawn searches an unread page that another program drew: a byte of grey for each pixel, as for FindInPixels. The
// page is read then. The only error is ErrKind, for what is no picture of such a page.
func (r *Result) AddDrawn(page, width, height int, grey []byte, bounds Bounds) error {
	if !slices.Contains(r.Undrawn(), page) || page == 0 || min(width, height) < smallestSide/2 {
		return ErrKind
	}
	bounds.Codes -= len(r.Codes)
	found, err := FindInPixels(width, height, grey, bounds)
	if err != nil {
		return err
	}
	r.Unread = slices.DeleteFunc(r.Unread, func(u Unread) bool { return u.Page == page && u.Why.MayBeDrawn() })
	for _, u := range found.Unread {
		r.Unread = append(r.Unread, Unread{page, u.Why})
	}
	for _, c := range found.Codes {
		if c.Page = page; !slices.Contains(r.Codes, c) {
			r.Codes = append(r.Codes, c)
		}
	}
	slices.SortStableFunc(r.Unread, func(a, b Unread) int { return cmp.Compare(a.Page, b.Page) })
	slices.SortStableFunc(r.Codes, func(a, b Code) int { return cmp.Compare(a.Page, b.Page) })
	r.Others += found.Others
	r.Several += found.Several
	return nil
}

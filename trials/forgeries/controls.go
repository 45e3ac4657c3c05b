package main

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
)

// controls has the genuine files and codes judged: if they were not valid, nothing would follow from
// forgeries that are not.
func (b *judgeWorker) controls(ctx context.Context, when string, g forgery.Genuine) (all []checks.Check) {
	for _, c := range []struct {
		name string
		of   forgery.Copy
	}{{"the copy", g.Copy}, {"the holder's other copy", g.Second}, {"another holder's copy", g.Other}} {
		for _, f := range []forgery.Forgery{
			{Form: forgery.PDF, Data: c.of.PDF}, {Form: forgery.OFD, Data: c.of.OFD}, {Form: forgery.Token, Data: []byte(c.of.Token())}, {Form: forgery.Token, Data: []byte(c.of.Link)},
		} {
			all = append(all, b.control(ctx, fmt.Sprintf("%s: %s, as %s, is valid by API, page and -registry", when, c.name, f.Form), f, "valid"))
		}
	}
	for _, text := range forgery.SurroundCode(g.Copy.Link) {
		all = append(all, b.control(ctx, fmt.Sprintf("%s: the copy's code in %.20q…%.20q is valid by API, page and -registry", when, text, text[len(text)-20:]), forgery.Forgery{Form: forgery.Token, Data: []byte(text)}, "valid"))
	}
	for _, f := range []forgery.Forgery{{Form: forgery.Receipt, Data: []byte(g.Copy.Receipt.Text)}, {Form: forgery.PDF, Data: g.Copy.Receipt.Page}} {
		all = append(all, b.control(ctx, fmt.Sprintf("%s: the receipt, as %s, is a receipt by API and checker", when, f.Form), f, "receipt"))
	}
	return all
}

// control demands a verdict from the API, and what goes with it from the others.
func (b *judgeWorker) control(ctx context.Context, name string, f forgery.Forgery, verdict string) checks.Check {
	c := checks.Check{Name: name, OK: true}
	demand := func(ok bool, found finding, err error) {
		if err != nil || !ok {
			c.OK, c.Got = false, c.Got+fmt.Sprintf("%s %v; ", found, err)
		}
	}
	found, err := b.ask(ctx, func() (finding, error) {
		found, _, err := b.call(ctx, f, calls(f)[0])
		return found, err
	})
	demand(len(found.message) >= len(verdict) && found.message[:len(verdict)] == verdict, found, err)
	for _, m := range b.checker.modes(f, b.api.URL, b.service.Today.String()) {
		if verdict == "valid" && m.judge != byRegistry {
			continue
		}
		found, err := b.ask(ctx, func() (finding, error) {
			m.registry(b.api.URL)
			return b.checker.judge(ctx, f, *m)
		})
		demand(found.valid, found, err)
	}
	if b.page != nil && verdict == "valid" {
		found, err := b.ask(ctx, func() (finding, error) { return b.page.judge(ctx, f) })
		demand(found.valid, found, err)
	}
	return c
}

// checkDistinct demands that no forgery is one of the genuine files or codes, handed in as it may be.
func checkDistinct(all []forgery.Forgery, g forgery.Genuine) checks.Check {
	genuine := map[[sha256.Size]byte]bool{}
	for _, f := range g.Files() {
		genuine[sha256.Sum256(f)] = true
	}
	c := checks.Check{Name: "none of the forgeries is a genuine file or code, but for good copies relied on on other days", OK: true}
	paths := map[string]bool{}
	same := 0
	for _, f := range all {
		if paths[f.Path()] {
			c.OK, c.Got = false, c.Got+"two are called "+f.Path()+"; "
		}
		paths[f.Path()] = true
		if f.AsOf.IsZero() && genuine[f.Digest()] {
			same++
			c.OK, c.Got = false, c.Got+f.Path()+" is one; "
		}
	}
	c.Name = fmt.Sprintf("%s: %d", c.Name, same)
	return c
}

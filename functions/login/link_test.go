package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// What a message or a person adds to a link is no part of it.
func TestMarksAroundALinkDoNotCount(t *testing.T) {
	for name, around := range map[string][2]string{
		"a full stop": {"", "。"}, "the whole address": {origin + "/password#", ""}, "a sentence": {"请打开：" + origin + "/password#", "，谢谢"},
		"what a browser makes of a mark": {"", "%E3%80%82"}, "blanks and a byte order mark": {"\uFEFF ", "\u200B\r\n"}, "a chat's parameter": {"", "&from=chat"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			w.want(201, "", openAccountCall(w.machine("mohurd-portal"), "zhangsan", person(zhangID, zhangPhone)))
			link := w.link()
			w.want(410, "password-link-invalid", setByLink(around[0]+link[:25]+around[1], goodPass))
			w.want(410, "password-link-invalid", setByLink(around[0]+link+"A"+around[1], goodPass))
			w.want(204, "", setByLink(around[0]+link+around[1], goodPass))
			w.login("zhangsan", goodPass)
		})
	}
}

// A link that was pasted twice or broken by a mail is that link; of two different ones nobody knows which is meant.
func TestALinkInOtherShapesIsTheLink(t *testing.T) {
	w := newFixture(t)
	for i, shape := range []func(link string) string{
		func(link string) string { return link + "\n" + link },
		func(link string) string { return origin + "/password#" + link[:10] + "\r\n" + link[10:] },
		func(link string) string { return url.QueryEscape(origin + "/password#" + link) },
	} {
		name := fmt.Sprintf("zhangsan%d", i)
		w.want(201, "", openAccountCall(w.machine("mohurd-portal"), name, person(zhangID, zhangPhone)))
		link := w.link()
		w.want(422, "invalid-field", setByLink(link+" "+strings.Repeat("A", len(link)), goodPass))
		w.want(204, "", setByLink(shape(link), goodPass))
		w.login(name, goodPass)
	}
}

package main

import "testing"

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

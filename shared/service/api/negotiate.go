package api

import (
	"strconv"
	"strings"
)

// Prefer returns the one of the offered values that an Accept header (RFC 9110 §12.5.1) prefers:
// the one with the highest weight; of those with the same weight, the one that the header names in
// full before those that a wildcard covers; then the one that stands first in the header; then the
// first offer. The first offer is also the answer to a header that accepts none of them, which
// RFC 9110 §15.5.7 allows instead of 406, and to a missing header.
func Prefer(header string, offers ...string) string {
	best, rank := offers[0], preference{}
	for _, offer := range offers {
		if p := preferenceOf(header, offer); p.weight > 0 && p.isHigherThan(rank) {
			best, rank = offer, p
		}
	}
	return best
}

// AcceptsCoding reports whether an Accept-Encoding header (RFC 9110 §12.5.3) names a content coding
// or *, with a weight over 0.
func AcceptsCoding(header, coding string) bool { return preferenceOf(header, coding).weight > 0 }

// MatchesTag reports whether an If-None-Match header (RFC 9110 §13.1.2) names an entity tag, by the
// weak comparison, or is *.
func MatchesTag(header, tag string) bool {
	tag = strings.TrimPrefix(tag, "W/")
	for item := range strings.SplitSeq(header, ",") {
		item = strings.TrimSpace(item)
		if item == "*" || strings.TrimPrefix(item, "W/") == tag {
			return true
		}
	}
	return false
}

// preference is how much a header prefers one value.
type preference struct {
	weight   float64 // 0 to 1
	detail   int     // how closely the header names the value: 0 not at all, 1 "*" or "*/*", 2 "type/*", 3 by name
	position int     // of the item in the header, from the end: a higher one comes first
}

func (p preference) isHigherThan(other preference) bool {
	switch {
	case p.weight != other.weight:
		return p.weight > other.weight
	case p.detail != other.detail:
		return p.detail > other.detail
	}
	return p.detail == 3 && p.position > other.position
}

// preferenceOf returns the preference of the item that names the value most closely. Names are
// compared without case.
func preferenceOf(header, value string) (p preference) {
	items := strings.Split(header, ",")
	for i, item := range items {
		name, params, _ := strings.Cut(item, ";")
		detail := closeness(strings.ToLower(strings.TrimSpace(name)), value)
		if detail > p.detail {
			p = preference{quality(params), detail, len(items) - i}
		}
	}
	return p
}

func closeness(name, value string) int {
	kind, _, _ := strings.Cut(value, "/")
	switch name {
	case value:
		return 3
	case kind + "/*":
		return 2
	case "*", "*/*":
		return 1
	}
	return 0
}

// quality returns the weight among the parameters of an item (RFC 9110 §12.4.2): 1 if there is none,
// 0 if it is not one.
func quality(params string) float64 {
	for param := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(param, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || !(q >= 0 && q <= 1) {
			return 0
		}
		return q
	}
	return 1
}

package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// markdownTable is a Markdown table: the first column is text, the others are figures.
type markdownTable struct{ rows []string }

func newMarkdownTable(columns ...string) *markdownTable {
	g := &markdownTable{}
	g.row(columns...)
	g.rows = append(g.rows, "|---|"+strings.Repeat("---:|", len(columns)-1))
	return g
}

func (g *markdownTable) row(cells ...string) {
	g.rows = append(g.rows, "| "+strings.Join(cells, " | ")+" |")
}

func (g *markdownTable) String() string { return strings.Join(g.rows, "\n") + "\n" }

// figure writes a number with as many digits as matter, its thousands apart.
func figure(n float64) string {
	switch size := math.Abs(n); {
	case size == 0:
		return "0"
	case size >= 100:
		return thousands(strconv.FormatFloat(n, 'f', 0, 64))
	case size >= 10:
		return trimZeros(strconv.FormatFloat(n, 'f', 1, 64))
	case size >= 0.01:
		return trimZeros(strconv.FormatFloat(n, 'f', 2, 64))
	default:
		return strconv.FormatFloat(n, 'f', int(3-math.Floor(math.Log10(size)))-1, 64)
	}
}

func trimZeros(s string) string { return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") }

func thousands(s string) string {
	if len(s) <= 4 {
		return s
	}
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

func percent(share float64) string { return figure(share*100) + " %" }

// storage writes GB, or TB where there are many.
func storage(gb float64) string {
	if gb >= 1000 {
		return figure(gb/1024) + " TB"
	}
	return figure(gb) + " GB"
}

func count(n int) string { return thousands(fmt.Sprint(n)) }

package seed

import (
	"fmt"
	"io"
	"strings"
)

// Print writes the holders as a table: whom to log in as, and what will happen.
func Print(w io.Writer, holders []Holder) {
	fmt.Fprintf(w, "\n演示账户（两个门户通用） · demo accounts on both portals · 密码 password: %s\n\n", Password)
	line := func(cells ...string) {
		fmt.Fprintln(w, strings.TrimRight("  "+pad(cells[0], 16)+pad(cells[1], 14)+pad(cells[2], 20)+pad(cells[3], 24)+pad(cells[4], 42), " "))
	}
	line("用户名", "姓名", "注册编号", "情形", "加注的结果")
	for _, h := range holders {
		line(h.Username, h.Name, h.Number, h.Situation, ShortenTitle(h.Title))
	}
	fmt.Fprintln(w)
}

// ShortenTitle shortens the pilot's long notice for a table.
func ShortenTitle(title string) string {
	if before, _, long := strings.Cut(title, "在北京市"); long {
		return before + "…"
	}
	return title
}

// pad fills text to a width in columns, where a Chinese character takes two.
func pad(text string, width int) string {
	for _, r := range text {
		if r >= 0x1100 {
			width--
		}
		width--
	}
	return text + strings.Repeat(" ", max(1, width))
}

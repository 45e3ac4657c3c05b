package main

import "testing"

func TestFiguresAreWrittenWithTheDigitsThatMatter(t *testing.T) {
	for n, want := range map[float64]string{
		0: "0", 1: "1", 0.5: "0.5", 2.304: "2.3", 12: "12", 12.34: "12.3", 99.96: "100", 1234: "1234", 12345.6: "12 346",
		1234567: "1 234 567", 0.0123: "0.01", 0.00123: "0.00123", 0.0000456: "0.0000456", -12345: "-12 345",
	} {
		if got := figure(n); got != want {
			t.Errorf("%v is written %s, want %s", n, got, want)
		}
	}
	if got := storage(2048); got != "2 TB" {
		t.Errorf("2048 GB are written %s", got)
	}
}

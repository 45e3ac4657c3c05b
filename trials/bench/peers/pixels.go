package main

import (
	"fmt"
	"image"
	_ "image/png" // pages are drawn as PNG
	"os"
)

const (
	cellSize = 20 // pixels, about 5 mm: how large a place is that is compared
	contrast = 32 // of 255: from where on, on average, two places differ
)

// countDifferences counts the places in which two pictures of pages differ.
func countDifferences(first, second string) (different, all int, err error) {
	a, err := open(first)
	if err != nil {
		return 0, 0, err
	}
	b, err := open(second)
	if err != nil {
		return 0, 0, err
	}
	size := a.Bounds().Intersect(b.Bounds())
	if dx, dy := a.Bounds().Dx()-b.Bounds().Dx(), a.Bounds().Dy()-b.Bounds().Dy(); max(dx, -dx, dy, -dy) > 2 {
		return 0, 0, fmt.Errorf("the page has %v pixels, ours %v", b.Bounds().Size(), a.Bounds().Size())
	}
	for y := 0; y+cellSize <= size.Dy(); y += cellSize {
		for x := 0; x+cellSize <= size.Dx(); x += cellSize {
			all++
			if distance(a, b, image.Pt(x, y)) > contrast {
				different++
			}
		}
	}
	return different, all, nil
}

// distance is how far apart two places are on average, 0 to 255.
func distance(a, b image.Image, at image.Point) int {
	sum := 0
	for y := at.Y; y < at.Y+cellSize; y++ {
		for x := at.X; x < at.X+cellSize; x++ {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			sum += channelDistance(r1, r2) + channelDistance(g1, g2) + channelDistance(b1, b2)
		}
	}
	return sum / (3 * cellSize * cellSize)
}

func channelDistance(a, b uint32) int {
	d := int(a>>8) - int(b>>8)
	return max(d, -d)
}

func open(path string) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, _, err := image.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

package layout

import (
	"errors"
	"fmt"
	"sync"

	"rsc.io/qr/coding"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
)

const (
	quietZone = 4  // modules of white around the code (ISO/IEC 18004)
	denseCode = 65 // modules; a larger code gets lower error correction
)

// qrEncoder draws QR codes. Computing the module positions of a code takes longer than
// filling them in, so the positions are cached by size.
type qrEncoder struct {
	mu         sync.Mutex
	plans      map[size]*coding.Plan
	compressor deflate.Compressor
}

// size is the version and the error correction level of a code.
type size struct {
	version coding.Version
	level   coding.Level
}

var errTooLong = errors.New("longer than a QR code holds")

// picture encodes text as a picture of one bit per pixel, with its quiet zone. A code
// corrects 15% of damage, or 7% where it would otherwise become too fine to print.
func (c *qrEncoder) picture(text string) (*displaylist.Picture, error) {
	s := smallestSize(text, coding.M)
	if s.version == 0 || 17+4*int(s.version) > denseCode {
		s = smallestSize(text, coding.L)
	}
	if s.version == 0 {
		return nil, fmt.Errorf("%d characters: %w", len(text), errTooLong)
	}
	plan, err := c.plan(s)
	if err != nil {
		return nil, err
	}
	code, err := plan.Encode(coding.String(text))
	if err != nil {
		return nil, fmt.Errorf("%d characters: %w", len(text), err)
	}
	data, pixels := bitmap(&c.compressor, code)
	return &displaylist.Picture{MIME: "image/png", Data: data, Width: pixels, Height: pixels}, nil
}

// smallestSize returns the size of the smallest code that holds text; version 0 if
// none does.
func smallestSize(text string, level coding.Level) size {
	for v := coding.Version(coding.MinVersion); v <= coding.MaxVersion; v++ {
		if coding.String(text).Bits(v) <= v.DataBytes(level)*8 {
			return size{v, level}
		}
	}
	return size{}
}

func (c *qrEncoder) plan(s size) (*coding.Plan, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.plans[s]; known != nil {
		return known, nil
	}
	plan, err := coding.NewPlan(s.version, s.level, 0)
	if err != nil {
		return nil, fmt.Errorf("lay out a code of version %d: %w", s.version, err)
	}
	if c.plans == nil {
		c.plans = map[size]*coding.Plan{}
	}
	c.plans[s] = plan
	return plan, nil
}

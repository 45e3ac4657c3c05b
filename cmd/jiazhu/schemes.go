package main

import (
	"fmt"

	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

// readSchemes reads the kinds of certificate: those of SCHEMES, or else the built-in ones.
func (c console) readSchemes() (scheme.Set, error) {
	settings, err := config.Load(func(name string) string {
		if name != config.Schemes {
			return ""
		}
		return c.getenv(name)
	})
	if err != nil {
		return scheme.Set{}, fmt.Errorf("%w: %w", errUsage, err)
	}
	return settings.ReadSchemes()
}

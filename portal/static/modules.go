// Package static holds the JavaScript modules of the portals' pages that the verification page
// shares with them.
package static

import "embed"

// Modules are the shared modules.
//
//go:embed element.js language.js mode.js save.js time.js typed.js
var Modules embed.FS

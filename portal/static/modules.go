// Package static holds the scripts of the portals' pages that the verification page shares with
// them.
package static

import "embed"

// Modules are the shared scripts.
//
//go:embed clipboard.js element.js failure.js inapp.js language.js mode.js older.js request.js save.js time.js typed.js
var Modules embed.FS

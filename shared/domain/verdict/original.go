package verdict

// Semblance is what a file is that has no signature of this service: the key of the text that says so.
type Semblance string

// The semblances.
const (
	Reproduced Semblance = "integrity not-original"           // a scan, a file saved again, or several files put together
	Encrypted  Semblance = "integrity not-original encrypted" // a PDF that cannot be read without its password
	Damaged    Semblance = "integrity not-original damaged"   // a PDF of which no page can be read
)

// NotOriginalFile says that a file is no original of this service and has no signature of it. Nothing in
// it is proven, and nothing is false either: it may well show a genuine copy.
func NotOriginalFile(s Semblance) Finding {
	return newVariant(Integrity, Unsure, NotOriginal, string(s), nil)
}

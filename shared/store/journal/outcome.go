package journal

// Outcome is what applying an entry to a table came to.
type Outcome int

// The outcomes.
const (
	Applied Outcome = iota // the table was changed, or would be
	Already                // the table says so already
	Gone                   // the table does not hold what the entry is about, so there is nothing to take back
)

package journal

// Outcome is the result of applying an entry to a table.
type Outcome int

// The outcomes.
const (
	Applied Outcome = iota // the table was changed, or would be
	Already                // the table already has the change
	Gone                   // the table has nothing of what the entry is about, so there is nothing to change
)

package meter

// What a unit covers ("DynamoDB read and write operations", Developer Guide).
const (
	readBlock  = 4096
	writeBlock = 1024
)

// ReadUnits is what reading so many bytes takes: one unit for each 4 KB begun, half of that where an
// answer from a moment ago will do. Finding nothing is a read too.
func ReadUnits(bytes int, consistent bool) float64 {
	units := float64(blocks(bytes, readBlock))
	if !consistent {
		units /= 2
	}
	return units
}

// WriteUnits is what writing an item takes: one unit for each KB begun of the item as it was or as it
// is, whichever is larger. A write that its condition refused takes as much.
func WriteUnits(before, after int) float64 {
	return float64(blocks(max(before, after), writeBlock))
}

// transactional is how many times the units an operation takes within a transaction: it is prepared, then
// carried out.
const transactional = 2

func blocks(bytes, block int) int { return max(1, (bytes+block-1)/block) }

package statuslist

// State is what a place says of the copy that has it.
type State byte

// The states, by the numbers of the draft's registry. A place that no copy has says Live.
const (
	Live      State = 0 // VALID: in force, as far as no day decides
	Ended     State = 1 // INVALID: withdrawn, superseded, or of a certificate that ended or changed
	Suspended State = 2 // SUSPENDED: its certificate is suspended (暂扣), or being transferred out
)

// Worse returns the worse of two states: ended, suspended, live.
func Worse(a, b State) State {
	for _, s := range []State{Ended, Suspended} {
		if a == s || b == s {
			return s
		}
	}
	return Live
}

// Bits is how many bits a place has.
const Bits = 2

const perByte = 8 / Bits

// Size is the length of a List.
const Size = Places / perByte

// List is what every place of a list says, from the least significant bits of the first byte on.
type List []byte

// NewList returns a list whose places all say Live.
func NewList() List { return make(List, Size) }

// At returns what a place says.
func (l List) At(place int) State {
	return State(l[place/perByte] >> (place % perByte * Bits) & (1<<Bits - 1))
}

// Set sets what a place says.
func (l List) Set(place int, s State) {
	shift := place % perByte * Bits
	l[place/perByte] = l[place/perByte]&^((1<<Bits-1)<<shift) | byte(s)<<shift
}

package photo

import "slices"

// encoder is a Huffman table for writing.
type encoder struct {
	counts [16]byte // codes of each length
	values []byte   // by length
	codes  [256]uint16
	sizes  [256]byte
}

// newEncoder makes the optimal table for the symbols of one class and number.
func newEncoder(read [][]symbol, class, id byte) *encoder {
	var frequency [257]int
	for _, piece := range read {
		for _, s := range piece {
			if s.class == class && s.table == id {
				frequency[s.value]++
			}
		}
	}
	e := &encoder{}
	lengths := shorten(codeLengths(&frequency))
	for v := range 256 {
		if frequency[v] > 0 {
			e.values = append(e.values, byte(v))
		}
	}
	slices.SortStableFunc(e.values, func(a, b byte) int { return frequency[b] - frequency[a] })
	code, i := uint16(0), 0
	for length := 1; length <= 16; length++ {
		for range min(lengths[length], len(e.values)-i) {
			e.codes[e.values[i]], e.sizes[e.values[i]] = code, byte(length)
			e.counts[length-1]++
			code++
			i++
		}
		code <<= 1
	}
	return e
}

// codeLengths returns the code lengths of a Huffman tree. The tree holds one
// additional value, so that no code is all ones (T.81, K.2).
func codeLengths(frequency *[257]int) (lengths [258]int) {
	type node struct {
		weight int
		leaves []int // depth of each leaf
	}
	var nodes []node
	for _, f := range frequency[:256] {
		if f > 0 {
			nodes = append(nodes, node{f, []int{0}})
		}
	}
	nodes = append(nodes, node{1, []int{0}})
	for len(nodes) > 1 {
		slices.SortStableFunc(nodes, func(a, b node) int { return b.weight - a.weight })
		n := len(nodes)
		joined := node{nodes[n-1].weight + nodes[n-2].weight, append(nodes[n-2].leaves, nodes[n-1].leaves...)}
		for i := range joined.leaves {
			joined.leaves[i]++
		}
		nodes = append(nodes[:n-2], joined)
	}
	for _, depth := range nodes[0].leaves {
		lengths[depth]++
	}
	return lengths
}

// shorten reduces codes of more than 16 bits to 16 (T.81, figure K.3), then removes
// the additional value, which has one of the longest codes.
func shorten(lengths [258]int) [258]int {
	for length := len(lengths) - 1; length > 16; length-- {
		for lengths[length] > 0 {
			shorter := length - 2
			for lengths[shorter] == 0 {
				shorter--
			}
			lengths[length] -= 2
			lengths[length-1]++
			lengths[shorter+1] += 2
			lengths[shorter]--
		}
	}
	longest := 16
	for longest > 0 && lengths[longest] == 0 {
		longest--
	}
	lengths[longest]--
	return lengths
}

// body returns the table as the content of a DHT segment.
func (e *encoder) body(class, id byte) []byte {
	b := append([]byte{class<<4 | id}, e.counts[:]...)
	return append(b, e.values...)
}

// writer packs bits into coded data and adds the stuffing.
type writer struct {
	out  []byte
	held uint64
	n    byte // bits held
}

func (w *writer) put(v uint32, n byte) {
	w.held = w.held<<n | uint64(v)
	w.n += n
	for w.n >= 8 {
		w.n -= 8
		b := byte(w.held >> w.n)
		if w.out = append(w.out, b); b == 0xFF {
			w.out = append(w.out, 0)
		}
	}
}

// flush pads the last byte with ones.
func (w *writer) flush() []byte {
	if w.n > 0 {
		free := 8 - w.n
		w.put(1<<free-1, free)
	}
	return w.out
}

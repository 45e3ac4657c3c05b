package idsearch

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"math/bits"
	"regexp"
	"slices"
	"strings"

	"github.com/emmansun/gmsm/sm3"
)

const sha256Name = "SHA-256"

// algorithm is a hash function a number may have been put through.
type algorithm struct {
	name string
	sum  func([]byte, []byte) []byte // appends the digest of the second to the first
	new  func() hash.Hash
}

func algorithms() []algorithm {
	return []algorithm{
		{"MD5", func(b, d []byte) []byte { s := md5.Sum(d); return append(b, s[:]...) }, md5.New},
		{"SHA-1", func(b, d []byte) []byte { s := sha1.Sum(d); return append(b, s[:]...) }, sha1.New},
		{sha256Name, func(b, d []byte) []byte { s := sha256.Sum256(d); return append(b, s[:]...) }, sha256.New},
		{"SM3", func(b, d []byte) []byte { s := sm3.Sum(d); return append(b, s[:]...) }, sm3.New},
	}
}

// windows are all eight bytes that stand one behind the other in any member. A
// digest is in a member only if its first eight are, or its last where it was cut.
type windows struct {
	all     []member
	sorted  []uint64
	present []uint64 // bits, one set for each window: most that are sought end here
	shift   int      // from a spread window to the number of its bit
}

// perWindow is how many bits there are for each window.
const perWindow = 32

func windowsOf(all []member) *windows {
	total := 0
	for _, m := range all {
		total += len(m.data) - 7
	}
	w := &windows{all: all, sorted: make([]uint64, 0, total)}
	for _, m := range all {
		value := uint64(0)
		for i, b := range m.data {
			if value = value<<8 | uint64(b); i >= 7 {
				w.sorted = append(w.sorted, value)
			}
		}
	}
	slices.Sort(w.sorted)
	w.sorted = slices.Compact(w.sorted)
	width := max(6, bits.Len(uint(perWindow*len(w.sorted))))
	w.present, w.shift = make([]uint64, 1<<(width-6)), 64-width
	for _, value := range w.sorted {
		h := w.bit(value)
		w.present[h>>6] |= 1 << (h & 63)
	}
	return w
}

func (w *windows) bit(value uint64) uint64 { return value * 0x9E3779B97F4A7C15 >> w.shift }

func (w *windows) has(window []byte) bool {
	value := binary.BigEndian.Uint64(window)
	h := w.bit(value)
	if w.present[h>>6]>>(h&63)&1 == 0 {
		return false
	}
	_, ok := slices.BinarySearch(w.sorted, value)
	return ok
}

// lookUp reports the members that have a digest.
func (w *windows) lookUp(digest []byte, number, how string) []Match {
	first, last := digest[:8], digest[len(digest)-8:]
	if !w.has(first) && !w.has(last) {
		return nil
	}
	var found []Match
	for _, m := range w.all {
		if strings.Contains(string(m.data), string(first)) || strings.Contains(string(m.data), string(last)) {
			found = append(found, Match{number, m.path, how})
		}
	}
	return found
}

// attempt is one way of hashing that is tried with every number.
type attempt struct {
	before string
	only   string // the name of the one algorithm; "" for all
}

func (a attempt) run(w *windows, p Person, areas []string) []Match {
	var found []Match
	for _, algorithm := range algorithms() {
		if a.only != "" && a.only != algorithm.name {
			continue
		}
		input := append([]byte(a.before), make([]byte, 18)...)
		var sum []byte
		numbers(p, areas, func(number []byte) {
			copy(input[len(a.before):], number)
			sum = algorithm.sum(sum[:0], input)
			if w.has(sum[:8]) || w.has(sum[len(sum)-8:]) {
				found = append(found, w.lookUp(sum, string(number), algorithm.name+" of "+string(input))...)
			}
		})
	}
	return found
}

// combination is a digest of a known number, and how it was made.
type combination struct {
	data []byte
	how  string
}

// combinations hash a number in the usual ways: bare, with its kind, and with each
// text as salt or key.
func combinations(number string, texts []string) []combination {
	var all []combination
	for _, a := range algorithms() {
		add := func(how string, data string) {
			all = append(all, combination{a.sum(nil, []byte(data)), a.name + " of " + how})
		}
		add("the digest of the number", hex.EncodeToString(a.sum(nil, []byte(number))))
		add("the number", number)
		add("the kind and the number", "111:"+number)
		add("the kind and the number", "111"+number)
		for _, salt := range texts {
			for _, key := range decodings(salt) {
				for _, between := range []string{"", ":", "|", "-", "_", ",", " ", "\n", "."} {
					add("salt "+salt+" and number", key+between+number)
					add("number and salt "+salt, number+between+key)
				}
				add("salt "+salt+", kind, number", key+":111:"+number)
				add("kind, number, salt "+salt, "111:"+number+":"+key)
				add("salt "+salt+" around the number", key+number+key)
				for _, said := range []string{number, "111:" + number} {
					all = append(all, combination{computeHMAC(a, key, said), a.name + " keyed with " + salt})
					all = append(all, combination{computeHMAC(a, said, key), a.name + " of " + salt + " keyed with the number"})
				}
			}
		}
	}
	return all
}

func computeHMAC(a algorithm, key, said string) []byte {
	mac := hmac.New(a.new, []byte(key))
	mac.Write([]byte(said))
	return mac.Sum(nil)
}

// decodings are what a salt may stand for: itself, and what it encodes.
func decodings(salt string) []string {
	all := []string{salt}
	if data, err := hex.DecodeString(salt); err == nil && len(data) >= 4 {
		all = append(all, string(data))
	}
	if data, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(salt); err == nil && len(data) >= 4 {
		all = append(all, string(data))
	}
	if data := fromBase64([]byte(salt)); len(data) >= 8 {
		all = append(all, string(data))
	}
	return all
}

// textsOf returns every text and number of every JSON member, each once.
func textsOf(all []member) []string {
	var texts []string
	for _, m := range all {
		var tree any
		if json.Unmarshal(m.data, &tree) == nil {
			texts = collect(texts, tree)
		}
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

func collect(texts []string, tree any) []string {
	switch v := tree.(type) {
	case string:
		texts = append(texts, v)
	case float64:
		texts = append(texts, fmt.Sprint(v))
	case []any:
		for _, one := range v {
			texts = collect(texts, one)
		}
	case map[string]any:
		for _, one := range v {
			texts = collect(texts, one)
		}
	}
	return texts
}

// saltForm is the form of a random text: letters and digits of one of the usual
// alphabets, longer than the codes of organisations.
var saltForm = regexp.MustCompile(`^[A-Za-z0-9+/_=-]{20,88}$`)

// saltsOf are the texts that could be salts.
func saltsOf(all []member) []string {
	return slices.DeleteFunc(textsOf(all), func(text string) bool { return !saltForm.MatchString(text) })
}

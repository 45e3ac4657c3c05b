package credential

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// MaxText bounds a text that is searched, in bytes: the receipt of a batch with its lines broken has less.
// A longer text is at most a manifest with nothing around it.
const MaxText = 384 << 10

// Content is what a text holds: a token or a receipt, exactly as it stands there.
type Content struct {
	Token   string
	Consent string // secret of a holder's consent behind the token, "" if there is none
	Receipt string // of any ReceiptKind
}

// Errors of Find and FindAlone.
var (
	// ErrNothing reports a text without a token or a receipt of this service.
	ErrNothing = errors.New("credential: neither a token nor a receipt")
	// ErrBeside reports a file that has a token or receipt and words besides.
	ErrBeside = errors.New("credential: words besides the token or receipt")
	// ErrSeveral reports a text with several, of which none is preferred.
	ErrSeveral = errors.New("credential: several tokens or receipts")
)

// Find returns the token or receipt in a text. What surrounds it is no part of it: an address of
// any spelling, parameters that a chat program added, a sentence with its full stop, invisible
// characters, white space and line breaks within, letters in percent encoding. What it returns may
// still be altered or incomplete; Parse and ParseReceipt judge that.
func Find(text string) (Content, error) {
	if len(text) > MaxText {
		return findLong(text)
	}
	text = decodeUnreserved(text)
	if shown := strings.Map(dropInvisible, text); shown != text {
		if apart, _ := findPieces(strings.Map(spaceInvisible, text), form().piece); len(apart) > 1 && apart[0].isWhole() && apart[1].isWhole() {
			return Content{}, ErrSeveral
		}
		text = shown
	}
	pieces, foreign := findPieces(text, form().piece)
	switch {
	case len(pieces) > 1:
		return Content{}, ErrSeveral
	case len(pieces) == 1 && pieces[0].isWhole():
		return contentOf(pieces[0]), nil
	case len(pieces) == 1 && form().longer.MatchString(pieces[0].text):
		return Content{}, ErrNothing
	}
	rejoined, _ := findPieces(form().gap.ReplaceAllString(text, "\n"), form().joined)
	switch {
	case len(rejoined) > 1:
		return Content{}, ErrSeveral
	case len(rejoined) == 1 && (len(pieces) == 0 || len(pieces[0].text) < len(rejoined[0].text)):
		return contentOf(rejoined[0]), nil
	case len(pieces) == 1:
		return contentOf(pieces[0]), nil
	case !foreign:
		if m := form().alone.FindStringSubmatch(text); m != nil && !isForeign(m[1]) {
			return contentOf(piece{text: m[1]}), nil
		}
	}
	return Content{}, ErrNothing
}

// FindAlone is Find for the text of a file, which is refused as ErrBeside if it has any words besides
// the address that the token or receipt stands in. A file with words of its own would be taken for a
// document that was verified.
func FindAlone(text string) (Content, error) {
	found, err := Find(text)
	if err != nil || len(text) > MaxText {
		return found, err
	}
	text, held := strings.Map(dropInvisible, decodeUnreserved(text)), found.Token+found.Receipt
	before, after, inOneLine := strings.Cut(text, held)
	if !inOneLine {
		before, after = cutAcrossLines(form().gap.ReplaceAllString(text, "\n"), held)
	}
	before = strings.TrimSuffix(strings.TrimRightFunc(before, isAddress), "<")
	after = strings.TrimPrefix(strings.TrimLeftFunc(after, isAddress), ">")
	if strings.ContainsFunc(before+after, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.IsPunct(r) }) {
		return Content{}, ErrBeside
	}
	return found, nil
}

// findLong is Find for a text that is not searched: a manifest or the receipt of a batch, whose lines may
// be broken, and nothing else.
func findLong(text string) (Content, error) {
	jws := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return dropInvisible(r)
	}, text)
	if kind := KindOf(jws); kind != JobReceipt && kind != ManyReceipt || strings.ContainsFunc(jws, func(r rune) bool { return !isSpelling(r) }) {
		return Content{}, ErrNothing
	}
	return Content{Receipt: jws}, nil
}

// isSpelling reports whether a JWS may have the character, also one that was altered.
func isSpelling(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune("-_.=", r)
}

// cutAcrossLines returns what is before and after a JWS in a text, which may have line breaks within
// it.
func cutAcrossLines(text, jws string) (before, after string) {
	flat := strings.ReplaceAll(text, "\n", "")
	start := strings.Index(flat, jws)
	if start < 0 {
		return text, ""
	}
	before, rest := cutCharacters(text, start)
	_, after = cutCharacters(rest, len(jws))
	return before, after
}

// cutCharacters cuts a text behind its first n bytes, line breaks not counted.
func cutCharacters(text string, n int) (before, after string) {
	for at := range len(text) {
		if n == 0 {
			return text[:at], text[at:]
		}
		if text[at] != '\n' {
			n--
		}
	}
	return text, ""
}

// isAddress reports whether an address may have the character (RFC 3986, appendix A). Markup has others.
func isAddress(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune("-._~:/?#@!$&()*+,;=%", r)
}

// forms are the expressions of Find. The page's module token.js has the same.
type forms struct {
	piece   *regexp.Regexp // a JWS, or what is left of one, from the beginning of its header
	whole   *regexp.Regexp // a JWS with a signature of 64 bytes
	longer  *regexp.Regexp // one with more behind another dot: nobody can say whether that is the next sentence
	joined  *regexp.Regexp // a whole one with gaps, which are \n, so that its end is known by its length only
	alone   *regexp.Regexp // a whole text, or what follows the page's address, that looks like a JWS with another beginning
	gap     *regexp.Regexp // white space and line breaks, with the marks of a mail or text format: = or \ before, > behind, and the breaks of JSON
	consent *regexp.Regexp // what follows a token, with gaps, which are \n
	encoded *regexp.Regexp // an unreserved character in percent encoding, also encoded again (RFC 3986, 6.2.2.2)
	again   *regexp.Regexp // another one, encoded again
	header  *regexp.Regexp // the header of a token
}

var form = sync.OnceValue(func() forms {
	const before = `(?:^|[^0-9A-Za-z]|%[0-9A-Fa-f]{2})`
	const blank = `[\t-\r \x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]`
	return forms{
		piece:   regexp.MustCompile(before + `(eyJ[0-9A-Za-z_-]*(?:\.[0-9A-Za-z_-]*)+=*)`),
		whole:   regexp.MustCompile(`^[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+\.[0-9A-Za-z_-]{86}$`),
		longer:  regexp.MustCompile(`^[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+\.[0-9A-Za-z_-]{86}\.`),
		joined:  regexp.MustCompile(before + `(e\n?y\n?J[0-9A-Za-z_\n-]+\.[0-9A-Za-z_\n-]+\.(?:\n?[0-9A-Za-z_-]){86})`),
		alone:   regexp.MustCompile(`^(?:[^#]*/[vV]/?#)?[ \t\r\n\x{3000}]*([0-9A-Za-z_-]{20,}\.[0-9A-Za-z_-]{64,}(?:\.[0-9A-Za-z_-]*)+=*)[ \t\r\n\x{3000}]*$`),
		gap:     regexp.MustCompile(`(?:[=\\]\r?\n|\\[nrt]|<[Bb][Rr] ?/?>|=?[ \t]+\r?\n|` + blank + `|%(?:0[9A-Da-d]|20))(?:` + blank + `|>)*`),
		consent: regexp.MustCompile(`^\n?[^0-9A-Za-z\n<>"][^\n<>"]*?c\n?o\n?n\n?s\n?e\n?n\n?t\n?(?:=|%3[Dd])(?:((?:\n?[0-9A-Z]){52})(?:[^0-9A-Za-z]|$)|([0-9A-Za-z]+))`),
		encoded: regexp.MustCompile(`%(?:25)*(2[DdEe]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9AaEe])`),
		again:   regexp.MustCompile(`%(?:25)+([0-9A-Fa-f]{2})`),
		header:  regexp.MustCompile(`^\{"alg":"ES256","kid":"[0-9A-Za-z_-]{1,4}"\}$`),
	}
})

// decodeUnreserved writes the characters that need no percent encoding as themselves, and what was encoded
// again as what was encoded once.
func decodeUnreserved(text string) string {
	text = form().encoded.ReplaceAllStringFunc(text, func(found string) string {
		character, _ := hex.DecodeString(found[len(found)-2:])
		return string(character)
	})
	return form().again.ReplaceAllString(text, "%$1")
}

// dropInvisible removes the characters that nobody sees: marks of encoding and direction, joiners, variation
// selectors.
func dropInvisible(r rune) rune {
	if r == 0 || unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
		return -1
	}
	return r
}

// spaceInvisible writes a blank for each of them.
func spaceInvisible(r rune) rune {
	if dropInvisible(r) < 0 {
		return ' '
	}
	return r
}

// piece is a candidate in a text, and the secret of a consent behind it.
type piece struct{ text, consent string }

func (p piece) isWhole() bool { return form().whole.MatchString(p.text) }

// maxBehind is how far behind a token its consent is searched, in bytes.
const maxBehind = 512

// findPieces returns the different candidates in a text, and whether it passed over any of another
// system.
func findPieces(text string, jws *regexp.Regexp) (found []piece, foreign bool) {
	for _, at := range jws.FindAllStringSubmatchIndex(text, -1) {
		p := piece{text: strings.TrimRight(strings.ReplaceAll(text[at[2]:at[3]], "\n", ""), "._-")}
		switch {
		case !strings.Contains(p.text, "."):
		case isForeign(p.text):
			foreign = true
		default:
			p.consent = findConsent(text[at[3]:min(len(text), at[3]+maxBehind)])
			found = addPiece(found, p)
		}
		if len(found) > 1 { // more of them would not make it one
			break
		}
	}
	return found, foreign
}

// findConsent returns the secret of a consent in what follows a token.
func findConsent(behind string) string {
	if m := form().consent.FindStringSubmatch(form().gap.ReplaceAllString(behind, "\n")); m != nil {
		return strings.ReplaceAll(m[1]+m[2], "\n", "")
	}
	return ""
}

// addPiece adds a candidate that is not there yet. A mail may show the beginning of an address and
// lead to the whole of it, with or without its consent.
func addPiece(found []piece, p piece) []piece {
	for i, other := range found {
		switch {
		case extends(other, p):
			return found
		case extends(p, other):
			found[i] = p
			return found
		}
	}
	return append(found, p)
}

// extends reports whether b is a, or a without its end or its consent. Of two consents, the first counts.
func extends(a, b piece) bool {
	if a.text == b.text {
		return a.consent != "" || b.consent == ""
	}
	return !b.isWhole() && b.consent == "" && strings.HasPrefix(a.text, b.text)
}

// isForeign reports whether a JWS is of another system: it has neither the list of claims that a token
// has, nor the header of a token or receipt. What was altered in both looks like that, too.
func isForeign(jws string) bool {
	head, rest, _ := strings.Cut(jws, ".")
	text, _ := encoding.DecodeString(head)
	const list = "WyJ" // [" in base64url
	h := readHeader(head)
	return !strings.HasPrefix(rest, list) && !form().header.Match(text) && !isReceiptType(h.Type) && !strings.HasPrefix(h.KeyID, receiptNamePrefix)
}

// readHeader reads a header of any spelling, so far as it is one.
func readHeader(part string) (h header) {
	if text, err := encoding.DecodeString(part); err == nil {
		_ = json.Unmarshal(text, &h)
	}
	return h
}

func contentOf(p piece) Content {
	if KindOf(p.text) != "" {
		return Content{Receipt: p.text}
	}
	return Content{Token: p.text, Consent: p.consent}
}

package forgery

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/jiazhu/jiazhu/internal/must"
)

// headers are the attacks on a JWS header: another algorithm, a key that comes along, a key that is
// somewhere else, a second spelling.
func (j jws) headers() []named[string] {
	change := func(old, by string) string { return strings.Replace(j.header, old, by, 1) }
	member := func(text string) string { return strings.TrimSuffix(j.header, "}") + "," + text + "}" }
	kid := textBetween(j.header, `"kid":"`, `"`)
	of := func(by string) string { return change(`"kid":"`+kid+`"`, `"kid":`+by) }
	return []named[string]{
		{"alg none", change("ES256", "none")},
		{"alg None with a capital", change("ES256", "None")},
		{"alg in small letters", change("ES256", "es256")},
		{"alg HS256", change("ES256", "HS256")},
		{"alg ES384", change("ES256", "ES384")},
		{"alg RS256", change("ES256", "RS256")},
		{"alg EdDSA", change("ES256", "EdDSA")},
		{"alg empty", change("ES256", "")},
		{"alg null", change(`"ES256"`, "null")},
		{"alg a list", change(`"ES256"`, `["ES256","none"]`)},
		{"no alg", change(`"alg":"ES256",`, "")},
		{"alg twice", change(`{`, `{"alg":"none",`)},
		{"alg escaped", change("ES256", `\u0045S256`)},
		{"kid twice", member(`"kid":"` + kid + `"`)},
		{"no kid", change(`,"kid":"`+kid+`"`, "")},
		{"kid empty", of(`""`)},
		{"kid null", of("null")},
		{"kid a number", of("0")},
		{"kid of receipts, or without it", of(`"` + otherKid(kid) + `"`)},
		{"kid a path", of(`"../../../../dev/null"`)},
		{"kid a question to a database", of(`"x' UNION SELECT 'k' -- "`)},
		{"kid with a zero", of(`"` + kid + `\u0000"`)},
		{"kid in capitals", of(`"` + strings.ToUpper(kid) + `x"`)},
		{"kid of ten thousand letters", of(`"` + strings.Repeat("k", 1000) + `"`)},
		{"an address of keys", member(`"jku":"http://127.0.0.1:9/keys"`)},
		{"an address of certificates", member(`"x5u":"http://127.0.0.1:9/chain"`)},
		{"certificates of its own", member(`"x5c":["MIIB"]`)},
		{"crit", member(`"crit":["exp"]`)},
		{"b64 false", member(`"b64":false,"crit":["b64"]`)},
		{"zip", member(`"zip":"DEF"`)},
		{"a type", member(`"cty":"JWT"`)},
		{"members in another order", reverseMembers(j.header)},
		{"a blank", j.header + " "},
		{"a list", "[" + j.header + "]"},
		{"empty", "{}"},
		{"a text", `"ES256"`},
	}
}

func otherKid(kid string) string {
	if short, ok := strings.CutPrefix(kid, "receipt-"); ok {
		return short
	}
	return "receipt-" + kid
}

// reverseMembers writes the members of an object from the last to the first.
func reverseMembers(object string) string {
	members := strings.Split(strings.Trim(object, "{}"), ",")
	slices.Reverse(members)
	return "{" + strings.Join(members, ",") + "}"
}

// textBetween is the part of a text between two others, or "".
func textBetween(text, before, after string) string {
	_, rest, ok := strings.Cut(text, before)
	if !ok {
		return ""
	}
	inside, _, _ := strings.Cut(rest, after)
	return inside
}

// otherSpellings are other spellings of the same code or receipt, as a whole.
func otherSpellings(text string) []named[string] {
	p := strings.SplitN(text, ".", 3)
	standard := func(part string) string {
		data, _ := base64.RawURLEncoding.DecodeString(part)
		return base64.StdEncoding.EncodeToString(data)
	}
	object, _ := json.Marshal(map[string]string{"protected": p[0], "payload": p[1], "signature": p[2]})
	return []named[string]{
		{"padded", p[0] + "=." + p[1] + "." + p[2] + "=="},
		{"in the other alphabet, padded too far", standard(p[0]) + "." + standard(p[1]) + "." + standard(p[2]) + "="},
		{"a fourth part", text + ".x"},
		{"an empty part inside", p[0] + "." + p[1] + ".." + p[2]},
		{"two parts", p[0] + "." + p[1]},
		{"dots of full width", strings.ReplaceAll(text, ".", "．")},
		{"letters of full width", "ｅ" + text[1:]},
		{"the payload not encoded", p[0] + ".{}." + p[2]},
		{"no payload", p[0] + ".." + p[2]},
		{"the JSON form", string(object)},
		{"reversed", p[2] + "." + p[1] + "." + p[0]},
		{"stray bits at the end", text[:len(text)-1] + flipLastBit(text[len(text)-1])},
		{"twice", text + text},
		{"twice, with a dot", text + "." + text},
	}
}

// flipLastBit is the letter of base64url behind another, which differs in its last bit alone.
func flipLastBit(last byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(alphabet[strings.IndexByte(alphabet, last)^1])
}

// claims are other statements in a token's list.
func (g Genuine) claims(j jws) []named[string] {
	other := openJWS(g.Other.Token())
	mine, theirs := members(j.payload), members(other.payload)
	with := func(i int, by string) string {
		list := slices.Clone(mine)
		list[i] = by
		return "[" + strings.Join(list, ",") + "]"
	}
	joined := func(list ...string) string { return "[" + strings.Join(list, ",") + "]" }
	return []named[string]{
		{"until a day later", with(5, g.Copy.Says.UseUntil.AddDays(1).Compact())},
		{"until 2036", with(5, forgedLastDay().Compact())},
		{"until the end of time", with(5, "99991231")},
		{"from a year before", with(4, g.Copy.Says.UseFrom.AddYears(-1).Compact())},
		{"another name", with(3, `"李*"`)},
		{"the whole name", with(3, `"`+g.Copy.Says.Certificate.Holder.Name+`"`)},
		{"another number", with(2, `"`+otherNumber(g.Copy.Says.Certificate.Number)+`"`)},
		{"another holder's number", with(2, theirs[2])},
		{"another holder's copy", with(0, theirs[0])},
		{"another holder's certificate", with(1, theirs[1])},
		{"another holder's copy and certificate", joined(slices.Concat(theirs[:2], mine[2:])...)},
		{"another holder's name and number", joined(slices.Concat(mine[:2], theirs[2:4], mine[4:])...)},
		{"no declaration", joined(mine[:6]...)},
		{"another declaration", with(6, `"AAAAAAAAAAAAAAAA"`)},
		{"another copy's declaration", with(6, theirs[6])},
		{"a claim more", joined(append(slices.Clone(mine), `"x"`)...)},
		{"a copy that never was", with(0, `"`+base64.RawURLEncoding.EncodeToString([]byte("never registered"))+`"`)},
	}
}

// otherClaims are other spellings of the same list.
func otherClaims(j jws) []named[string] {
	list := members(j.payload)
	return []named[string]{
		{"spaces", "[" + strings.Join(list, ", ") + "]"},
		{"the name escaped", strings.Replace(j.payload, "*", `\u002a`, 1)},
		{"days as texts", strings.NewReplacer(list[4], `"`+list[4]+`"`, list[5], `"`+list[5]+`"`).Replace(j.payload)},
		{"a day with a point", strings.Replace(j.payload, list[5], list[5]+".0", 1)},
		{"a day with an exponent", strings.Replace(j.payload, list[5], list[5]+"e0", 1)},
		{"an object", `{"e":` + list[0] + `,"c":` + list[1] + `}`},
		{"a line break behind", j.payload + "\n"},
		{"an empty declaration", "[" + strings.Join(append(slices.Clone(list[:6]), `""`), ",") + "]"},
	}
}

// members are the members of a token's list, as they are written.
func members(payload string) []string {
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(payload), &list); err != nil {
		return make([]string, 7)
	}
	out := make([]string, len(list))
	for i, m := range list {
		out[i] = string(m)
	}
	return out
}

// SurroundCode returns texts with a genuine code in which nothing but the code counts: none of them is a forgery.
func SurroundCode(link string) []string {
	return []string{
		link + "&until=2036-05-28", link + "&shareTo=weixin#wechat_redirect", link + ".", "<" + link + ">\r\n",
		strings.Replace(link, "/v#", "/v?t=", 1), strings.Replace(link, "/v#", "/x#", 1), strings.Replace(link, "http", "jiazhu", 1),
		link[:len(link)-20] + "\r\n" + link[len(link)-20:], link[:len(link)-200] + " " + link[len(link)-200:],
		strings.ReplaceAll(link, ".", "%2E"), "_" + link[strings.Index(link, "#")+1:] + "_",
	}
}

// forgeCodes forges the texts of codes.
func (s *outsider) forgeCodes() {
	text, link := s.genuine.Copy.Token(), s.genuine.Copy.Link
	j := openJWS(text)
	claims := s.genuine.claims(j)
	s.forgeText(Token, "code", text, claims, append(slices.Clone(claims), otherClaims(j)...))
	s.beginKind("code: parts of several")
	s.mixParts(Token, text, s.genuine.Other.Token(), s.genuine.Copy.Receipt.Text)
	s.signWithOwnKeys("code: a key that comes along", Token, j)
	s.addTexts("code: links that say something else", Token, []named[string]{
		{"another code behind", link + s.genuine.Other.Token()},
		{"another code as a consent, a part cut off", link[:len(link)-4] + "&consent=" + s.genuine.Other.Token()},
		{"another code beside it", link + " " + s.genuine.Other.Token()},
		{"a letter behind the code", link + "x"},
		{"the address alone", strings.SplitAfter(link, "/v#")[0]},
	}, unchangedText)
	s.addTexts("code: something else handed in as a code", Token, []named[string]{
		{"the JSON, its code cut short", strings.Replace(string(s.genuine.Copy.JSON), text, text[:len(text)-4], 1)}, // with a whole code it is a text around one
		{"the identifier", s.genuine.Copy.Says.Certificate.Identifier},
		{"the copy's number", s.genuine.Copy.Says.CopyID},
	}, unchangedText)
}

func unchangedText(text string) string { return text }

// forgeText makes the kinds that codes and receipts have in common. signed are payloads for its own key, and unsigned
// are payloads under the genuine signature.
func (s *outsider) forgeText(form Form, what, text string, signed, unsigned []named[string]) {
	j := openJWS(text)
	s.addTexts(what+": another header under the genuine signature", form, j.headers(), func(h string) string { return j.withHeader(h).text() })
	for _, h := range j.headers()[:2] {
		s.text(form, h.name+", unsigned", j.withHeader(h.what).withSignature(nil).text())
	}
	if form == Token {
		s.addSigned(what+": another header, signed by its own key", form, j, s.token, j.headers(), jws.withHeader)
	}
	same := named[string]{"the same words", j.payload}
	s.addSigned(what+": its own key under the genuine name of a key", form, j, s.token, append([]named[string]{same}, signed...), jws.withPayload)
	unsigned = slices.DeleteFunc(slices.Clone(unsigned), func(c named[string]) bool { return form != Token && c.what == j.payload })
	s.addTexts(what+": other words under the genuine signature", form, unsigned, func(p string) string { return j.withPayload(p).text() })
	s.beginKind(what + ": another signature")
	for _, v := range j.brokenSignatures() {
		s.text(form, v.name, j.withSignature(v.what).text())
	}
	s.addTexts(what+": another spelling", form, otherSpellings(text), unchangedText)
}

// mixParts joins the parts of one text with those of others.
func (s *outsider) mixParts(form Form, text string, others ...string) {
	p := strings.Split(text, ".")
	for i, other := range others {
		o := strings.Split(other, ".")
		s.text(form, fmt.Sprintf("the words of another (%d)", i+1), p[0]+"."+o[1]+"."+p[2])
		s.text(form, fmt.Sprintf("the signature of another (%d)", i+1), p[0]+"."+p[1]+"."+o[2])
		if o[0] != p[0] {
			s.text(form, fmt.Sprintf("the header of another (%d)", i+1), o[0]+"."+p[1]+"."+p[2])
		}
	}
}

// signWithOwnKeys signs with keys that a careless reader takes from the text, or for a secret.
func (s *outsider) signWithOwnKeys(kind string, form Form, j jws) {
	chain := base64.StdEncoding.EncodeToString(s.ca.PDF.Signer.Chain()[0])
	public := must.Get(json.Marshal(jose.JSONWebKey{Key: s.token.PublicKey()}))
	kid := textBetween(j.header, `"kid":"`, `"`)
	s.addSigned(kind, form, j, s.token, []named[string]{
		{"as jwk", strings.Replace(j.header, "}", `,"jwk":`+string(public)+"}", 1)},
		{"as x5c", strings.Replace(j.header, "}", `,"x5c":["`+chain+`"]}`, 1)},
		{"under its own name", strings.Replace(j.header, kid, s.token.KeyID(), 1)},
		{"under the first letters of its own name", strings.Replace(j.header, kid, s.token.KeyID()[:4], 1)},
	}, jws.withHeader)
	key := readCertificates(s.genuine.Copy).pdf.public
	der := must.Get(x509.MarshalPKIXPublicKey(key))
	for _, secret := range []named[[]byte]{
		{"a public key in DER", der},
		{"a public key in PEM", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})},
		{"a public key as JWK", must.Get(json.Marshal(jose.JSONWebKey{Key: key}))},
		{"nothing", nil},
	} {
		h := j.withHeader(strings.Replace(j.header, "ES256", "HS256", 1))
		mac := hmac.New(sha256.New, secret.what)
		mac.Write([]byte(encodeBase64URL(h.header) + "." + encodeBase64URL(h.payload)))
		s.text(form, "HS256 with "+secret.name, h.withSignature(mac.Sum(nil)).text())
	}
}

// statements are other words in a receipt.
func (g Genuine) statements(j jws) []named[string] {
	change := func(old, by string) string { return strings.Replace(j.payload, old, by, 1) }
	r := g.Copy.Says
	day := textBetween(j.payload, `"asOf":"`, `"`)
	return []named[string]{
		{"another verdict", strings.NewReplacer(`"overall":"valid"`, `"overall":"unknown"`, `"overall":"invalid"`, `"overall":"valid"`).Replace(j.payload)},
		{"another name", change(`"name":"张`, `"name":"李`)},
		{"another number", change(r.Certificate.Number, otherNumber(r.Certificate.Number))},
		{"another copy", change(r.CopyID, g.Other.Says.CopyID)},
		{"another certificate", change(r.CertID, g.Other.Says.CertID)},
		{"until 2036", change(`"until":"`+r.UseUntil.String(), `"until":"2036-05-28`)},
		{"another day", change(`"asOf":"`+day, `"asOf":"2036-05-28`)},
		{"another digest", change(`"sha256":"`, `"sha256":"0`)},
		{"another service", change(`"service":"http`, `"service":"https`)},
		{"every row passed", strings.NewReplacer(`"result":"unknown"`, `"result":"pass"`, `"result":"fail"`, `"result":"pass"`, `"result":"not-asked"`, `"result":"pass"`).Replace(j.payload)},
		{"no rows", change(textBetween(j.payload, `"checks":[`, `]`), "")},
		{"of a receipt", change(`"kind":"token"`, `"kind":"receipt"`)},
		{"of version 1", change(`"format":"`+textBetween(j.payload, `"format":"`, `"`)+`",`, "")},
		{"an asker", change(`"given":`, `"asker":{"name":"住房和城乡建设部"},"given":`)},
		{"without the mark of a test", change(`,"test":true`, "")},
		{"a blank", j.payload + " "},
		{"a member more", strings.TrimSuffix(j.payload, "}") + `,"verdict":"valid"}`},
	}
}

// forgeReceipts forges the texts of receipts.
func (s *outsider) forgeReceipts() {
	text := s.genuine.Copy.Receipt.Text
	j := openJWS(text)
	statements := s.genuine.statements(j)
	s.forgeText(Receipt, "receipt", text, statements, statements)
	s.beginKind("receipt: parts of several")
	s.mixParts(Receipt, text, s.genuine.Other.Receipt.Text, s.genuine.Second.Receipt.Text, s.genuine.Copy.Token())
	s.signWithOwnKeys("receipt: a key that comes along", Receipt, j)
	s.beginKind("receipt: something else handed in as a receipt")
	s.text(Receipt, "two receipts", text+"\n"+s.genuine.Other.Receipt.Text)
	renamed := j.withHeader(strings.Replace(j.header, "receipt-", "", 1))
	s.text(Receipt, "a receipt under the name of a code's key", renamed.signWith(s.ctx, s.token).text())
}

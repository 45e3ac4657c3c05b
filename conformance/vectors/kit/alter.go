package kit

import (
	"archive/zip"
	"bytes"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/hostile"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
)

// signJWS signs a header and a payload unchanged.
func signJWS(t testing.TB, signer credential.Signer, header, payload string) string {
	t.Helper()
	input := encodeBase64(header) + "." + encodeBase64(payload)
	digest := sha256.Sum256([]byte(input))
	der := must.Get(signer.Sign(t.Context(), digest[:]))
	var value struct{ R, S *big.Int }
	must.Get(asn1.Unmarshal(der, &value))
	return input + "." + base64.RawURLEncoding.EncodeToString(joinSignature(value.R, value.S))
}

func joinSignature(r, s *big.Int) []byte {
	raw := make([]byte, 64)
	r.FillBytes(raw[:32])
	s.FillBytes(raw[32:])
	return raw
}

// alterText applies a case's alterations to a token or receipt, in order.
func alterText(t testing.TB, text string, alterations []string) string {
	t.Helper()
	for _, a := range alterations {
		before := text
		if text = alterTextOnce(t, text, a); text == before {
			t.Fatalf("%q alters nothing", a)
		}
	}
	return text
}

func alterTextOnce(t testing.TB, text, alteration string) string {
	t.Helper()
	what, how, _ := strings.Cut(alteration, " ")
	parts := strings.Split(text, ".")
	switch what {
	case "header", "payload": // content changed without a new signature
		i := map[string]int{"header": 0, "payload": 1}[what]
		from, to, ok := strings.Cut(how, " => ")
		if !ok {
			t.Fatalf("%q lacks =>", alteration)
		}
		parts[i] = encodeBase64(strings.Replace(decodeBase64(parts[i]), from, to, 1))
	case "signature":
		parts[2] = alterSignature(t, parts[2], how)
	case "append":
		return text + how
	case "prepend":
		return how + text
	case "without-signature":
		return parts[0] + "." + parts[1]
	default:
		t.Fatalf("no alteration of a text is called %q", what)
	}
	return strings.Join(parts, ".")
}

func alterSignature(t testing.TB, part, how string) string {
	t.Helper()
	raw := must.Get(base64.RawURLEncoding.DecodeString(part))
	r, s := new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])
	switch how {
	case "bit":
		raw[40] ^= 1
	case "zero":
		raw = make([]byte, 64)
	case "mirrored": // n-s verifies if s does
		raw = joinSignature(r, s.Sub(elliptic.P256().Params().N, s))
	case "halves-exchanged":
		raw = joinSignature(s, r)
	case "der":
		raw = must.Get(asn1.Marshal(struct{ R, S *big.Int }{r, s}))
	case "short":
		raw = raw[:63]
	case "empty":
		raw = nil
	case "stray-bits": // the last character uses two of its bits
		const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		last := strings.IndexByte(alphabet, part[len(part)-1])
		return part[:len(part)-1] + alphabet[last+1:last+2]
	default:
		t.Fatalf("no alteration of a signature is called %q", how)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// alterFile applies a case's alterations to a file, in order.
func alterFile(t testing.TB, data []byte, alterations []string) []byte {
	t.Helper()
	for _, a := range alterations {
		before := data
		if data = alterFileOnce(t, bytes.Clone(data), a); bytes.Equal(data, before) {
			t.Fatalf("%q alters nothing", a)
		}
	}
	return data
}

func alterFileOnce(t testing.TB, data []byte, alteration string) []byte {
	t.Helper()
	what, how, _ := strings.Cut(alteration, " ")
	switch what {
	case "flip": // one bit of the byte at this percentage of the file
		data[len(data)*must.Get(strconv.Atoi(how))/100] ^= 1
		return data
	case "truncate": // remove this many bytes at the end
		return data[:len(data)-must.Get(strconv.Atoi(how))]
	case "append":
		return append(data, how...)
	case "prepend":
		return append([]byte(how), data...)
	case "update": // an incremental update that replaces an object
		return appendRevision(t, data)
	case "rezip":
		return repackZip(data)
	case "list-seal": // the list of seals names the one seal so many times
		return listSeal(data, must.Get(strconv.Atoi(how)))
	case "merge", "save", "print", "photograph": // what others make of it
		return reproduceOriginal(t, data, what)
	case "hostile": // a file of package hostile, by name
		return hostileFile(t, data, how)
	}
	t.Fatalf("no alteration of a file is called %q", what)
	return nil
}

// listSeal has the list of seals of an OFD name its one seal so many times.
func listSeal(data []byte, times int) []byte {
	entry := regexp.MustCompile(`<ofd:Signature [^>]*>`)
	return must.Get(hostile.EditPart(data, "/Signatures.xml", func(list []byte) []byte {
		return entry.ReplaceAll(list, bytes.Repeat(entry.Find(list), times))
	}))
}

// hostileFile returns the hostile file of a name, made from a good one.
func hostileFile(t testing.TB, good []byte, name string) []byte {
	t.Helper()
	attacks := hostile.Packages
	if bytes.HasPrefix(good, []byte("%PDF-")) {
		attacks = hostile.Changes
	}
	for _, f := range must.Get(attacks(good)) {
		if f.Name == name {
			return f.Data
		}
	}
	t.Fatalf("no hostile file is called %q", name)
	return nil
}

// appendRevision replaces an object in a further revision (ISO 32000-1, 7.5.6).
func appendRevision(t testing.TB, data []byte) []byte {
	t.Helper()
	before := regexp.MustCompile(`startxref\n(\d+)\n`).FindSubmatch(data)
	if before == nil {
		t.Fatal("no startxref")
	}
	at := len(data)
	out := bytes.NewBuffer(data)
	fmt.Fprint(out, "3 0 obj\n<</Type/Page>>\nendobj\n")
	table := out.Len()
	fmt.Fprintf(out, "xref\n3 1\n%010d 00000 n \ntrailer\n<</Size 4/Root 1 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF\n", at, before[1], table)
	return out.Bytes()
}

// repackZip packs the same parts as an ordinary zip program does.
func repackZip(data []byte) []byte {
	r := must.Get(zip.NewReader(bytes.NewReader(data), int64(len(data))))
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		must.Get(io.Copy(must.Get(w.Create(f.Name)), must.Get(f.Open())))
	}
	must.Do(w.Close())
	return out.Bytes()
}

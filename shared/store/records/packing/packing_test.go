package packing

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

// TestTheDictionaryNeverChanges: records that were packed with it could not be read any more.
func TestTheDictionaryNeverChanges(t *testing.T) {
	const want = "c3cb9f3426f7f33c788ccf079023ee35c51121d1312b4863ab07efd054c317b0"
	if sum := sha256.Sum256(firstDictionary); hex.EncodeToString(sum[:]) != want {
		t.Errorf("its digest is %x: make another dictionary with the next number", sum)
	}
}

// readUsual reads the record of an endorsement of usual length, as JSON.
func readUsual(t testing.TB) (e endorsement.Endorsement) {
	t.Helper()
	must.Do(json.Unmarshal(must.Get(os.ReadFile("testdata/usual.json")), &e))
	return e
}

// TestWhatWasPackedOnceIsRead: the file was made by the first program that packed.
func TestWhatWasPackedOnceIsRead(t *testing.T) {
	packed := must.Get(base64.StdEncoding.DecodeString(string(must.Get(os.ReadFile("testdata/usual.packed")))))
	want := readUsual(t)
	if diff := cmp.Diff(&want, must.Get(Unpack(packed))); diff != "" {
		t.Error(diff)
	}
}

// The item has some 215 bytes beside what is packed: a usual record is one unit of a KB, and one with all the words that a holder
// may write, and ten specialties, two.
func TestAUsualRecordIsSmall(t *testing.T) {
	usual := readUsual(t)
	wordy := readUsual(t)
	var words []rune // which hardly any is twice of
	for i := range 300 {
		words = append(words, rune(0x4e00+i*7919%20000))
	}
	wordy.Purpose.Text, wordy.Purpose.ProjectCode = string(words[:200]), strings.Repeat("GC2026-001234/", 5)[:64]
	wordy.Recipient.Name, wordy.Recipient.USCC = string(words[200:]), "91110000MA00000152"
	for i := range 9 {
		more := wordy.Excerpt.Specialties[0]
		more.Name, more.Code = string(words[i*4:i*4+4]), fmt.Sprint(10401002+i)
		wordy.Excerpt.Specialties = append(wordy.Excerpt.Specialties, more)
	}
	for is, record := range map[string]struct {
		endorsement.Endorsement
		most int
	}{"usual": {usual, 660}, "wordy": {wordy, 1800}} {
		packed, plain := must.Get(Pack(record.Endorsement)), must.Get(json.Marshal(record.Endorsement))
		if len(plain) < 1900 || len(packed) > record.most {
			t.Errorf("%s: %d bytes are packed in %d", is, len(plain), len(packed))
		}
		t.Logf("%s: %d bytes are packed in %d", is, len(plain), len(packed))
	}
}

// TestPackingLosesNothing, whatever stands in the QR code and the texts, and whoever packed before with the same writer.
func TestPackingLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.OneOf(
			rapid.StringMatching(`[A-Za-z0-9_-]{0,40}`),
			rapid.Map(rapid.SliceOf(rapid.Byte()), base64.RawURLEncoding.EncodeToString),
			rapid.SampledFrom([]string{
				"", "\n", "eyJh\nbGci", "a", "ab=", "Cg", "e30",
				base64.RawURLEncoding.EncodeToString([]byte(`["ADFGX"]`)), base64.RawURLEncoding.EncodeToString([]byte(`["ACAAA"]`)),
			}),
		)
		text := rapid.String()
		e := endorsement.Endorsement{
			ID: text.Draw(t, "id"), CertID: text.Draw(t, "certificate"), MadeAt: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC),
			Purpose: &endorsement.Purpose{Kind: text.Draw(t, "kind"), Text: text.Draw(t, "text")},
			Files:   map[string]endorsement.File{"pdf": {Key: text.Draw(t, "key"), Bytes: rapid.Int64().Draw(t, "bytes")}},
			KeySet:  rapid.IntRange(0, math.MaxInt32).Draw(t, "key set"),
			QR:      rapid.SampledFrom([]string{"", "https://jiazhu.example.cn/v#", "#", "x"}).Draw(t, "address"),
		}
		for i, p := range rapid.SliceOfN(part, 0, 5).Draw(t, "token") {
			if i > 0 {
				e.QR += "."
			}
			e.QR += p
		}
		e.StatusIndex = statuslist.Index(rapid.SampledFrom([]int64{0, 1, 807319, statuslist.Places}).Draw(t, "index"))
		var want endorsement.Endorsement // JSON replaces what is no UTF-8
		must.Do(json.Unmarshal(must.Get(json.Marshal(e)), &want))
		if diff := cmp.Diff(&want, must.Get(Unpack(must.Get(Pack(e))))); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestAKeySetTakesAByte: its number is in each record for years.
func TestAKeySetTakesAByte(t *testing.T) {
	e := readUsual(t)
	without := len(must.Get(Pack(e)))
	for number, more := range map[int]int{1: 1, 127: 1, 128: 2, 16383: 2} {
		e.KeySet = number
		if packed := must.Get(Pack(e)); len(packed) != without+more {
			t.Errorf("the number %d takes %d bytes", number, len(packed)-without)
		}
	}
}

// TestTheIndexIsNotRepeated: it costs what its letters in the token do.
func TestTheIndexIsNotRepeated(t *testing.T) {
	e := readUsual(t)
	before := len(must.Get(Pack(e)))
	link, token, _ := strings.Cut(e.QR, "#")
	parts := strings.Split(token, ".")
	payload := strings.TrimSuffix(string(must.Get(base64.RawURLEncoding.DecodeString(parts[1]))), `"]`) + `ADFGX"]`
	e.QR, e.StatusIndex = link+"#"+parts[0]+"."+base64.RawURLEncoding.EncodeToString([]byte(payload))+"."+parts[2], 807319
	packed := must.Get(Pack(e))
	if packed[0] != listedForm || len(packed) > before+8 {
		t.Errorf("%d bytes, without the index %d", len(packed), before)
	}
	if diff := cmp.Diff(&e, must.Get(Unpack(packed))); diff != "" {
		t.Error(diff)
	}
	if e.StatusIndex++; must.Get(Pack(e))[0] != firstForm {
		t.Error("an index that the token does not have is left out")
	}
}

func TestWhatIsNoPackedRecordIsRefused(t *testing.T) {
	packed := must.Get(Pack(readUsual(t)))
	for name, data := range map[string][]byte{
		"nothing": nil, "another form": append([]byte{4}, packed[1:]...), "no key set": append([]byte{sealedForm, 0}, packed[1:]...),
		"half a number of a key set": {sealedForm, 0x80}, "a number above all": append([]byte{sealedForm, 0x80, 0x80, 0x80, 0x80, 0x08}, packed[1:]...), "cut off": packed[:len(packed)/2], "no deflate": {firstForm, 0xff, 0xff},
		"no index": append([]byte{listedForm, 0}, must.Get(Pack(endorsement.Endorsement{}))[1:]...),
	} {
		if _, err := Unpack(data); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func BenchmarkPack(b *testing.B) {
	e := readUsual(b)
	b.ReportAllocs()
	for b.Loop() {
		must.Get(Pack(e))
	}
}

// BenchmarkJSON is what both did before.
func BenchmarkJSON(b *testing.B) {
	e := readUsual(b)
	b.ReportAllocs()
	for b.Loop() {
		must.Get(json.Marshal(e))
	}
}

func BenchmarkUnpack(b *testing.B) {
	packed := must.Get(Pack(readUsual(b)))
	b.ReportAllocs()
	for b.Loop() {
		must.Get(Unpack(packed))
	}
}

func BenchmarkUnpackJSON(b *testing.B) {
	plain := must.Get(json.Marshal(readUsual(b)))
	b.ReportAllocs()
	for b.Loop() {
		var e endorsement.Endorsement
		must.Do(json.Unmarshal(plain, &e))
	}
}

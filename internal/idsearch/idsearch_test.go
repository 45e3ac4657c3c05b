package idsearch

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

const plantedNumber = "440304198001012311"

var testPerson = Person{Birth: civil.Date{Year: 1980, Month: time.January, Day: 1}, Sex: "男"}

func TestEveryNumberIsTried(t *testing.T) {
	areas := Areas(false)
	if len(areas) < 3200 || len(Areas(true)) < 6700 {
		t.Errorf("%d areas, %d with those of before", len(areas), len(Areas(true)))
	}
	count, seen := 0, false
	numbers(testPerson, areas, func(number []byte) {
		count++
		seen = seen || string(number) == plantedNumber
		if count%997 != 0 {
			return
		}
		id, err := certificate.ParseIDNumber(string(number))
		if err != nil || id.Birth != testPerson.Birth || id.Sex != testPerson.Sex {
			t.Errorf("%s: %+v, %v", number, id, err)
		}
	})
	if count != 500*len(areas) || !seen {
		t.Errorf("%d numbers, %v", count, seen)
	}
}

func zipData(data string) string {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range []string{"other.txt", "folder/part.xml"} {
		in, err := w.Create(name)
		if err != nil {
			panic(err)
		}
		fmt.Fprint(in, data)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.String()
}

func pdfStream(data string) string {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	fmt.Fprint(w, data)
	if err := w.Close(); err != nil {
		panic(err)
	}
	return "%PDF-1.7\n1 0 obj\n<</Length 9>>\nstream\n" + out.String() + "\nendstream\nendobj\n"
}

func utf16(text string) string {
	var out strings.Builder
	for _, r := range text {
		out.WriteByte(0)
		out.WriteByte(byte(r))
	}
	return out.String()
}

func digest(name, text string) string {
	for _, a := range algorithms() {
		if a.name == name {
			return string(a.sum(nil, []byte(text)))
		}
	}
	panic(name)
}

func inHex(text string) string { return hex.EncodeToString([]byte(text)) }

// Each way in which a file could give a number away is noticed: without this, a
// search that finds nothing shows nothing.
func TestAPlantedNumberIsFound(t *testing.T) {
	const salt = "QWERTYUIOPASDFGHJKLZXCVBNM"
	inJSON := func(digest string) string {
		return `{"birth":"1980-01-01","salt":"` + salt + `","digest":"` + inHex(digest) + `"}`
	}
	mac := hmac.New(sha1.New, []byte(salt))
	mac.Write([]byte(plantedNumber))
	for name, c := range map[string]struct {
		data  string
		known bool // found by whoever knows the number; the others by trying
	}{
		"in plain":                          {"x" + plantedNumber + "y", false},
		"in plain, in a package":            {zipData("<a>" + plantedNumber + "</a>"), false},
		"in plain, in a stream of a PDF":    {pdfStream("(" + plantedNumber + ") Tj"), false},
		"in UTF-16, in a stream":            {pdfStream("(" + utf16(plantedNumber) + ")"), false},
		"in UTF-16, in octal escapes":       {pdfStream(strings.ReplaceAll(utf16(plantedNumber), "\x00", `\000`)), false},
		"in UTF-16, in hexadecimal":         {pdfStream("<FEFF" + inHex(utf16(plantedNumber)) + ">"), false},
		"in groups":                         {"440304 19800101 2311", false},
		"in full-width digits":              {strings.Map(func(r rune) rune { return r - '0' + '０' }, plantedNumber), false},
		"in base64":                         {base64.StdEncoding.EncodeToString([]byte("holder " + plantedNumber)), false},
		"in a package in a PDF":             {pdfStream(zipData(plantedNumber)), false},
		"masked":                            {"4403**********2311", false},
		"MD5 in hexadecimal":                {"id=" + inHex(digest("MD5", plantedNumber)), false},
		"SHA-1 in bytes":                    {"abc" + digest("SHA-1", plantedNumber) + "def", false},
		"SHA-256 in capitals, in a package": {zipData(strings.ToUpper(inHex(digest(sha256Name, plantedNumber)))), false},
		"SM3 in base64":                     {"n: " + base64.StdEncoding.EncodeToString([]byte(digest("SM3", plantedNumber))), false},
		"SM3 in base64url, in a stream":     {pdfStream("x." + base64.RawURLEncoding.EncodeToString([]byte(digest("SM3", plantedNumber))) + ".y"), false},
		"the beginning of a SHA-256":        {inHex(digest(sha256Name, plantedNumber))[:20], false},
		"the end of a SHA-256":              {inHex(digest(sha256Name, plantedNumber))[40:], false},
		"salted, as format 1 did":           {inJSON(digest(sha256Name, salt+":111:"+plantedNumber)), false},
		"salted in front":                   {inJSON(digest(sha256Name, salt+plantedNumber)), true},
		"salted behind":                     {inJSON(digest(sha256Name, plantedNumber+salt)), true},
		"salted with a word, by SM3":        {`["张三","` + base64.StdEncoding.EncodeToString([]byte(digest("SM3", "张三|"+plantedNumber))) + `"]`, true},
		"keyed with the salt":               {inJSON(string(mac.Sum(nil))), true},
		"hashed twice":                      {inHex(digest("MD5", inHex(digest("MD5", plantedNumber)))), true},
		"salted with a number of the file":  {`{"year":2021,"d":"` + inHex(digest("MD5", plantedNumber+"-2021")) + `"}`, true},
		"salted with what a text encodes":   {`{"salt":"00112233445566778899","d":"` + inHex(digest("SHA-1", "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99"+plantedNumber)) + `"}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := []File{{"file", []byte(c.data)}}
			found := SearchKnown(files, plantedNumber, testPerson)
			if !c.known {
				found = search(files, testPerson, []string{"440303", "440304"})
			}
			if len(found) == 0 {
				t.Fatal("not found")
			}
			for _, f := range found {
				if f.Number != plantedNumber && f.Number != "" {
					t.Errorf("found %s", f)
				}
			}
		})
	}
}

func TestWhatIsNoNumberIsNotFound(t *testing.T) {
	files := []File{{"file", []byte(`{"salt":"QWERTYUIOPASDFGHJKLZXCVBNM","birth":"1980-01-01","a":"440304198001012318","b":"440304198101012319",` +
		`"woman":"44030419800101232X","area":"999999198001012316","digest":"` + strings.Repeat("ab", 32) + `"}`)}}
	if found := append(search(files, testPerson, []string{"440303", "440304"}), SearchKnown(files, plantedNumber, testPerson)...); len(found) > 0 {
		t.Error(found)
	}
}

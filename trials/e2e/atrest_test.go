package e2e

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

// TestWhatIsKeptShowsNoSecret goes every way of the demo and then reads both tables and the bucket as
// somebody with a copy of them would. What may be there in the clear is what the face of the
// certificate shows to everybody who holds it: name, sex, birth, number, employer, specialties,
// days, purpose and reader, both pictures, and the token of the printed code, which is made to be read.
// Not on the face, and looked for here: ID numbers, phone numbers, passwords, codes, session tokens,
// access tokens, links' secrets, machines' and the app's signed statements.
func TestWhatIsKeptShowsNoSecret(t *testing.T) {
	secrets := soughtSecrets(runDemo(t).secrets)
	maps.Copy(secrets, sentSecrets(t))
	counts := map[string]int{}
	for kind := range maps.Values(secrets) {
		counts[kind]++
	}
	t.Logf("secrets that went by: %v", counts)
	for _, kind := range []string{"token", "password", "code", "link", "ID number", "phone", "assertion"} {
		if counts[kind] == 0 {
			t.Errorf("the walk showed no %s, so none can be looked for", kind)
		}
	}

	tables := items(t, "Records", "Ledger", "Sessions")
	for key, item := range tables {
		for _, kind := range leaks(key+" "+item, secrets) {
			t.Errorf("an item shows a %s: %.120s", kind, key)
		}
	}
	kinds := map[string]int{}
	for key, data := range objects(t, "", true) {
		kinds[path.Ext(key)]++
		for part, text := range unpackObject(t, key, data) {
			for _, kind := range leaks(text, secrets) {
				t.Errorf("the object %s shows a %s in %s", path.Base(key), kind, part)
			}
		}
	}
	entries := objectsIn(t, "Journal", "", true)
	for key, data := range entries {
		for _, kind := range leaks(key+" "+string(data), secrets) {
			t.Errorf("the entry %s of the journal shows a %s", key, kind)
		}
	}
	if len(entries) < 20 {
		t.Errorf("the journal has %d entries: too few to prove anything", len(entries))
	}
	t.Logf("%d items, objects by ending: %v", len(tables), kinds)
	if len(tables) < 200 || kinds[".pdf"] < 10 || kinds[".ofd"] < 10 {
		t.Errorf("there are %d items and the objects %v: too few to prove anything", len(tables), kinds)
	}
	if !strings.Contains(strings.Join(slices.Collect(maps.Values(tables)), ""), owner(t).Name) {
		t.Error("the items do not even show the holder's name: they cannot be read")
	}
}

// sentSecrets is every code and every link's secret that went to a phone. A link is sent for every
// account; a code is asked for here.
func sentSecrets(t *testing.T) map[string]string {
	t.Helper()
	forget(t, "LIMIT#code-")
	s := login(t, owner(t))
	if err := s.Do(t.Context(), http.MethodPost, "/v1/account/phone/codes", map[string]string{"phone": s.Holder.Phone}, nil); err != nil {
		t.Fatal(err)
	}
	var list []sentMessage
	phone := &seed.API{URL: service.stack.URL}
	if err := phone.Do(t.Context(), seed.Call{Method: http.MethodGet, Path: "/messages.json"}, &list); err != nil {
		t.Fatal(err)
	}
	secrets := map[string]string{s.Token: "token"}
	for _, m := range list {
		if m.Code != "" {
			secrets[m.Code] = "code"
		}
		if _, link, ok := strings.Cut(m.URL, "/password#"); ok {
			secrets[link] = "link"
		}
	}
	return secrets
}

func isPhone(secret string) bool {
	_, err := identity.NormalizePhone(secret)
	return err == nil
}

// soughtSecrets leaves out what is not secret where things are kept, and adds every holder's numbers.
func soughtSecrets(found map[string]string) map[string]string {
	secrets := map[string]string{seed.Password: "password"}
	for secret, kind := range found {
		switch {
		case kind == "name", kind == "message": // on the face; of the messages their codes and links are sought
		case kind == "phone" && !isPhone(secret): // "to" is also a day, and a reader's name
		case kind == "code", kind == "link": // those that were sent are sought; a link to an object lives a minute
		case kind == "token" && strings.Count(secret, ".") == 2: // the printed code's
		default:
			secrets[secret] = kind
		}
	}
	for _, h := range seed.Holders(service.stack.Today) {
		secrets[h.IDNumber()], secrets[h.Phone] = "ID number", "phone"
	}
	return secrets
}

// unpackObject is what can be read in an object: the parts of an OFD, the streams of a PDF, any other as
// it is.
func unpackObject(t *testing.T, key string, data []byte) map[string]string {
	t.Helper()
	parts := map[string]string{"itself": string(data)}
	switch path.Ext(key) {
	case ".ofd":
		archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		for _, f := range archive.File {
			in, err := f.Open()
			if err != nil {
				t.Fatalf("%s: %s: %v", key, f.Name, err)
			}
			text, err := io.ReadAll(in)
			if err != nil {
				t.Fatalf("%s: %s: %v", key, f.Name, err)
			}
			parts[f.Name] = string(text)
		}
		if !strings.Contains(parts["OFD.xml"], "ofd:OFD") {
			t.Errorf("%s cannot be read: it has the parts %v", key, slices.Sorted(maps.Keys(parts)))
		}
	case ".pdf":
		for n, text := range inflateStreams(data) {
			parts[fmt.Sprint("stream ", n)] = text
		}
		if len(parts) < 3 {
			t.Errorf("%s cannot be read", key)
		}
	}
	return parts
}

// inflateStreams returns the compressed streams of a PDF.
func inflateStreams(pdf []byte) (streams []string) {
	for rest := pdf; ; {
		_, after, ok := bytes.Cut(rest, []byte("stream\n"))
		if !ok {
			return streams
		}
		rest = after
		if in, err := zlib.NewReader(bytes.NewReader(after)); err == nil {
			text, _ := io.ReadAll(in) // what follows the stream is not of it
			streams = append(streams, string(text))
		}
	}
}

func TestASecretInsideAnObjectIsNoticed(t *testing.T) {
	secrets := map[string]string{"110101198001010010": "ID number"}
	var pdf, ofd bytes.Buffer
	pdf.WriteString("%PDF-1.7\n1 0 obj\n<<>>\nstream\n")
	z := zlib.NewWriter(&pdf)
	_, _ = z.Write([]byte(`{"idNo":"110101198001010010"}`))
	_ = z.Close()
	pdf.WriteString("\nendstream\n")
	archive := zip.NewWriter(&ofd)
	for name, text := range map[string]string{"OFD.xml": "<ofd:OFD/>", "Doc_0/x.xml": "<a>110101198001010010</a>"} {
		part, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write([]byte(text))
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	for key, data := range map[string][]byte{"a.pdf": bytes.Repeat(pdf.Bytes(), 2), "a.ofd": ofd.Bytes(), "a.svg": []byte("<svg>110101198001010010</svg>")} {
		var found []string
		for _, text := range unpackObject(t, key, data) {
			found = append(found, leaks(text, secrets)...)
		}
		if len(found) == 0 {
			t.Errorf("%s: the number is not found", key)
		}
	}
}

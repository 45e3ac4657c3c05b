package forgery

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"

	"github.com/jiazhu/jiazhu/internal/hostile"
	"github.com/jiazhu/jiazhu/internal/must"
)

// ofdFile is an OFD taken apart into its parts. It is put together again in the one form that the service gives a
// package, so that a reader that takes no other form examines the contents.
type ofdFile struct{ parts []ofdPart }

// ofdPart is a part: its content, and that as the package holds it.
type ofdPart struct {
	name     string
	data     []byte
	deflated []byte // nil = stored
}

func openOFD(data []byte) *ofdFile {
	o := &ofdFile{}
	for _, e := range must.Get(hostile.Unpack(data)) {
		p := ofdPart{name: e.Name, data: e.Packed}
		if e.Method == zip.Deflate {
			p.deflated = e.Packed
			p.data = must.Get(io.ReadAll(flate.NewReader(bytes.NewReader(e.Packed))))
		}
		o.parts = append(o.parts, p)
	}
	return o
}

// find is the part whose name ends so.
func (o *ofdFile) find(ending string) *ofdPart {
	i := slices.IndexFunc(o.parts, func(p ofdPart) bool { return strings.HasSuffix(p.name, ending) })
	if i < 0 {
		must.Do(fmt.Errorf("no part %s", ending))
	}
	return &o.parts[i]
}

// set gives a part other content, compressed as the old was.
func (p *ofdPart) set(data []byte) {
	p.data = data
	if p.deflated != nil {
		p.deflated = deflateData(data)
	}
}

// replace replaces a text of a part, which has to be there.
func (p *ofdPart) replace(old, by string) {
	if !bytes.Contains(p.data, []byte(old)) {
		must.Do(fmt.Errorf("%s does not hold %q", p.name, old))
	}
	p.set(bytes.Replace(p.data, []byte(old), []byte(by), 1))
}

func deflateData(data []byte) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.DefaultCompression)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

// entry is the part in a package.
func (p ofdPart) entry() hostile.Entry {
	if p.deflated == nil {
		return hostile.StoredEntry(p.name, p.data)
	}
	e := hostile.DeflatedEntry(p.name, p.deflated, len(p.data))
	e.CRC = crc32.ChecksumIEEE(p.data)
	return e
}

// bytes packs the parts.
func (o *ofdFile) bytes() []byte {
	var entries []hostile.Entry
	for _, p := range o.parts {
		entries = append(entries, p.entry())
	}
	return hostile.Pack(entries)
}

func digest(data []byte) string {
	sum := sm3.Sum(data)
	return base64.StdEncoding.EncodeToString(sum[:])
}

var (
	packingField = regexp.MustCompile(`(Name="KZ_packing">)[^<]*`)
	reference    = regexp.MustCompile(`(<ofd:Reference FileRef=")([^"]+)("><ofd:CheckValue>)[^<]*(</ofd:CheckValue></ofd:Reference>)`)
)

// refit makes the digests inside fit again: that of the packing in OFD.xml, those of the parts in Signature.xml. The
// signature over Signature.xml stays.
func (o *ofdFile) refit() {
	last := len(o.parts) - 1
	if last < 3 || !strings.HasSuffix(o.parts[last-1].name, "/Signature.xml") {
		must.Do(fmt.Errorf("%w: no signature at the end of the OFD", errGenuine))
	}
	var lines strings.Builder
	for _, p := range o.parts[1 : last-1] {
		e := p.entry()
		fmt.Fprintf(&lines, "%s %d %s\n", p.name, e.Method, digest(e.Packed))
	}
	root, signature := &o.parts[0], &o.parts[last-1]
	root.set(packingField.ReplaceAll(root.data, []byte("${1}"+digest([]byte(lines.String())))))
	var list strings.Builder
	for _, p := range o.parts[:last-1] {
		fmt.Fprintf(&list, `<ofd:Reference FileRef="/%s"><ofd:CheckValue>%s</ofd:CheckValue></ofd:Reference>`, p.name, digest(p.data))
	}
	at := reference.FindAllIndex(signature.data, -1)
	if len(at) == 0 {
		must.Do(fmt.Errorf("%w: Signature.xml lists nothing", errGenuine))
	}
	signature.set(slices.Concat(signature.data[:at[0][0]], []byte(list.String()), signature.data[at[len(at)-1][1]:]))
}

// sealAnew makes everything fit again, under another seal: its data and its signature. The time that Signature.xml
// states stays.
func (o *ofdFile) sealAnew(ctx context.Context, s sealer, at time.Time) []byte {
	value := o.find("SignedValue.dat")
	o.find("Seal.esl").set(s.esl)
	o.refit()
	signature := &o.parts[len(o.parts)-2]
	hash := sm3.Sum(signature.data)
	value.set(s.sign(ctx, hash[:], "/"+signature.name, at))
	return o.bytes()
}

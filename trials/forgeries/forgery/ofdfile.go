package forgery

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"
)

// ofdFile is an OFD taken apart into its parts. It is put together again in the one form that
// the service gives a package, so that a reader that takes no other looks at what is in it.
type ofdFile struct{ parts []ofdPart }

// ofdPart is a part: what it holds, and as the package holds it.
type ofdPart struct {
	name     string
	data     []byte
	deflated []byte // deflated; nil = stored
}

func openOFD(data []byte) (*ofdFile, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("take an OFD apart: %w", err)
	}
	o := &ofdFile{}
	for _, f := range r.File {
		p := ofdPart{name: f.Name}
		if p.data, err = readAll(f.Open); err != nil {
			return nil, fmt.Errorf("take an OFD apart: %s: %w", f.Name, err)
		}
		if f.Method == zip.Deflate {
			p.deflated, err = readAll(func() (io.ReadCloser, error) {
				raw, err := f.OpenRaw()
				return io.NopCloser(raw), err
			})
			if err != nil {
				return nil, fmt.Errorf("take an OFD apart: %s: %w", f.Name, err)
			}
		}
		o.parts = append(o.parts, p)
	}
	if !bytes.Equal(o.bytes(), data) {
		return nil, fmt.Errorf("take an OFD apart: the service packs otherwise than here")
	}
	return o, nil
}

func readAll(open func() (io.ReadCloser, error)) ([]byte, error) {
	in, err := open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(in)
}

// find is the part whose name ends so, or nil.
func (o *ofdFile) find(ending string) *ofdPart {
	i := slices.IndexFunc(o.parts, func(p ofdPart) bool { return strings.HasSuffix(p.name, ending) })
	if i < 0 {
		return nil
	}
	return &o.parts[i]
}

// data is what the part whose name ends so holds, or nil.
func (o *ofdFile) data(ending string) []byte {
	if p := o.find(ending); p != nil {
		return p.data
	}
	return nil
}

// set gives a part other content, held as the old was.
func (p *ofdPart) set(data []byte) {
	p.data = data
	if p.deflated != nil {
		p.deflated = deflateData(data)
	}
}

// replace exchanges what a part says. It fails where the part does not say it.
func (p *ofdPart) replace(old, by string) error {
	if p == nil || !bytes.Contains(p.data, []byte(old)) {
		return fmt.Errorf("no part says %q", old)
	}
	p.set(bytes.Replace(p.data, []byte(old), []byte(by), 1))
	return nil
}

func deflateData(data []byte) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.DefaultCompression)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

func (p *ofdPart) zipContent() (method uint16, data []byte) {
	if p.deflated != nil {
		return zip.Deflate, p.deflated
	}
	return zip.Store, p.data
}

// bytes packs the parts.
func (o *ofdFile) bytes() []byte {
	var b, directory []byte
	le := binary.LittleEndian
	for i := range o.parts {
		p := &o.parts[i]
		method, held := p.zipContent()
		version := uint16(10)
		if method != zip.Store {
			version = 20
		}
		var head []byte
		for _, v := range []uint16{version, 0, method, 0, 1<<5 | 1} {
			head = le.AppendUint16(head, v)
		}
		for _, v := range []uint32{crc32.ChecksumIEEE(p.data), uint32(len(held)), uint32(len(p.data)), uint32(len(p.name))} {
			head = le.AppendUint32(head, v)
		}
		directory = append(append(append(directory, "PK\x01\x02\x14\x00"...), head...), make([]byte, 10)...)
		directory = append(le.AppendUint32(directory, uint32(len(b))), p.name...)
		b = append(append(append(append(b, "PK\x03\x04"...), head...), p.name...), held...)
	}
	end := append([]byte("PK\x05\x06\x00\x00\x00\x00"), make([]byte, 0, 14)...)
	end = le.AppendUint16(le.AppendUint16(end, uint16(len(o.parts))), uint16(len(o.parts)))
	end = le.AppendUint32(le.AppendUint32(end, uint32(len(directory))), uint32(len(b)))
	return slices.Concat(b, directory, end, []byte{0, 0})
}

func digest(data []byte) string {
	sum := sm3.Sum(data)
	return base64.StdEncoding.EncodeToString(sum[:])
}

var (
	packingField = regexp.MustCompile(`(Name="KZ_packing">)[^<]*`)
	reference    = regexp.MustCompile(`(<ofd:Reference FileRef=")([^"]+)("><ofd:CheckValue>)[^<]*(</ofd:CheckValue></ofd:Reference>)`)
)

// refit makes the digests inside fit again: that of the packing in OFD.xml, those of the parts in
// Signature.xml. The signature over Signature.xml stays what it was.
func (o *ofdFile) refit() error {
	last := len(o.parts) - 1
	if last < 3 || !strings.HasSuffix(o.parts[last-1].name, "/Signature.xml") {
		return fmt.Errorf("%w: no signature at the end of the OFD", errGenuine)
	}
	var lines strings.Builder
	for i := range o.parts[1 : last-1] {
		p := &o.parts[1+i]
		method, held := p.zipContent()
		fmt.Fprintf(&lines, "%s %d %s\n", p.name, method, digest(held))
	}
	root, signature := &o.parts[0], &o.parts[last-1]
	root.set(packingField.ReplaceAll(root.data, []byte("${1}"+digest([]byte(lines.String())))))
	var list strings.Builder
	for _, p := range o.parts[:last-1] {
		fmt.Fprintf(&list, `<ofd:Reference FileRef="/%s"><ofd:CheckValue>%s</ofd:CheckValue></ofd:Reference>`, p.name, digest(p.data))
	}
	at := reference.FindAllIndex(signature.data, -1)
	if len(at) == 0 {
		return fmt.Errorf("%w: Signature.xml lists nothing", errGenuine)
	}
	signature.set(slices.Concat(signature.data[:at[0][0]], []byte(list.String()), signature.data[at[len(at)-1][1]:]))
	return nil
}

// sealAnew makes everything fit again, under another seal: its data and its signature. The time
// that Signature.xml states stays.
func (o *ofdFile) sealAnew(ctx context.Context, s sealer, at time.Time) ([]byte, error) {
	esl, value := o.find("Seal.esl"), o.find("SignedValue.dat")
	if esl == nil || value == nil {
		return nil, fmt.Errorf("%w: the OFD is not sealed", errGenuine)
	}
	esl.set(s.esl)
	if err := o.refit(); err != nil {
		return nil, err
	}
	signature := &o.parts[len(o.parts)-2]
	hash := sm3.Sum(signature.data)
	signed, err := s.sign(ctx, hash[:], "/"+signature.name, at)
	if err != nil {
		return nil, err
	}
	value.set(signed)
	return o.bytes(), nil
}

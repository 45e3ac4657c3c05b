package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// The parts of a package that controls change.
const (
	sealPart       = "Doc_0/Signs/Sign_0/Seal.esl"
	valuePart      = "Doc_0/Signs/Sign_0/SignedValue.dat"
	fontPart       = "Doc_0/Res/font_0.ttf"
	attachmentPart = "Doc_0/Attachs/certificate.json"
	pagePart       = "Doc_0/Pages/Page_0/Content.xml"
	signaturePart  = "Doc_0/Signs/Sign_0/Signature.xml"
)

// sealers returns the tools that check what a seal covers.
func sealers() []manifest.Tool {
	return []manifest.Tool{manifest.Ofdrw, manifest.OpenSSL, manifest.Jiazhu}
}

func ofdControls(one, other, foreign, forged madeSpecimen, otherSeal []byte) []controlFile {
	pack, another := openPackage(one.OFD), openPackage(other.OFD)
	list := everyPart(one, pack)
	add := func(name string, changed zipParts, why verdict.Reason, by ...manifest.Tool) {
		list = append(list, of(name, one.Name, changed.encode(), verdict.Integrity, why, by...))
	}
	sealed := sealers()
	add("ofd-seal-exchanged.ofd", pack.replacePart(sealPart, otherSeal), verdict.Altered, sealed...)
	add("ofd-signature-of-another.ofd", pack.replacePart(valuePart, another.content(valuePart)), verdict.Altered, sealed...)
	add("ofd-attachment-of-another.ofd", pack.replacePart(attachmentPart, another.content(attachmentPart)), verdict.Altered, append(sealed, manifest.OfdrwRead, manifest.Ofdkit, manifest.OFDZbar, manifest.OFDZxing)...)
	add("ofd-attachment-gone.ofd", pack.removePart(attachmentPart), verdict.Altered, sealed...)
	add("ofd-font-gone.ofd", pack.removePart(fontPart), verdict.Altered, append(sealed, manifest.SofdAudit)...)
	add("ofd-part-added.ofd", append(slices.Clone(pack), part{zip.FileHeader{Name: "Doc_0/more.txt"}, []byte("more")}), verdict.Repacked, manifest.Jiazhu)
	drawn := append(sealed, manifest.DrawOfdrw, manifest.DrawOFDJS)
	add("ofd-name-moved.ofd", pack.replacePart(pagePart, moveName(pack.content(pagePart))), verdict.Altered, append(drawn, manifest.DrawSofd)...)
	add("ofd-name-changed.ofd", pack.replacePart(pagePart, changeName(pack.content(pagePart))), verdict.Altered, append(drawn, manifest.DrawSofd)...)
	add("ofd-seal-not-drawn.ofd", pack.replacePart(signaturePart, removePlace(pack.content(signaturePart))), verdict.Altered, drawn...)
	return append(list,
		of("ofd-rezipped.ofd", one.Name, pack.rezip(), verdict.Integrity, verdict.Repacked, manifest.Jiazhu),
		of("ofd-truncated.ofd", one.Name, one.OFD[:len(one.OFD)-900], verdict.Integrity, verdict.Truncated, manifest.Ofdrw, manifest.SofdVerify, manifest.SofdAudit, manifest.Jiazhu),
		of("ofd-appended.ofd", one.Name, append(slices.Clone(one.OFD), "something more"...), verdict.Integrity, verdict.Appended, manifest.Jiazhu),
		of("ofd-seal-forged.ofd", one.Name, forged.OFD, verdict.Integrity, verdict.SealForged, manifest.OpenSSL, manifest.Jiazhu),
		of("ofd-of-a-stranger.ofd", one.Name, foreign.OFD, verdict.Issuer, verdict.Untrusted, manifest.OpenSSL, manifest.Jiazhu),
	)
}

var (
	nameText = regexp.MustCompile(`(<ofd:TextObject ID="\d+" Boundary=")(\d+)([^>]*>(?:<ofd:FillColor[^>]*>)?<ofd:TextCode[^>]*>)张三<`)
	place    = regexp.MustCompile(`<ofd:StampAnnot [^>]*/>`)
)

// moveName moves the holder's name by three millimetres.
func moveName(page []byte) []byte {
	return replaceOnce(nameText, page, func(found []string) string {
		return found[1] + strconv.Itoa(must.Get(strconv.Atoi(found[2]))+3) + found[3] + "张三<"
	})
}

// changeName changes a character of the holder's name into another that the file's font has.
func changeName(page []byte) []byte {
	return replaceOnce(nameText, page, func(found []string) string { return found[1] + found[2] + found[3] + "张集<" })
}

// removePlace takes the place of the seal out of the signature.
func removePlace(signature []byte) []byte {
	return replaceOnce(place, signature, func([]string) string { return "" })
}

func replaceOnce(what *regexp.Regexp, data []byte, by func(found []string) string) []byte {
	if n := len(what.FindAll(data, -1)); n != 1 {
		must.Do(fmt.Errorf("%d times %s", n, what))
	}
	return what.ReplaceAllFunc(data, func(text []byte) []byte {
		return []byte(by(what.FindStringSubmatch(string(text))))
	})
}

// everyPart changes each part of the package in turn and leaves the others unchanged.
func everyPart(one madeSpecimen, pack zipParts) (list []controlFile) {
	for i, p := range pack {
		data := pack.replacePart(p.Name, changeByte(p.Name, p.data)).encode()
		name := fmt.Sprintf("ofd-part-%02d-%s.ofd", i+1, strings.TrimSuffix(path.Base(p.Name), path.Ext(p.Name)))
		by := sealers()
		if p.Name == valuePart {
			by = append(by, manifest.SofdVerify)
		}
		list = append(list, of(name, one.Name, data, verdict.Integrity, verdict.Altered, by...))
	}
	return list
}

// changeByte changes one byte: in XML a white space after the root element, or in the
// list of digests the path of the seal, so that the part still parses; elsewhere a
// byte in the middle, or at the end of the signature's value.
func changeByte(name string, data []byte) []byte {
	data = slices.Clone(data)
	switch at := bytes.Index(data, []byte(` Boundary="`)); {
	case path.Base(name) == "Signature.xml" && at > 0:
		data[at+len(` Boundary="`)] ^= 1
	case strings.HasSuffix(name, ".xml"):
		data[len(data)-1] ^= '\n' ^ ' '
	case name == valuePart:
		data[len(data)-1] ^= 1
	default:
		data[len(data)/2] ^= 1
	}
	return data
}

// zipParts is the parts of a package.
type zipParts []part

type part struct {
	zip.FileHeader
	data []byte
}

func openPackage(data []byte) (all zipParts) {
	for _, entry := range must.Get(zip.NewReader(bytes.NewReader(data), int64(len(data)))).File {
		all = append(all, part{entry.FileHeader, must.Get(io.ReadAll(must.Get(entry.Open())))})
	}
	return all
}

func (p zipParts) indexOf(name string) int {
	return slices.IndexFunc(p, func(one part) bool { return one.Name == name })
}

func (p zipParts) content(name string) []byte { return p[p.indexOf(name)].data }

func (p zipParts) replacePart(name string, data []byte) zipParts {
	p = slices.Clone(p)
	p[p.indexOf(name)].data = data
	return p
}

func (p zipParts) removePart(name string) zipParts {
	return slices.Delete(slices.Clone(p), p.indexOf(name), p.indexOf(name)+1)
}

// encode packs the parts with their original headers.
func (p zipParts) encode() []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, one := range p {
		packed := one.compress()
		one.CRC32 = crc32.ChecksumIEEE(one.data)
		one.UncompressedSize64, one.CompressedSize64 = uint64(len(one.data)), uint64(len(packed))
		must.Get(must.Get(w.CreateRaw(&one.FileHeader)).Write(packed))
	}
	must.Do(w.Close())
	return out.Bytes()
}

func (p part) compress() []byte {
	if p.Method == zip.Store {
		return p.data
	}
	var out bytes.Buffer
	w := must.Get(flate.NewWriter(&out, flate.DefaultCompression))
	must.Get(w.Write(p.data))
	must.Do(w.Close())
	return out.Bytes()
}

// rezip packs the same parts as an ordinary zip program does.
func (p zipParts) rezip() []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, one := range p {
		must.Get(must.Get(w.Create(one.Name)).Write(one.data))
	}
	must.Do(w.Close())
	return out.Bytes()
}

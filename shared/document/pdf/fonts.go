package pdf

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/jiazhu/jiazhu/shared/document/font"
)

// fontPart is a font subset with those parts of its PDF objects that are the same in every
// file.
type fontPart struct {
	subset    *font.Subset
	widths    []byte // the /W array
	toUnicode []byte // compressed
}

func (f *fontPart) size() int {
	return len(f.subset.File.Compressed) + len(f.widths) + len(f.toUnicode) + 1024
}

func (w *Writer) fontPart(s *font.Subset) *fontPart {
	return &fontPart{subset: s, widths: widths(s.Widths), toUnicode: w.deflate(toUnicode(s))}
}

// widths writes the array /W: the widths of the glyphs that are not as wide as the em, the
// default width /DW.
func widths(all []int) []byte {
	b := []byte{'['}
	open := false
	for gid, w := range all {
		if w == 1000 {
			if open {
				b, open = append(b, ']'), false
			}
			continue
		}
		if !open {
			b = append(strconv.AppendInt(b, int64(gid), 10), '[')
			open = true
		} else {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(b, int64(w), 10)
	}
	if open {
		b = append(b, ']')
	}
	return append(b, ']')
}

const (
	cmapHead = `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
`
	cmapFoot = `endcmap
CMapName currentdict /CMap defineresource pop
end
end
`
)

// toUnicode returns the CMap that maps glyphs to text (ISO 32000-1, 9.10.3): ranges of
// glyphs with the character of each, outside the basic plane as surrogates. The glyphs of
// a range have the same high byte, and a block has at most 100 ranges.
func toUnicode(s *font.Subset) []byte {
	runes := make([]rune, 0, len(s.GID))
	for r := range s.GID {
		runes = append(runes, r)
	}
	slices.SortFunc(runes, func(a, b rune) int { return int(s.GID[a]) - int(s.GID[b]) })
	ranges := glyphRuns(s, runes)
	b := append(make([]byte, 0, len(cmapHead)+len(cmapFoot)+256+16*len(runes)), cmapHead...)
	for block := range slices.Chunk(ranges, 100) {
		b = append(strconv.AppendInt(b, int64(len(block)), 10), " beginbfrange\n"...)
		for _, r := range block {
			b = append(appendHex16(append(b, '<'), s.GID[r[0]]), "><"...)
			b = append(appendHex16(b, s.GID[r[len(r)-1]]), ">["...)
			for _, c := range r {
				b = append(appendRune(append(b, '<'), c), '>')
			}
			b = append(b, "]\n"...)
		}
		b = append(b, "endbfrange\n"...)
	}
	return append(b, cmapFoot...)
}

// glyphRuns splits characters, sorted by glyph, where glyphs are not consecutive or their
// high byte changes.
func glyphRuns(s *font.Subset, runes []rune) [][]rune {
	var out [][]rune
	start := 0
	for i := 1; i <= len(runes); i++ {
		if i < len(runes) && s.GID[runes[i]] == s.GID[runes[i-1]]+1 && s.GID[runes[i]]&0xFF != 0 {
			continue
		}
		out = append(out, runes[start:i])
		start = i
	}
	return out
}

// font writes the five objects of an embedded subset: a Type 0 font whose
// codes are glyph numbers, its CID font, descriptor, file and CMap.
func (o *output) font(f *fontPart) ref {
	face := f.subset.Face
	name := string(appendName(nil, f.subset.Tag+"+"+face.PostScriptName))
	head, tail := f.subset.File.Frame()
	file := o.stream(o.reserve(), fmt.Sprintf("/Filter/FlateDecode/Length1 %d", len(f.subset.File.Data)), head, f.subset.File.Compressed, tail)
	const serifSymbolic = 2 | 4
	descriptor := o.add("<</Type/FontDescriptor/FontName%s/Flags %d/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV 80/FontFile2 %v>>",
		name, serifSymbolic, face.BBox[0], face.BBox[1], face.BBox[2], face.BBox[3], face.Ascent, face.Descent, face.CapHeight, file)
	cid := o.add("<</Type/Font/Subtype/CIDFontType2/BaseFont%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %v/DW 1000/W%s/CIDToGIDMap/Identity>>",
		name, descriptor, f.widths)
	unicode := o.stream(o.reserve(), "/Filter/FlateDecode", f.toUnicode)
	return o.add("<</Type/Font/Subtype/Type0/BaseFont%s/Encoding/Identity-H/DescendantFonts[%v]/ToUnicode %v>>", name, cid, unicode)
}

package main

import (
	"context"
	"fmt"
	"image"
	"image/draw"
	_ "image/png" // what the readers draw
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/internal/must"
)

// How drawings are compared: as means of each window, so that the edges of letters, which every reader draws in its own
// way, do not count. A page is divided into a hundred places; a place is alike if no window that begins in it differs
// by more than mostDiffering.
const (
	placesAcross  = 10
	placesDown    = 10
	dotsAcross    = 420 // two for each millimetre of A4
	dotsDown      = 594
	drawingDPI    = "144" // of programs that can be told
	window        = 6     // dots along each side of a window: 3 millimetres
	mostDiffering = 42    // of 255, in any colour
)

// drawing is a page as colours of its dots.
type drawing [dotsDown][dotsAcross][3]float32

// readDrawing returns the drawing in a picture file.
func readDrawing(path string) (*drawing, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	drawn, _, err := image.Decode(in)
	if err != nil {
		return nil, err
	}
	return newDrawing(drawn, drawn.Bounds()), nil
}

// newDrawing reduces the page in a part of a picture to dots.
func newDrawing(drawn image.Image, page image.Rectangle) *drawing {
	pixels := image.NewRGBA(image.Rect(0, 0, page.Dx(), page.Dy()))
	draw.Draw(pixels, pixels.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(pixels, pixels.Bounds(), drawn, page.Min, draw.Over)
	columns, rows := shares(page.Dx(), dotsAcross), shares(page.Dy(), dotsDown)
	var d drawing
	for y, row := range rows {
		var line [dotsAcross][3]float32
		for x, column := range columns {
			pixel := pixels.Pix[pixels.PixOffset(x, y):]
			for _, c := range column {
				for i := range line[c.dot] {
					line[c.dot][i] += c.part * float32(pixel[i])
				}
			}
		}
		for _, r := range row {
			for x := range line {
				for i, colour := range line[x] {
					d[r.dot][x][i] += r.part * colour
				}
			}
		}
	}
	return &d
}

// share is the part of a dot, along one side, that a pixel covers.
type share struct {
	dot  int
	part float32
}

// shares returns the dots that each pixel of a row of pixels covers.
func shares(pixels, dots int) [][]share {
	all := make([][]share, pixels)
	for i := range all {
		from, to := float64(i*dots)/float64(pixels), float64((i+1)*dots)/float64(pixels)
		for dot := int(from); dot < dots && float64(dot) < to; dot++ {
			all[i] = append(all[i], share{dot, float32(min(to, float64(dot+1)) - max(from, float64(dot)))})
		}
	}
	return all
}

// differences returns how much two drawings differ at most in each place. Windows that touch a part to skip, in dots, do
// not count.
func differences(a, b *drawing, skip ...image.Rectangle) (worst [placesDown][placesAcross]float32) {
	var sums [dotsDown + 1][dotsAcross + 1][3]float32 // of the differences above and to the left
	for y := range a {
		for x := range a[y] {
			for i := range a[y][x] {
				sums[y+1][x+1][i] = a[y][x][i] - b[y][x][i] + sums[y][x+1][i] + sums[y+1][x][i] - sums[y][x][i]
			}
		}
	}
	for y := range dotsDown - window + 1 {
		for x := range dotsAcross - window + 1 {
			if slices.ContainsFunc(skip, image.Rect(x, y, x+window, y+window).Overlaps) {
				continue
			}
			most := &worst[y*placesDown/dotsDown][x*placesAcross/dotsAcross]
			for i := range 3 {
				by := sums[y+window][x+window][i] - sums[y][x+window][i] - sums[y+window][x][i] + sums[y][x][i]
				*most = max(*most, by/(window*window), -by/(window*window))
			}
		}
	}
	return worst
}

// describeDifferences returns "" for drawings that are alike in every place.
func describeDifferences(worst [placesDown][placesAcross]float32) string {
	alike := placesAcross * placesDown
	var where []string
	for row := range worst {
		for column, differing := range worst[row] {
			if differing > mostDiffering {
				alike--
				where = append(where, fmt.Sprintf("row %d column %d by %.0f", row+1, column+1, differing))
			}
		}
	}
	if where == nil {
		return ""
	}
	return fmt.Sprintf("%d of %d places are alike, but not: %s", alike, placesAcross*placesDown, strings.Join(where, ", "))
}

// drawer is a program that draws the first page of files.
type drawer struct {
	tool   manifest.Tool
	ending string // of the files it draws
	// draw returns the drawing of each file, in their order; nil where there is none.
	draw   func(ctx context.Context, files []string) []*drawing
	unseen []unseen // what it does not draw
	bmp    bool     // whether it draws only characters of the Basic Multilingual Plane
}

// drawings compares each program's drawing of each specimen with poppler's drawing of the PDF.
func (j *judge) drawings(ctx context.Context) (all []outcome) {
	poppler := map[string]*drawing{} // by specimen
	for _, s := range j.set.Specimens {
		poppler[s.Name] = j.drawEach("poppler", "pdftoppm", func(file, picture string) []string {
			return []string{"-r", drawingDPI, "-png", "-singlefile", file, strings.TrimSuffix(picture, ".png")}
		})(ctx, []string{s.Path(j.directory, "pdf")})[0]
	}
	for _, d := range j.drawers() {
		files := slices.DeleteFunc(j.filesFor(d.tool, d.ending), func(file string) bool {
			return d.bmp && strings.ContainsFunc(j.specimen(file).Certificate.Holder.Name, func(r rune) bool { return r > 0xFFFF })
		})
		for i, drawn := range d.draw(ctx, files) {
			problem := "it draws nothing"
			if drawn != nil {
				var skip []image.Rectangle
				for _, u := range d.unseen {
					skip = append(skip, u.find(files[i]))
				}
				problem = describeDifferences(differences(poppler[j.specimen(files[i]).Name], drawn, skip...))
			}
			all = append(all, j.outcomeOf(d.tool, looks, files[i], problem))
		}
	}
	return all
}

func (j *judge) drawers() []drawer {
	all := []drawer{
		{tool: manifest.DrawOfdrw, ending: "ofd", draw: func(ctx context.Context, files []string) []*drawing {
			j.unfold(ctx)
			return readDrawings(files, func(file string) string { return j.resultFile(file, ofdrwPNG) })
		}},
	}
	if mutoolIsInstalled() {
		all = append(all, drawer{tool: manifest.DrawMuTool, ending: "pdf", draw: j.drawEach("mutool", "mutool", func(file, picture string) []string {
			return []string{"draw", "-q", "-r", drawingDPI, "-o", picture, file, "1"}
		})})
	}
	if j.sofdProgram != "" {
		all = append(all, drawer{tool: manifest.DrawSofd, ending: "ofd", unseen: []unseen{seal, stroke}, draw: j.drawEach("sofd", j.sofdProgram, func(file, picture string) []string {
			return []string{"render", "--dpi", drawingDPI, "-o", picture, file}
		})})
	}
	if j.chromium != "" {
		all = append(all,
			drawer{tool: manifest.DrawPDFJS, ending: "pdf", draw: j.inBrowser("pdfjs.html")},
			drawer{tool: manifest.DrawOFDJS, ending: "ofd", unseen: []unseen{stroke}, bmp: true, draw: j.inBrowser("ofdjs.html")})
	}
	return all
}

// drawEach returns what draws each file into a PNG file with a process of its own.
func (j *judge) drawEach(name, program string, args func(file, picture string) []string) func(context.Context, []string) []*drawing {
	return func(ctx context.Context, files []string) []*drawing {
		picture := func(file string) string { return j.resultFile(file, ".drawn-by-"+name+".png") }
		for _, file := range files {
			output(ctx, program, args(file, picture(file))...)
		}
		return readDrawings(files, picture)
	}
}

func readDrawings(files []string, picture func(file string) string) []*drawing {
	all := make([]*drawing, len(files))
	for i, file := range files {
		all[i], _ = readDrawing(picture(file)) // without a picture, the file counts as not drawn
	}
	return all
}

// unseen is something in an OFD that a program does not draw: the part of the package with its Boundary.
type unseen struct {
	part     string
	boundary *regexp.Regexp
}

var (
	seal   = unseen{signatureList, regexp.MustCompile(`<ofd:StampAnnot [^>]*Boundary="([^"]*)"`)}
	stroke = unseen{"Doc_0/Tpls/Tpl_0/Content.xml", regexp.MustCompile(`<ofd:TextObject [^>]*Boundary="([^"]*)"[^>]* Stroke="true"`)} // of the title
)

// find returns the place of it on the page, in dots, or an empty one where a file does not have it.
func (u unseen) find(file string) image.Rectangle {
	found := u.boundary.FindSubmatch(must.Get(readParts(file))[u.part])
	if found == nil {
		return image.Rectangle{}
	}
	var mm [4]float64 // x, y, width, height
	for i, length := range strings.Fields(string(found[1])) {
		mm[i] = must.Get(strconv.ParseFloat(length, 64))
	}
	return image.Rect(int(2*mm[0]), int(2*mm[1]), int(2*(mm[0]+mm[2]))+1, int(2*(mm[1]+mm[3]))+1)
}

// unfold has ofdrw take the files apart and draw them, once.
func (j *judge) unfold(ctx context.Context) {
	j.unfolded.Do(func() {
		files := append(j.filesFor(manifest.OfdrwRead, "ofd"), j.filesFor(manifest.DrawOfdrw, "ofd")...)
		slices.Sort(files)
		output(ctx, "java", append(j.java("ofdrw", "unfold", j.scratch), slices.Compact(files)...)...)
	})
}

// fontFile returns the font of the certificates.
func (j *judge) fontFile() string {
	return filepath.Join(j.harnesses, "../shared/document/font/data/NotoSerifSC-Regular.ttf")
}

package scheme

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// Face is what the page of a certificate shows of its record, and where. Lengths are millimetres, from the
// page's top left corner. What a file leaves out is as on the constructors' certificates.
type Face struct {
	Sizes       Sizes    `yaml:"sizes"`
	TitleWeight float64  `yaml:"titleWeight"` // of the stroke along the title's outlines
	Without     []string `yaml:"without"`     // PhotoPart, SignaturePart
	Photo       Place    `yaml:"photo"`       // at the right of the first rows
	Beside      int      `yaml:"beside"`      // how many rows stand beside the photo, 0 = computed
	Signature   Hand     `yaml:"signature"`   // of the holder's handwriting
	Code        Square   `yaml:"code"`        // the QR code with its quiet zone
	Seal        Square   `yaml:"seal"`
	Rows        []Row    `yaml:"rows"` // from top to bottom
}

// Sizes are the sizes of type.
type Sizes struct {
	Heading   float64 `yaml:"heading"` // of the heading's first line
	Title     float64 `yaml:"title"`   // of its second line
	Subtitle  float64 `yaml:"subtitle"`
	Statement float64 `yaml:"statement"`
}

// Place is a rectangle on the page.
type Place struct {
	X float64 `yaml:"x"`
	Y float64 `yaml:"y"`
	W float64 `yaml:"w"`
	H float64 `yaml:"h"`
}

// Square is a square on the page.
type Square struct {
	X    float64 `yaml:"x"`
	Y    float64 `yaml:"y"`
	Size float64 `yaml:"size"`
}

// Place returns the square as a rectangle.
func (s Square) Place() Place { return Place{s.X, s.Y, s.Size, s.Size} }

// Hand is where the handwriting image begins and how high it is at most. Its line is below the rows,
// wherever these end.
type Hand struct {
	X float64 `yaml:"x"`
	H float64 `yaml:"h"`
}

// Row is a label and a value.
type Row struct {
	Label string `yaml:"label"`
	Value string `yaml:"value"` // a Value constant, or DetailPrefix and a detail's name
}

// The values of a row.
const (
	HolderName   = "holder.name"
	HolderSex    = "holder.sex"
	HolderBirth  = "holder.birth"
	HolderCode   = "holder.idNo" // an organisation's USCC
	NumberValue  = "number"
	EmployerName = "employer.name"
	Specialties  = "specialties" // one line each, with its days
	DetailPrefix = "details."
)

// The parts that a face may be without.
const (
	PhotoPart     = "photo"
	SignaturePart = "signature"
)

// mostRows is the most rows of a face, mostBeside the most beside a photo.
const (
	mostRows   = 12
	mostBeside = 6
)

// defaultFace returns the constructors' face without its rows.
func defaultFace() Face {
	return Face{
		Sizes:       Sizes{Heading: 8, Title: 12.6, Subtitle: 4, Statement: 4.3},
		TitleWeight: 0.4,
		Photo:       Place{152, 71.8, 32, 44.8},
		Signature:   Hand{51, 22},
		Code:        Square{24, 228, 36}, // the code is 32 mm
		Seal:        Square{142, 228.6, 42},
	}
}

// UnmarshalYAML reads a face over the default one.
func (f *Face) UnmarshalYAML(n *yaml.Node) error {
	type plain Face
	read := plain(defaultFace())
	if err := n.Decode(&read); err != nil {
		return err
	}
	*f = Face(read)
	return nil
}

// HasPhoto reports whether the face shows the holder's photo.
func (f *Face) HasPhoto() bool { return !slices.Contains(f.Without, PhotoPart) }

// HasSignature reports whether the face shows the holder's handwriting, with room for a pen.
func (f *Face) HasSignature() bool { return !slices.Contains(f.Without, SignaturePart) }

// Labels returns the labels of the rows.
func (f *Face) Labels() []string {
	labels := make([]string, len(f.Rows))
	for i, row := range f.Rows {
		labels[i] = row.Label
	}
	return labels
}

// LongestDetail returns how long the detail may be that a row's value names, in characters, or 0 if it names
// none.
func (s Scheme) LongestDetail(value string) int {
	for _, detail := range s.Details {
		if value == DetailPrefix+detail.Name {
			return detail.Longest
		}
	}
	return 0
}

// labelOf returns the label of the row with a value, or "".
func (f *Face) labelOf(value string) string {
	if f == nil {
		return ""
	}
	for _, row := range f.Rows {
		if row.Value == value {
			return row.Label
		}
	}
	return ""
}

// Labels are what a kind of certificate calls members that every certificate has.
type Labels struct {
	Holder      string `json:"holder"`             // 姓名
	Number      string `json:"number"`             // 注册编号
	Employer    string `json:"employer,omitempty"` // 聘用企业; "" where there is none
	Specialties string `json:"specialties"`        // 注册专业
}

// Labels returns the labels of the scheme's face.
func (s Scheme) Labels() Labels {
	return Labels{s.Face.labelOf(HolderName), s.Face.labelOf(NumberValue), s.Face.labelOf(EmployerName), s.Face.labelOf(Specialties)}
}

// labelForm is the form of a label: what is spread, measured and reserved as one word.
var labelForm = regexp.MustCompile(`^[0-9A-Za-z一-鿿]{1,12}$`)

func (r *rules) checkFace(s Scheme) {
	if s.Face == nil {
		r.add("face", "is missing")
		return
	}
	f := *s.Face
	r.checkRows(s, f.Rows)
	for i, part := range f.Without {
		if part != PhotoPart && part != SignaturePart {
			r.add("face.without."+strconv.Itoa(i), "is %q and neither photo nor signature", part)
		}
	}
	if s.IsHeldByOrganisation() && (f.HasPhoto() || f.HasSignature()) {
		r.add("face.without", "lacks photo or signature, which organisations do not have")
	}
	for _, v := range []struct {
		path         string
		is, low, top float64
	}{
		{"sizes.heading", f.Sizes.Heading, 5, 12},
		{"sizes.title", f.Sizes.Title, 6, 15},
		{"sizes.subtitle", f.Sizes.Subtitle, 2.5, 6},
		{"sizes.statement", f.Sizes.Statement, 3, 6},
		{"titleWeight", f.TitleWeight, 0, 1},
		{"photo.w", f.Photo.W, 20, 45},
		{"photo.h", f.Photo.H, 25, 60},
		{"photo.x", f.Photo.X, 125, 190 - f.Photo.W},
		{"photo.y", f.Photo.Y, 71, 82},
		{"signature.x", f.Signature.X, 50, 80},
		{"signature.h", f.Signature.H, 12, 24},
		{"code.size", f.Code.Size, 30, 38},
		{"code.x", f.Code.X, 16, 45},
		{"code.y", f.Code.Y, 227, 266 - f.Code.Size},
		{"seal.size", f.Seal.Size, 38, 46},
		{"seal.x", f.Seal.X, f.Code.X + f.Code.Size + 60, 190 - f.Seal.Size},
		{"seal.y", f.Seal.Y, 227, 274 - f.Seal.Size},
	} {
		if !(v.is >= v.low && v.is <= v.top) {
			r.add("face."+v.path, "is %s and not between %s and %s mm", length(v.is), length(v.low), length(v.top))
		}
	}
	below := slices.IndexFunc(f.Rows, func(row Row) bool { return row.Value == Specialties })
	if most := min(max(below, 0), mostBeside); f.Beside < 0 || f.Beside > most {
		r.add("face.beside", "is %d and not at most %d: the specialties stand below the photo, which has room for %d rows", f.Beside, most, mostBeside)
	}
}

// length formats a length without the digits that only its computation has.
func length(mm float64) string { return strconv.FormatFloat(float64(int(mm*100+0.5))/100, 'f', -1, 64) }

func (r *rules) checkRows(s Scheme, rows []Row) {
	if len(rows) == 0 || len(rows) > mostRows {
		r.add("face.rows", "has %d rows and not 1 to %d", len(rows), mostRows)
	}
	values := s.faceValues()
	labels, printed := make(map[string]bool), make(map[string]bool)
	for i, row := range rows {
		at := "face.rows." + strconv.Itoa(i)
		switch {
		case !labelForm.MatchString(row.Label):
			r.add(at+".label", "is %q and not 1 to 12 Chinese characters, letters or digits", row.Label)
		case labels[row.Label]:
			r.add(at+".label", "%s is there twice", row.Label)
		}
		name, isDetail := strings.CutPrefix(row.Value, DetailPrefix)
		switch {
		case !slices.ContainsFunc(values, func(v faceValue) bool { return v.name == row.Value }):
			r.add(at+".value", "is %q and not one of %s", row.Value, describeValues(values))
		case printed[row.Value]:
			r.add(at+".value", "%s is there twice", row.Value)
		case isDetail && row.Label != name:
			r.add(at+".label", "is not the detail's name, %s", name)
		}
		labels[row.Label], printed[row.Value] = true, true
	}
	for _, v := range values {
		if v.must && !printed[v.name] {
			r.add("face.rows", "have no row for %s", v.name)
		}
	}
}

// faceValue is a value that a row may have, and whether the face must have such a row.
type faceValue struct {
	name string
	must bool
}

// faceValues returns the values that certificates of the scheme have.
func (s Scheme) faceValues() []faceValue {
	all := []faceValue{{HolderName, true}, {NumberValue, true}, {Specialties, true}}
	if s.IsHeldByOrganisation() {
		all = append(all, faceValue{HolderCode, true})
	} else {
		all = append(all, faceValue{HolderSex, false}, faceValue{HolderBirth, false})
	}
	if s.Employer != certificate.Absent {
		all = append(all, faceValue{EmployerName, true})
	}
	for _, detail := range s.Details {
		all = append(all, faceValue{DetailPrefix + detail.Name, true})
	}
	return all
}

func describeValues(values []faceValue) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = v.name
	}
	return strings.Join(names, ", ")
}

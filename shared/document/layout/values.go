package layout

import (
	"fmt"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

func value(label string) displaylist.Text {
	return displaylist.Text{Color: ink, Role: displaylist.Value, Label: label}
}

// listValues returns the texts of the rows; that of the specialties is "", because they have lines of their
// own.
func listValues(in Input) []string {
	c := in.Copy.Certificate
	texts := make([]string, len(in.Scheme.Face.Rows))
	for i, row := range in.Scheme.Face.Rows {
		switch row.Value {
		case scheme.HolderName:
			texts[i] = c.Holder.Name
		case scheme.HolderSex:
			texts[i] = c.Holder.Sex
		case scheme.HolderCode:
			texts[i] = c.Holder.IDNumber
		case scheme.HolderBirth:
			texts[i] = in.Scheme.FormatDate(c.Holder.Birth)
		case scheme.NumberValue:
			texts[i] = c.Number
		case scheme.EmployerName:
			texts[i] = c.Employer.Name
		default:
			texts[i] = findDetail(c, row)
		}
	}
	return texts
}

// findDetail returns the value of the detail that a row prints, or "".
func findDetail(c endorsement.CopiedRecord, row scheme.Row) string {
	for _, d := range c.Details {
		if row.Value == scheme.DetailPrefix+d.Name {
			return d.Value
		}
	}
	return ""
}

// rows sets the values beside the labels, and the photo before the specialties.
func (c *composer) rows(in Input, values []string) {
	photo := in.Photo
	if !c.face.HasPhoto() {
		photo = nil
	}
	for i, row := range in.Scheme.Face.Rows {
		at := c.at.rows[i]
		switch {
		case row.Value == scheme.Specialties:
			if photo != nil {
				c.picture(photo, c.photoPlace(), "持证人照片")
			}
			if at.w > 0 {
				c.specialties(in, row.Label)
			}
		case at.w > 0:
			c.lines(c.fit(values[i], at.w, at.h, valueSize), c.at.valueX, at.line, value(row.Label))
		}
	}
}

// picture sets a picture, centred in a place, without distorting it.
func (c *composer) picture(p *displaylist.Picture, place displaylist.Rect, alt string) {
	w, h := place.W, place.H
	if p.Width > 0 && p.Height > 0 {
		scale := min(place.W/float64(p.Width), place.H/float64(p.Height))
		w, h = scale*float64(p.Width), scale*float64(p.Height)
	}
	c.add(&displaylist.Image{X: place.X + (place.W-w)/2, Y: place.Y + (place.H-h)/2, W: w, H: h, Picture: p, Alt: alt})
}

// specialties sets one line for each specialty, closer together the more there are.
func (c *composer) specialties(in Input, label string) {
	list, w := in.Copy.Certificate.Specialties, right-c.at.valueX
	pitch := wideLine
	if n := float64(len(list) - 1); n > 0 {
		pitch = min(pitch, (c.at.last-c.at.first)/n)
	}
	size := min(valueSize, pitch*0.72)
	for _, s := range list {
		size = min(size, size*w/c.fonts.Measure(specialty(s), size))
	}
	for i, s := range list {
		c.text(specialty(s), c.at.valueX, c.at.first+float64(i)*pitch, w, size, value(label))
	}
}

// specialty writes the period with dashes, as the national certificate does.
func specialty(s certificate.Specialty) string {
	return fmt.Sprintf("%s（有效期：%s至%s）", s.Name, s.From, s.To)
}

// signature sets the holder's handwriting image; the rest of the line is left for a
// pen.
func (c *composer) signature(in Input) {
	if in.SignatureImage == nil || !c.face.HasSignature() {
		return
	}
	c.picture(in.SignatureImage, c.at.hand, "个人签名图像")
}

// issue sets the day of issue; the authority is part of the Base.
func (c *composer) issue(in Input) {
	p := c.placeIssue(in.Scheme.Authority)
	c.text(in.Scheme.FormatDate(in.Copy.Certificate.IssuedOn), p.dateX, p.dateLine, right-p.dateX, valueSize, value(endorsement.IssuedLabel))
}

// identity sets the identifiers of the certificate and the copy, small, at the foot.
func (c *composer) identity(in Input) {
	style := displaylist.Text{Color: grey, Role: displaylist.Note}
	w := right - left
	style.Label = endorsement.IdentifierLabel
	c.text(endorsement.IdentifierLabel+"："+in.Copy.Certificate.Identifier, left, identityLine, w, identitySize, style)
	style.Label = endorsement.CopyLabel
	made := in.Copy.MadeAt.Format("2006-01-02 15:04:05")
	c.text(endorsement.CopyLabel+"："+in.Copy.CopyID+"　"+endorsement.MadeLabel+"："+made, left, identityNext, w, identitySize, style)
}

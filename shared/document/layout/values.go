package layout

import (
	"fmt"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

func value(label string) displaylist.Text {
	return displaylist.Text{Color: ink, Role: displaylist.Value, Label: label}
}

// holder sets the fields beside the photo, and the employer below it.
func (c *composer) holder(in Input) {
	copied := in.Copy.Certificate
	beside := photoPlace.X - 5 - valueX
	row := func(label, text string, line, w, h float64) {
		c.lines(c.fit(text, w, h, valueSize), valueX, line, value(label))
	}
	row(endorsement.NameLabel, copied.Holder.Name, c.at.name, beside, c.at.pitch)
	row(endorsement.SexLabel, copied.Holder.Sex, c.at.name+c.at.pitch, beside, c.at.pitch)
	row(endorsement.BirthLabel, in.Scheme.FormatDate(copied.Holder.Birth), c.at.name+2*c.at.pitch, beside, c.at.pitch)
	row(endorsement.NumberLabel, copied.Number, c.at.name+3*c.at.pitch, beside, c.at.pitch)
	row(endorsement.EmployerLabel, copied.Employer.Name, c.at.employer, right-valueX, c.at.employerH)
	if in.Photo != nil {
		c.picture(in.Photo, photoPlace, "持证人照片")
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
func (c *composer) specialties(in Input) {
	list := in.Copy.Certificate.Specialties
	if len(list) == 0 {
		return
	}
	pitch := wideLine
	if n := float64(len(list) - 1); n > 0 {
		pitch = min(pitch, (c.at.last-c.at.first)/n)
	}
	size := min(valueSize, pitch*0.72)
	for _, s := range list {
		size = min(size, size*(right-valueX)/c.fonts.Measure(specialty(s), size))
	}
	for i, s := range list {
		c.text(specialty(s), valueX, c.at.first+float64(i)*pitch, right-valueX, size, value(endorsement.SpecialtyLabel))
	}
}

// specialty writes the period with dashes, as the national certificate does.
func specialty(s certificate.Specialty) string {
	return fmt.Sprintf("%s（有效期：%s至%s）", s.Name, s.From, s.To)
}

// signature sets the holder's handwriting image; the rest of the line is left for a
// pen.
func (c *composer) signature(in Input) {
	if in.SignatureImage == nil {
		return
	}
	c.picture(in.SignatureImage, c.at.signatureRect(), "个人签名图像")
}

// issue sets the day of issue; the authority is part of the Base.
func (c *composer) issue(in Input) {
	x := c.placeIssue(in.Scheme.Authority).dateX
	c.text(in.Scheme.FormatDate(in.Copy.Certificate.IssuedOn), x, dateLine, right-x, valueSize, value(endorsement.IssuedLabel))
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

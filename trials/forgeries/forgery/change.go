package forgery

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// change is what a forged page shows that the genuine one does not.
type change struct {
	name string
	do   func(d *draft)
}

// unchangedPage is the genuine page, drawn again.
func unchangedPage() change { return change{"the same page", func(*draft) {}} }

// forgedLastDay is the last day of use that forgers like best.
func forgedLastDay() civil.Date { return civil.Date{Year: 2036, Month: time.May, Day: 28} }

// changes are pages that say more, or of somebody else, than the genuine one.
func (g Genuine) changes() []change {
	other := g.Other
	record := func(do func(r *endorsement.CopiedRecord)) func(d *draft) {
		return func(d *draft) { do(&d.contents.Certificate) }
	}
	return []change{
		{"another name", record(func(r *endorsement.CopiedRecord) { r.Holder.Name = "李四" })},
		{"another number", record(func(r *endorsement.CopiedRecord) { r.Number = otherNumber(r.Number) })},
		{"another employer", record(func(r *endorsement.CopiedRecord) { r.Employer.Name = "某某建设集团有限公司" })},
		{"another day of birth and sex", record(func(r *endorsement.CopiedRecord) {
			r.Holder.Birth, r.Holder.Sex = r.Holder.Birth.AddYears(12), "女"
		})},
		until2036(),
		{"from a year before", func(d *draft) { d.contents.UseFrom = d.contents.UseFrom.AddYears(-1) }},
		{"one specialty more", record(func(r *endorsement.CopiedRecord) {
			more := r.Specialties[0]
			more.Name, more.Code = "铁路工程", "10401003"
			r.Specialties = append(r.Specialties, more)
		})},
		{"a specialty until 2036", record(func(r *endorsement.CopiedRecord) { r.Specialties[0].To = forgedLastDay() })},
		{"another purpose", func(d *draft) { d.contents.Purpose = &endorsement.Purpose{Kind: "入职", Text: "某某公司"} }},
		{"another recipient", func(d *draft) { d.contents.Recipient = &endorsement.Recipient{Name: "任何单位"} }},
		{"no purpose and no recipient", func(d *draft) { d.contents.Purpose, d.contents.Recipient = nil, nil }},
		{"another photo", func(d *draft) { d.photo, d.contents.Certificate.Photo = other.Photo, digestOf(other.Photo) }},
		{"another handwriting", func(d *draft) { d.signature, d.contents.Certificate.SignatureImage = other.Hand, digestOf(other.Hand) }},
		{"the code of another copy", func(d *draft) { d.contents.QR = other.Link }},
		{"another person, with their photo", func(d *draft) {
			d.photo, d.signature = other.Photo, other.Hand
			d.contents.Certificate.Holder, d.contents.Certificate.Employer = other.Says.Certificate.Holder, other.Says.Certificate.Employer
			d.contents.Certificate.Photo, d.contents.Certificate.SignatureImage = digestOf(other.Photo), digestOf(other.Hand)
		}},
		{"another name, number, employer and photo, until 2036", func(d *draft) {
			r := &d.contents.Certificate
			r.Holder.Name, r.Number, r.Employer.Name = "李四", otherNumber(r.Number), "某某建设集团有限公司"
			d.photo, r.Photo, d.contents.UseUntil = other.Photo, digestOf(other.Photo), forgedLastDay()
		}},
	}
}

// otherNumber is another 注册编号 of the same form.
func otherNumber(number string) string {
	last := number[len(number)-1]
	return number[:len(number)-1] + string('0'+(last-'0'+1)%10)
}

func digestOf(p *displaylist.Picture) string {
	sum := sha256.Sum256(p.Data)
	return hex.EncodeToString(sum[:])
}

// draftFunc makes a page of a genuine copy with a change.
type draftFunc func(c change, of Copy) draft

// changedDraft is a genuine copy's page with a change, and its own JSON.
func (c change) changedDraft(of Copy) draft {
	d := draftOf(of)
	d.contents = cloneCopy(d.contents)
	c.do(&d)
	return d
}

// consistentDraft is the same with the change in the JSON too.
func (c change) consistentDraft(of Copy) draft {
	d := c.changedDraft(of)
	d.attachment = certificateJSON(must.Get(d.contents.Canonical()))
	return d
}

// withReceipt makes pages that carry a receipt instead of the JSON.
func withReceipt(text string) draftFunc {
	return func(c change, of Copy) draft {
		d := c.changedDraft(of)
		d.attachment = receiptText(text)
		return d
	}
}

// until2036 is the genuine page with a later last day of use.
func until2036() change {
	return change{"until 2036", func(d *draft) { d.contents.UseUntil = forgedLastDay() }}
}

func cloneCopy(c endorsement.Copy) endorsement.Copy {
	c.Certificate.Specialties = slices.Clone(c.Certificate.Specialties)
	if c.Certificate.Specialties == nil {
		c.Certificate.Specialties = []certificate.Specialty{}
	}
	return c
}

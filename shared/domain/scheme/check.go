package scheme

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

var (
	idForm       = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)
	areasForm    = regexp.MustCompile(`^[1-9][0-9](?:[0-9]{2}){0,2}$`)
	provinceForm = regexp.MustCompile(`^[1-9][0-9]0000$`)
	detailForm   = regexp.MustCompile(`^[一-鿿][0-9A-Za-z一-鿿]{0,11}$`)
)

// Check returns all rules that the scheme breaks, joined, or nil. Each is a *certificate.RuleError with
// the path of the member.
func (s Scheme) Check() error {
	var r rules
	r.checkTexts(s)
	r.checkNumber(s)
	r.checkCodes(s)
	r.checkAreas(s)
	r.checkSpecialties(s)
	r.checkDetails(s)
	r.checkWindow(s)
	r.checkPilot(s)
	r.checkStates(s)
	r.checkDialog(s)
	r.checkFace(s)
	return errors.Join(r...)
}

// rules are the rules that a scheme breaks.
type rules []error

// add adds a rule; path leads to the member, with dots between.
func (r *rules) add(path, format string, arguments ...any) {
	*r = append(*r, &certificate.RuleError{Path: strings.Split(path, "."), Text: fmt.Sprintf(format, arguments...)})
}

func (r *rules) checkTexts(s Scheme) {
	for _, text := range []struct{ path, value string }{
		{"typeName", s.TypeName},
		{"title", s.Title},
		{"heading.0", s.Heading[0]},
		{"heading.1", s.Heading[1]},
		{"statement", s.Statement},
		{"issuer.name", s.Issuer.Name},
		{"authority", s.Authority},
		{"listIssuer", s.ListIssuer},
	} {
		if strings.TrimSpace(text.value) == "" {
			r.add(text.path, "is missing")
		}
	}
	if s.Heading[0]+s.Heading[1] != s.Title {
		r.add("heading", "is not the title in two lines")
	}
	if s.DateStyle != "chinese" && s.DateStyle != "iso" {
		r.add("dateStyle", "is %q and neither chinese nor iso", s.DateStyle)
	}
}

func (r *rules) checkNumber(s Scheme) {
	if s.Number == nil {
		r.add("number", "is missing")
		return
	}
	wrong := flatten(s.Number.Compile())
	if len(wrong) == 0 {
		if n, err := s.Number.Parse(s.Number.Example); err == nil && !n.IsOf(s.Areas) {
			r.add("number.example", "is of an area that is not in areas")
		}
	}
	for _, err := range wrong {
		if e, ok := errors.AsType[*certificate.RuleError](err); ok {
			r.add("number."+strings.Join(e.Path, "."), "%s", e.Text)
		}
	}
}

// The bounds of what a scheme counts.
const (
	mostYears  = 50
	mostCopies = 10000 // of a certificate in a day
)

// MostWindowMonths is after how many months from the making every window of use ends. The files of a copy are kept beyond it, and
// the bucket has no rule for longer (endorsement.FileLives).
const MostWindowMonths = 120

// checkRange checks that a member is not negative and not absurd.
func (r *rules) checkRange(path string, is, most int) {
	if is < 0 {
		r.add(path, "is negative")
	} else if is > most {
		r.add(path, "is %d and more than %d", is, most)
	}
}

func (r *rules) checkCodes(s Scheme) {
	if !idForm.MatchString(s.ID) {
		r.add("id", "is %q and not lower-case words joined by hyphens", s.ID)
	}
	if len(s.TypeCode) != 21 {
		r.add("typeCode", "has %d characters, not 21", len(s.TypeCode))
	} else if err := certificate.CheckUSCC(s.TypeCode[:18]); err != nil {
		r.add("typeCode", "does not begin with an organisation's code: %v", err)
	}
	if err := certificate.CheckUSCC(s.Issuer.Code); err != nil {
		r.add("issuer.code", "is no organisation's code: %v", err)
	}
	r.checkRange("dailyQuota", s.DailyQuota, mostCopies)
	r.checkRange("termYears", s.TermYears, mostYears)
	switch {
	case s.AgeLimit != 0 && (s.AgeLimit < 18 || s.AgeLimit > 120):
		r.add("ageLimit", "is %d and no age from 18 to 120, or 0 for none", s.AgeLimit)
	case s.AgeLimit > 0 && s.IsHeldByOrganisation():
		r.add("ageLimit", "is of persons, and organisations hold these certificates")
	}
	if s.Holder != "" && s.Holder != HeldByPerson && s.Holder != HeldByOrganisation {
		r.add("holder", "is %q and neither %s nor %s", s.Holder, HeldByPerson, HeldByOrganisation)
	}
}

// checkAreas checks that the areas are first digits of codes of GB/T 2260, one, two or three pairs.
func (r *rules) checkAreas(s Scheme) {
	for i, area := range s.Areas {
		at := "areas." + strconv.Itoa(i)
		switch {
		case !areasForm.MatchString(area) || certificate.AreaName(area) == "":
			r.add(at, "is %q and not the first two, four or six digits of an area code, GB/T 2260", area)
		case strings.HasSuffix(area, "00"):
			r.add(at, "is %q and ends in zeros, which stand for the whole area: leave them out", area)
		case slices.Contains(s.Areas[:i], area):
			r.add(at, "%s is listed twice", area)
		}
	}
}

func (r *rules) checkSpecialties(s Scheme) {
	names, codes := make(map[string]bool), make(map[string]bool)
	for i, specialty := range s.Specialties {
		at := "specialties." + strconv.Itoa(i)
		switch {
		case specialty.Name == "":
			r.add(at, "has no name")
		case names[specialty.Name]:
			r.add(at+".name", "%s is listed twice", specialty.Name)
		case specialty.Code != "" && codes[specialty.Code]:
			r.add(at+".code", "%s is used twice", specialty.Code)
		}
		names[specialty.Name], codes[specialty.Code] = true, true
	}
}

// longestDetail bounds what longest may be.
const longestDetail = 200

func (r *rules) checkDetails(s Scheme) {
	switch s.Employer {
	case "", certificate.Required, certificate.Optional, certificate.Absent:
	default:
		r.add("employer", "is %q and not required, optional or none", s.Employer)
	}
	names := make(map[string]bool)
	for i, detail := range s.Details {
		at := "details." + strconv.Itoa(i)
		switch {
		case !detailForm.MatchString(detail.Name):
			r.add(at+".name", "is %q and not 1 to 12 Chinese characters, letters and digits, the first one Chinese", detail.Name)
		case names[detail.Name]:
			r.add(at+".name", "%s is listed twice", detail.Name)
		}
		if detail.Longest < 1 || detail.Longest > longestDetail {
			r.add(at+".longest", "is not between 1 and %d characters", longestDetail)
		}
		names[detail.Name] = true
	}
}

// checkWindow checks that every window of use ends.
func (r *rules) checkWindow(s Scheme) {
	w := s.Window
	if w.CapAge && s.AgeLimit == 0 {
		r.add("window.capAge", "needs an ageLimit")
	}
	r.checkRange("window.maxDays", w.MaxDays, MostWindowMonths/12*365+2) // every ten years have two leap days or three
	r.checkRange("window.maxMonths", w.MaxMonths, MostWindowMonths)
	if w.MaxDays == 0 && w.MaxMonths == 0 && !w.CapSpecialty && !w.CapAge {
		r.add("window", "has no limit at all")
	}
	if w.HolderPicks != PicksEnd && w.HolderPicks != PicksBoth && w.HolderPicks != PicksNone {
		r.add("window.holderPicks", "is %q and not end, both or none", w.HolderPicks)
	}
}

func (r *rules) checkPilot(s Scheme) {
	if s.Pilot == nil {
		return
	}
	p := s.Pilot
	if p.From.IsZero() {
		r.add("pilot.from", "is missing")
	}
	if !p.Until.IsZero() && p.Until.Before(p.From) {
		r.add("pilot.until", "is before pilot.from")
	}
	if len(p.Areas) == 0 {
		r.add("pilot.areas", "is empty")
	}
	if strings.TrimSpace(p.Notice) == "" {
		r.add("pilot.notice", "is missing")
	}
	for i, area := range p.Areas {
		if !provinceForm.MatchString(area) || certificate.AreaName(area) == "" {
			r.add("pilot.areas."+strconv.Itoa(i), "%q is no province code of GB/T 2260", area)
		}
	}
}

// checkStates checks that no state in which a registration has ended or run out counts as in force.
func (r *rules) checkStates(s Scheme) {
	seen := make(map[certificate.State]bool)
	for i, state := range s.States {
		at := "states." + strconv.Itoa(i)
		switch {
		case !state.IsKnown():
			r.add(at, "is %q and no state, such as \"01\"", state)
		case state.HasEnded() || state == certificate.Invalid:
			r.add(at, "is %s (%s), in which nothing is endorsed", state, state.Name())
		case seen[state]:
			r.add(at, "%s is listed twice", state)
		}
		seen[state] = true
	}
	if len(s.States) > 0 && !seen[certificate.Valid] {
		r.add("states", "is without %s (%s)", certificate.Valid, certificate.Valid.Name())
	}
}

// longestPurpose is the maximum length of a kind of purpose in characters.
const longestPurpose = 20

func (r *rules) checkDialog(s Scheme) {
	seen := make(map[string]bool)
	for i, kind := range s.Purposes {
		at := "purposes." + strconv.Itoa(i)
		_, err := certificate.NormalizeText(kind, longestPurpose)
		switch {
		case strings.TrimSpace(kind) != kind || kind == "" || err != nil:
			r.add(at, "is %q and not a text of 1 to %d characters", kind, longestPurpose)
		case seen[kind]:
			r.add(at, "%s is listed twice", kind)
		}
		seen[kind] = true
	}
	for _, text := range []struct {
		name, value string
		longest     int
	}{{"button", s.Dialog.Button, 10}, {"attention", s.Dialog.Attention, 20}, {"done", s.Dialog.Done, 50}} {
		if tidy, err := certificate.NormalizeText(text.value, text.longest); err != nil || tidy != text.value {
			r.add("dialog."+text.name, "is %q and not a text of 1 to %d characters", text.value, text.longest)
		}
	}
	for i, note := range s.Notes {
		if strings.TrimSpace(note) == "" {
			r.add("notes."+strconv.Itoa(i), "is empty")
		}
	}
}

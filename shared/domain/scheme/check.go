package scheme

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

var (
	idForm       = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)
	provinceForm = regexp.MustCompile(`^[1-9][0-9]0000$`)
)

// Check returns all rules that the scheme breaks, joined, or nil.
func (s Scheme) Check() error {
	return errors.Join(s.checkTexts(), s.checkNumber(), s.checkCodes(), s.checkSpecialties(), s.checkWindow(), s.checkPilot())
}

func (s Scheme) checkTexts() error {
	var errs []error
	for _, text := range []struct{ key, value string }{
		{"typeName", s.TypeName},
		{"title", s.Title},
		{"heading[0]", s.Heading[0]},
		{"heading[1]", s.Heading[1]},
		{"statement", s.Statement},
		{"issuer.name", s.Issuer.Name},
		{"authority", s.Authority},
		{"listIssuer", s.ListIssuer},
	} {
		if strings.TrimSpace(text.value) == "" {
			errs = append(errs, fmt.Errorf("%s is missing", text.key))
		}
	}
	if s.Heading[0]+s.Heading[1] != s.Title {
		errs = append(errs, errors.New("heading is not the title in two lines"))
	}
	if s.DateStyle != "chinese" && s.DateStyle != "iso" {
		errs = append(errs, fmt.Errorf("dateStyle %q is neither chinese nor iso", s.DateStyle))
	}
	return errors.Join(errs...)
}

func (s Scheme) checkNumber() error {
	if s.Number == nil {
		return errors.New("number is missing")
	}
	if err := s.Number.Compile(); err != nil {
		return fmt.Errorf("number: %w", err)
	}
	return nil
}

func (s Scheme) checkCodes() error {
	var errs []error
	if !idForm.MatchString(s.ID) {
		errs = append(errs, fmt.Errorf("id %q is not lower-case words joined by hyphens", s.ID))
	}
	if len(s.TypeCode) != 21 {
		errs = append(errs, fmt.Errorf("typeCode has %d characters, not 21", len(s.TypeCode)))
	} else if err := certificate.CheckUSCC(s.TypeCode[:18]); err != nil {
		errs = append(errs, fmt.Errorf("typeCode: %w", err))
	}
	if err := certificate.CheckUSCC(s.Issuer.Code); err != nil {
		errs = append(errs, fmt.Errorf("issuer.code: %w", err))
	}
	if s.DailyQuota < 0 {
		errs = append(errs, errors.New("dailyQuota is negative"))
	}
	if s.TermYears < 0 {
		errs = append(errs, errors.New("termYears is negative"))
	}
	return errors.Join(errs...)
}

func (s Scheme) checkSpecialties() error {
	names, codes := make(map[string]bool), make(map[string]bool)
	for _, specialty := range s.Specialties {
		switch {
		case specialty.Name == "":
			return errors.New("a specialty has no name")
		case names[specialty.Name]:
			return fmt.Errorf("specialty %s is listed twice", specialty.Name)
		case specialty.Code != "" && codes[specialty.Code]:
			return fmt.Errorf("specialty code %s is used twice", specialty.Code)
		}
		names[specialty.Name], codes[specialty.Code] = true, true
	}
	return nil
}

// checkWindow checks that every window of use ends.
func (s Scheme) checkWindow() error {
	switch w := s.Window; {
	case w.MaxDays < 0:
		return errors.New("window.maxDays is negative")
	case w.MaxDays == 0 && !w.CapSpecialty && !w.CapAge65:
		return errors.New("window has no limit at all")
	case w.HolderPicks != PicksEnd && w.HolderPicks != PicksBoth && w.HolderPicks != PicksNone:
		return fmt.Errorf("window.holderPicks %q is not end, both or none", w.HolderPicks)
	}
	return nil
}

func (s Scheme) checkPilot() error {
	if s.Pilot == nil {
		return nil
	}
	switch p := s.Pilot; {
	case p.From.IsZero():
		return errors.New("pilot.from is missing")
	case !p.Until.IsZero() && p.Until.Before(p.From):
		return errors.New("pilot.until is before pilot.from")
	case len(p.Areas) == 0:
		return errors.New("pilot.areas is empty")
	case strings.TrimSpace(p.Notice) == "":
		return errors.New("pilot.notice is missing")
	}
	for _, area := range s.Pilot.Areas {
		if !provinceForm.MatchString(area) || certificate.AreaName(area) == "" {
			return fmt.Errorf("pilot area %q is no province code of GB/T 2260", area)
		}
	}
	return nil
}

// Package scheme has the differences between kinds of certificate as data.
//
// One kind of certificate may be used for 180 days at most, another until the registration ends;
// with one, earlier copies stay usable, with another a new copy replaces them; one is in a regional
// pilot. None of this is code. A scheme is a YAML file in schemes/, and the rules in package
// endorsement read it; a new kind of certificate is a new file.
//
// A comment at each value in a file names its source.
package scheme

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Scheme is one kind of certificate.
type Scheme struct {
	ID          string               `yaml:"id"`        // stable, e.g. "constructor-1"
	TypeCode    string               `yaml:"typeCode"`  // 证照类型代码, 21 characters
	TypeName    string               `yaml:"typeName"`  // 一级建造师注册证书
	Title       string               `yaml:"title"`     // 中华人民共和国一级建造师注册证书
	Heading     [2]string            `yaml:"heading"`   // the title's two lines on the certificate
	Subtitle    string               `yaml:"subtitle"`  // the English line on the certificate
	Statement   string               `yaml:"statement"` // the line that says who approved what
	Holder      string               `yaml:"holder"`    // HeldByPerson, the default, or HeldByOrganisation
	Number      *certificate.Grammar `yaml:"number"`    // 注册编号, 证书编号
	Issuer      certificate.Issuer   `yaml:"issuer"`
	Areas       []string             `yaml:"areas"`      // the first digits of the codes (GB/T 2260) of its areas, absent = everywhere
	Authority   string               `yaml:"authority"`  // 发证机关, as printed
	ListIssuer  string               `yaml:"listIssuer"` // 证照颁发机构, as listed
	Specialties []SpecialtyName      `yaml:"specialties"`
	Employer    certificate.Presence `yaml:"employer"`  // whether a certificate names an employer, absent = required
	Details     []Detail             `yaml:"details"`   // further facts of a certificate, in the order of its record
	TermYears   int                  `yaml:"termYears"` // years of one registration, 0 = unchecked
	AgeLimit    int                  `yaml:"ageLimit"`  // a registration ends on the birthday of this age, 0 = at no age
	Window      Window               `yaml:"window"`
	DailyQuota  int                  `yaml:"dailyQuota"` // copies per certificate and day, 0 = no limit
	Supersedes  bool                 `yaml:"supersedes"` // a new copy replaces the earlier ones
	Pilot       *Pilot               `yaml:"pilot"`
	Face        *Face                `yaml:"face"`      // what the page shows, and where
	DateStyle   string               `yaml:"dateStyle"` // "chinese" (2021年8月3日) or "iso" (2021-10-19)
	Notes       []string             `yaml:"notes"`     // the endorsing dialog's notes
	Dialog      Dialog               `yaml:"dialog"`    // further texts of the dialog

	// States are those in which a certificate is in force, so that it can be endorsed and its copies
	// hold; absent = 01 only.
	States []certificate.State `yaml:"states"`

	// Purposes are offered to the holder in this order; absent = those of PurposeKinds.
	Purposes []string `yaml:"purposes"`
}

// Dialog has texts of the endorsing dialog. One that is absent is the manual's.
type Dialog struct {
	Button    string `yaml:"button" json:"button,omitempty"`       // 加注
	Attention string `yaml:"attention" json:"attention,omitempty"` // 注意：, above the notes
	Done      string `yaml:"done" json:"-"`                        // 加注成功!, which the service answers
}

// doneMessage is the manual's sentence (使用手册 §1.3).
const doneMessage = "加注成功!"

// DoneMessage returns what the holder is told when a copy is made.
func (s Scheme) DoneMessage() string { return cmp.Or(s.Dialog.Done, doneMessage) }

// OtherPurpose is the kind of a purpose that is described by its text only.
const OtherPurpose = "其他"

// PurposeKinds returns the kinds of purpose that are offered.
func (s Scheme) PurposeKinds() []string {
	if len(s.Purposes) > 0 {
		return slices.Clone(s.Purposes)
	}
	return []string{"本人使用", "投标", "入职", "备案", OtherPurpose}
}

// IsInForce reports whether a certificate in a state can be endorsed and its copies hold.
func (s Scheme) IsInForce(state certificate.State) bool {
	if len(s.States) == 0 {
		return state == certificate.Valid
	}
	return slices.Contains(s.States, state)
}

// SpecialtyName is one specialty that certificates of a scheme can have.
type SpecialtyName struct {
	Name string `yaml:"name"`
	Code string `yaml:"code"` // "" where the national code is not known
}

// Detail is a fact that certificates of a scheme print beside those that every scheme has.
type Detail struct {
	Name     string `yaml:"name"`     // as it is printed, in the record and above a column of a spreadsheet
	Required bool   `yaml:"required"` // a certificate without it is refused
	Longest  int    `yaml:"longest"`  // the maximum length in characters
}

// Who holds a certificate.
const (
	HeldByPerson       = "person"
	HeldByOrganisation = "organisation" // identified by its USCC; without sex, day of birth and pictures
)

// IsHeldByOrganisation reports whether organisations hold the certificates.
func (s Scheme) IsHeldByOrganisation() bool { return s.Holder == HeldByOrganisation }

// Who chooses the days of use.
const (
	PicksEnd  = "end"  // the holder may choose an earlier last day
	PicksBoth = "both" // the holder may choose the first and the last day
	PicksNone = "none" // the system sets both
)

// Window is how long a copy may be used.
type Window struct {
	MaxDays      int    `yaml:"maxDays"`      // days after the first day of use, 0 = no such limit
	MaxMonths    int    `yaml:"maxMonths"`    // months after it, 0 = no such limit; of two limits the nearer counts
	CapSpecialty bool   `yaml:"capSpecialty"` // not beyond the latest end of a valid specialty
	CapAge       bool   `yaml:"capAge"`       // not beyond the birthday of the age limit
	HolderPicks  string `yaml:"holderPicks"`  // PicksEnd, PicksBoth or PicksNone
}

// Pilot limits a scheme to some areas. From its first day only certificates of its areas can be
// endorsed, before that day none; after its last day certificates of all areas can.
type Pilot struct {
	From   civil.Date `yaml:"from"`
	Until  civil.Date `yaml:"until"` // last day of the pilot, absent if it has none yet
	Areas  []string   `yaml:"areas"` // six-digit province codes, GB/T 2260
	Notice string     `yaml:"notice"`
}

// Admits reports whether a certificate of the given six-digit area can be
// endorsed on day d.
func (p *Pilot) Admits(areaCode string, d civil.Date) bool {
	if p == nil {
		return true
	}
	if d.Before(p.From) {
		return false
	}
	if !p.Until.IsZero() && d.After(p.Until) {
		return true
	}
	return slices.ContainsFunc(p.Areas, func(area string) bool {
		return len(areaCode) == 6 && strings.HasPrefix(areaCode, area[:2])
	})
}

// Rules returns the rules against which a record of this scheme is validated.
func (s Scheme) Rules() certificate.Rules {
	rules := certificate.Rules{TypeCode: s.TypeCode, Number: s.Number, Areas: s.Areas, TermYears: s.TermYears, Employer: s.Employer, SpecialtyLabel: s.Labels().Specialties, Organisation: s.IsHeldByOrganisation()}
	for _, d := range s.Details {
		rules.Details = append(rules.Details, certificate.DetailRule(d))
	}
	if len(s.Specialties) > 0 {
		rules.Specialties = make(map[string]string, len(s.Specialties))
		for _, name := range s.Specialties {
			rules.Specialties[name.Name] = name.Code
		}
	}
	return rules
}

// ReachAge returns the birthday on which a registration ends by age, or the zero day if there is no such
// limit. Someone born on 29 February reaches an age on 1 March of a year without that day.
func (s Scheme) ReachAge(birth civil.Date) civil.Date {
	if s.AgeLimit == 0 || birth.IsZero() {
		return civil.Date{}
	}
	return birth.AddYears(s.AgeLimit)
}

// FormatDate formats a day in the scheme's style.
func (s Scheme) FormatDate(d civil.Date) string {
	if s.DateStyle == "iso" {
		return d.String()
	}
	return d.InText()
}

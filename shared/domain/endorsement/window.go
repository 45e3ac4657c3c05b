package endorsement

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Limit names what ends a window: "180D" or "3M" (whatever number of days or months the scheme has), or
// one of the constants.
type Limit string

// The limits other than a number of days or months.
const (
	SpecialtyEnd Limit = "SPECIALTY_END" // the latest end of the valid specialties
	HolderChoice Limit = "HOLDER"        // the holder chose an earlier day
)

// DaysLimit returns the limit of a scheme with this number of days, e.g. "180D".
func DaysLimit(days int) Limit { return Limit(fmt.Sprintf("%dD", days)) }

// MonthsLimit returns the limit of a scheme with this number of months, e.g. "3M".
func MonthsLimit(months int) Limit { return Limit(fmt.Sprintf("%dM", months)) }

// AgeLimit returns the limit of a scheme with this age limit, e.g. "AGE65": the holder's birthday.
func AgeLimit(age int) Limit { return Limit(fmt.Sprintf("AGE%d", age)) }

// TextFor describes the limit in the words of a kind of certificate.
func (l Limit) TextFor(s scheme.Scheme) problem.Text {
	text := l.Text()
	if label := s.Labels().Specialties; l == SpecialtyEnd && label != "" {
		text.ZH = label + "有效期届满"
	}
	return text
}

// Text describes the limit.
func (l Limit) Text() problem.Text {
	var age int
	switch l {
	case SpecialtyEnd:
		return problem.Text{ZH: "注册专业有效期届满", EN: "the registered specialty ends"}
	case HolderChoice:
		return problem.Text{ZH: "持证人选择的日期", EN: "the day the holder chose"}
	}
	if n, err := fmt.Sscanf(string(l), "AGE%d", &age); err == nil && n == 1 && AgeLimit(age) == l {
		return problem.Text{ZH: fmt.Sprintf("持证人年满%d周岁", age), EN: fmt.Sprintf("the holder turns %d", age)}
	}
	long := l.length()
	if long.ZH == "" {
		return long
	}
	return problem.Text{ZH: "使用有效期限定为" + long.ZH, EN: "use is limited to " + long.EN}
}

// length returns the length of time of a limit that is one, otherwise empty texts.
func (l Limit) length() problem.Text {
	var count int
	var unit string
	if _, err := fmt.Sscanf(string(l), "%d%s", &count, &unit); err != nil {
		return problem.Text{}
	}
	for limit, name := range map[Limit]problem.Text{DaysLimit(count): {ZH: "天", EN: "day"}, MonthsLimit(count): {ZH: "个月", EN: "month"}} {
		if limit == l {
			if count != 1 {
				name.EN += "s"
			}
			return problem.Text{ZH: fmt.Sprintf("%d%s", count, name.ZH), EN: fmt.Sprintf("%d %s", count, name.EN)}
		}
	}
	return problem.Text{}
}

// Window is the days on which a copy may be used. It is valid from the start of
// From through the end of Until, in Asia/Shanghai.
type Window struct {
	From     civil.Date
	Until    civil.Date
	Latest   civil.Date // the latest Until the rules allow
	Limit    Limit      // what set Until
	Warnings []string   // Chinese, shown as they are
}

// WindowFor computes the window of a copy endorsed today.
//
// With D the first day of use, S the latest end of a specialty valid today and B the
// birthday of the age limit (65 with constructors), a copy may be used until min(D+180, S, B): the manual's 180 days and the ministry's
// notice on the electronic certificate. A scheme can leave out each of the three, change the
// number of days or have one of months. Whatever it leaves out, use ends scheme.MostWindowMonths after today, the day of making. When two are the same day, Limit names the first in that order.
//
// The request has passed Check. The error is a *problem.Problem: certificate-expired when no
// specialty is valid today or the holder has reached the age, window-not-choosable, window-in-past,
// window-too-long or window-past-registration when the requested days are not allowed.
func WindowFor(s scheme.Scheme, c certificate.Certificate, today civil.Date, ask Request) (Window, error) {
	end, valid := registrationEnd(c, today)
	if !valid {
		return Window{}, expiredProblem(s, c, today)
	}
	if isRetired(s, c, today) {
		return Window{}, retiredProblem(s, c)
	}
	w := Window{From: today, Warnings: renewalWarnings(s, c, today)}
	if err := chooseFrom(&w, s, today, ask); err != nil {
		return Window{}, err
	}
	w.Latest, w.Limit = latestDay(s, c, today, w.From, end)
	if w.From.After(w.Latest) {
		return Window{}, tooLateProblem(w, s)
	}
	w.Until = w.Latest
	if err := chooseUntil(&w, s, today, ask); err != nil {
		return Window{}, err
	}
	return w, nil
}

// registrationEnd returns the latest end of the specialties valid on day d.
func registrationEnd(c certificate.Certificate, d civil.Date) (end civil.Date, valid bool) {
	for _, s := range c.Specialties {
		if s.IsValidOn(d) {
			valid = true
			if s.To.After(end) {
				end = s.To
			}
		}
	}
	return end, valid
}

// isRetired reports whether the window may not go beyond the birthday of the age limit, and day d does.
func isRetired(s scheme.Scheme, c certificate.Certificate, d civil.Date) bool {
	day := s.ReachAge(c.Holder.Birth)
	return s.Window.CapAge && !day.IsZero() && !d.Before(day)
}

// latestDay returns the last day the rules allow and which of them set it.
func latestDay(s scheme.Scheme, c certificate.Certificate, today, from, registrationEnd civil.Date) (civil.Date, Limit) {
	var day civil.Date
	var limit Limit
	nearer := func(d civil.Date, l Limit) {
		if limit == "" || d.Before(day) {
			day, limit = d, l
		}
	}
	if end, l := fixedEnd(s.Window, from); l != "" {
		nearer(end, l)
	}
	if s.Window.CapSpecialty {
		nearer(registrationEnd, SpecialtyEnd)
	}
	if day := s.ReachAge(c.Holder.Birth); s.Window.CapAge && !day.IsZero() {
		nearer(day, AgeLimit(s.AgeLimit))
	}
	nearer(today.AddMonths(scheme.MostWindowMonths), MonthsLimit(scheme.MostWindowMonths))
	return day, limit
}

// fixedEnd returns the last day by the scheme's number of days or of months, and which it is; of two
// the nearer, "" without.
func fixedEnd(w scheme.Window, from civil.Date) (day civil.Date, limit Limit) {
	if w.MaxDays > 0 {
		day, limit = from.AddDays(w.MaxDays), DaysLimit(w.MaxDays)
	}
	if end := from.AddMonths(w.MaxMonths); w.MaxMonths > 0 && (limit == "" || end.Before(day)) {
		day, limit = end, MonthsLimit(w.MaxMonths)
	}
	return day, limit
}

// chooseFrom applies the first day the holder asked for.
func chooseFrom(w *Window, s scheme.Scheme, today civil.Date, ask Request) error {
	switch {
	case ask.UseFrom.IsZero() || ask.UseFrom == today:
		return nil
	case s.Window.HolderPicks != scheme.PicksBoth:
		return notChoosableProblem("/useFrom", "该类证照的使用有效期自加注当日起算，不能另选起始日期。",
			"Use of this kind of certificate begins on the day of endorsing; the first day cannot be chosen.")
	case ask.UseFrom.Before(today):
		return problem.New(problem.WindowInPast).WithField(problem.Field{
			Pointer: "/useFrom", Rule: "window.past", Suggestion: today.String(),
			Detail: problem.Text{ZH: "起始日期应大于等于今天。", EN: "The first day of use is today or later."},
		})
	}
	w.From = ask.UseFrom
	return nil
}

// chooseUntil applies the last day the holder asked for, which cannot be later than the rules
// allow.
func chooseUntil(w *Window, s scheme.Scheme, today civil.Date, ask Request) error {
	switch {
	case ask.UseUntil.IsZero() || ask.UseUntil == w.Latest:
		return nil
	case s.Window.HolderPicks == scheme.PicksNone:
		return notChoosableProblem("/useUntil", "该类证照的使用有效期截止日期由系统确定。",
			"For this kind of certificate the system sets the last day of use.")
	case ask.UseUntil.Before(today):
		return problem.New(problem.WindowInPast).WithField(problem.Field{
			Pointer: "/useUntil", Rule: "window.past", Suggestion: w.Latest.String(),
			Detail: problem.Text{ZH: "截止日期应大于等于今天。", EN: "The last day of use is today or later."},
		})
	case ask.UseUntil.After(w.Latest):
		return tooLateProblem(*w, s)
	}
	w.Until, w.Limit = ask.UseUntil, HolderChoice
	return nil
}

// tooLateProblem is the problem of a last day after the latest one; it says which rule set the
// latest. Note 2 of the dialog covers the length of time, note 1 the other rules.
func tooLateProblem(w Window, s scheme.Scheme) error {
	long := w.Limit.length()
	if long.ZH == "" {
		return pastRegistrationProblem(w, s)
	}
	zh := fmt.Sprintf("使用有效期限定为%s，截止日期不能晚于%s。", long.ZH, w.Latest.InText())
	en := fmt.Sprintf("Use is limited to %s, so the last day is %s at the latest.", long.EN, w.Latest)
	return problem.New(problem.WindowTooLong).WithDetail(zh, en).WithField(lateField(w, "window.days", zh, en))
}

// pastRegistrationProblem is the problem of a day after the end of the registration or the
// birthday of the age limit.
func pastRegistrationProblem(w Window, s scheme.Scheme) error {
	zh := fmt.Sprintf("使用有效截止日期必须在注册有效期内，不能晚于%s（%s）。", w.Latest.InText(), w.Limit.TextFor(s).ZH)
	en := fmt.Sprintf("Use has to end within the registration's validity, on %s at the latest (%s).", w.Latest, w.Limit.TextFor(s).EN)
	if s.AgeLimit == 0 || w.Limit != AgeLimit(s.AgeLimit) {
		return problem.New(problem.WindowPastRegistration).WithDetail(zh, en).WithField(lateField(w, "window.registration", zh, en))
	}
	zh = fmt.Sprintf("持证人于%s年满%d周岁，使用有效截止日期不能晚于当日。", w.Latest.InText(), s.AgeLimit)
	en = fmt.Sprintf("The holder turns %d on %s, and use has to end on that day at the latest.", s.AgeLimit, w.Latest)
	return problem.New(problem.WindowPastRegistration).WithDetail(zh, en).WithField(lateField(w, "window.registration", zh, en)).
		WithRemedy(problem.Holder, fmt.Sprintf("请选择不晚于页面所示的使用有效期截止日期；年满%d周岁不再注册，不能延续。", s.AgeLimit),
			fmt.Sprintf("Choose an end date no later than the one shown on the page; nobody is registered after %d and there is no renewal.", s.AgeLimit))
}

// lateField names the day that is too late and suggests the latest one.
func lateField(w Window, rule, zh, en string) problem.Field {
	pointer := "/useUntil"
	if w.From.After(w.Latest) {
		pointer = "/useFrom"
	}
	return problem.Field{
		Pointer: pointer, Rule: rule, Suggestion: w.Latest.String(), Detail: problem.Text{ZH: zh, EN: en},
	}
}

// notChoosableProblem is the problem of a day the scheme does not let the holder choose.
func notChoosableProblem(pointer, zh, en string) error {
	return problem.New(problem.WindowNotChoosable).WithDetail(zh, en).WithField(problem.Field{
		Pointer: pointer, Rule: "window.choice", Detail: problem.Text{ZH: zh, EN: en},
	})
}

// expiredProblem is certificate-expired; if every specialty has ended it names each with its last
// day.
func expiredProblem(s scheme.Scheme, c certificate.Certificate, today civil.Date) *problem.Problem {
	p := problem.New(problem.CertificateExpired)
	var zh, en []string
	for _, one := range c.Specialties {
		if !one.To.Before(today) {
			return p
		}
		zh = append(zh, fmt.Sprintf("%s（至%s）", one.Name, one.To.InText()))
		en = append(en, fmt.Sprintf("%s (until %s)", one.Name, one.To))
	}
	if len(zh) == 0 {
		return p
	}
	return p.WithDetail(cmp.Or(s.Labels().Specialties, SpecialtyLabel)+"均已过有效期："+strings.Join(zh, "、")+"。", "Every registered specialty has ended: "+strings.Join(en, ", ")+".")
}

// renewalWarnings warns of the valid specialties that end before a full window would, each with its
// last day. The sentence before the names is the ministry's (its answers to questions on the
// electronic certificate); it does not prevent endorsing.
func renewalWarnings(s scheme.Scheme, c certificate.Certificate, today civil.Date) []string {
	end, limit := fixedEnd(s.Window, today)
	if limit == "" {
		return nil
	}
	var ending []string
	for _, specialty := range c.Specialties {
		if specialty.IsValidOn(today) && specialty.To.Before(end) {
			ending = append(ending, fmt.Sprintf("%s（至%s）", specialty.Name, specialty.To.InText()))
		}
	}
	if len(ending) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("部分专业有效期不足%s，请及时办理延续：%s", limit.length().ZH, strings.Join(ending, "、"))}
}

// retiredProblem is certificate-expired because of age. Its remedy differs, because a renewal is
// not possible.
func retiredProblem(s scheme.Scheme, c certificate.Certificate) *problem.Problem {
	day := s.ReachAge(c.Holder.Birth)
	p := problem.New(problem.CertificateExpired).WithDetail(
		fmt.Sprintf("持证人于%s年满%d周岁，注册不再有效（原因：%s）。", day.InText(), s.AgeLimit, AgeLimit(s.AgeLimit)),
		fmt.Sprintf("The holder turned %d on %s, and registration ends at that age (reason: %s).", s.AgeLimit, day, AgeLimit(s.AgeLimit)),
	).WithRemedy(problem.Employer,
		fmt.Sprintf("年满%d周岁不再注册，不能延续；请由聘用企业更换符合条件的注册人员。", s.AgeLimit),
		fmt.Sprintf("Nobody is registered after %d and there is no renewal; the employer has to name another registered person.", s.AgeLimit))
	p.ETA = problem.Text{}
	return p
}

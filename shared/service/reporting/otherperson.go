package reporting

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// maxCompared is how many certificates of one document a row is compared with.
const maxCompared = 20

// warnOfOthers adds a warning to each imported row whose holder has another name, sex or day of birth
// than another certificate of the same document on record, or than the certificate had before. The
// number of an identity card is one person's, whose name can change; its day and sex are compared with
// the number itself. An organisation's code is one organisation's; that its name differs is a mistake, or a change of
// which its other certificates have to be told too.
func (l Import) warnOfOthers(ctx context.Context, rows []Row) error {
	byHolder := map[string][]Row{}
	for _, p := range rows {
		if of := p.imported.holder; of != "" && p.Holder.IDType != certificate.ResidentID {
			byHolder[of] = append(byHolder[of], p)
		}
	}
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(l.Workers)
	for holder, theirs := range byHolder {
		group.Go(func() error {
			held, err := l.Records.ListByDocument(reading, holder, maxCompared)
			if err != nil {
				return err
			}
			for _, p := range theirs {
				var others []certificate.Holder
				if p.imported.former.HasSameDocument(p.Holder) {
					others = append(others, p.imported.former)
				}
				for _, r := range held {
					if r.Certificate.ID != p.outcome.Certificate {
						others = append(others, r.Certificate.Holder)
					}
				}
				p.outcome.note(differencesOf(p.Holder, others), l.Lang)
			}
			return nil
		})
	}
	return group.Wait()
}

// differencesOf returns a warning for each fact about a holder that another holder of the same document
// does not share. It names no value of theirs: another authority may have reported it.
func differencesOf(h certificate.Holder, others []certificate.Holder) (found []certificate.FieldError) {
	var name, sex, birth bool
	for _, other := range others {
		name = name || !certificate.IsSameName(h.Name, other.Name)
		sex = sex || h.Sex != other.Sex
		birth = birth || h.Birth != other.Birth
	}
	if h.IsOrganisation() {
		if name {
			found = append(found, newOtherWarning("/holder/name",
				"同一统一社会信用代码已登记为另一单位名称，请核对；名称变更的，请一并上报该单位的其他证书。",
				"The same code is on record with another name; please compare it. If the name has changed, report the organisation's other certificates too."))
		}
		return found
	}
	for _, f := range []struct {
		differs         bool
		pointer, zh, en string
	}{
		{name, "/holder/name", "姓名", "name"}, {sex, "/holder/sex", "性别", "sex"}, {birth, "/holder/birth", "出生日期", "date of birth"},
	} {
		if f.differs {
			found = append(found, newOtherWarning(f.pointer,
				"同一证件类型和号码已登记在另一"+f.zh+"的持证人名下，请核对证件；护照等证件的号码仅在签发国家（机构）内唯一，姓名不同的账户看不到本证照。",
				"The same document is on record with another "+f.en+"; please compare it with the document. The number of a passport is unique only within the state that issued it, and an account of another name does not see this certificate."))
		}
	}
	return found
}

func newOtherWarning(pointer, zh, en string) certificate.FieldError {
	w := *refuse(pointer, "holder.other", zh, en)
	w.Warning = true
	return w
}

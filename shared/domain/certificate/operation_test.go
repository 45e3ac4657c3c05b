package certificate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// TestOperationsLeadFromStateToState compares the rules with the dictionary: from which states of a
// certificate in the register each operation is allowed.
func TestOperationsLeadFromStateToState(t *testing.T) {
	states := []certificate.State{"01", "02", "03", "04", "05", "06", "07", "99"}
	want := map[string][]certificate.State{
		"":        states,
		"新发 01":   nil,
		"延续 02":   {"01", "05"},
		"暂扣 03":   {"01"},
		"过期失效 04": {"01", "02", "06"},
		"注销 05":   states,
		"暂扣发还 06": {"02"},
		"其他 07":   states,
		"转入 08":   {"06"},
		"变更 09":   {"01"},
		"取消转出 10": {"06"},
	}
	got := map[string][]certificate.State{}
	for _, o := range []certificate.Operation{"", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10"} {
		name := ""
		if o != "" {
			name = o.Name() + " " + string(o)
		}
		got[name] = nil
		for _, before := range states {
			e := o.CheckFrom(before)
			if e == nil {
				got[name] = append(got[name], before)
				continue
			}
			if e.Field != "/operation" || e.Rule != "operation.order" || e.Detail.ZH == "" || e.Detail.EN == "" {
				t.Errorf("%s from %s: %+v", o, before, e)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if name := certificate.Operation("11").Name(); name != "" {
		t.Errorf("there is an operation 11, %s", name)
	}
}

// TestARegistrationThatEndedComesBackByANamedOperationAlone tries every pair of states with every
// operation: only 其他 with a note leads out of 撤销, 注销 and 吊销.
func TestARegistrationThatEndedComesBackByANamedOperationAlone(t *testing.T) {
	states := []certificate.State{"01", "02", "03", "04", "05", "06", "07", "99"}
	ended := "03 04 07"
	for _, before := range states {
		for _, after := range states {
			for _, o := range []certificate.Operation{"", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10"} {
				for _, note := range []string{"", "  ", "法院判决撤销原决定"} {
					e := o.CheckMove(before, after, note)
					free := !strings.Contains(ended, string(before)) || strings.Contains(ended, string(after))
					want := o.CheckFrom(before) == nil && (free || o == "07" && strings.TrimSpace(note) != "")
					if (e == nil) != want {
						t.Errorf("%s to %s by %q with note %q: %v", before, after, o, note, e)
					}
				}
			}
		}
	}
	for rule, e := range map[string]*certificate.FieldError{
		"operation.required /operation": certificate.Operation("").CheckMove("04", "01", "x"),
		"operation.order /operation":    certificate.Cancel.CheckMove("04", "06", "x"),
		"state.note /stateNote":         certificate.AnythingElse.CheckMove("07", "99", ""),
	} {
		if e == nil || e.Rule+" "+e.Field != rule || e.Detail.ZH == "" || e.Detail.EN == "" {
			t.Errorf("%s: %+v", rule, e)
		}
	}
}

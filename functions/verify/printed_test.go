package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func TestThePaperIsComparedWithWhatIsRegistered(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	right := fields{"name": "张三", "number": "京1112019202000001", "until": "2027-05-22"}
	for name, test := range map[string]struct {
		ask     fields
		overall string
		result  string
		text    string
	}{
		"a code, all the same":    {fields{"token": made.Token, "printed": right}, "valid", "pass", "一致：纸面所载姓名、编号、使用期止日与登记一致"},
		"a code, another name":    {fields{"token": made.Token, "printed": fields{"name": "李四"}}, "invalid", "fail", "不一致：纸面所载姓名与登记不一致，请勿采信纸面内容，并核对是否录入有误"},
		"a code, another day":     {fields{"token": made.Token, "printed": fields{"until": "2028-05-22"}}, "invalid", "fail", "不一致：纸面所载使用期止日与登记不一致，请勿采信纸面内容，并核对是否录入有误"},
		"a code, no number":       {fields{"token": made.Token, "printed": fields{"number": "沪12345"}}, "invalid", "fail", "不一致：纸面所载编号与登记不一致，请勿采信纸面内容，并核对是否录入有误"},
		"a file":                  {fields{"file": base64Of(made.PDF), "printed": right}, "valid", "pass", "一致：纸面所载姓名、编号、使用期止日与登记一致"},
		"a file, another name":    {fields{"file": base64Of(made.OFD), "printed": fields{"name": "李四"}}, "invalid", "fail", "不一致：纸面所载姓名与登记不一致，请勿采信纸面内容，并核对是否录入有误"},
		"a number":                {fields{"number": "京1112019202000001", "name": "张三", "printed": fields{"name": "张三"}}, "unknown", "pass", "一致：纸面所载姓名与登记一致"},
		"a number, and a day":     {fields{"number": "京1112019202000001", "name": "张三", "printed": right}, "unknown", "unknown", "未提交加注件，无法核对纸面所载使用期止日"},
		"nothing that is printed": {fields{"token": made.Token, "printed": fields{"name": " ", "until": ""}}, "valid", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			test.ask["wantReceipt"] = true
			got := w.postVerification(t, test.ask)
			result, text := got.row(verdict.PrintedWords)
			if got.Verdict != test.overall || result != test.result || text != test.text {
				t.Errorf("%s: %s %s", got.Verdict, result, text)
			}
			said := w.parseReceipt(t, got.Receipt)
			for _, c := range said.Verdict.Checks {
				if c.Check == string(verdict.PrintedWords) && (c.Result != test.result || c.Text != test.text+describeTyped(test.ask)) {
					t.Errorf("the receipt: %+v", c)
				}
			}
			if n := len(said.Verdict.Checks); (n == len(verdict.Checks())-1) != (test.result != "") {
				t.Errorf("the receipt has %d rows", n)
			}
		})
	}
}

// describeTyped returns what a receipt says of what was typed from the paper: the name masked.
func describeTyped(ask fields) string {
	var parts []string
	for _, one := range [][2]string{{"name", "姓名"}, {"number", "编号"}, {"until", "使用期止日"}} {
		value, given := ask["printed"].(fields)[one[0]].(string)
		switch {
		case !given:
			continue
		case one[0] == "name":
			value = string([]rune(value)[:1]) + "*"
		case one[0] == "number":
			value = "「" + value + "」"
		}
		parts = append(parts, one[1]+value)
	}
	return "（所填：" + strings.Join(parts, "、") + "）"
}

// An item of a batch's receipt states what was typed, so that a reader sees what the row is about.
func TestABatchsReceiptStatesWhatWasTyped(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	right := fields{"name": "张三", "number": "京1112019202000001", "until": "2027-05-22"}
	got := w.postBatch(
		t, fields{"wantReceipt": true},
		fields{"token": made.Token, "printed": right}, fields{"token": made.Token, "printed": fields{"name": "李四光"}}, fields{"token": made.Token}, w.state(t, made.PDF),
	)
	answer := w.postVerification(t, fields{"receipt": got.Receipt})
	if answer.Verdict != "receipt" {
		t.Fatalf("got %+v", answer)
	}
	for i, want := range []map[string]any{{"name": "张*", "number": "京1112019202000001", "until": "2027-05-22"}, {"name": "李**"}, nil, nil} {
		if diff := cmp.Diff(want, answer.Batch.Items[i].Printed); diff != "" {
			t.Errorf("item %d: %s", i, diff)
		}
	}
}

// A name that is wrong counts like a look-up by number and name; one that is right costs nothing.
func TestGuessingANameIsLimitedLikeALookUp(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	ask := func(name string) recordstest.Reply {
		body, err := json.Marshal(fields{"token": made.Token, "printed": fields{"name": name}})
		if err != nil {
			t.Fatal(err)
		}
		return recordstest.Send(t, w.app, recordstest.Request{Route: "POST /v1/verifications", Body: string(body)})
	}
	for range 31 {
		if got := ask("张三"); got.Status != 200 || !strings.Contains(got.Body, `"valid"`) {
			t.Fatalf("a right name: %s", got.Body)
		}
	}
	wrong := 0
	for range 15 { // the copy itself may be asked about 60 times
		got := ask("李四")
		if got.Status != 200 {
			t.Fatalf("after %d wrong names: %s", wrong, got.Body)
		}
		wrong++
	}
	var batch []any
	for range 20 {
		batch = append(batch, fields{"token": w.endorse(t).Token, "printed": fields{"name": "李四"}})
	}
	limited := 0
	for _, entry := range w.postBatch(t, nil, batch...).Items {
		if entry.Problem == nil {
			wrong++
		} else if entry.Problem.Code == "rate-limited" {
			limited++
		}
	}
	if wrong != 30 || limited != 5 {
		t.Errorf("%d wrong names were compared, %d not; want 30 and 5", wrong, limited)
	}
	if got := ask("张三"); got.Status != 429 {
		t.Errorf("a right name among the guesses: %s", got.Body)
	}
	if got := w.postVerification(t, fields{"token": made.Token, "printed": fields{"until": "2027-05-22"}}); got.Verdict != "valid" {
		t.Errorf("without a name: %s", got.Verdict)
	}
}

func TestInABatchEachPaperIsComparedWithItsCode(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	got := w.postBatch(t, nil,
		fields{"token": made.Token, "printed": fields{"name": "张三"}},
		fields{"token": made.Token, "printed": fields{"name": "李四"}},
		fields{"token": made.Token})
	for i, want := range []string{"valid", "invalid", "valid"} {
		if got.Items[i].Verdict != want {
			t.Errorf("item %d: %+v", i, got.Items[i])
		}
	}
}

func TestWhatNoPaperSaysIsRefused(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	text, _ := w.requestReceipt(t, fields{"token": made.Token})
	for name, test := range map[string]struct {
		ask     fields
		pointer string
	}{
		"no day":           {fields{"token": made.Token, "printed": fields{"until": "2027年5月"}}, "/printed/until"},
		"no name":          {fields{"token": made.Token, "printed": fields{"name": "张3"}}, "/printed/name"},
		"beside a receipt": {fields{"receipt": text, "printed": fields{"name": "张三"}}, "/printed"},
	} {
		body, err := json.Marshal(test.ask)
		if err != nil {
			t.Fatal(err)
		}
		answer := recordstest.Send(t, w.app, recordstest.Request{Route: "POST /v1/verifications", Body: string(body)})
		if answer.Status != 422 || !strings.Contains(answer.Body, `"`+test.pointer+`"`) {
			t.Errorf("%s: %d %s", name, answer.Status, answer.Body)
		}
	}
	var item map[string]any
	if err := json.Unmarshal(must.Get(json.Marshal(w.state(t, made.PDF))), &item); err != nil {
		t.Fatal(err)
	}
	item["printed"] = fields{"name": "张三"}
	if answer := w.sendBatch(t, fields{"items": []any{item}}); answer.Status != 422 || !strings.Contains(answer.Body, `"/items/0/printed"`) {
		t.Errorf("beside a file: %s", answer.Body)
	}
}

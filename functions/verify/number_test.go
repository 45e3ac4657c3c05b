package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func TestNumberAndName(t *testing.T) {
	w := newFixture(t)
	t.Run("the right name confirms the registration, not a copy", func(t *testing.T) {
		got := w.postVerification(t, fields{"number": "京1112019202000001", "name": " 张三 "})
		want(t, got, "unknown", 0, verdict.Certificate, "pass", "有效，注册有效期至2028年6月30日")
		if got.VerdictName != "注册有效（未核验加注件）" {
			t.Errorf("it is called %s", got.VerdictName)
		}
		if got.Subject["name"] != "张*" || got.Subject["useUntil"] != nil {
			t.Errorf("got %+v", got.Subject)
		}
	})
	t.Run("an old spelling of the number finds it too", func(t *testing.T) {
		want(t, w.postVerification(t, fields{"number": "京111192000001", "name": "张三"}), "unknown", 0, verdict.Certificate, "pass", "有效，注册有效期至2028年6月30日")
	})
	t.Run("a question of a copy stays open", func(t *testing.T) {
		got := w.postVerification(t, fields{"number": "京1112019202000001", "name": "张三", "purpose": "投标"})
		if got.Verdict != "unknown" || got.VerdictName != "无法确认" {
			t.Errorf("got %s, %s", got.Verdict, got.VerdictName)
		}
	})
	t.Run("a day before the registration", func(t *testing.T) {
		want(t, w.postVerification(t, fields{"number": "京1112019202000001", "name": "张三", "asOf": "2020-01-01"}),
			"invalid", 23, verdict.Certificate, "fail", "尚未生效：注册自2025年7月1日起")
	})
	t.Run("a day past the registration", func(t *testing.T) {
		want(t, w.postVerification(t, fields{"number": "京1112019202000001", "name": "张三", "asOf": "2028-07-01"}),
			"invalid", 0, verdict.Reliance, "fail", "届时已失效，原因：注册专业有效期届满（2028年6月30日）")
	})
	t.Run("a cancelled certificate", func(t *testing.T) {
		w.Change(t, w.record.Certificate.ID, func(c *certificate.Certificate) { c.State = certificate.Cancelled })
		want(t, w.postVerification(t, fields{"number": "京1112019202000001", "name": "张三"}), "invalid", 21, verdict.Certificate, "fail", "已废止或已注销（注销）")
	})
}

// Whatever is wrong with a guess, it gets the same bytes after the same calls.
func TestNobodyLearnsWhichNumbersExist(t *testing.T) {
	w := newFixture(t)
	type seen struct {
		body  string
		calls []recordstest.Call
	}
	look := func(number, name string) seen {
		text, err := json.Marshal(fields{"number": number, "name": name})
		if err != nil {
			t.Fatal(err)
		}
		w.postVerification(t, json.RawMessage(text)) // a limit's first token costs one call, later ones two
		calls := w.Transport.Listen()
		got := recordstest.Send(t, w.app, recordstest.Request{Route: "POST /v1/verifications", Body: string(text)})
		if got.Status != 200 {
			t.Fatalf("%s, %s: status %d", number, name, got.Status)
		}
		return seen{got.Body, calls()}
	}
	nothing := look("京1112019202000002", "李四")
	for name, got := range map[string]seen{
		"a number that exists with another name":         look("京1112019202000001", "李四"),
		"a number that exists with part of the name":     look("京1112019202000001", "张"),
		"an old spelling that exists with another name":  look("京111192000001", "李四"),
		"a number nobody has with a name somebody has":   look("京1112019202000003", "张三"),
		"a number of another province, with a long name": look("沪1312019202000001", strings.Repeat("名", 50)),
	} {
		if diff := cmp.Diff(nothing, got, cmp.AllowUnexported(seen{})); diff != "" {
			t.Errorf("%s differs: %s", name, diff)
		}
	}
	want(t, w.postVerification(t, fields{"number": "京1112019202000002", "name": "李四"}), "unknown", 10, verdict.Certificate, "unknown", "未找到匹配的证照信息")
}

func TestWhatIsReadForNobodyIsNeverOneItem(t *testing.T) {
	first, second := unusedID(), unusedID()
	if first == second {
		t.Errorf("everybody who guesses reads %s", first)
	}
	for _, id := range []string{first, second} {
		if at, err := records.TimeOf(id); err != nil || at.UnixMilli() != 0 {
			t.Errorf("%s is of %s (%v): a certificate could have it", id, at, err)
		}
	}
}

func TestGuessingIsSlowedDownByNetwork(t *testing.T) {
	w := newFixture(t)
	asked := 0
	from := func(network string) int {
		asked++
		return w.postFrom(t, network, fmt.Sprintf(`{"number":"京11120192020%05d","name":"李四"}`, asked)).StatusCode
	}
	network := identity.LookupLimits("2001:db8::1", "")[0]
	for i := range network.Burst {
		if got := from("2001:db8::" + fmt.Sprint(i+1)); got != 200 {
			t.Fatalf("request %d: status %d", i+1, got)
		}
	}
	if got := from("2001:db8::ffff"); got != 429 {
		t.Errorf("one too many from one network: status %d, want 429", got)
	}
	if got := from("198.51.100.7"); got != 200 {
		t.Errorf("another network: status %d, want 200", got)
	}
	w.Clock.Advance(network.Every)
	if got := from("2001:db8::1"); got != 200 {
		t.Errorf("a little later: status %d, want 200", got)
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

func TestNumberAndName(t *testing.T) {
	w := newWorld(t)
	t.Run("the right name confirms the registration, not a copy", func(t *testing.T) {
		got := w.ask(t, fields{"number": "京1112019202000001", "name": " 张三 "})
		want(t, got, "unknown", 0, verdict.Certificate, "pass", "有效，注册有效期至2028年06月30日")
		if got.Subject["name"] != "张*" || got.Subject["useUntil"] != nil {
			t.Errorf("got %+v", got.Subject)
		}
	})
	t.Run("an old spelling of the number finds it too", func(t *testing.T) {
		want(t, w.ask(t, fields{"number": "京111192000001", "name": "张三"}), "unknown", 0, verdict.Certificate, "pass", "有效，注册有效期至2028年06月30日")
	})
	t.Run("a day past the registration", func(t *testing.T) {
		want(t, w.ask(t, fields{"number": "京1112019202000001", "name": "张三", "asOf": "2028-07-01"}),
			"invalid", 0, verdict.Reliance, "fail", "届时已失效，原因：注册专业有效期届满（2028年06月30日）")
	})
	t.Run("a cancelled certificate", func(t *testing.T) {
		w.Change(t, w.record.Certificate.ID, func(c *certificate.Certificate) { c.State = certificate.Cancelled })
		want(t, w.ask(t, fields{"number": "京1112019202000001", "name": "张三"}), "invalid", 21, verdict.Certificate, "fail", "已废止或已注销（注销）")
	})
}

func TestNobodyLearnsWhichNumbersExist(t *testing.T) {
	w := newWorld(t)
	type seen struct {
		body  any
		calls []recordstest.Call
	}
	look := func(number, name string) seen {
		calls := w.Wire.Listen()
		text, err := json.Marshal(fields{"number": number, "name": name})
		if err != nil {
			t.Fatal(err)
		}
		got := recordstest.Send(t, w.app, recordstest.Ask{Route: "POST /v1/verifications", Body: string(text)})
		var body any
		got.Into(t, 200, &body)
		return seen{body, calls()}
	}
	look("京1112019202000009", "张三") // the limit's first token costs one call, a further one two
	wrongName, noNumber := look("京1112019202000001", "李四"), look("京1112019202000002", "李四")
	if diff := cmp.Diff(wrongName, noNumber, cmp.AllowUnexported(seen{})); diff != "" {
		t.Errorf("a wrong name and a wrong number differ: %s", diff)
	}
	want(t, w.ask(t, fields{"number": "京1112019202000002", "name": "李四"}), "unknown", 10, verdict.Certificate, "unknown", "未找到匹配的证照信息")
}

func TestGuessingIsSlowedDownByNetwork(t *testing.T) {
	w := newWorld(t)
	asked := 0
	from := func(network string) int {
		event := events.APIGatewayV2HTTPRequest{
			RouteKey: "POST /v1/verifications", Headers: map[string]string{"content-type": "application/json"},
			Body: fmt.Sprintf(`{"number":"京11120192020%05d","name":"李四"}`, asked),
		}
		asked++
		event.RequestContext.HTTP.SourceIP = network
		answer, err := w.app.Handle(t.Context(), event)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode
	}
	for i := range lookupLimit("").Burst {
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
	w.Clock.Pass(lookupLimit("").Every)
	if got := from("2001:db8::1"); got != 200 {
		t.Errorf("a little later: status %d, want 200", got)
	}
}

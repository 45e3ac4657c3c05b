package verdict

import (
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
)

const sealIssuer, sealNumber = "11100000000013338W", "11010200000001"

const sealSigner = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// changeSeal enters a change of the copy's seal or certificate, or of another one.
func (w *fixture) changeSeal(id string, c sealhistory.Change) {
	if w.records.Seals.Of == nil {
		w.records.Seals = sealhistory.Register{Of: map[sealhistory.Name]sealhistory.History{}, Sets: map[sealhistory.Name][]int{}}
	}
	other := sealhistory.KeySet{Issuer: sealIssuer, Seal: "11010200000002", PDF: "p", OFD: "o"}
	w.endorsement.KeySet = 2
	name := sealhistory.Name{Issuer: sealIssuer, ID: id}
	c.By, c.Why = "operator:test", "测试"
	h, err := w.records.Seals.Of[name].Add(c)
	if err != nil {
		panic(err)
	}
	w.records.Seals.Of[name], w.records.Seals.Sets[name] = h, sealhistory.ListSets([]sealhistory.KeySet{other, {Issuer: sealIssuer, Seal: sealNumber, PDF: sealSigner, OFD: "fedcba9876543210"}}, name)
}

// TestASealIsJudgedByWhenItSealed: the copy was sealed at ten.
func TestASealIsJudgedByWhenItSealed(t *testing.T) {
	sealed := at("2021-04-22")
	suspended := func(from time.Duration) sealhistory.Change {
		return sealhistory.Change{State: sealhistory.Suspended, Recorded: sealed.Add(from)}
	}
	tests := map[string]struct {
		given   func(*fixture)
		overall Overall
		result  Result
		reason  Reason
		text    string
	}{
		"suspended a minute before": {
			func(w *fixture) { w.changeSeal(sealNumber, suspended(-time.Minute)) }, Invalid, Fail, SealSuspended,
			"签章时（2021-04-22 10:00:00）印章或签名证书（11010200000001）已停用，请勿采信，并向签发机关核实",
		},
		"suspended a minute after": {
			func(w *fixture) { w.changeSeal(sealNumber, suspended(time.Minute)) }, Valid, Pass, Fine,
			"签章时（2021-04-22 10:00:00）印章和签名证书有效，其他时间有变更",
		},
		"suspended before, and allowed again before": {
			func(w *fixture) {
				w.changeSeal(sealNumber, suspended(-time.Hour))
				w.changeSeal(sealNumber, sealhistory.Change{State: sealhistory.Active, Recorded: sealed.Add(-time.Minute)})
			}, Valid, Pass, Fine, "",
		},
		"suspended a minute before the time stamp, and after the register's entry": {
			func(w *fixture) {
				w.evidence.Signing.At, w.evidence.Signing.Proven = sealed.Add(2*time.Minute), true
				w.changeSeal(sealNumber, suspended(time.Minute))
			}, Invalid, Fail, SealSuspended, "",
		},
		"suspended a minute after the time stamp": {
			func(w *fixture) {
				w.evidence.Signing.At, w.evidence.Signing.Proven = sealed.Add(2*time.Minute), true
				w.changeSeal(sealNumber, suspended(3*time.Minute))
			}, Valid, Pass, Fine, "",
		},
		"the file's own time counts for nothing": {
			func(w *fixture) {
				w.evidence.Signing.At = sealed.Add(-5 * time.Minute)
				w.changeSeal(sealNumber, suspended(-time.Minute))
			}, Invalid, Fail, SealSuspended, "",
		},
		"nor does a time stamp that a verifier states": {
			func(w *fixture) {
				w.evidence.Signing.At, w.evidence.Signing.Proven = sealed.Add(-5*time.Minute), true
				w.changeSeal(sealNumber, suspended(-time.Minute))
			}, Invalid, Fail, SealSuspended, "",
		},
		"revoked later from an earlier time": {
			func(w *fixture) {
				w.changeSeal(sealNumber, sealhistory.Change{State: sealhistory.Revoked, At: sealed.Add(-time.Minute), Recorded: sealed.Add(24 * time.Hour)})
			}, Invalid, Fail, SealRevoked, "",
		},
		"the certificate that signed was replaced before": {
			func(w *fixture) {
				w.changeSeal(sealSigner, sealhistory.Change{State: sealhistory.Replaced, Recorded: sealed.Add(-time.Minute)})
			}, Invalid, Fail, SealReplaced, "签章时（2021-04-22 10:00:00）印章或签名证书（0123456789abcdef）已更换，请勿采信，并向签发机关核实",
		},
		"a code of a copy whose seal was suspended before": {
			func(w *fixture) {
				w.presentToken()
				w.changeSeal(sealNumber, suspended(-time.Minute))
			}, Invalid, Fail, SealSuspended, "",
		},
		"another seal was suspended": {
			func(w *fixture) { w.changeSeal("11010200000002", suspended(-time.Minute)) }, Valid, NotAsked, "", "",
		},
		"the seal with which it was sealed is not in the register": {
			func(w *fixture) {
				w.changeSeal(sealNumber, suspended(-time.Minute))
				w.endorsement.KeySet = 0
			}, Valid, NotAsked, "", "",
		},
		"a file that is not the registered one": {
			func(w *fixture) {
				w.changeSeal(sealNumber, suspended(time.Minute))
				w.evidence.SHA256 = ofdDigest
			}, Invalid, NotAsked, "", "",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newFixture()
			tt.given(w)
			v := w.judge(t)
			if v.Overall != tt.overall || v.Result(SealState) != tt.result || v.Reason(SealState) != tt.reason {
				t.Errorf("got %s, %s %s; want %s, %s %s", v.Overall, v.Result(SealState), v.Reason(SealState), tt.overall, tt.result, tt.reason)
			}
			if tt.text != "" && v.row(SealState).Text.ZH != tt.text {
				t.Errorf("it says %s", v.row(SealState).Text.ZH)
			}
			local := Judge(w.evidence, Records{Access: NotReached}, w.question, w.now)
			if merged := Merge(local, v); merged.Overall != tt.overall || merged.Result(SealState) != tt.result {
				t.Errorf("merged with what the file proves: %s, %s", merged.Overall, merged.Result(SealState))
			}
		})
	}
}

// TestWhatAReceiptClaimsIsComparedWithTheSealsHistory: what is so now, also where the receipt states otherwise.
func TestWhatAReceiptClaimsIsComparedWithTheSealsHistory(t *testing.T) {
	sealed := at("2021-04-22")
	for name, c := range map[string]struct {
		change  sealhistory.Change
		overall Overall // that the receipt states
		result  Result
		reason  Reason
	}{
		"revoked since, from before": {sealhistory.Change{State: sealhistory.Revoked, At: sealed.Add(-time.Minute), Recorded: sealed.Add(time.Hour)}, Valid, Fail, SealRevoked},
		"suspended since":            {sealhistory.Change{State: sealhistory.Suspended, Recorded: sealed.Add(time.Hour)}, Valid, Pass, Fine},
		"suspended since, invalid":   {sealhistory.Change{State: sealhistory.Suspended, Recorded: sealed.Add(time.Hour)}, Invalid, Unsure, StatedInvalid},
	} {
		w := newFixture()
		s := ReceiptStatement{Claim: *w.evidence.Claim, Overall: c.overall, Kind: w.evidence.Kind, SHA256: w.evidence.SHA256, CopyDigest: w.evidence.CopyDigest}
		if many := len(Compare(s, w.records, w.now).Findings); many != 3 {
			t.Errorf("%s: without a change there are %d rows", name, many)
		}
		w.changeSeal(sealNumber, c.change)
		rows := Compare(s, w.records, w.now).Findings
		if last := rows[len(rows)-1]; len(rows) != 4 || last.Check != SealState || last.Result != c.result || last.Reason != c.reason {
			t.Errorf("%s: %+v", name, rows)
		}
	}
}

package verdict

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
)

func TestMatrix(t *testing.T) {
	tests := map[string]struct {
		given   func(*fixture)
		overall Overall
		code    Code
		check   Check
		result  Result
		reason  Reason
		text    string
	}{
		"a copy in force is valid": {
			func(*fixture) {}, Valid, 0, Copy, Pass, Fine, "加注件有效至2021年10月19日",
		},
		"so is its QR code": {
			(*fixture).presentToken, Valid, 0, Copy, Pass, Fine, "加注件有效至2021年10月19日",
		},
		"the certificate's row says until when it is registered": {
			func(*fixture) {}, Valid, 0, Certificate, Pass, Fine, "有效，注册有效期至2023年6月30日",
		},
		"a state in which its kind keeps a certificate in force is named": {
			func(w *fixture) {
				w.records.Certificate.State, w.records.Scheme = "06", &scheme.Scheme{States: []certificate.State{"01", "06"}}
			}, Valid, 0, Certificate, Pass, Fine, "有效，登记状态为办理转出，注册有效期至2023年6月30日",
		},
		"the last day counts whole": {
			func(w *fixture) { w.now = day("2021-10-19").End().Add(-1) }, Valid, 0, Copy, Pass, Fine, "加注件有效至2021年10月19日",
		},
		"the next day does not": {
			func(w *fixture) { w.now = day("2021-10-19").End() }, Invalid, 22, Copy, Fail, Expired, "加注件已过期：有效至2021年10月19日",
		},
		"an altered file is invalid": {
			func(w *fixture) { w.evidence.Integrity = BrokenContent(Altered) }, Invalid, 10, Integrity, Fail, Altered, "内容与签名不符，以下信息均不可信。请向持证人索取原文件，或扫描证照上的二维码核验。",
		},
		"a token of an unknown key cannot be confirmed": {
			func(w *fixture) { w.evidence.Integrity = UnknownTokenKey() }, Unknown, 10, Integrity, Unsure, UnknownKey, "二维码的签名密钥未知，无法核对",
		},
		"an untrusted seal is not trusted, which is not invalid": {
			func(w *fixture) { w.evidence.Issuer = UntrustedIssuer() }, Unknown, 0, Issuer, Fail, Untrusted, "未受信任：印章不在信任列表",
		},
		"an untrusted seal on a copy we never made": {
			func(w *fixture) { w.evidence.Issuer = UntrustedIssuer(); w.setMissing() }, Unknown, 10, Copy, Unsure, NoRecord, "本平台没有该加注件的记录",
		},
		"our own seal on a copy we never made": {
			func(w *fixture) { w.records.Endorsement = nil }, Invalid, 10, Copy, Fail, NoRecord, "没有该加注件的签发记录",
		},
		"a past day of a copy whose record has ended cannot be confirmed": {
			func(w *fixture) {
				w.records.Endorsement, w.now, w.question.AsOf = nil, at("2025-02-01"), day("2021-06-01")
			}, Unknown, 10, Copy, Unsure, RecordEnded, "签发记录保存至2025年1月31日，现已期满，无法确认当时是否签发、是否撤回",
		},
		"the day before its record ends, a copy without one was never issued": {
			func(w *fixture) {
				w.records.Endorsement, w.now, w.question.AsOf = nil, at("2025-01-31"), day("2021-06-01")
			}, Invalid, 10, Copy, Fail, NoRecord, "没有该加注件的签发记录",
		},
		"today, a copy whose record has ended has expired": {
			func(w *fixture) { w.records.Endorsement, w.now = nil, at("2025-02-01") }, Invalid, 22, Copy, Fail, Expired, "加注件已过期：有效至2021年10月19日",
		},
		"a wrong check character alone is never valid": {
			func(w *fixture) { w.evidence.Numbers.Result = Fail }, Unknown, 0, Numbers, Fail, Fine, "编号校验通过",
		},
		"a suspended certificate is restricted": {
			func(w *fixture) { w.certificate.State = certificate.Suspended }, Invalid, 23, Certificate, Fail, Restricted, "受限使用（暂扣）",
		},
		"a certificate being transferred is restricted": {
			func(w *fixture) { w.certificate.State = certificate.Transferring }, Invalid, 23, Certificate, Fail, Restricted, "受限使用（办理转出）",
		},
		"a cancelled certificate": {
			func(w *fixture) { w.certificate.State = certificate.Cancelled }, Invalid, 21, Certificate, Fail, Cancelled, "已废止或已注销（注销）",
		},
		"a withdrawn certificate": {
			func(w *fixture) { w.certificate.State = certificate.Withdrawn }, Invalid, 21, Certificate, Fail, Cancelled, "已废止或已注销（撤销）",
		},
		"a revoked certificate": {
			func(w *fixture) { w.certificate.State = certificate.Revoked }, Invalid, 21, Certificate, Fail, Cancelled, "已废止或已注销（吊销）",
		},
		"a lapsed certificate": {
			func(w *fixture) { w.certificate.State = certificate.Invalid }, Invalid, 22, Certificate, Fail, Lapsed, "已过期（失效）",
		},
		"no specialty is registered any more": {
			func(w *fixture) { w.certificate.Specialties = nil }, Invalid, 22, Certificate, Fail, Lapsed, "没有注册专业",
		},
		"every specialty has ended": {
			func(w *fixture) {
				w.certificate.Specialties = []certificate.Specialty{{Name: "建筑工程", From: day("2017-07-01"), To: day("2020-06-30")}, {Name: "机电工程", From: day("2017-07-01"), To: day("2021-05-31")}}
			}, Invalid, 22, Certificate, Fail, Lapsed, "注册专业均已过有效期（建筑工程，至2020年6月30日；机电工程，至2021年5月31日）",
		},
		"more specialties than a line holds": {
			func(w *fixture) {
				one := certificate.Specialty{Name: "建筑工程", From: day("2017-07-01"), To: day("2020-06-30")}
				w.certificate.Specialties = []certificate.Specialty{one, one, one, one, one}
			}, Invalid, 22, Certificate, Fail, Lapsed, "注册专业均已过有效期（" + strings.Repeat("建筑工程，至2020年6月30日；", 4) + "等5项）",
		},
		"the registration has not begun": {
			func(w *fixture) {
				w.certificate.Specialties = []certificate.Specialty{{Name: "建筑工程", From: day("2021-07-01"), To: day("2024-06-30")}}
			}, Invalid, 23, Certificate, Fail, NotYet, "尚未生效：注册自2021年7月1日起",
		},
		"one specialty has ended and another has not begun": {
			func(w *fixture) {
				w.certificate.Specialties = []certificate.Specialty{{Name: "建筑工程", From: day("2017-07-01"), To: day("2020-06-30")}, {Name: "机电工程", From: day("2021-07-01"), To: day("2024-06-30")}}
			}, Invalid, 22, Certificate, Fail, Lapsed, "注册专业均不在有效期内（建筑工程，至2020年6月30日；机电工程，自2021年7月1日起）",
		},
		"the 65th birthday itself is a day of use": {
			func(w *fixture) { w.certificate.Holder.Birth = day("1956-06-01") }, Valid, 0, Certificate, Pass, Fine, "有效，注册有效期至2023年6月30日",
		},
		"the day after it is not": {
			func(w *fixture) { w.certificate.Holder.Birth = day("1956-05-31") }, Invalid, 22, Certificate, Fail, Lapsed, "已过期：持证人已满65周岁",
		},
		"the holder withdrew the copy": {
			func(w *fixture) { w.withdrawCopy("2021-05-20") }, Invalid, 23, Copy, Fail, Withdrawn, "持证人已撤回（2021年5月20日）",
		},
		"withdrawn counts before expired": {
			func(w *fixture) { w.withdrawCopy("2021-05-20"); w.now = at("2022-01-01") }, Invalid, 23, Copy, Fail, Withdrawn, "持证人已撤回（2021年5月20日）",
		},
		"copies coexist where the scheme lets them": {
			func(w *fixture) { w.records.Latest = laterID }, Valid, 0, Copy, Pass, Fine, "加注件有效至2021年10月19日",
		},
		"a newer copy supersedes where the scheme says so": {
			func(w *fixture) { w.records.Latest = laterID; w.records.Scheme.Supersedes = true }, Invalid, 23, Copy, Fail, Superseded, "已被新加注件取代",
		},
		"a copy that begins later": {
			func(w *fixture) { w.now = at("2021-04-21") }, Invalid, 23, Copy, Fail, NotYet, "加注件尚未生效：自2021年4月22日起",
		},
		"a file that is not the one recorded": {
			func(w *fixture) { w.endorsement.CopyDigest = "0" }, Invalid, 10, Copy, Fail, Mismatch, "与签发记录不符",
		},
		"a file that is not the one registered, though everything else fits": {
			func(w *fixture) { w.evidence.SHA256 = ofdDigest }, Invalid, 10, Copy, Fail, FileNotRegistered,
			"不是签发时登记的文件：与登记的摘要不符，请勿采信，并向签发机关反映",
		},
		"a file whose digest was not taken": {
			func(w *fixture) { w.evidence.SHA256 = "" }, Invalid, 10, Copy, Fail, FileNotRegistered, "不是签发时登记的文件：与登记的摘要不符，请勿采信，并向签发机关反映",
		},
		"a file of a kind that was not registered": {
			func(w *fixture) { delete(w.endorsement.Files, "pdf") }, Unknown, 0, Copy, Unsure, FileUnrecorded, "登记信息中没有该种文件的摘要，无法确认是否为签发时登记的文件",
		},
		"a QR code needs no file": {
			func(w *fixture) { w.presentToken(); w.endorsement.Files = nil }, Valid, 0, Copy, Pass, Fine, "加注件有效至2021年10月19日",
		},
		"a file signed ten minutes from when it was registered": {
			func(w *fixture) { w.evidence.Signing.At = at("2021-04-22").Add(10 * time.Minute) }, Valid, 0, Issuer, Pass, Fine, "签发机关：住房和城乡建设部",
		},
		"a file signed at another time than it was registered": {
			func(w *fixture) { w.evidence.Signing.At = at("2021-04-22").Add(-10*time.Minute - time.Second) }, Unknown, 0, Issuer, Fail, TimeDiffers,
			"未受信任：文件所载签章时间与登记的签发时间不符",
		},
		"a signer that could not sign when the copy was registered": {
			func(w *fixture) { w.evidence.Signing.Within.From = at("2021-04-22").Add(time.Second) }, Unknown, 0, Issuer, Fail, OutsideDays,
			"未受信任：签章时间不在该签章者的授权期限内",
		},
		"a signer that has ended since the copy was registered": {
			func(w *fixture) { w.evidence.Signing.Within.Until = at("2021-04-23") }, Valid, 0, Issuer, Pass, Fine, "签发机关：住房和城乡建设部",
		},
		"a signer that has ended, offline": {
			func(w *fixture) { w.evidence.Signing.Within.Until = at("2021-04-23"); w.setUnreachable() }, Unknown, 0, Issuer, Unsure, TimeUnproven,
			"签章时间未经证明：签章者的授权、证书或印章已到期，无法确认是到期前签章的，请联网核验",
		},
		"a signer that has ended, of a copy we never made": {
			func(w *fixture) { w.evidence.Signing.Within.Until = at("2021-04-23"); w.records.Endorsement = nil }, Invalid, 10, Copy, Fail, NoRecord, "没有该加注件的签发记录",
		},
		"a signer that may sign, offline": {
			(*fixture).setUnreachable, Unknown, 0, Issuer, Pass, Fine, "签发机关：住房和城乡建设部",
		},
		"a time stamp proves the time, offline too": {
			func(w *fixture) {
				w.evidence.Signing.Within.Until, w.evidence.Signing.Proven = at("2021-04-23"), true
				w.setUnreachable()
			}, Unknown, 0, Issuer, Pass, Fine, "签发机关：住房和城乡建设部",
		},
		"a token whose window is not the one recorded": {
			func(w *fixture) { w.presentToken(); w.evidence.Claim.Until = day("2021-12-31") }, Invalid, 10, Copy, Fail, Mismatch, "与签发记录不符",
		},
		"a token of other words than the code that was printed": {
			func(w *fixture) {
				w.presentToken()
				w.evidence.Words = "header.other"
				w.endorsement.QR = "https://h/v#header.words.signature"
			},
			Invalid, 10, Copy, Fail, Mismatch, "与签发记录不符",
		},
		"a token of the printed code's words, signed once more": {
			func(w *fixture) {
				w.presentToken()
				w.evidence.Words = "header.words"
				w.endorsement.QR = "https://h/v#header.words.signature"
			},
			Valid, 0, Copy, Pass, Fine, "加注件有效至2021年10月19日",
		},
		"the holder changed employer since": {
			func(w *fixture) { w.certificate.Employer.Name = "另一公司"; w.certificate.Version = "002" },
			Invalid, 23, Copy, Fail, Changed, "加注后证书已变更（聘用企业），须重新加注",
		},
		"a detail was changed since": {
			func(w *fixture) {
				w.embedded.Certificate.Details = []certificate.Detail{{Name: "职务", Value: "项目经理"}, {Name: "技术职称", Value: "工程师"}}
				w.certificate.Details = []certificate.Detail{{Name: "职务", Value: "总经理"}, {Name: "技术职称", Value: "工程师"}}
				w.certificate.Version = "002"
				w.endorsement.CopyDigest = w.embedded.Digest()
			},
			Invalid, 23, Copy, Fail, Changed, "加注后证书已变更（职务），须重新加注",
		},
		"a detail is gone since": {
			func(w *fixture) {
				w.embedded.Certificate.Details = []certificate.Detail{{Name: "职务", Value: "项目经理"}}
				w.endorsement.CopyDigest = w.embedded.Digest()
			},
			Invalid, 23, Copy, Fail, Changed, "加注后证书已变更（职务），须重新加注",
		},
		"a detail that was added since is no contradiction": {
			func(w *fixture) { w.certificate.Details = []certificate.Detail{{Name: "职务", Value: "总经理"}} },
			Valid, 0, Copy, Pass, Fine, "加注件有效至2021年10月19日",
		},
		"a specialty was cut short since": {
			func(w *fixture) { w.certificate.Specialties[0].To = day("2021-12-31") },
			Invalid, 23, Copy, Fail, Changed, "加注后证书已变更（建筑工程），须重新加注",
		},
		"a renewal since is no contradiction": {
			func(w *fixture) { w.certificate.Specialties[0].To = day("2026-06-30"); w.certificate.Version = "002" },
			Valid, 0, Copy, Pass, Fine, "加注件有效至2021年10月19日",
		},
		"a QR code does not hold what was renewed": {
			func(w *fixture) { w.presentToken(); w.certificate.Version = "002" },
			Unknown, 23, Copy, Unsure, Changed, "加注后证书已有更新，二维码不含当时的全部内容，请提交文件核验",
		},
		"a copy of the name in other letters of the same": {
			func(w *fixture) {
				w.evidence.Copy.Certificate.Holder.Name, w.certificate.Holder.Name = "Straße İnan", "STRASSE INAN"
				w.endorsement.CopyDigest = w.evidence.Copy.Digest()
			},
			Valid, 0, Copy, Pass, Fine, "加注件有效至2021年10月19日",
		},
		"a QR code of the name in other letters of the same": {
			func(w *fixture) {
				w.presentToken()
				w.evidence.Claim.Name, w.certificate.Holder.Name = "m*** ***", "MARY EVANS"
			},
			Valid, 0, Copy, Pass, Fine, "加注件有效至2021年10月19日",
		},
		"a QR code with another holder's name": {
			func(w *fixture) { w.presentToken(); w.certificate.Holder.Name = "李四" },
			Invalid, 23, Copy, Fail, Changed, "加注后证书已变更（姓名），须重新加注",
		},
		"without records a good copy cannot be confirmed": {
			(*fixture).setUnreachable, Unknown, 0, Copy, Unsure, Unreachable, "在使用有效期内；是否已撤回未知",
		},
		"without records the state is unknown, not fine": {
			(*fixture).setUnreachable, Unknown, 0, Certificate, Unsure, Unreachable, "状态未知：未能查询登记信息",
		},
		"without records the answer is not fresh": {
			(*fixture).setUnreachable, Unknown, 0, Freshness, Unsure, Offline, "离线：实时状态未知",
		},
		"without records an expired copy is expired all the same": {
			func(w *fixture) { w.setUnreachable(); w.now = at("2021-10-20") }, Invalid, 22, Copy, Fail, Expired, "加注件已过期：有效至2021年10月19日",
		},
		"a live answer says when": {
			func(*fixture) {}, Valid, 0, Freshness, Pass, Live, "实时核验 2021-06-01 10:00",
		},
		"a number and name confirm the registration, not a copy": {
			(*fixture).presentNumber, Unknown, 0, Certificate, Pass, Fine, "有效，注册有效期至2023年6月30日",
		},
		"a number nobody has": {
			func(w *fixture) { w.presentNumber(); w.setMissing() }, Unknown, 10, Certificate, Unsure, NoRecord, "未找到匹配的证照信息",
		},
		"paper needs a hand": {
			func(*fixture) {}, Valid, 0, Paper, NotAsked, SignByHand, "打印件须本人手写签名且与签名图像一致，否则无效",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newFixture()
			tt.given(w)
			v := w.judge(t)
			if v.Overall != tt.overall || v.Code != tt.code {
				t.Errorf("got %s, code %d; want %s, code %d", v.Overall, v.Code, tt.overall, tt.code)
			}
			assertRow(t, v, tt.check, tt.result, tt.reason, tt.text)
		})
	}
}

// changeHolder gives the certificate to another holder who differs in everything.
func (w *fixture) changeHolder() {
	w.endorsement.Holder, w.records.Holder, w.records.HeldFrom = "former", "present", "002"
	w.certificate = certificate.Certificate{
		ID: certID, Scheme: "constructor-1", TypeName: "一级建造师注册证书", Version: "002", Number: "京1112019202000001",
		State:    certificate.Suspended,
		Holder:   certificate.Holder{Name: "李四", Sex: "女", Birth: day("1955-02-03"), IDType: "111", IDNumber: "310101195502030027"},
		Employer: certificate.Employer{Name: "另一公司", USCC: "91310000MA00000151"},
		Specialties: []certificate.Specialty{
			{Name: "矿业工程", From: day("2019-09-09"), To: day("2020-09-08")},
		},
		Issuer: certificate.Issuer{Name: "另一机关"},
	}
	w.records.Latest, w.records.Scheme.Supersedes = laterID, true
}

// For any document about a former holder's copy, the verdict shows nothing about the present
// holder.
func TestACopyWhoseHolderWasCorrectedIsVoidAndTellsNothingOfTheNewHolder(t *testing.T) {
	for name, given := range map[string]func(*fixture){"a file": (*fixture).presentFile, "a token": (*fixture).presentToken} {
		t.Run(name, func(t *testing.T) {
			w := newFixture()
			given(w)
			w.changeHolder()
			w.question = Question{AsOf: day("2021-07-01"), Specialty: "矿业工程", Purpose: "投标"}
			v := w.judge(t)
			if v.Overall != Invalid || v.Code != CodeRestricted || v.Newer {
				t.Errorf("got %s, code %d, newer %v", v.Overall, v.Code, v.Newer)
			}
			assertRow(t, v, Copy, Fail, HolderChanged, "证书登记的持证人已更正，该加注件作废")
			assertRow(t, v, Certificate, NotAsked, HolderChanged, "证书登记的持证人已更正，不再核对")
			assertRow(t, v, Specialty, NotAsked, HolderChanged, "证书登记的持证人已更正，不再核对")
			if w.evidence.Copy != nil {
				assertRow(t, v, Purpose, Pass, Fine, "相符") // as the file says
			} else {
				assertRow(t, v, Purpose, Unsure, Undeclared, "声明的用途和接收单位未知")
			}
			assertRow(t, v, Reliance, Fail, NotOnThatDay, "届时已失效，原因：证书登记的持证人已更正")
			if v.Ends == nil || v.Ends.Rule != ByHolderChange || !v.Ends.On.IsZero() {
				t.Errorf("it ends %+v", v.Ends)
			}
			told, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range []string{"李", "1955", "2020-02-03", "另一", "矿业工程", "2020-09-08", "暂扣"} {
				if strings.Contains(string(told), secret) {
					t.Errorf("the verdict tells %s: %s", secret, told)
				}
			}
		})
	}
}

func TestWhoseACopyIsIsJudgedByHolderAndVersion(t *testing.T) {
	for name, tt := range map[string]struct {
		copyOf, version, heldBy, heldFrom string
		void                              bool
	}{
		"the holder's from the first":               {"a", "001", "a", "", false},
		"the holder's since they came":              {"a", "003", "a", "003", false},
		"the holder's after they came":              {"a", "004", "a", "003", false},
		"another's":                                 {"a", "003", "b", "", true},
		"the holder's of before another had it":     {"a", "001", "a", "003", true},
		"nobody knows whose, as before a migration": {"unknown", "001", "a", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture()
			w.endorsement.Holder, w.endorsement.CertVersion = tt.copyOf, tt.version
			w.certificate.Version, w.records.Holder, w.records.HeldFrom = tt.version, tt.heldBy, tt.heldFrom
			if v := w.judge(t); (v.Result(Copy) == Fail) != tt.void {
				t.Errorf("got %s: %+v", v.Overall, v.Findings)
			}
		})
	}
}

// A token with our signature whose copy is not recorded does not show who holds the certificate
// now.
func TestACopyThatIsNotRecordedShowsNoHolder(t *testing.T) {
	w := newFixture()
	w.presentToken()
	w.records.Endorsement = nil
	want := &Subject{Name: "张**", Number: "京1112019202000001", From: day("2021-04-22"), Until: day("2021-10-19")}
	if diff := cmp.Diff(want, w.judge(t).Subject); diff != "" {
		t.Error(diff)
	}
}

func TestQuestions(t *testing.T) {
	tests := map[string]struct {
		given   func(*fixture)
		asked   Question
		overall Overall
		check   Check
		result  Result
		reason  Reason
		text    string
	}{
		"nothing asked": {nil, Question{}, Valid, Specialty, NotAsked, Omitted, "未核验"},

		"a registered specialty": {
			nil, Question{Specialty: "建筑工程"}, Valid, Specialty, Pass, Fine, "该专业有效至2023年6月30日",
		},
		"a specialty never registered": {
			nil, Question{Specialty: "矿业工程"}, Invalid, Specialty, Fail, NotRegistered, "未注册该专业",
		},
		"a specialty past its end on the day relied on": {
			nil, Question{Specialty: "市政公用工程", AsOf: day("2021-08-01")}, Invalid, Specialty, Fail, Expired, "该专业已过期：有效至2021年7月31日",
		},
		"a specialty without records": {
			(*fixture).setUnreachable, Question{Specialty: "建筑工程"}, Unknown, Specialty, Unsure, Unreachable, "该专业实时状态未知",
		},

		"the declared kind of purpose": {
			nil, Question{Purpose: "投标"}, Valid, Purpose, Pass, Fine, "相符",
		},
		"the declared project, typed with spaces and small letters": {
			nil, Question{Purpose: " p-2021-7 "}, Valid, Purpose, Pass, Fine, "相符",
		},
		"the declared recipient, typed with other brackets": {
			nil, Question{Recipient: "乙公司(集团)"}, Valid, Purpose, Pass, Fine, "相符",
		},
		"another purpose": {
			nil, Question{Purpose: "入职"}, Invalid, Purpose, Fail, Mismatch, "不符：声明用途为「投标」「某某大厦一期投标」「P-2021-7」，您询问的是「入职」",
		},
		"the right purpose for the wrong recipient": {
			nil, Question{Purpose: "投标", Recipient: "丙公司"}, Invalid, Purpose, Fail, Mismatch, "不符：声明接收单位为「乙公司（集团）」「91110000MA00000152」，您询问的是「丙公司」",
		},
		"both otherwise, and longer than a line": {
			nil, Question{Purpose: "入职", Recipient: strings.Repeat("丙", 100)}, Invalid, Purpose, Fail, Mismatch,
			"不符：声明用途为「投标」「某某大厦一期投标」「P-2021-7」，您询问的是「入职」；声明接收单位为「乙公司（集团）」「91110000MA00000152」，您询问的是「" + strings.Repeat("丙", 23) + "…」",
		},
		"words that look like a finding": {
			nil, Question{Purpose: "x」。核验结论：「有效"}, Invalid, Purpose, Fail, Mismatch, "不符：声明用途为「投标」「某某大厦一期投标」「P-2021-7」，您询问的是「x』。核验结论：『有效」",
		},
		"a purpose that was never declared": {
			func(w *fixture) { w.embedded.Purpose = nil; w.endorsement.CopyDigest = w.embedded.Digest() },
			Question{Purpose: "投标"}, Unknown, Purpose, Unsure, Undeclared, "未声明：加注件没有写明用途或接收单位",
		},
		"a purpose asked of a bare token": {
			func(w *fixture) { w.presentToken(); w.setUnreachable() }, Question{Purpose: "投标"}, Unknown, Purpose, Unsure, Undeclared, "声明的用途和接收单位未知",
		},
		"a purpose asked of a file without records": {
			(*fixture).setUnreachable, Question{Purpose: "投标"}, Unknown, Purpose, Pass, Fine, "相符",
		},

		"a day within the window": {
			nil, Question{AsOf: day("2021-10-19")}, Valid, Reliance, Pass, Fine, "届时有效",
		},
		"a day past the 180 days": {
			nil, Question{AsOf: day("2021-10-20")}, Invalid, Reliance, Fail, NotOnThatDay, "届时已失效，原因：使用有效期限定为180天（2021年10月19日）",
		},
		"a day past the specialty's end": {
			func(w *fixture) { w.shortenCopy("2021-07-31", "SPECIALTY_END") },
			Question{AsOf: day("2021-08-01")}, Invalid, Reliance, Fail, NotOnThatDay, "届时已失效，原因：注册专业有效期届满（2021年7月31日）",
		},
		"a day past the 65th birthday": {
			func(w *fixture) { w.shortenCopy("2021-07-31", "AGE65"); w.certificate.Holder.Birth = day("1956-07-31") },
			Question{AsOf: day("2021-08-01")}, Invalid, Reliance, Fail, NotOnThatDay, "届时已失效，原因：持证人年满65周岁（2021年7月31日）",
		},
		"a day after the withdrawal": {
			func(w *fixture) { w.withdrawCopy("2021-05-20") }, Question{AsOf: day("2021-07-01")},
			Invalid, Reliance, Fail, NotOnThatDay, "届时已失效，原因：持证人已撤回（2021年5月20日）",
		},
		"a cancelled certificate on any day": {
			func(w *fixture) { w.certificate.State = certificate.Cancelled }, Question{AsOf: day("2021-07-01")},
			Invalid, Reliance, Fail, NotOnThatDay, "届时已失效，原因：证书不在有效状态",
		},
		"a day before the copy began": {
			nil, Question{AsOf: day("2021-04-01")}, Invalid, Reliance, Fail, NotYet, "该日尚未生效：自2021年4月22日起",
		},
		"a day gone by, asked after the copy expired": {
			func(w *fixture) { w.now = at("2022-03-01") }, Question{AsOf: day("2021-09-01")}, Unknown, Copy, Unsure, Expired,
			"该日在使用有效期内；加注件现已过期（有效至2021年10月19日），不再核对证书当时的状态，请以当日出具的核验回执为准",
		},
		"a day gone by does not undo a withdrawal": {
			func(w *fixture) { w.now = at("2022-03-01"); w.withdrawCopy("2021-09-10") }, Question{AsOf: day("2021-09-01")},
			Invalid, Copy, Fail, Withdrawn, "持证人已撤回（2021年9月10日）",
		},
		"a day within the window, without records": {
			(*fixture).setUnreachable, Question{AsOf: day("2021-07-01")}, Unknown, Reliance, Unsure, Unreachable, "该日在使用有效期内；实时状态未知",
		},
		"a day past the window, without records": {
			(*fixture).setUnreachable, Question{AsOf: day("2021-11-01")}, Invalid, Reliance, Fail, NotOnThatDay, "届时已失效，原因：使用有效期限定为180天（2021年10月19日）",
		},
		"a day of a registration": {
			(*fixture).presentNumber, Question{AsOf: day("2023-06-30")}, Unknown, Reliance, Pass, Fine, "届时注册有效",
		},
		"a day past a registration": {
			(*fixture).presentNumber, Question{AsOf: day("2023-07-01")}, Invalid, Reliance, Fail, NotOnThatDay, "届时已失效，原因：注册专业有效期届满（2023年6月30日）",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newFixture()
			if tt.given != nil {
				tt.given(w)
			}
			w.question = tt.asked
			v := w.judge(t)
			if v.Overall != tt.overall {
				t.Errorf("got %s, want %s: %+v", v.Overall, tt.overall, v.Findings)
			}
			assertRow(t, v, tt.check, tt.result, tt.reason, tt.text)
		})
	}
}

// shortenCopy ends the copy earlier, by a rule.
func (w *fixture) shortenCopy(until string, limit endorsement.Limit) {
	w.endorsement.UseUntil, w.endorsement.Limit = day(until), limit
	w.embedded = endorsement.NewCopy(w.endorsement, w.certificate, "测试门户", true)
	w.endorsement.CopyDigest = w.embedded.Digest()
	w.evidence.Claim.Until = day(until)
}

func assertRow(t *testing.T, v Verdict, c Check, result Result, reason Reason, text string) {
	t.Helper()
	for _, f := range v.Findings {
		if f.Check != c {
			continue
		}
		got := []string{string(f.Result), string(f.Reason), f.Text.ZH}
		if diff := cmp.Diff([]string{string(result), string(reason), text}, got); diff != "" {
			t.Errorf("%s: %s", c, diff)
		}
		return
	}
	t.Errorf("there is no row %s", c)
}

func TestNothingElseIsShownOfABrokenDocument(t *testing.T) {
	w := newFixture()
	w.evidence.Integrity = BrokenContent(Altered)
	v := w.judge(t)
	if len(v.Findings) != 1 || v.Subject != nil || v.Ends != nil || v.Newer {
		t.Errorf("more than the integrity is shown: %+v", v)
	}
}

func TestRowsStandInTheirOrder(t *testing.T) {
	var got []Check
	w := newFixture()
	w.evidence.Printed = Printed{Name: "张三丰"}
	w.changeSeal(sealNumber, sealhistory.Change{State: sealhistory.Suspended, Recorded: w.now})
	for _, f := range w.judge(t).Findings {
		got = append(got, f.Check)
		if f.Text.ZH == "" || f.Text.EN == "" {
			t.Errorf("%s has no text in both languages", f.Check)
		}
	}
	if diff := cmp.Diff(Checks(), got); diff != "" {
		t.Error(diff)
	}
}

func TestSubjectShowsNoMoreThanNeeded(t *testing.T) {
	w := newFixture()
	w.certificate.Details = []certificate.Detail{{Name: "职务", Value: "项目经理"}}
	w.embedded.Certificate.Details = w.certificate.Details
	w.endorsement.CopyDigest = w.embedded.Digest()
	got := w.judge(t).Subject
	want := &Subject{
		Name: "张**", TypeName: "一级建造师注册证书", Number: "京1112019202000001",
		Identifier: w.certificate.Identifier, Issuer: "中华人民共和国住房和城乡建设部", Employer: company, Details: w.certificate.Details,
		From: day("2021-04-22"), Until: day("2021-10-19"), Specialties: w.certificate.Specialties,
		Purpose: w.endorsement.Purpose, Recipient: w.endorsement.Recipient, Test: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	w.presentToken()
	w.setUnreachable()
	want = &Subject{Name: "张**", Number: "京1112019202000001", From: day("2021-04-22"), Until: day("2021-10-19")}
	if diff := cmp.Diff(want, w.judge(t).Subject); diff != "" {
		t.Error(diff)
	}
}

func TestNewerCopy(t *testing.T) {
	w := newFixture()
	if w.judge(t).Newer {
		t.Error("the newest copy is said to have a newer one")
	}
	w.records.Latest = laterID
	if !w.judge(t).Newer {
		t.Error("a newer copy is not mentioned")
	}
}

func TestEnds(t *testing.T) {
	tests := map[string]struct {
		given func(*fixture)
		on    string
		rule  Rule
	}{
		"180 days": {func(*fixture) {}, "2021-10-19", "180D"},
		"the registry says less than the copy": {
			func(w *fixture) { w.certificate.Specialties = w.certificate.Specialties[1:] }, "2021-07-31", BySpecialty,
		},
		"the specialty asked about": {
			func(w *fixture) { w.question.Specialty = "市政公用工程" }, "2021-07-31", BySpecialty,
		},
		"a withdrawal":   {func(w *fixture) { w.withdrawCopy("2021-05-20") }, "2021-05-20", ByWithdrawal},
		"a cancellation": {func(w *fixture) { w.certificate.State = certificate.Cancelled }, "", ByCancellation},
		"a newer copy": {
			func(w *fixture) { w.records.Latest = laterID; w.records.Scheme.Supersedes = true }, "", BySuperseding,
		},
		"a token without records": {func(w *fixture) { w.presentToken(); w.setUnreachable() }, "2021-10-19", ""},
		"a registration by age":   {func(w *fixture) { w.presentNumber(); w.certificate.Holder.Birth = day("1956-07-31") }, "2021-07-31", "AGE65"},
		"a registration to another age": {
			func(w *fixture) {
				w.presentNumber()
				w.certificate.Holder.Birth, w.records.Scheme.AgeLimit = day("1962-07-31"), 60
			}, "2022-07-31", "AGE60",
		},
		"a registration to no age": {
			func(w *fixture) {
				w.presentNumber()
				w.certificate.Holder.Birth, w.records.Scheme.AgeLimit = day("1956-07-31"), 0
			}, "2023-06-30", BySpecialty,
		},
		"a registration to its end": {(*fixture).presentNumber, "2023-06-30", BySpecialty},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newFixture()
			tt.given(w)
			got := w.judge(t).Ends
			if got == nil || got.On.String() != tt.on || got.Rule != tt.rule {
				t.Errorf("got %+v, want %s by %s", got, tt.on, tt.rule)
			}
		})
	}
}

package problem_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

func TestEveryCodeHasOneEntry(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := map[problem.Code]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			code, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			declared[problem.Code(code)] = true
		}
		return true
	})
	listed := map[problem.Code]bool{}
	for _, p := range problem.Catalogue() {
		if listed[p.Code] {
			t.Errorf("%s has two entries", p.Code)
		}
		listed[p.Code] = true
	}
	if diff := cmp.Diff(declared, listed); diff != "" {
		t.Error(diff)
	}
}

func TestEveryEntrySaysWhatHappenedWhatToDoAndWhoDoesIt(t *testing.T) {
	owners := []problem.Owner{problem.Holder, problem.Employer, problem.Province, problem.Ministry, problem.Platform}
	for _, p := range problem.Catalogue() {
		t.Run(string(p.Code), func(t *testing.T) {
			if p.Title == "" || http.StatusText(p.Status) == "" || p.Status < 400 {
				t.Errorf("title %q, status %d", p.Title, p.Status)
			}
			known := false
			for _, owner := range owners {
				known = known || p.Owner == owner
			}
			if !known {
				t.Errorf("owner %q", p.Owner)
			}
			checkText(t, "detail", p.Detail)
			checkText(t, "remedy", p.Remedy)
			if !p.ETA.IsZero() && (p.ETA.ZH == "" || p.ETA.EN == "") {
				t.Errorf("ETA in one language only: %+v", p.ETA)
			}
			if link, err := url.Parse(p.Link); p.Link != "" && (err != nil || link.Scheme != "https" || link.Host == "") {
				t.Errorf("link %q", p.Link)
			}
		})
	}
}

// checkText checks that a text is one sentence in each language.
func checkText(t *testing.T, what string, text problem.Text) {
	t.Helper()
	if !strings.HasSuffix(text.ZH, "。") {
		t.Errorf("%s is no Chinese sentence: %q", what, text.ZH)
	}
	if !strings.HasSuffix(text.EN, ".") || !unicode.IsUpper(rune(text.EN[0])) {
		t.Errorf("%s is no English sentence: %q", what, text.EN)
	}
	if strings.ContainsAny(text.EN, "。，；") {
		t.Errorf("%s has Chinese punctuation in English: %q", what, text.EN)
	}
}

func TestTitlesAreTheManuals(t *testing.T) {
	for code, want := range map[problem.Code]string{
		problem.CertificateExpired:     "证照过期",
		problem.PhoneUnbound:           "正在生成证照,请耐心等待!",
		problem.SigningUnavailable:     "正在生成证照,请耐心等待!",
		problem.NotReported:            "加注失败",
		problem.PhotoMissing:           "加注失败",
		problem.SignatureMissing:       "加注失败",
		problem.WindowTooLong:          "加注失败",
		problem.WindowPastRegistration: "加注失败",
		problem.NotBound:               `请前往"住房和城乡建设部政务服务门户"查看或下载电子证照`,
		problem.NotInPilot:             "提示:自2021年2月1日起在北京市、上海市、浙江省、海南省等4个地区开展一级建造师电子注册证书试点工作,其他地区将视工作开展情况适时启动试点工作。",
		problem.EndorsementExpired:     "加注件已过期",
		problem.EndorsementWithdrawn:   "加注件已撤回",
		problem.QuotaReached:           "今日已申请过加注件，请勿重复加注",
	} {
		if got := problem.New(code).Title; got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}

// The remedies of chapter 3 of the manual, with its punctuation.
func TestRemediesAreTheManuals(t *testing.T) {
	const supplement = "请到申报业务系统中补充%s并提交审核,等待审核通过后,等待1-2天再重新加注证照。"
	for code, want := range map[problem.Code]string{
		problem.CertificateExpired: "请申请办理[延续注册]业务,等待审核通过后再加注。",
		problem.PhoneUnbound:       `请前往"国家政务服务平台"检查手机号码是否绑定,如果未绑定,按照提示绑定手机号之后再次加注电子证照。`,
		problem.PhotoMissing:       fmt.Sprintf(supplement, "免冠证件照"),
		problem.SignatureMissing:   fmt.Sprintf(supplement, "手写签名"),
	} {
		if got := problem.New(code).Remedy.ZH; got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}

func TestStatuses(t *testing.T) {
	for status, codes := range map[int][]problem.Code{
		400: {problem.MalformedJSON, problem.UnknownField, problem.IdempotencyKeyRequired},
		401: {problem.LoginFailed, problem.SessionRequired, problem.SessionExpired, problem.ClientAssertionInvalid, problem.AssertionInvalid},
		403: {problem.Forbidden, problem.IdentityRequired, problem.NumberMismatch, problem.FaceFailed, problem.OtherPerson},
		404: {problem.ChallengeNotFound, problem.CertificateNotFound, problem.EndorsementNotFound, problem.ReportNotFound, problem.NotFound},
		409: {
			problem.AccountConflict, problem.ChallengeUsed, problem.ChallengeScanned, problem.ChallengeNotScanned, problem.NotInPilot,
			problem.NotBound, problem.NotReported, problem.CertificateSuspended, problem.CertificateWithdrawn, problem.CertificateCancelled,
			problem.CertificateInvalid, problem.CertificateTransferring, problem.CertificateRevoked, problem.CertificateOther,
			problem.CertificateExpired, problem.PhoneUnbound, problem.PhotoMissing, problem.SignatureMissing, problem.IDChecksum,
			problem.GlyphMissing, problem.SealMissing, problem.SealSuspended, problem.QuotaReached, problem.CertificateChanged,
		},
		410: {problem.PasswordLinkInvalid, problem.CodeExpired, problem.ChallengeExpired, problem.EndorsementExpired, problem.EndorsementWithdrawn, problem.EndorsementSuperseded, problem.EndorsementHolderChanged},
		413: {problem.BodyTooLarge, problem.FileTooLarge},
		415: {problem.UnsupportedMediaType},
		422: {
			problem.InvalidField, problem.PasswordWeak, problem.CodeWrong, problem.WindowTooLong, problem.WindowPastRegistration,
			problem.WindowInPast, problem.WindowNotChoosable, problem.IdempotencyKeyReused,
		},
		429: {problem.RateLimited},
		500: {problem.Internal, problem.KindUnknown},
		503: {problem.SigningUnavailable, problem.Unavailable},
	} {
		for _, code := range codes {
			if got := problem.New(code).Status; got != status {
				t.Errorf("%s is %d, not %d", code, got, status)
			}
		}
	}
}

func TestAnUnknownCodeIsAnInternalError(t *testing.T) {
	p := problem.New("no-such-code")
	if p.Code != problem.Internal || p.Cause == nil {
		t.Errorf("got %+v", p)
	}
}

func TestChangingAProblemLeavesTheOriginalAndTheCatalogueAlone(t *testing.T) {
	cause := errors.New("table not found")
	original := problem.New(problem.InvalidField)
	first := original.WithField(problem.Field{Pointer: "/a"})
	changed := first.
		WithField(problem.Field{Pointer: "/b"}).
		WithTitle("题目").
		WithDetail("甲。", "One.").
		WithRemedy(problem.Platform, "乙。", "Two.").
		WithCause(cause).
		WithBlockers([]problem.Problem{*problem.New(problem.NotBound)}).
		RetryIn(time.Minute)

	if diff := cmp.Diff(problem.New(problem.InvalidField), original); diff != "" {
		t.Errorf("the original or the catalogue changed: %s", diff)
	}
	if len(first.Fields) != 1 || len(changed.Fields) != 2 {
		t.Errorf("fields %v and %v", first.Fields, changed.Fields)
	}
	if changed.Title != "题目" || changed.Detail.EN != "One." || changed.Owner != problem.Platform ||
		changed.RetryAfter != time.Minute || len(changed.Blockers) != 1 {
		t.Errorf("got %+v", changed)
	}
	if !errors.Is(changed, cause) || !strings.Contains(changed.Error(), "table not found") {
		t.Errorf("the cause is lost: %v", changed)
	}
}

// TestALongWaitIsSaidInWords: for a wait of hours the remedy does not say "a little".
func TestALongWaitIsSaidInWords(t *testing.T) {
	for wait, want := range map[time.Duration]problem.Text{
		2 * time.Minute:              problem.New(problem.RateLimited).Remedy,
		2*time.Minute + time.Second:  {ZH: "请在 3 分钟后再试。", EN: "Try again in 3 minutes."},
		time.Hour:                    {ZH: "请在 1 小时后再试。", EN: "Try again in 1 hour."},
		8640 * time.Second:           {ZH: "请在 2 小时 24 分钟后再试。", EN: "Try again in 2 hours 24 minutes."},
		61*time.Minute - time.Second: {ZH: "请在 1 小时 1 分钟后再试。", EN: "Try again in 1 hour 1 minute."},
	} {
		if got := problem.New(problem.RateLimited).RetryIn(wait).Remedy; got != want {
			t.Errorf("%s: %v, want %v", wait, got, want)
		}
	}
	if got := problem.New(problem.RateLimited).WithRemedy(problem.Platform, "乙。", "Two.").RetryIn(time.Hour).Remedy.EN; got != "Two." {
		t.Errorf("a remedy of its own became %q", got)
	}
}

func TestTwoProblemsGrownFromOneKeepTheirOwnFields(t *testing.T) {
	base := problem.New(problem.InvalidField)
	for _, pointer := range []string{"/a", "/b", "/c"} {
		base = base.WithField(problem.Field{Pointer: pointer})
	}
	// With spare capacity, two appends could write to the same array.
	base.Fields = append(make([]problem.Field, 0, 8), base.Fields...)
	one, two := base.WithField(problem.Field{Pointer: "/one"}), base.WithField(problem.Field{Pointer: "/two"})
	if one.Fields[3].Pointer != "/one" || two.Fields[3].Pointer != "/two" {
		t.Errorf("got %v and %v", one.Fields[3], two.Fields[3])
	}
}

func TestIsFindsAWrappedProblem(t *testing.T) {
	err := fmt.Errorf("endorsing: %w", problem.New(problem.NotBound))
	if !problem.Is(err, problem.NotBound) || problem.Is(err, problem.NotReported) || problem.Is(nil, problem.NotBound) {
		t.Error("Is does not tell problems apart")
	}
}

func TestTextFollowsTheLanguage(t *testing.T) {
	text := problem.Text{ZH: "中文", EN: "English"}
	for lang, want := range map[string]string{
		"": "中文", "zh-CN": "中文", "fr": "中文", "en": "English", "en-GB": "English", "EN-us": "English", "enm": "中文",
	} {
		if got := text.In(lang); got != want {
			t.Errorf("%q gives %s", lang, got)
		}
	}
}

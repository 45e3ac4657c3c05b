package main

import (
	"errors"
	"fmt"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// refuseClient refuses a client's identity. The log has the precise cause. The caller is told which
// check failed, but not whether the client, its key or the signature is wrong, because anybody may
// ask about a client.
func (a *app) refuseClient(r *api.Request, cause error) *api.Response {
	fault := identity.FaultForm
	if refused, ok := errors.AsType[*identity.StatementError](cause); ok {
		fault = refused.Fault
	}
	text := a.explainFault(fault, r)
	p := problem.New(problem.ClientAssertionInvalid).WithDetail(text.ZH, text.EN).
		WithField(problem.Field{Pointer: "/client_assertion", Rule: string(fault), Detail: text})
	res := refuse(r, "invalid_client", p)
	res.Cause = cause
	return res
}

// explainFault says what an assertion has to be like that failed a check. The English text becomes
// error_description, which RFC 6749, 5.2 limits to ASCII without quotes and backslashes.
func (a *app) explainFault(fault identity.Fault, r *api.Request) problem.Text {
	switch fault {
	case identity.FaultSignature:
		return problem.Text{
			ZH: "客户端断言的签发者（iss）、密钥标识（kid）或签名与登记的不符。",
			EN: "The client assertion's iss, kid or signature is not that of a registered client and key.",
		}
	case identity.FaultAudience:
		return problem.Text{
			ZH: "客户端断言的受众（aud）须为 " + a.publicURL + "/v1/token。",
			EN: "The client assertion's aud has to be " + a.publicURL + "/v1/token.",
		}
	case identity.FaultID:
		return problem.Text{
			ZH: "客户端断言的唯一标识（jti）须为 8 至 128 个字符。",
			EN: "The client assertion's jti has to have 8 to 128 characters.",
		}
	case identity.FaultTime:
		now := r.Time.In(civil.Zone()).Format("2006-01-02T15:04:05-07:00")
		most := int(identity.MaxStatementLife.Minutes())
		return problem.Text{
			ZH: fmt.Sprintf("客户端断言已过期、尚未生效，或者没有时间：须有 iat 和 exp，相隔不超过 %d 分钟；服务现在的时间为 %s。", most, now),
			EN: fmt.Sprintf("The client assertion has expired, is not valid yet, or says no time: it has iat and exp, at most %d minutes apart. The time here is %s.", most, now),
		}
	case identity.FaultSubject:
		return problem.Text{
			ZH: "客户端断言的主体（sub）和请求的 client_id 须与签发者（iss）相同。",
			EN: "The client assertion's sub, and a client_id beside it, have to be the same as its iss.",
		}
	case identity.FaultReplay:
		return problem.Text{
			ZH: "该客户端断言（jti）已使用过，每次请求须生成新的断言。",
			EN: "The client assertion (its jti) was used before. Every request needs a new one.",
		}
	default:
		return problem.Text{
			ZH: "客户端断言不是以 ES256 签名、写明密钥标识（kid）的 JWT（JWS 紧凑形式）。",
			EN: "The client assertion is no JWT in compact form that is signed with ES256 and names its kid.",
		}
	}
}

// refuseBasic refuses a client that proves itself by a password alone, with the challenge that RFC
// 6749, 5.2 asks for.
func refuseBasic(r *api.Request) *api.Response {
	zh, en := "客户端身份只能用 client_assertion 证明，不支持 HTTP Basic。", "A client proves itself by client_assertion. HTTP Basic is not supported."
	res := refuse(r, "invalid_client", problem.New(problem.ClientAssertionInvalid).WithDetail(zh, en).
		WithField(problem.Field{Pointer: "/client_assertion", Rule: "required", Detail: problem.Text{ZH: "缺少客户端断言", EN: "It is missing."}}))
	res.Header["www-authenticate"] = `Basic realm="jiazhu"`
	res.Cause = errors.New("the client proved itself by HTTP Basic")
	return res
}

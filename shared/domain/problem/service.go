package problem

import "time"

// serviceProblems are the service's own failures. They do not tell the cause, which is in the log
// under the request's id.
func serviceProblems() []Problem {
	return []Problem{
		{
			Code: Internal, Status: 500, Owner: Platform,
			Title:  "系统异常",
			Detail: Text{"系统发生了未预料的错误，您的操作没有完成。", "Something unexpected went wrong and your request was not completed."},
			Remedy: Text{"请稍后再试；如仍然出现，请将请求编号告知平台。", "Try again later. If it keeps happening, give the platform the request number."},
		},
		{
			Code: KindUnknown, Status: 500, Owner: Platform,
			Title:  "系统异常",
			Detail: Text{"平台缺少该类证照的规则文件，您的操作没有完成。", "The platform lacks the file of rules of this kind of certificate. Your request was not completed."},
			Remedy: Text{"请将请求编号告知平台，由平台恢复该类证照的规则文件；已下载的加注件仍可核验。", "Give the platform the request number; it has to put the file of the kind back. Copies that were downloaded can be verified as before."},
		},
		{
			Code: Unavailable, Status: 503, Owner: Platform, RetryAfter: 10 * time.Second,
			Title:  "系统繁忙",
			Detail: Text{"系统暂时无法处理您的请求，操作没有完成。", "The service cannot handle your request just now. It was not completed."},
			Remedy: Text{"请稍后再试，平台会自动恢复。", "Try again shortly; the platform recovers by itself."},
			ETA:    Text{"通常一分钟内", "Usually within a minute"},
		},
	}
}

package problem

// requestProblems are the failures of the request itself. Their owner is mostly the platform that
// sent it, because a user cannot correct a program's JSON.
func requestProblems() []Problem {
	return []Problem{
		{
			Code: MalformedJSON, Status: 400, Owner: Platform,
			Title:  "请求内容格式错误",
			Detail: Text{"请求内容不是合法的 JSON。", "The request body is not valid JSON."},
			Remedy: Text{"请按接口文档检查请求内容后重新发送。", "Correct the body as the API description shows and send it again."},
		},
		{
			Code: UnknownField, Status: 400, Owner: Platform,
			Title:  "请求包含未知字段",
			Detail: Text{"请求内容中有接口未定义的字段。", "The request body has a field this operation does not define."},
			Remedy: Text{"请删除或改正所指字段后重新发送。", "Remove or rename the field pointed at and send the request again."},
		},
		{
			Code: InvalidField, Status: 422, Owner: Holder,
			Title:  "填写内容有误",
			Detail: Text{"部分内容不符合填写要求。", "Some of the values given do not follow their rules."},
			Remedy: Text{"请按各字段的说明改正后重新提交。", "Correct each value as its own message says and submit again."},
		},
		{
			Code: BodyTooLarge, Status: 413, Owner: Platform,
			Title:  "请求内容过大",
			Detail: Text{"请求内容超过了接口允许的大小。", "The request body is larger than this operation allows."},
			Remedy: Text{"请减少内容或分批发送；一个文件过大的，请改为扫描证照上的二维码核验，或用离线核验程序核验。", "Send less, or send it in several requests. If one file is too large, verify the QR code on the certificate, or verify offline with the checker."},
		},
		{
			Code: UnsupportedMediaType, Status: 415, Owner: Platform,
			Title:  "请求内容类型不受支持",
			Detail: Text{"请求的 Content-Type 不是该接口接受的类型。", "The Content-Type of the request is not one this operation accepts."},
			Remedy: Text{"请改用接口文档列出的内容类型。", "Use one of the content types listed in the API description."},
		},
		{
			Code: IdempotencyKeyRequired, Status: 400, Owner: Platform,
			Title:  "缺少幂等键",
			Detail: Text{"请求缺少 Idempotency-Key 头，或其长度不在 8 至 128 个字符之间。", "The Idempotency-Key header is missing or is not 8 to 128 characters long."},
			Remedy: Text{"请为每次操作生成一个随机的幂等键，重试时沿用原值。", "Make one random key for each operation and keep it for every retry of it."},
		},
		{
			Code: IdempotencyKeyReused, Status: 422, Owner: Platform,
			Title:  "幂等键已用于其他请求",
			Detail: Text{"该幂等键此前已用于内容不同的请求，本次未作任何处理。", "This idempotency key was used before for a request with other content. Nothing was done."},
			Remedy: Text{"请换一个新的幂等键重新提交。", "Submit again with a new key."},
		},
		{
			Code: NotFound, Status: 404, Owner: Platform,
			Title:  "页面不存在",
			Detail: Text{"没有与该地址对应的内容。", "There is nothing at this address."},
			Remedy: Text{"请检查地址，或从首页重新进入。", "Check the address or start again from the home page."},
		},
		{
			Code: MethodNotAllowed, Status: 405, Owner: Platform,
			Title:  "不支持该请求方法",
			Detail: Text{"该地址不支持所用的请求方法。", "This address does not support the request method used."},
			Remedy: Text{"请按接口文档使用正确的请求方法。", "Use the method given in the API description."},
		},
		{
			Code: EdgeRequired, Status: 403, Owner: Platform,
			Title:  "请通过网站公布的地址访问",
			Detail: Text{"该请求未经网站的入口网络到达，未作任何处理。", "This request did not come through the network in front of the service. Nothing was done."},
			Remedy: Text{"请改用网站公布的地址；如使用的正是该地址，请将请求编号告知平台。", "Use the address that the site publishes. If that is the address you used, give the platform the request number."},
		},
	}
}

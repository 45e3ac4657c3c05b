package problem

import "time"

// accountProblems are the failures of logging in, of the account page and of machine clients. A
// failed log-in never says whether the user name or the password was wrong.
func accountProblems() []Problem {
	return []Problem{
		{
			Code: LoginFailed, Status: 401, Owner: Holder,
			Title:  "用户名或密码错误",
			Detail: Text{"用户名或密码不正确，或该账户尚未设置密码。", "The user name or password is wrong, or the account has no password yet."},
			Remedy: Text{"请检查后重新登录；忘记密码时，请通过门户重新获取设置密码的链接。", "Check both and log in again. If you forgot the password, ask the portal for a new link to set one."},
		},
		{
			Code: SessionRequired, Status: 401, Owner: Holder,
			Title:  "请先登录",
			Detail: Text{"该操作需要登录。", "You have to be logged in to do this."},
			Remedy: Text{"请点击门户右上角[登录]。", "Choose [登录] (Log in) at the top right of the portal."},
		},
		{
			Code: SessionExpired, Status: 401, Owner: Holder,
			Title:  "登录已失效",
			Detail: Text{"登录已超时、已退出，或因修改密码而结束。", "Your login timed out, was ended, or was closed because the password changed."},
			Remedy: Text{"请重新登录。", "Log in again."},
		},
		{
			Code: Forbidden, Status: 403, Owner: Platform,
			Title:  "没有权限",
			Detail: Text{"该客户端未被授权进行此操作。", "This client is not authorised to do this."},
			Remedy: Text{"请由平台管理员为该客户端开通相应的权限范围。", "Have the platform's administrator grant the client the scope it needs."},
		},
		{
			Code: RateLimited, Status: 429, Owner: Holder, RetryAfter: time.Minute,
			Title:  "操作过于频繁",
			Detail: Text{"短时间内的请求次数过多。", "There were too many requests in a short time."},
			Remedy: Text{"请稍等片刻再试。", "Wait a little and try again."},
		},
		{
			Code: PasswordWeak, Status: 422, Owner: Holder,
			Title:  "密码强度不足",
			Detail: Text{"新密码太短、太常见，或包含用户名。", "The new password is too short, too common, or contains the user name."},
			Remedy: Text{"请设置至少 10 位且不易猜到的密码。", "Choose a password of at least 10 characters that is hard to guess."},
		},
		{
			Code: PasswordLinkInvalid, Status: 410, Owner: Holder,
			Title:  "设置密码的链接已失效",
			Detail: Text{"该链接已使用过、已过期，或已被新的链接取代。", "This link was already used, has expired, or was replaced by a newer one."},
			Remedy: Text{"请通过门户重新获取链接。", "Ask the portal for a new link."},
		},
		{
			Code: CodeWrong, Status: 422, Owner: Holder,
			Title:  "验证码错误",
			Detail: Text{"输入的短信验证码不正确。", "The code entered is not the one that was sent."},
			Remedy: Text{"请核对短信后重新输入。", "Check the text message and enter the code again."},
		},
		{
			Code: CodeExpired, Status: 410, Owner: Holder,
			Title:  "验证码已失效",
			Detail: Text{"短信验证码已过期，或因多次输错而作废。", "The code has expired or was cancelled after too many wrong attempts."},
			Remedy: Text{"请重新获取验证码。", "Ask for a new code."},
		},
		{
			Code: ClientAssertionInvalid, Status: 401, Owner: Platform,
			Title:  "客户端身份校验失败",
			Detail: Text{"客户端断言的签名、受众、有效期或唯一标识未通过校验。", "The client assertion's signature, audience, lifetime or unique id did not pass the check."},
			Remedy: Text{"请检查客户端密钥与时钟，并为每次请求生成新的断言。", "Check the client's key and clock, and make a new assertion for every request."},
		},
		{
			Code: PurposeNotListed, Status: 422, Owner: Platform,
			Title:  "查询事由不在许可范围内",
			Detail: Text{"所填查询事由不是为该单位登记的事由，未作核验，也未显示任何信息。", "The stated purpose is none of those listed for this client. Nothing was verified or shown."},
			Remedy: Text{"请从所列事由中选用，文字须完全一致；需要其他事由时，请由平台管理员登记。", "State one of the listed purposes, to the letter. The platform's administrator lists others."},
		},
		{
			Code: AccountConflict, Status: 409, Owner: Platform,
			Title:  "账户信息冲突",
			Detail: Text{"该用户名已登记在另一人名下，或账户刚被其他请求修改。", "This user name belongs to another person, or the account was changed by another request just now."},
			Remedy: Text{"请核对用户名与证件号码后重新提交。", "Check the user name and the identity number and submit again."},
		},
	}
}

package problem

// identityProblems are the failures of 实名身份认证: the QR code on the page, the scan, the face in
// the national app (使用手册 §1.2, §2.2). After each the page offers a new code.
func identityProblems() []Problem {
	rescan := Text{"请刷新二维码后重新扫码认证。", "Refresh the QR code and scan it again."}
	return []Problem{
		{
			Code: IdentityRequired, Status: 403, Owner: Holder,
			Title:  "请先进行实名身份认证",
			Detail: Text{"尚未进行扫码人脸识别，或上次认证已超过有效时间。", "You have not been identified by QR code and face yet, or the last identification is too long ago."},
			Remedy: Text{"请用国家政务服务平台手机 APP 扫描页面上的二维码并完成人脸识别。", "Scan the QR code on the page with the national government services app and let it recognise your face."},
		},
		{
			Code: ChallengeNotFound, Status: 404, Owner: Holder, Remedy: rescan,
			Title:  "二维码无效",
			Detail: Text{"没有与该二维码对应的认证请求。", "There is no identification request for this QR code."},
		},
		{
			Code: ChallengeExpired, Status: 410, Owner: Holder, Remedy: rescan,
			Title:  "二维码已过期",
			Detail: Text{"二维码超过有效时间，未完成认证。", "The QR code ran out before the identification was finished."},
		},
		{
			Code: ChallengeUsed, Status: 409, Owner: Holder, Remedy: rescan,
			Title:  "二维码已使用",
			Detail: Text{"该二维码的认证已经结束，不能再次使用。", "The identification with this QR code is already over. A code works only once."},
		},
		{
			Code: ChallengeScanned, Status: 409, Owner: Holder,
			Title:  "二维码已被另一部手机扫描",
			Detail: Text{"该二维码已由另一部手机扫描，为防止冒用，本次扫描被拒绝。", "Another phone has already scanned this QR code. To prevent misuse, this scan was refused."},
			Remedy: Text{"如果不是您本人扫描的，请刷新二维码后重新扫码，并注意周围环境。", "If it was not you who scanned it, refresh the QR code, make sure nobody else can see it, and scan it again."},
		},
		{
			Code: ChallengeNotScanned, Status: 409, Owner: Holder, Remedy: rescan,
			Title:  "二维码尚未扫描",
			Detail: Text{"尚未扫码即收到认证结果，该结果不予接受。", "An identification result arrived before the QR code was scanned, so it was not accepted."},
		},
		{
			Code: NumberMismatch, Status: 403, Owner: Holder,
			Title:  "确认数字不一致",
			Detail: Text{"手机上确认的数字与页面显示的数字不同。", "The number confirmed on the phone is not the one shown on the page."},
			Remedy: Text{"请确认您扫描的是自己正在使用的页面，刷新二维码后重新认证。", "Make sure you scanned the page you are using yourself, refresh the QR code and start again."},
		},
		{
			Code: FaceFailed, Status: 403, Owner: Holder,
			Title:  "人脸识别未通过",
			Detail: Text{"手机 APP 报告人脸识别未通过。", "The phone app reports that the face was not recognised."},
			Remedy: Text{"请在光线充足处正对手机，刷新二维码后重新认证。", "Find good light, face the phone, refresh the QR code and try again."},
		},
		{
			Code: OtherPerson, Status: 403, Owner: Holder,
			Title:  "认证人与登录账户不一致",
			Detail: Text{"通过人脸识别的人不是该账户的所有人。", "The person whose face was recognised is not the owner of this account."},
			Remedy: Text{"请由账户本人使用本人的手机 APP 认证。", "The owner of the account has to identify with their own app."},
		},
		{
			Code: AssertionInvalid, Status: 401, Owner: Platform,
			Title:  "认证结果校验失败",
			Detail: Text{"认证结果的签名、来源、时间或所对应的二维码未通过校验。", "The signature, origin, time or QR code of the identification result did not pass the check."},
			Remedy: Text{"请由认证服务方检查签名密钥与时钟；用户可刷新二维码重试。", "The identity service has to check its signing key and clock; the user can refresh the QR code and try again."},
		},
		{
			Code: AppNotForPortal, Status: 403, Owner: Platform,
			Title:  "该 APP 不能用于本门户的认证",
			Detail: Text{"扫码所用的 APP 未被登记为该门户的认证应用，认证结果不予接受。", "The app that scanned the code is not registered as an identity app of this portal, so its result was not accepted."},
			Remedy: Text{"请用页面提示的 APP 扫码；如确应使用该 APP，请由平台管理员为其登记该门户。", "Scan with the app that the page names. If this app is the right one, the platform's administrator registers it for the portal."},
		},
	}
}

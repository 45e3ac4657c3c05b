package problem

import "time"

// nationalPlatform is where a holder binds a phone number (使用手册 §2, screen).
const nationalPlatform = "https://www.gjzwfw.gov.cn/"

// generating and failed are the manual's sentences, each used for several causes (使用手册 §3.2,
// §3.3).
const (
	generating = "正在生成证照,请耐心等待!"
	failed     = "加注失败"
)

// blockerProblems are what can prevent the endorsement of a valid certificate.
func blockerProblems() []Problem {
	supplemented := Text{"审核通过后1-2天", "1 to 2 days after approval"}
	return []Problem{
		{
			Code: NotInPilot, Status: 409, Owner: Ministry,
			Title:  "提示:自2021年2月1日起在北京市、上海市、浙江省、海南省等4个地区开展一级建造师电子注册证书试点工作,其他地区将视工作开展情况适时启动试点工作。",
			Detail: Text{"该证书的注册地区尚未开展电子证照试点，或试点尚未开始。", "The area this certificate is registered in is not part of the electronic certificate pilot, or the pilot has not begun."},
			Remedy: Text{"请等待住房和城乡建设部公布本地区启动试点；在此之前使用纸质证书。", "Wait until the ministry announces the pilot for your area. Until then, use the paper certificate."},
			ETA:    Text{"以住房和城乡建设部通知为准", "As the ministry announces"},
		},
		{
			Code: NotBound, Status: 409, Owner: Holder,
			Title:  `请前往"住房和城乡建设部政务服务门户"查看或下载电子证照`,
			Detail: Text{"该证照尚未绑定到您在本平台的账户。", "This certificate is not bound to your account on this platform."},
			Remedy: Text{"请在[我的证照]中点击[绑定证照]后再操作，或前往住房和城乡建设部政务服务门户办理。", "Bind it under [我的证照] (My certificates) with [绑定证照] (Bind), or use the portal of the Ministry of Housing and Urban-Rural Development."},
		},
		{
			Code: NotReported, Status: 409, Owner: Province,
			Title:  failed,
			Detail: Text{"证照信息还未上报到住房和城乡建设部。", "The certificate's data has not been reported to the Ministry of Housing and Urban-Rural Development yet."},
			Remedy: Text{"请等待一段时间后再加注证照；信息上报后即可加注，无需重新申报。", "Wait a while and endorse again. It works as soon as the data arrives; you need not apply anew."},
			ETA:    Text{"信息上报到住房和城乡建设部之后", "Once the data has been reported to the ministry"},
		},
		{
			Code: CertificateExpired, Status: 409, Owner: Holder,
			Title:  "证照过期",
			Detail: Text{"没有在有效期内的注册专业。", "None of the registered specialties is valid today."},
			Remedy: Text{"请申请办理[延续注册]业务,等待审核通过后再加注。", "Apply for renewal of the registration ([延续注册]) and endorse again once it has been approved."},
			ETA:    Text{"延续注册审核通过之后", "Once the renewal has been approved"},
		},
		{
			Code: PhoneUnbound, Status: 409, Owner: Holder, Link: nationalPlatform,
			Title:  generating,
			Detail: Text{"您在国家政务服务平台未绑定手机号码，证照不会生成。", "No phone number is bound to you on the national government services platform, so the certificate cannot be made."},
			Remedy: Text{`请前往"国家政务服务平台"检查手机号码是否绑定,如果未绑定,按照提示绑定手机号之后再次加注电子证照。`, "Check on the national government services platform whether your phone number is bound. If not, bind it as shown there and endorse again."},
			ETA:    Text{"绑定后立即可以加注", "Immediately after binding"},
		},
		{
			Code: PhotoMissing, Status: 409, Owner: Holder, ETA: supplemented,
			Title:  failed,
			Detail: Text{"缺少免冠证件照，或照片无法读取。", "The bare-headed identity photo is missing or cannot be read."},
			Remedy: Text{"请到申报业务系统中补充免冠证件照并提交审核,等待审核通过后,等待1-2天再重新加注证照。", "Add the photo in the registration system and submit it. After approval wait 1 to 2 days and endorse again."},
		},
		{
			Code: SignatureMissing, Status: 409, Owner: Holder, ETA: supplemented,
			Title:  failed,
			Detail: Text{"缺少手写签字图像，或图像无法读取。", "The image of the handwritten signature is missing or cannot be read."},
			Remedy: Text{"请到申报业务系统中补充手写签名并提交审核,等待审核通过后,等待1-2天再重新加注证照。", "Add the signature in the registration system and submit it. After approval wait 1 to 2 days and endorse again."},
		},
		{
			Code: IDChecksum, Status: 409, Owner: Employer,
			Title:  failed,
			Detail: Text{"登记的公民身份号码校验不通过，签章服务不接收。", "The identity number on record fails its check digit, and the sealing service does not accept it."},
			Remedy: Text{"请由聘用企业在申报业务系统中更正证件号码，审核通过后再加注。", "Have your employer correct the number in the registration system and endorse again after approval."},
			ETA:    supplemented,
		},
		{
			Code: GlyphMissing, Status: 409, Owner: Platform,
			Title:  failed,
			Detail: Text{"证照内容中有字库未收录的字，为避免显示成空白或问号，未生成证照。", "The certificate has a character the fonts do not cover. It was not made, rather than show a blank or a question mark."},
			Remedy: Text{"请由平台补充字库；如所列的字有误，请由聘用企业申请更正。", "The platform has to add the character to its fonts. If the character shown is a mistake, have your employer correct it."},
		},
		{
			Code: SealMissing, Status: 409, Owner: Platform,
			Title:  failed,
			Detail: Text{"平台尚未配置该发证机关的签名密钥和电子印章，未生成证照。", "The platform has neither signing keys nor a seal of this issuing authority. No certificate was made."},
			Remedy: Text{"请由平台向该发证机关申领签名证书和电子印章并完成配置后，再加注。", "The platform has to obtain signing certificates and a seal from the issuing authority and set them up. Endorse again afterwards."},
		},
		{
			Code: SealSuspended, Status: 409, Owner: Platform,
			Title:  failed,
			Detail: Text{"该发证机关的印章或签名证书已停用、更换或注销，未生成证照。", "The issuing authority's seal or signing certificate was suspended, replaced or revoked. No certificate was made."},
			Remedy: Text{"须由该发证机关恢复使用，或由平台换用其新印章；请待恢复后再加注。", "It takes the issuing authority to end the suspension, or the platform to use its new seal. Endorse again afterwards."},
		},
		{
			Code: QuotaReached, Status: 409, Owner: Holder,
			Title:  "今日已申请过加注件，请勿重复加注",
			Detail: Text{"今日加注次数已达上限。", "The number of endorsements allowed per day has been reached."},
			Remedy: Text{"请下载今日已生成的加注件，或明日再加注。", "Download the copy already made today, or endorse again tomorrow."},
			ETA:    Text{"次日零时之后", "After midnight, China time"},
		},
		{
			Code: SigningUnavailable, Status: 503, Owner: Platform, RetryAfter: time.Minute,
			Title:  generating,
			Detail: Text{"签章服务暂时不可用，证照尚未生成，也没有留下未完成的记录。", "The sealing service cannot be reached just now. No certificate was made and nothing is left half done."},
			Remedy: Text{"请稍后再次加注；平台正在恢复签章服务。", "Endorse again a little later; the platform is restoring the sealing service."},
			ETA:    Text{"通常数分钟内", "Usually within minutes"},
		},
	}
}

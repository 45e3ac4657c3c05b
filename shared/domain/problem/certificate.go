package problem

// Titles for a certificate that is not in state 01, following the return codes 21 and 23 of the
// sharing interface (GB/T 36906 as implemented), with the state's name.
const (
	revokedTitle    = "该电子证照已废止或已注销"
	restrictedTitle = "该电子证照已受限使用"
)

// certificateProblems are the failures of finding a certificate and of its
// registration state.
func certificateProblems() []Problem {
	restored := Text{"待发证机关恢复为有效状态后再加注。", "Endorse again once the issuing authority has restored the certificate to valid."}
	register := Text{"请申请办理[初始注册]或[重新注册]业务,等待审核通过后再加注。", "Apply for initial registration or re-registration and endorse again once it has been approved."}
	return []Problem{
		{
			Code: CertificateNotFound, Status: 404, Owner: Holder,
			Title:  "未找到匹配的证照信息",
			Detail: Text{"您名下没有该证照，或证照信息尚未上报。", "There is no such certificate in your name, or it has not been reported yet."},
			Remedy: Text{"请核对证照；刚完成注册的，请等待一段时间后再查看。", "Check which certificate you meant. If you registered only recently, wait a while and look again."},
		},
		{
			Code: CertificateSuspended, Status: 409, Owner: Province, Remedy: restored,
			Title:  restrictedTitle + "：暂扣",
			Detail: Text{"该证书处于暂扣状态，暂扣期间不能加注。", "This certificate is suspended and cannot be endorsed until the suspension ends."},
		},
		{
			Code: CertificateWithdrawn, Status: 409, Owner: Holder, Remedy: register,
			Title:  revokedTitle + "：撤销",
			Detail: Text{"该证书的注册已被撤销。", "The registration behind this certificate was rescinded."},
		},
		{
			Code: CertificateCancelled, Status: 409, Owner: Holder, Remedy: register,
			Title:  revokedTitle + "：注销",
			Detail: Text{"该证书的注册已经注销。", "The registration behind this certificate was cancelled."},
		},
		{
			Code: CertificateInvalid, Status: 409, Owner: Holder, Remedy: register,
			Title:  revokedTitle + "：失效",
			Detail: Text{"该证书的注册已经失效。", "The registration behind this certificate has lapsed."},
		},
		{
			Code: CertificateTransferring, Status: 409, Owner: Employer,
			Title:  restrictedTitle + "：办理转出",
			Detail: Text{"该证书正在办理转出，办结前不能加注。", "This certificate is being transferred and cannot be endorsed until that is finished."},
			Remedy: Text{"请与聘用企业确认转出手续，办结后再加注。", "Settle the transfer with your employer and endorse again when it is finished."},
		},
		{
			Code: CertificateRevoked, Status: 409, Owner: Holder, Remedy: register,
			Title:  revokedTitle + "：吊销",
			Detail: Text{"该证书已被吊销。", "This certificate was revoked as a penalty."},
		},
		{
			Code: CertificateOther, Status: 409, Owner: Province,
			Title:  restrictedTitle + "：其他",
			Detail: Text{"发证机关将该证书标记为不可使用的其他状态。", "The issuing authority has put this certificate in another state in which it cannot be used."},
			Remedy: Text{"请向注册所在地的省级住房和城乡建设主管部门查询原因。", "Ask the provincial housing and construction department where you are registered for the reason."},
		},
	}
}

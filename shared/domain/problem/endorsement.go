package problem

import "time"

// endorsementProblems are the failures of choosing a window, of making the copy, and of using it
// later.
func endorsementProblems() []Problem {
	again := Text{"请重新加注后使用新的加注件。", "Endorse the certificate again and use the new copy."}
	return []Problem{
		{
			Code: WindowTooLong, Status: 422, Owner: Holder,
			Title:  failed,
			Detail: Text{"所选使用有效期超过规定的天数。", "The chosen period of use is longer than the rules allow."},
			Remedy: Text{"请选择不晚于页面所示的使用有效期截止日期。", "Choose an end date no later than the one shown on the page."},
		},
		{
			Code: WindowPastRegistration, Status: 422, Owner: Holder,
			Title:  failed,
			Detail: Text{"使用有效截止日期必须在注册有效期内。", "The end of use has to lie within the registration's validity."},
			Remedy: Text{"请选择不晚于页面所示的使用有效期截止日期；需要更长时间的，请先办理延续注册。", "Choose an end date no later than the one shown on the page, or renew the registration first."},
		},
		{
			Code: WindowInPast, Status: 422, Owner: Holder,
			Title:  failed,
			Detail: Text{"所选使用有效期早于今天。", "The chosen period of use lies in the past."},
			Remedy: Text{"请选择今天或以后的日期。", "Choose today or a later day."},
		},
		{
			Code: WindowNotChoosable, Status: 422, Owner: Holder,
			Title:  failed,
			Detail: Text{"该类证照不能选择此日期，由系统确定。", "For this kind of certificate this date cannot be chosen; the system sets it."},
			Remedy: Text{"请去掉所选日期后重新加注。", "Leave the date out and endorse again."},
		},
		{
			Code: CertificateChanged, Status: 409, Owner: Holder, RetryAfter: time.Second,
			Title:  failed,
			Detail: Text{"加注过程中证照信息发生了变化，本次未生成加注件。", "The certificate's data changed while it was being endorsed. No copy was made."},
			Remedy: Text{"请刷新页面，核对新的证照信息后再次加注。", "Reload the page, check the new data and endorse again."},
		},
		{
			Code: EndorsementNotFound, Status: 404, Owner: Holder,
			Title:  "未找到该加注记录",
			Detail: Text{"该证照没有这条加注记录。", "This certificate has no such endorsement."},
			Remedy: Text{"请从加注历史记录中选择。", "Choose one from the certificate's history."},
		},
		{
			Code: EndorsementExpired, Status: 410, Owner: Holder, Remedy: again,
			Title:  "加注件已过期",
			Detail: Text{"该加注件的使用有效期已过。", "The period of use of this copy is over."},
		},
		{
			Code: EndorsementWithdrawn, Status: 410, Owner: Holder, Remedy: again,
			Title:  "加注件已撤回",
			Detail: Text{"持证人已撤回该加注件。", "The holder has withdrawn this copy."},
		},
		{
			Code: EndorsementSuperseded, Status: 410, Owner: Holder,
			Title:  "加注件已被取代",
			Detail: Text{"同一证照已有新的加注件，该加注件随之失效。", "A newer copy of the same certificate has taken this one's place."},
			Remedy: Text{"请使用最新的加注件。", "Use the newest copy."},
		},
		{
			Code: EndorsementHolderChanged, Status: 410, Owner: Holder, Remedy: again,
			Title:  "加注件已作废",
			Detail: Text{"证书登记的持证人已更正，该加注件作废。", "The certificate's holder was corrected in the register; this copy is void."},
		},
		{
			Code: FilesGone, Status: 410, Owner: Holder,
			Title:  "加注件文件已不再保存",
			Detail: Text{"该加注件的文件不在本系统中。", "This service does not have the files of this copy."},
			Remedy: Text{"需要使用的，请重新加注；您自己保存的文件仍可照常核验。", "To use the certificate, endorse it again. A file that you saved is verified as before."},
		},
		{
			Code: FileLinkInvalid, Status: 410, Owner: Holder,
			Title:  "链接已失效",
			Detail: Text{"该链接已超过一分钟，或者不完整。", "This link is older than a minute, or not complete."},
			Remedy: Text{"请从加注历史记录中重新打开预览。", "Open the preview again from the certificate's history."},
		},
		{
			Code: ConsentNotFound, Status: 404, Owner: Holder,
			Title:  "未找到该授权",
			Detail: Text{"该加注件没有这项授权，或授权已过保存期限。", "This copy has no such consent, or it is no longer kept."},
			Remedy: Text{"请刷新授权查看页面后，从列表中选择。", "Reload the list of consents and choose one from it."},
		},
		{
			Code: TooManyConsents, Status: 409, Owner: Holder,
			Title:  "授权数量已达上限",
			Detail: Text{"该加注件同时有效的授权已达上限。", "This copy has as many consents as it may have at a time."},
			Remedy: Text{"请先撤销不再需要的授权，再新建授权。", "End a consent that is no longer needed, then give the new one."},
		},
		{
			Code: FileTooLarge, Status: 413, Owner: Holder,
			Title:  "文件过大",
			Detail: Text{"文件超过 4400000 字节，未作核验。本系统生成的证照文件没有这样大。", "The file has more than 4,400,000 bytes; it was not examined. This service never makes certificate files of that size."},
			Remedy: Text{"请提交原始的 PDF 或 OFD 证照文件，或扫描证照上的二维码核验，或用离线核验程序核验。", "Hand in the original PDF or OFD, verify the QR code on the certificate, or verify offline with the checker."},
		},
		{
			Code: ReportNotFound, Status: 404, Owner: Province,
			Title:  "未找到该上报记录",
			Detail: Text{"没有该编号的上报记录，或它不属于该客户端。", "There is no report with this number, or it belongs to another client."},
			Remedy: Text{"请核对上报接口返回的编号。", "Check the number that the report operation returned."},
		},
		{
			Code: JobNotFound, Status: 404, Owner: Platform,
			Title:  "未找到该批量核验任务",
			Detail: Text{"没有该编号的批量核验任务，或它已过期、不属于该客户端。", "There is no job with this number, or it has ended or belongs to another client."},
			Remedy: Text{"请核对登记压缩包时返回的编号；结果保留30天。", "Check the number that was returned when the archive was announced; results are kept for 30 days."},
		},
	}
}

package verdict

import "github.com/jiazhu/jiazhu/shared/domain/problem"

// BrokenContent is the finding that the content cannot be trusted, why, and what to do: one of
// BrokenReasons, or Altered for any other reason.
//
// A reason says no more than can be said without trusting the file. It helps an honest sender to
// find the mistake; it does not change the result.
func BrokenContent(why Reason) Finding {
	for _, b := range brokenTexts() {
		if b.why == why {
			return Finding{Check: Integrity, Result: b.result(), Reason: why, Text: b.text()}
		}
	}
	return BrokenContent(Altered)
}

// BrokenReasons are the reasons that BrokenContent knows, in no particular order.
func BrokenReasons() []Reason {
	var all []Reason
	for _, b := range brokenTexts() {
		all = append(all, b.why)
	}
	return all
}

// brokenText describes what happened, and selects a remedy.
type brokenText struct {
	why    Reason
	zh, en string
	remedy func() problem.Text
}

func (b brokenText) text() problem.Text {
	remedy := b.remedy()
	return problem.Text{ZH: b.zh + "。" + remedy.ZH, EN: b.en + ". " + remedy.EN}
}

// result distinguishes "this is not what was signed" (Fail) from "this service cannot tell"
// (Unknown).
func (b brokenText) result() Result {
	if b.why == Unsupported {
		return Unsure
	}
	return Fail
}

// The remedies: download the file again, ask its holder, ask its issuer.
func downloadAgainRemedy() problem.Text {
	return problem.Text{
		ZH: "请重新下载原文件，不经打开另存直接提交。",
		EN: "Download the original again and submit it without opening and saving it.",
	}
}

func askHolderRemedy() problem.Text {
	return problem.Text{
		ZH: "请向持证人索取原文件，或扫描证照上的二维码核验。",
		EN: "Ask the holder for the original, or verify the QR code on the certificate.",
	}
}

func issuerPageRemedy() problem.Text {
	return problem.Text{
		ZH: "请到签发机关的核验页面核验。",
		EN: "Verify it on the issuing authority's own page.",
	}
}

func reportRemedy() problem.Text {
	return problem.Text{
		ZH: "请勿采信，并向签发机关反映。",
		EN: "Do not rely on it, and tell the issuing authority.",
	}
}

func brokenTexts() []brokenText {
	return []brokenText{
		{Altered, "内容与签名不符，以下信息均不可信", "The content does not fit its signature; nothing below can be believed", askHolderRemedy},
		{Unsigned, "文件没有电子签章，内容不可信", "The file carries no signature; nothing in it can be believed", askHolderRemedy},
		{Unreadable, "不是本平台签发的文件或二维码，或已损坏，内容不可信", "Not a file or QR code of this service, or a damaged one; nothing in it can be believed", askHolderRemedy},
		{Contradicts, "文件各部分内容互相矛盾，以下信息均不可信", "Parts of the file contradict each other; nothing below can be believed", reportRemedy},
		{TooLarge, "文件过大，本平台签发的文件不超过 6 MB，未作核验", "Larger than any file of this service, which has at most 6 MB; it was not examined", askHolderRemedy},
		{Foreign, "不是本平台签发的原文件：由其他软件生成或另存，内容不可信", "Not an original of this service: another program made it, or saved it again; nothing in it can be believed", askHolderRemedy},
		{Truncated, "文件不完整，后部缺失，内容不可信", "The file is cut short; nothing in it can be believed", downloadAgainRemedy},
		{Prefixed, "文件开头之前多出其他数据，不是原文件，内容不可信", "There are other data before the beginning of the file; nothing in it can be believed", downloadAgainRemedy},
		{Appended, "文件末尾之后多出其他数据，不是原文件，内容不可信", "There are other data behind the end of the file; nothing in it can be believed", downloadAgainRemedy},
		{Updated, "文件签发后被追加修改，以下信息均不可信", "The file was changed after it was signed, by an update added to it; nothing below can be believed", askHolderRemedy},
		{Repacked, "文件包经其他软件解压或重新打包，不是原文件，内容不可信", "Another program has packed the file anew; it is not the original, and nothing in it can be believed", downloadAgainRemedy},
		{Unsupported, "文件格式版本本平台尚不能识别，未作核验", "A version of the format that is not known here; it was not examined", issuerPageRemedy},
		{SealDiffers, "所示印章与签名所用印章不同，以下信息均不可信", "The seal shown is not the seal that signed; nothing below can be believed", reportRemedy},
		{SealForged, "印章数据与制章者签名不符，系伪造或被篡改", "The seal does not fit its maker's signature: it is forged or altered", reportRemedy},
		{SealExpired, "签章时印章不在有效期内，签章无效", "The seal was not in its period of use when it was applied; the signature is void", reportRemedy},
		{SealUnlisted, "签章者不在印章的授权名单内，签章无效", "The signer is not one the seal names; the signature is void", reportRemedy},
		{OutsideDays, "签名时间不在签名密钥的使用期限内，内容不可信", "Signed at a time at which its key was not in use; nothing in it can be believed", reportRemedy},
		{SignerExpired, "签章时签章者的证书不在有效期内，签章无效", "The signer's certificate was not valid when the file was signed; the signature is void", reportRemedy},
	}
}

package verdict

import "github.com/jiazhu/jiazhu/shared/domain/problem"

// newFinding makes a finding with its text in both languages.
func newFinding(c Check, r Result, why Reason, zh, en string) Finding {
	return Finding{Check: c, Result: r, Reason: why, Text: problem.Text{ZH: zh, EN: en}}
}

// omittedFinding is the finding for a check that the verifier did not ask for.
func omittedFinding(c Check) Finding {
	return newFinding(c, NotAsked, Omitted, "未核验", "Not asked")
}

// The following functions make the findings about the evidence.

// IntactContent says that the signature matches the content.
func IntactContent() Finding {
	return newFinding(Integrity, Pass, Fine, "完整，未被篡改", "Intact, not altered")
}

// UnknownTokenKey says that this service does not know the key that a token names, so its signature
// can be neither confirmed nor refuted.
func UnknownTokenKey() Finding {
	return newFinding(Integrity, Unsure, UnknownKey, "二维码的签名密钥未知，无法核对", "The QR code's signing key is unknown; it cannot be checked")
}

// NoDocument is the Integrity finding if only a number was given.
func NoDocument() Finding {
	return newFinding(Integrity, NotAsked, Omitted, "未提交文件或二维码", "No file or QR code was given")
}

// TrustedIssuer names the owner of the trusted key that signed.
func TrustedIssuer(name string) Finding {
	return newFinding(Issuer, Pass, Fine, "签发机关："+name, "Issued by "+name)
}

// TrustedKey says that a token was signed with a key we publish; a token names no signer.
func TrustedKey() Finding {
	return newFinding(Issuer, Pass, Fine, "签名密钥在信任列表", "The signing key is on the trusted list")
}

// UntrustedIssuer says that the signing key is on no trust list. That does not make the document
// invalid.
func UntrustedIssuer() Finding {
	return newFinding(Issuer, Fail, Untrusted, "未受信任：印章不在信任列表", "Not trusted: the seal is not on the trusted list")
}

// ForeignIssuer says that the signer is on the trust list, but not for the issuing authority that
// the certificate names.
func ForeignIssuer() Finding {
	return newFinding(Issuer, Fail, WrongIssuer, "未受信任：该签章者无权为此证照的颁发机构签章", "Not trusted: this signer may not sign for the certificate's issuing authority")
}

// OutsideKeyDays says that the signer is on the trust list, but the signature or the seal was made
// on a day outside its period.
func OutsideKeyDays() Finding {
	return newFinding(Issuer, Fail, OutsideDays, "未受信任：签章时间不在该签章者的授权期限内", "Not trusted: signed outside the days on which this signer may sign")
}

// UntrustedTime says that the signature's timestamp is from an authority we do not trust, so the
// time of signing is not proven.
func UntrustedTime() Finding {
	return newFinding(Issuer, Fail, Untrusted, "未受信任：时间戳机构不在信任列表", "Not trusted: the time-stamping authority is not on the trusted list")
}

// NoIssuer is the Issuer finding if only a number was given.
func NoIssuer() Finding {
	return newFinding(Issuer, NotAsked, Omitted, "未提交文件或二维码", "No file or QR code was given")
}

// SoundNumbers says that every check character is right.
func SoundNumbers() Finding {
	return newFinding(Numbers, Pass, Fine, "编号校验通过", "The numbers are well formed")
}

// UnsoundNumber says what is wrong with a number.
func UnsoundNumber(text problem.Text) Finding {
	return Finding{Numbers, Fail, WrongNumber, text}
}

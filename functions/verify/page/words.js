// The page's words in both languages.

const zh = {
  title: "电子证照核验", sub: "核对签章、加注有效期与登记状态", language: "English", skip: "跳到正文",
  intro: "用手机扫描证照上的二维码即可打开本页并核验；也可以在下面提交文件、核验回执，或按注册编号核对。",
  checks: "逐项核验", conditions: "某日是否仍有效？用于某事是否相符？", conditionsNote: "选填；按所填情形重新判断。",
  asOf: "使用日期（如开标日）", specialty: "注册专业", purpose: "事由或项目代码", recipient: "接收单位或其统一社会信用代码",
  again: "按以上情形核验", receipt: "核验回执", receiptNote: "回执由核验服务签名，载明何时、就什么、按哪一天得出什么结论，可存档，日后可再次核验。",
  asker: "核验人（自称，回执注明未经证实；选填）", jws: "下载核验回执", pdf: "下载回执 PDF", receiptMade: "回执已下载。",
  file: "核验文件或回执", drop: "将 PDF、OFD 或核验回执拖到这里，或点此选择", number: "按注册编号核对",
  registration: "注册编号", name: "持证人姓名", verify: "核对", numberNote: "只核对登记状态，不能证明手中的加注件有效。",
  paste: "粘贴二维码内容或回执", content: "二维码内容或回执", pasteVerify: "核验",
  test: "测试件：以测试印章签发，不具有法律效力。", newer: "该证书另有更新的加注件。",
  footer: "无需登录。二维码内容写在网址的“#”之后，不会随网址发送；核验时由本页提交，不写入日志。本页只显示核对纸面所需的信息。",
  print: "打印核验结果",
  checking: "正在核验……", live: "正在查询实时状态……", tooLarge: "文件过大，最大 4.4 MB。", neither: "这不是二维码内容，也不是核验回执。",
  noService: "未能连接核验服务，什么也没有核对。请联网后再试。",
  offlineFile: "没有网络，无法核验文件。可扫描其二维码先核对签名，或联网后再试。",
  keysOf: "离线：仅凭本机于 {time} 保存的公钥核对了签名，未查询登记信息。", noKeys: "离线，且本机没有保存过公钥，无法核对签名。",
  shownUntrusted: "以下内容来自未受信任的文件。",
  asOfDay: "按 {day} 判断", at: "核验时间 {time}", period: "{from} 至 {to}",
  valid: "有效", invalid: "无效", unknown: "无法确认",
  genuine: "真实（截至签发时）", inTime: "时效内", past: "已过使用有效期", early: "未到使用有效期", present: "实时状态未知",
  consent: "持证人授权显示", organisation: "向已认证单位显示", photo: "持证人照片",
  receiptIs: { receipt: "真实", invalid: "不真实", unknown: "无法确认" }, itself: "回执本身", testReceipt: "测试回执：以测试密钥签名，不具有法律效力。",
  receiptLine: "回执只说明当时的核验结论，不能代替被核验的文件。", said: "当时的结论", now: "登记信息现在",
  saidLine: "{service} 于 {time} 按使用日期 {day} 核验，结论：{verdict}。",
  proved: "{name}（身份已证实）", notProved: "身份未经证实",
  noClaim: "当时未能确认被核验内容由受信任的机关签发，或未查到证照，因此没有可对照的登记信息。",
  onlyFor: "仅用于{purpose}", projectCode: "，项目编号{code}", givenTo: "接收单位{recipient}", creditCode: "，统一社会信用代码{code}",
  kinds: { token: "二维码", pdf: "PDF 文件", ofd: "OFD 文件", file: "文件", number: "注册编号和姓名", receipt: "核验回执" },
  rows: {
    integrity: "完整性", issuer: "签发机关", numbers: "编号", certificate: "证书状态", copy: "加注件",
    specialty: "专业", purpose: "用途与接收单位", reliance: "使用日期当日", freshness: "实时状态", paper: "纸质件",
  },
  results: { pass: "通过", fail: "不通过", unknown: "未知", "not-asked": "未核对" },
  fields: {
    name: "姓名", typeName: "证照类型", number: "注册编号", employer: "聘用企业", issuer: "证照颁发机构", use: "使用有效期",
    issued: "签发时间", ends: "截止原因", specialties: "注册专业", statement: "持证人声明", identifier: "证照标识",
    fullName: "姓名（全）", birth: "出生日期", idNumber: "证件号码",
    newer: "另有新件", given: "被核验内容", sha256: "内容 SHA-256", copyDigest: "加注件摘要", client: "核验单位", asker: "核验人（自称，未经证实）",
    askedSpecialty: "询问专业", askedPurpose: "询问用途", askedRecipient: "询问接收单位",
  },
  reminder: "打印件须本人手写签名且与签名图像一致，否则无效",
  reasons: {
    "integrity fine": "完整，未被篡改", "integrity altered": "内容与签名不符，以下信息均不可信。请向持证人索取原文件。",
    "integrity unreadable": "不是本平台签发的二维码，或已损坏，内容不可信", "integrity unknown-key": "二维码的签名密钥未知，无法核对",
    "integrity outside-days": "签名时间不在签名密钥的使用期限内，内容不可信。请勿采信，并向签发机关反映。",
    "issuer fine": "签名密钥在信任列表", "numbers fine": "编号校验通过", "numbers wrong-number": "注册编号不正确",
    "certificate unreachable": "状态未知：未能查询登记信息", "copy expired": "加注件已过期：有效至 {until}", "copy not-yet": "加注件尚未生效：自 {from} 起",
    "copy unreachable": "在使用有效期内；是否已撤回未知", "specialty unreachable": "该专业实时状态未知", "purpose undeclared": "声明的事由未知",
    "reliance not-yet": "该日尚未生效：自 {from} 起", "reliance not-on-that-day": "届时已失效：使用有效期至 {until}",
    "reliance unreachable": "该日在使用有效期内；实时状态未知", "freshness offline": "离线：实时状态未知",
  },
};

const en = {
  title: "Certificate verification", sub: "Signature, days of use and registration", language: "中文", skip: "Skip to content",
  intro: "Scan the QR code on a certificate to open this page and verify it; or submit a file or a receipt below, or look up a registration number.",
  checks: "Checks, one by one", conditions: "Good on a certain day? For a certain use?", conditionsNote: "Optional; judges again for what you fill in.",
  asOf: "Day relied on (e.g. bid opening)", specialty: "Specialty", purpose: "Purpose or project code", recipient: "Recipient or its credit code",
  again: "Verify for this use", receipt: "Receipt", receiptNote: "A receipt is signed by the service. It states when and about what, for which day, and with which answer; file it, and verify it again later.",
  asker: "Who asks (self-stated, and marked so; optional)", jws: "Download receipt", pdf: "Download receipt as PDF", receiptMade: "The receipt was downloaded.",
  file: "Verify a file or receipt", drop: "Drop a PDF, OFD or receipt here, or choose one", number: "Look up a registration number",
  registration: "Registration number", name: "Holder's name", verify: "Look up", numberNote: "This confirms the registration only, not the copy in your hands.",
  paste: "Paste a QR code's content or a receipt", content: "QR code's content or receipt", pasteVerify: "Verify",
  test: "A test copy, sealed with a test seal: it has no legal force.", newer: "The certificate has a newer copy.",
  footer: "No login. What the QR code holds stands after the # of the address and is not sent with it; this page submits it, and no log keeps it. Only what is needed to compare with the paper is shown.",
  print: "Print this verdict",
  checking: "Verifying…", live: "asking for its present state…", tooLarge: "The file is too large: at most 4.4 MB.", neither: "That is neither a QR code's content nor a receipt.",
  noService: "The verification service could not be reached, and nothing was checked. Try again with a network.",
  offlineFile: "Without a network a file cannot be verified. Scan its QR code to check that signature, or try again online.",
  keysOf: "Offline: only the signature was checked, with the keys this device kept at {time}; the registry was not asked.", noKeys: "Offline, and this device has kept no keys: the signature cannot be checked.",
  shownUntrusted: "What follows comes from a file that is not trusted.",
  asOfDay: "Judged for {day}", at: "checked {time}", period: "{from} to {to}",
  valid: "Valid", invalid: "Invalid", unknown: "Cannot be confirmed",
  genuine: "Genuine (when issued)", inTime: "within its days of use", past: "past its days of use", early: "before its days of use", present: "present state unknown",
  consent: "Shown with the holder's consent", organisation: "Shown to an authenticated organisation", photo: "Photograph of the holder",
  receiptIs: { receipt: "genuine", invalid: "not genuine", unknown: "cannot be confirmed" }, itself: "The receipt itself", testReceipt: "A test receipt, signed with a test key: it has no legal force.",
  receiptLine: "A receipt says what was found then. It does not stand for the file that was verified.", said: "What was found then", now: "What the register says now",
  saidLine: "{service} verified at {time}, for {day}. It found: {verdict}. The texts are as they were signed, in Chinese.",
  proved: "{name} (identity proven)", notProved: "nobody who proved who they are",
  noClaim: "It was not confirmed then that a trusted authority had signed, or no certificate was found; so there is nothing to compare with the register.",
  onlyFor: "only for {purpose}", projectCode: ", project code {code}", givenTo: "recipient {recipient}", creditCode: ", credit code {code}",
  kinds: { token: "a QR code", pdf: "a PDF", ofd: "an OFD", file: "a file", number: "a number and a name", receipt: "a receipt" },
  rows: {
    integrity: "Integrity", issuer: "Issuer", numbers: "Numbers", certificate: "Certificate", copy: "Copy",
    specialty: "Specialty", purpose: "Purpose", reliance: "On that day", freshness: "Freshness", paper: "On paper",
  },
  results: { pass: "passed", fail: "failed", unknown: "unknown", "not-asked": "not checked" },
  fields: {
    name: "Name", typeName: "Certificate", number: "Registration no.", employer: "Employer", issuer: "Issuing authority", use: "Days of use",
    issued: "Issued at", ends: "Ends because", specialties: "Specialties", statement: "Stated by the holder", identifier: "Identifier",
    fullName: "Name (whole)", birth: "Born on", idNumber: "Identity number",
    newer: "Newer copy", given: "Examined", sha256: "Its SHA-256", copyDigest: "Digest of the copy", client: "Verified by", asker: "Self-stated name (not verified)",
    askedSpecialty: "For specialty", askedPurpose: "For purpose", askedRecipient: "For recipient",
  },
  reminder: "A printed copy must be signed by hand, matching the signature image; otherwise it is invalid",
  reasons: {
    "integrity fine": "Intact, not altered", "integrity altered": "The content does not fit its signature; nothing in it can be believed. Ask the holder for the original.",
    "integrity unreadable": "Not a QR code of this service, or a damaged one; nothing in it can be believed", "integrity unknown-key": "The QR code's signing key is unknown; it cannot be checked",
    "integrity outside-days": "Signed at a time at which its key was not in use; nothing in it can be believed. Do not rely on it, and tell the issuing authority.",
    "issuer fine": "The signing key is on the trusted list", "numbers fine": "The numbers are well formed", "numbers wrong-number": "The registration number is not well formed",
    "certificate unreachable": "State unknown: the registry could not be asked", "copy expired": "The copy has expired: usable until {until}", "copy not-yet": "The copy is not yet usable: from {from}",
    "copy unreachable": "Within its window; whether it was withdrawn is unknown", "specialty unreachable": "The specialty's present state is unknown", "purpose undeclared": "The declared purpose is unknown",
    "reliance not-yet": "Not yet usable on that day: from {from}", "reliance not-on-that-day": "Not usable on that day: usable until {until}",
    "reliance unreachable": "Within its window on that day; its present state is unknown", "freshness offline": "Offline: the present state is unknown",
  },
};

const all = { zh, en };
let chosen = /^zh\b/i.test(navigator.language || "zh") ? "zh" : "en";

/** say returns the words in the chosen language. */
export const say = () => all[chosen];

/** tag returns that language, as in Accept-Language. */
export const tag = () => (chosen === "zh" ? "zh-CN" : "en");

export function switchLanguage() {
  chosen = chosen === "zh" ? "en" : "zh";
}

/** fill puts values into the {places} of a text. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");

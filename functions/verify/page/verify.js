"use strict";

const words = {
  zh: {
    title: "电子证照核验", sub: "核对签章、加注有效期与登记状态", checks: "逐项核验",
    conditions: "按使用情形再核验（选填）", asOf: "使用日期（如开标日）", specialty: "注册专业",
    purpose: "事由或项目代码", recipient: "接收单位或其统一社会信用代码", again: "按以上条件重新核验",
    file: "核验文件", drop: "将 PDF 或 OFD 文件拖到这里，或点此选择", number: "按注册编号核对",
    registration: "注册编号", name: "持证人姓名", verify: "核对",
    numberNote: "只核对登记状态，不能证明手中的加注件有效。",
    test: "测试件：以测试印章签发，不具有法律效力。",
    newer: "该证书另有更新的加注件。",
    footer: "无需登录。二维码内容写在网址的“#”之后，不会随网址发送；核验时由本页提交，不写入日志。本页只显示核对纸面所需的信息。",
    checking: "正在核验……",
    noService: "未能连接核验服务。这不是核验结论，请稍后再试。",
    tooLarge: "文件过大，最大 4.4 MB。",
    asOfDay: "按 {day} 判断", at: "核验时间 {time}",
    valid: "有效", invalid: "无效", unknown: "无法确认",
    rows: {
      integrity: "完整性", issuer: "签发机关", numbers: "编码", certificate: "证书状态", copy: "加注件",
      specialty: "专业", purpose: "事由与对象", reliance: "使用当日", freshness: "现势", paper: "纸质件",
    },
    results: { pass: "通过", fail: "不通过", unknown: "未知", "not-asked": "未核对" },
    fields: {
      name: "姓名", typeName: "证照类型", number: "注册编号", employer: "聘用企业", issuer: "证照颁发机构",
      use: "使用有效期", ends: "截止原因", specialties: "注册专业", purpose: "加注事由", recipient: "接收单位", identifier: "证照标识",
    },
    period: "{from} 至 {to}", untrusted: "以下内容来自未受信任的文件。", language: "English",
  },
  en: {
    title: "Certificate verification", sub: "Signature, period of use and registration", checks: "Checks, one by one",
    conditions: "Verify for a particular use (optional)", asOf: "Day relied on (e.g. bid opening)", specialty: "Specialty",
    purpose: "Purpose or project code", recipient: "Recipient or its credit code", again: "Verify again under these conditions",
    file: "Verify a file", drop: "Drop a PDF or OFD file here, or choose one", number: "Look up a registration number",
    registration: "Registration number", name: "Holder's name", verify: "Look up",
    numberNote: "This confirms the registration only, not the copy in your hands.",
    test: "A test copy, sealed with a test seal: it has no legal force.",
    newer: "The certificate has a newer copy.",
    footer: "No login. What the QR code holds stands after the # of the address and is not sent with it; this page submits it, and no log keeps it. Only what is needed to compare with the paper is shown.",
    checking: "Verifying…",
    noService: "The verification service could not be reached. This is not a verdict; please try again later.",
    tooLarge: "The file is too large: at most 4.4 MB.",
    asOfDay: "Judged for {day}", at: "checked {time}",
    valid: "Valid", invalid: "Invalid", unknown: "Cannot be confirmed",
    rows: {
      integrity: "Integrity", issuer: "Issuer", numbers: "Numbers", certificate: "Certificate", copy: "Copy",
      specialty: "Specialty", purpose: "Purpose", reliance: "On that day", freshness: "Freshness", paper: "On paper",
    },
    results: { pass: "passed", fail: "failed", unknown: "unknown", "not-asked": "not checked" },
    fields: {
      name: "Name", typeName: "Certificate", number: "Registration no.", employer: "Employer", issuer: "Issuing authority",
      use: "Period of use", ends: "Ends because", specialties: "Specialties", purpose: "Purpose", recipient: "Recipient", identifier: "Identifier",
    },
    period: "{from} to {to}", untrusted: "What follows comes from a file that is not trusted.", language: "中文",
  },
};
const marks = { pass: "✓", fail: "✕", unknown: "?", "not-asked": "–", valid: "✓", invalid: "✕" };

const at = (id) => document.getElementById(id);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);

let language = /^zh\b/i.test(navigator.language || "zh") ? "zh" : "en";
let last = null; // what was verified last: {token}, {number, name} or {file}
let turn = 0; // so that a slow answer never replaces a later one

function speak() {
  const say = words[language];
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = say.title;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = say[element.dataset.t];
  at("language").textContent = say.language;
  at("language").lang = language === "zh" ? "en" : "zh-CN";
}

function tell(text, trouble) {
  at("status").textContent = text;
  at("status").classList.toggle("trouble", Boolean(trouble));
  at("status").hidden = !text;
}

function conditions() {
  const given = {};
  for (const [name, value] of new FormData(at("conditions"))) if (value.trim()) given[name] = value.trim();
  return given;
}

function request(what) {
  const headers = { "accept-language": language === "zh" ? "zh-CN" : "en", accept: "application/json" };
  if (what.file) {
    headers["content-type"] = "application/octet-stream";
    return fetch("/v1/verifications?" + new URLSearchParams(conditions()), { method: "POST", headers, body: what.file });
  }
  headers["content-type"] = "application/json";
  return fetch("/v1/verifications", { method: "POST", headers, body: JSON.stringify({ ...what, ...conditions() }) });
}

async function verify(what) {
  last = what;
  const mine = ++turn;
  at("more").hidden = false;
  at("result").hidden = true;
  if (what.file && what.file.size > 4400000) return tell(words[language].tooLarge, true);
  tell(words[language].checking);
  try {
    const response = await request(what);
    const answer = await response.json();
    if (mine !== turn) return;
    if (response.ok) show(answer);
    else tell(complaint(answer), true);
  } catch {
    if (mine === turn) tell(words[language].noService, true);
  }
}

function complaint(problem) {
  const parts = [problem.title, problem.detail];
  for (const field of problem.fields || []) parts.push(field.detail + (field.suggestion ? " → " + field.suggestion : ""));
  parts.push(problem.remedy);
  return parts.filter(Boolean).join(" ");
}

function show(answer) {
  const say = words[language];
  tell("");
  at("result").className = answer.verdict;
  at("mark").textContent = marks[answer.verdict];
  at("word").textContent = say[answer.verdict];
  at("when").textContent = fill(say.asOfDay, { day: answer.asOf }) + " · " + fill(say.at, { time: answer.checkedAt.slice(0, 16).replace("T", " ") });
  at("why").textContent = reasons(answer);
  at("why").hidden = !at("why").textContent;
  at("test").hidden = !(answer.subject && answer.subject.test);
  at("newer").hidden = !answer.newer;
  at("reminder").textContent = answer.reminder;
  at("checks").replaceChildren(...told(answer).map(row));
  at("subject").replaceChildren(...subject(answer));
  at("result").hidden = false;
  at("result").focus();
}

// told are the rows worth a line: what was checked, and for a number that no
// copy was. The paper's row stands below them all, as the reminder.
function told(answer) {
  return answer.checks.filter((c) => c.result !== "not-asked" || (answer.given === "number" && c.check === "copy"));
}

function reasons(answer) {
  const bad = answer.checks.filter((c) => c.result === "fail");
  const open = told(answer).filter((c) => c.result === "unknown" || c.result === "not-asked");
  const texts = (bad.length ? bad : open).map((c) => c.text);
  const issuer = answer.checks.find((c) => c.check === "issuer");
  if (issuer && issuer.result === "fail") texts.push(words[language].untrusted);
  return texts.join(language === "zh" ? "；" : "; ");
}

function part(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function row(check) {
  const say = words[language];
  const li = part("li", check.result, "");
  const sign = part("span", "sign", marks[check.result]);
  sign.setAttribute("role", "img");
  sign.setAttribute("aria-label", say.results[check.result]);
  li.append(sign, part("span", "label", say.rows[check.check] || check.check), part("span", "text", check.text));
  return li;
}

function subject(answer) {
  const say = words[language];
  const s = answer.subject;
  if (!s) return [];
  const lines = [
    ["name", s.name], ["typeName", s.typeName], ["number", s.number], ["employer", s.employer],
    ...s.specialties.map((f) => ["specialties", f.name + " (" + fill(say.period, { from: f.from, to: f.to }) + ")"]),
    ["use", s.useFrom && fill(say.period, { from: s.useFrom, to: s.useUntil })],
    ["ends", answer.ends && answer.ends.text],
    ["purpose", s.purpose && [s.purpose.kind, s.purpose.text, s.purpose.projectCode].filter(Boolean).join(" · ")],
    ["recipient", s.recipient && [s.recipient.name, s.recipient.uscc].filter(Boolean).join(" · ")],
    ["issuer", s.issuer], ["identifier", s.identifier],
  ];
  const shown = [];
  let before = "";
  for (const [field, text] of lines) {
    if (!text) continue;
    shown.push(part("dt", "", field === before ? "" : say.fields[field]), part("dd", "", text));
    before = field;
  }
  return shown;
}

function start() {
  speak();
  const token = location.hash.slice(1);
  if (token) verify({ token });
}

at("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  speak();
  if (last) verify(last);
});
at("conditions").addEventListener("submit", (event) => {
  event.preventDefault();
  if (last) verify(last);
});
at("number").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  verify({ number: form.get("number").trim(), name: form.get("name").trim() });
});
at("pick").addEventListener("change", (event) => {
  if (event.target.files.length) verify({ file: event.target.files[0] });
  event.target.value = "";
});
for (const name of ["dragenter", "dragover"]) {
  window.addEventListener(name, (event) => {
    event.preventDefault();
    at("drop").classList.add("over");
  });
}
for (const name of ["dragleave", "drop"]) {
  window.addEventListener(name, (event) => {
    event.preventDefault();
    at("drop").classList.remove("over");
    const file = event.dataTransfer && event.dataTransfer.files[0];
    if (name === "drop" && file) verify({ file });
  });
}
window.addEventListener("hashchange", start);
start();

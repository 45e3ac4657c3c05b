// Shows an answer of the service, or what the token alone proves. A receipt has a view
// of its own, without the colour of a verdict.

import { fill, say, tag } from "./words.js";

export const at = (id) => document.getElementById(id);
const marks = { pass: "✓", fail: "✕", unknown: "?", "not-asked": "–", valid: "✓", invalid: "✕", pending: "…", receipt: "i" };

function part(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

/** tell shows a message that is no verdict; "" removes it. */
export function tell(text, trouble) {
  at("status").textContent = text;
  at("status").classList.toggle("trouble", Boolean(trouble));
  at("status").hidden = !text;
}

/** local returns what a token proves by itself, in the form of the service's answer. */
export function local(found, asOf) {
  const { claims } = found;
  const texts = say().reasons;
  const checks = found.checks.map((c) => ({ ...c, text: fill(texts[`${c.check} ${c.reason}`] ?? "", claims ?? {}) }));
  return {
    ...found, checks, asOf, given: "token", checkedAt: shanghai(new Date()), reminder: say().reminder,
    subject: claims && { name: claims.name, number: claims.number, useFrom: claims.from, useUntil: claims.until, issued: minute(shanghai(claims.issued)) },
  };
}

/** shanghai formats a time in Asia/Shanghai. */
export const shanghai = (moment) => new Date(moment.getTime() + 8 * 3600_000).toISOString().replace("Z", "+08:00");
export const minute = (instant) => instant.slice(0, 16).replace("T", " ");

/**
 * show shows an answer. tone is its verdict, or "pending" while the service is
 * being asked; line is the text below the verdict.
 */
export function show(answer, tone, line, note = "") {
  const words = say();
  const result = at("result");
  result.className = "card " + tone;
  at("mark").textContent = marks[tone] ?? "?";
  const ofReceipt = answer.given === "receipt";
  at("word").textContent = ofReceipt ? words.receipt + " · " + words.receiptIs[tone] : tone === "pending" ? words.genuine : words[tone];
  at("word").classList.toggle("long", ofReceipt);
  at("line").textContent = line;
  at("when").replaceChildren(
    ...(ofReceipt ? [] : [part("span", "", fill(words.asOfDay, { day: answer.asOf })), " · "]),
    part("span", "", fill(words.at, { time: minute(answer.checkedAt) })));
  at("note").textContent = note;
  at("note").hidden = !note;
  at("about").textContent = ofReceipt ? words.itself : words.checks;
  at("test").textContent = ofReceipt ? words.testReceipt : words.test;
  at("test").hidden = !(answer.subject?.test || answer.said?.test);
  at("newer").hidden = !answer.newer;
  at("reminder").textContent = answer.reminder;
  at("reminder").hidden = ofReceipt || !answer.subject; // without a copy there is no paper that could be signed
  at("checks").replaceChildren(...told(answer).map(row));
  at("subject").replaceChildren(...facts(answer));
  at("facts").classList.toggle("none", !answer.subject);
  receipt(answer);
  disclosed(answer.subject?.disclosed);
  result.hidden = false;
}

/** summary returns a token's answer in one line. */
export function summary(found) {
  const words = say();
  if (!found.claims) return local(found).checks[0].text;
  const reason = found.checks.find((c) => c.check === "copy").reason;
  const time = { expired: words.past, "not-yet": words.early }[reason] ?? words.inTime;
  return [words.genuine, time, words.present].join(" · ");
}

/** reasons returns why an answer is not 有效. */
export function reasons(answer) {
  const bad = answer.checks.filter((c) => c.result === "fail");
  const open = told(answer).filter((c) => c.result === "unknown" || c.result === "not-asked");
  const texts = (bad.length ? bad : open).map((c) => c.text);
  if (answer.checks.some((c) => c.check === "issuer" && c.result === "fail")) texts.push(say().shownUntrusted);
  return texts.filter(Boolean).join(tag() === "en" ? "; " : "；");
}

// told returns the rows to show: what was checked, what is hidden because the copy has
// ended, and for a number that no copy was checked. The row of the signature on paper is the
// reminder below.
function told(answer) {
  return answer.checks.filter((c) => c.result !== "not-asked" || c.reason === "copy-dead" || (answer.given === "number" && c.check === "copy"));
}

function row(check) {
  const words = say();
  const item = part("li", check.result, "");
  const sign = part("span", "sign", marks[check.result]);
  sign.setAttribute("aria-hidden", "true");
  const label = part("span", "label", words.rows[check.check] ?? check.check);
  label.append(part("span", "unseen", " " + (words.results[check.result] ?? "")));
  item.append(sign, label, part("span", "text", check.text));
  return item;
}

function facts(answer) {
  const s = answer.subject;
  if (!s) return [];
  const words = say();
  const shown = s.disclosed ?? {};
  return listed([
    ["name", shown.name ? "" : s.name], ["fullName", shown.name], ["number", s.number],
    ["use", s.useUntil && fill(words.period, { from: s.useFrom, to: s.useUntil })],
    ["issued", s.issued], ["typeName", s.typeName], ["employer", s.employer],
    ...(s.specialties ?? []).map((one) => ["specialties", one.name + " " + fill(words.period, one)]),
    ["ends", answer.ends?.text],
    ["issuer", s.issuer], ["identifier", s.identifier], ["birth", shown.birth], ["idNumber", shown.idNumber],
    ...statement(s),
  ]);
}

// statement returns what the holder declared, as printed in the layout: below what the
// register says, with whatever was typed in brackets.
function statement({ purpose, recipient }) {
  const words = say();
  const lines = [];
  if (purpose) {
    const kind = purpose.kind === "其他" ? "" : purpose.kind;
    const code = purpose.projectCode && fill(words.projectCode, { code: quoted(purpose.projectCode) });
    lines.push(["statement", fill(words.onlyFor, { purpose: kind + quoted(purpose.text) + (code || "") })]);
  }
  if (recipient) {
    const code = recipient.uscc && fill(words.creditCode, { code: quoted(recipient.uscc) });
    lines.push(["statement", fill(words.givenTo, { recipient: quoted(recipient.name) + (code || "") })]);
  }
  return lines;
}

// listed returns the terms and values of a list; a value of several lines has one term.
function listed(lines) {
  const list = [];
  let before = "";
  for (const [field, text] of lines) {
    if (!text) continue;
    list.push(part("dt", "", field === before ? "" : say().fields[field]), part("dd", "", text));
    before = field;
  }
  return list;
}

// receipt shows what a genuine receipt states, and separately what the register says now.
function receipt({ said, now }) {
  at("said").hidden = at("now").hidden = !said;
  if (!said) return;
  const words = say();
  at("saidLine").textContent = fill(words.saidLine, { time: minute(said.at), service: said.service, day: said.asOf, verdict: words[said.verdict] });
  const { claim, asker = {}, question = {}, given } = said;
  at("saidFacts").replaceChildren(...listed([
    ["name", claim?.name], ["number", claim?.number],
    ["use", claim?.useUntil && fill(words.period, { from: claim.useFrom, to: claim.useUntil })],
    ["ends", said.ends?.text], ["newer", said.newer && words.newer],
    ["given", words.kinds[given.kind] ?? given.kind], ["sha256", given.sha256], ["copyDigest", said.copyDigest],
    ["client", asker.client ? fill(words.proved, { name: [asker.clientName, asker.client].filter(Boolean).join(" · ") }) : words.notProved],
    ["asker", quoted(asker.selfStatedName)],
    ["askedSpecialty", quoted(question.specialty)], ["askedPurpose", quoted(question.purpose)], ["askedRecipient", quoted(question.recipient)],
  ]));
  at("saidChecks").replaceChildren(...told({ ...said, given: given.kind }).map(row));
  for (const text of document.querySelectorAll("#saidChecks .text")) text.lang = "zh-CN"; // as it was signed
  at("nowNote").textContent = now ? (now.newer ? words.newer : "") : words.noClaim;
  at("nowNote").hidden = !at("nowNote").textContent;
  at("nowChecks").replaceChildren(...(now ? told({ ...now, given: given.kind }).map(row) : []));
  at("nowChecks").hidden = !now;
}

// quoted marks words of the asker or the holder as theirs.
function quoted(words = "") {
  const text = words.replace(/\s+/g, " ").trim();
  return text && "「" + text.replace(/[「｢﹁⌈⌜⎡┌┏╔]/g, "『").replace(/[」｣﹂⌋⌟⎦┘┛╝]/g, "』") + "」";
}

function disclosed(d) {
  at("disclosed").hidden = !d;
  at("photo").hidden = !d?.photo;
  at("disclosed").textContent = d ? say()[d.by] : "";
  if (!d?.photo || !/^image\/(jpeg|png)$/.test(d.photo.mime)) return;
  at("photo").src = `data:${d.photo.mime};base64,${d.photo.data}`;
  at("photo").alt = say().photo;
}

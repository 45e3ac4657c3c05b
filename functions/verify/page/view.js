// Shows an answer of the service, or what the token alone proves. A receipt has a view
// of its own, without the colour of a verdict.

import { element, quoted } from "./element.js";
import { dayInText, instant, minute } from "./time.js";
import { labels } from "./kinds.js";
import { english, say } from "./language.js";
import { grammarOf } from "./numbers.js";
import { texts } from "./texts.js";
import { words } from "./words.js";

export const at = (id) => document.getElementById(id);
export const marks = { pass: "✓", fail: "✕", unknown: "?", "not-asked": "–", valid: "✓", invalid: "✕", pending: "…", receipt: "i" };

/** tell shows a message that is no verdict; "" removes it. If it stays, it is in sight wherever the page is scrolled to. */
export function tell(text, trouble, stays) {
  at("status").textContent = text;
  at("status").classList.toggle("stays", Boolean(stays));
  at("status").classList.toggle("trouble", Boolean(trouble));
  at("status").hidden = !text;
}

/** local returns what a token proves by itself, in the form of the service's answer. */
export function local(found, asOf) {
  const { claims } = found;
  const checks = found.checks.map((c) => ({ ...c, text: textOf(c, claims) }));
  return {
    ...found, checks, asOf, given: "token", checkedAt: instant(), reminder: say("paper sign-by-hand"),
    subject: claims && { name: claims.name, number: claims.number, useFrom: claims.from, useUntil: claims.until, issued: minute(instant(claims.issued)) },
  };
}

/** textOf returns the text of a row about what a token claims. */
export function textOf({ check, reason }, claims) {
  if (!claims) return say(`${check} ${reason}`);
  const [from, until] = [dayInText(claims.from), dayInText(claims.until)];
  return say(`${check} ${reason}`, { from, until, rule: say("rule on day", { rule: say("rule"), day: until }) });
}

/**
 * show shows an answer. tone is its verdict, or "pending" while the service is
 * being asked; line is the text below the verdict.
 */
export function show(answer, tone, line, note = "") {
  const result = at("result");
  result.className = "card " + tone;
  at("mark").textContent = marks[tone] ?? "?";
  const ofReceipt = answer.given === "receipt";
  const ofNumber = answer.verdictName === texts["verdict registration"][0];
  at("word").textContent = ofNumber ? say("verdict registration") : wordOf(tone, ofReceipt);
  at("word").classList.toggle("long", ofReceipt || ofNumber);
  at("line").textContent = line;
  at("when").replaceChildren(
    ...(ofReceipt ? [] : [element("span", null, say("asOfDay", { day: answer.asOf })), " · "]),
    element("span", null, say("at", { time: minute(answer.checkedAt) })));
  at("note").textContent = note;
  at("note").hidden = !note;
  at("about").textContent = say(ofReceipt ? "itself" : "checks");
  at("test").textContent = say(ofReceipt ? "note test receipt" : "note test");
  at("test").hidden = !(answer.subject?.test || (answer.said ?? answer.batch ?? answer.job)?.test);
  at("newer").hidden = !answer.newer;
  at("reminder").textContent = answer.reminder ?? "";
  at("reminder").hidden = ofReceipt || !answer.subject; // without a copy there is no paper that could be signed
  at("reader").hidden = !(["pdf", "ofd"].includes(answer.given) && answer.subject); // of other files no reader says anything
  at("checks").replaceChildren(...rowsToShow(answer).map(row));
  at("subject").replaceChildren(...facts(answer));
  at("facts").classList.toggle("none", !answer.subject);
  at("place").textContent = answer.here ?? "";
  at("place").hidden = !answer.here;
  at("codes").hidden = !(answer.scan ?? answer.batch ?? answer.job);
  if (answer.scan) import("./codes.js").then(({ showCodes }) => showCodes(answer.scan));
  if (answer.batch) import("./batch.js").then(({ showBatch }) => showBatch(answer.batch));
  if (answer.job) import("./batch.js").then(({ showJob }) => showJob(answer.job));
  receipt(answer);
  disclosed(answer.subject?.disclosed);
  result.hidden = false;
}

function wordOf(tone, ofReceipt) {
  if (ofReceipt) return say("verdict receipt") + " · " + say("receipt is " + tone);
  return say(tone === "pending" ? "offline genuine" : "verdict " + tone);
}

/** summary returns a token's answer in one line. */
export function summary(found) {
  if (!found.claims) return textOf(found.checks[0]);
  return [say("offline genuine"), stateOfUse(found), say("offline state")].join(" · ");
}

/** stateOfUse returns whether a token is in its days of use. */
export function stateOfUse(found) {
  const { reason } = found.checks.find((c) => c.check === "copy");
  return say("offline " + (["expired", "not-yet"].includes(reason) ? reason : "in time"));
}

/** consentNote returns why a consent that was given shows nothing, or "". */
export function consentNote(answer) {
  const check = answer.checks.find((c) => c.check === "consent");
  return check && check.result !== "pass" ? check.text : "";
}

/** sentences puts sentences behind one another. */
export const sentences = (...texts) => texts.filter(Boolean).join(english() ? " " : "");

/** reasons returns why an answer is not 有效. A consent is no part of the answer. */
export function reasons(answer) {
  const rows = rowsToShow(answer).filter((c) => c.check !== "consent");
  const bad = rows.filter((c) => c.result === "fail");
  const open = rows.filter((c) => c.result === "unknown" || c.result === "not-asked");
  const texts = (bad.length ? bad : open).map((c) => c.text);
  if (answer.checks.some((c) => c.check === "issuer" && c.result === "fail")) texts.push(say("shownUntrusted"));
  return texts.filter(Boolean).join(english() ? "; " : "；");
}

/**
 * rowsToShow returns the rows to show: what was checked, what is hidden because the copy has ended, and for a
 * number that no copy was checked. The row of the signature on paper is the reminder below.
 */
export function rowsToShow(answer) {
  return answer.checks.filter((c) => c.result !== "not-asked" || c.reason === "copy-dead" || (answer.given === "number" && c.check === "copy"));
}

/** nameOf names a check. A page that was kept by its worker may not know a newer one: it shows its identifier. */
export function nameOf(check) {
  return words["check " + check] ? say("check " + check) : check;
}

/** row shows a check. */
export function row(check) {
  return element("li", { class: check.result },
    element("span", { class: "sign", "aria-hidden": "true" }, marks[check.result]),
    element("span", { class: "label" }, nameOf(check.check), element("span", { class: "unseen" }, " " + say("result " + check.result))),
    element("span", { class: "text" }, check.text));
}

function facts(answer) {
  const s = answer.subject;
  if (!s) return [];
  const shown = s.disclosed ?? {};
  return listItems([
    ["name", shown.name ? "" : s.name, labelOf("name", s)], ["fullName", shown.name], ["number", s.number, labelOf("number", s)],
    ["use", s.useUntil && say("period", { from: s.useFrom, to: s.useUntil })],
    ["issued", s.issued], ["typeName", s.typeName], ["employer", s.employer, labelOf("employer", s)],
    ...(s.details ?? []).map(({ name, value }) => ["", value, name]),
    ...(s.specialties ?? []).map((one, i) => ["specialties", one.name + " " + say("period", one), i ? "" : labelOf("specialties", s)]),
    ["ends", answer.ends?.text],
    ["issuer", s.issuer], ["identifier", s.identifier], ["birth", shown.birth], ["idNumber", shown.idNumber],
    ...statement(s),
  ]);
}

// statement returns what the holder declared, as printed in the layout: below what the
// register says, with whatever was typed in brackets.
function statement({ purpose, recipient }) {
  const lines = [];
  if (purpose) {
    const kind = purpose.kind === "其他" ? "" : purpose.kind;
    const code = purpose.projectCode && say("projectCode", { code: quoted(purpose.projectCode) });
    lines.push(["statement", say("onlyFor", { purpose: kind + quoted(purpose.text) + (code || "") })]);
  }
  if (recipient) {
    const code = recipient.uscc && say("creditCode", { code: quoted(recipient.uscc) });
    lines.push(["statement", say("givenTo", { recipient: quoted(recipient.name) + (code || "") })]);
  }
  return lines;
}

// labelOf is what a certificate's kind calls a field. The kind is known by its name or, where only a number
// is, by the number's form.
function labelOf(field, { typeName, number }) {
  const label = labels[typeName]?.[field === "name" ? "holder" : field] ?? (field === "number" ? grammarOf(number)?.label.zh ?? words.registration[0] : "");
  if (label === words.registration[0]) return say("registration");
  return !label || label === words["field " + field][0] ? say("field " + field) : label;
}

// listItems returns the terms and values of a list; a value of several lines has one term. A line is the
// name of a field, its value, and the term where that is not the page's.
function listItems(lines) {
  const list = [];
  let before = "";
  for (const [field, text, term] of lines) {
    if (!text) continue;
    list.push(element("dt", null, term ?? (field === before ? "" : say("field " + field))), element("dd", null, text));
    before = field;
  }
  return list;
}

// receipt shows what a genuine receipt states, and separately what the register says now.
function receipt({ said, now }) {
  at("said").hidden = at("now").hidden = !said;
  if (!said) return;
  at("saidLine").textContent = say("saidLine", { time: minute(said.at), service: said.service, day: said.asOf, verdict: say("verdict " + said.verdict) });
  const { claim, asker = {}, question = {}, given } = said;
  at("saidFacts").replaceChildren(...listItems([
    ["name", claim?.name, claim && labelOf("name", claim)], ["number", claim?.number, claim && labelOf("number", claim)],
    ["use", claim?.useUntil && say("period", { from: claim.useFrom, to: claim.useUntil })],
    ["ends", said.ends?.text], ["newer", said.newer && say("note newer")],
    ["given", say("kind " + given.kind)], ["sha256", given.sha256], ["copyDigest", said.copyDigest],
    ["client", asker.client ? say("proven", { name: [asker.clientName, asker.client].filter(Boolean).join(" · ") }) : say("not proven")],
    ["asker", quoted(asker.selfStatedName)],
    ["askedSpecialty", quoted(question.specialty)], ["askedPurpose", quoted(question.purpose)], ["askedRecipient", quoted(question.recipient)],
  ]));
  at("saidChecks").replaceChildren(...rowsToShow({ ...said, given: given.kind }).map(row));
  for (const text of document.querySelectorAll("#saidChecks .text")) text.lang = "zh-CN"; // as it was signed
  at("nowNote").textContent = now ? (now.newer ? say("note newer") : "") : say("noClaim");
  at("nowNote").hidden = !at("nowNote").textContent;
  at("nowChecks").replaceChildren(...(now ? rowsToShow({ ...now, given: given.kind }).map(row) : []));
  at("nowChecks").hidden = !now;
}

function disclosed(d) {
  at("disclosed").hidden = !d;
  at("photo").hidden = !d?.photo;
  at("disclosed").textContent = d ? say(d.by === "consent" ? "consent" : "organisation") : "";
  if (!d?.photo || !/^image\/(jpeg|png)$/.test(d.photo.mime)) return;
  at("photo").src = `data:${d.photo.mime};base64,${d.photo.data}`;
  at("photo").alt = say("photo");
}

// What is shown: an answer of the service, or what the token alone proves.

import { fill, say, tag } from "./words.js";

export const at = (id) => document.getElementById(id);
const marks = { pass: "✓", fail: "✕", unknown: "?", "not-asked": "–", valid: "✓", invalid: "✕", pending: "…" };

function part(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

/** tell says something that is no verdict; "" takes it back. */
export function tell(text, trouble) {
  at("status").textContent = text;
  at("status").classList.toggle("trouble", Boolean(trouble));
  at("status").hidden = !text;
}

/** local is the answer that a token gives by itself, in the shape of the service's. */
export function local(found, asOf) {
  const { claims } = found;
  const texts = say().reasons;
  const checks = found.checks.map((c) => ({ ...c, text: fill(texts[`${c.check} ${c.reason}`] ?? "", claims ?? {}) }));
  return {
    ...found, checks, asOf, given: "token", checkedAt: shanghai(new Date()), reminder: say().reminder,
    subject: claims && { name: claims.name, number: claims.number, useFrom: claims.from, useUntil: claims.until, issued: minute(shanghai(claims.issued)) },
  };
}

/** shanghai writes a moment in the time of Beijing. */
export const shanghai = (moment) => new Date(moment.getTime() + 8 * 3600_000).toISOString().replace("Z", "+08:00");
export const minute = (instant) => instant.slice(0, 16).replace("T", " ");

/**
 * show shows an answer. tone is its verdict, or "pending" while the service is
 * being asked; line stands below the one word.
 */
export function show(answer, tone, line, note = "") {
  const words = say();
  const result = at("result");
  result.className = "card " + tone;
  at("mark").textContent = marks[tone] ?? "?";
  at("word").textContent = tone === "pending" ? words.genuine : words[tone];
  at("line").textContent = line;
  at("when").textContent = fill(words.asOfDay, { day: answer.asOf }) + " · " + fill(words.at, { time: minute(answer.checkedAt) });
  at("note").textContent = note;
  at("note").hidden = !note;
  at("test").hidden = !answer.subject?.test;
  at("newer").hidden = !answer.newer;
  at("reminder").textContent = answer.reminder;
  at("checks").replaceChildren(...told(answer).map(row));
  at("subject").replaceChildren(...facts(answer));
  at("facts").classList.toggle("none", !answer.subject);
  said(answer.said);
  disclosed(answer.subject?.disclosed);
  result.hidden = false;
}

/** summary is a token's answer in one line. */
export function summary(found) {
  const words = say();
  if (!found.claims) return local(found).checks[0].text;
  const reason = found.checks.find((c) => c.check === "copy").reason;
  const time = { expired: words.past, "not-yet": words.early }[reason] ?? words.inTime;
  return [words.genuine, time, words.present].join(" · ");
}

/** reasons says why an answer is not 有效. */
export function reasons(answer) {
  const bad = answer.checks.filter((c) => c.result === "fail");
  const open = told(answer).filter((c) => c.result === "unknown" || c.result === "not-asked");
  const texts = (bad.length ? bad : open).map((c) => c.text);
  if (answer.checks.some((c) => c.check === "issuer" && c.result === "fail")) texts.push(say().shownUntrusted);
  return texts.filter(Boolean).join(tag() === "en" ? "; " : "；");
}

// told are the rows worth a line: what was checked, and for a number that no
// copy was. The paper's row stands below them all, as the reminder.
function told(answer) {
  return answer.checks.filter((c) => c.result !== "not-asked" || (answer.given === "number" && c.check === "copy"));
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
  const lines = [
    ["name", shown.name ? "" : s.name], ["fullName", shown.name], ["number", s.number],
    ["use", s.useUntil && fill(words.period, { from: s.useFrom, to: s.useUntil })],
    ["issued", s.issued], ["typeName", s.typeName], ["employer", s.employer],
    ...(s.specialties ?? []).map((one) => ["specialties", one.name + " " + fill(words.period, one)]),
    ["ends", answer.ends?.text],
    ["purpose", s.purpose && [s.purpose.kind, s.purpose.text, s.purpose.projectCode].filter(Boolean).join(" · ")],
    ["recipient", s.recipient && [s.recipient.name, s.recipient.uscc].filter(Boolean).join(" · ")],
    ["issuer", s.issuer], ["identifier", s.identifier], ["birth", shown.birth], ["idNumber", shown.idNumber],
  ];
  const list = [];
  let before = "";
  for (const [field, text] of lines) {
    if (!text) continue;
    list.push(part("dt", "", field === before ? "" : words.fields[field]), part("dd", "", text));
    before = field;
  }
  return list;
}

function said(s) {
  at("said").hidden = !s;
  if (!s) return;
  const words = say();
  const name = words[s.verdict];
  at("said").textContent = fill(words.said, { time: minute(s.at), day: s.asOf, verdict: name }) + " " +
    fill(words.saidBy, { service: s.service, asker: s.asker?.name ?? s.asker?.client ?? "–" });
}

function disclosed(d) {
  at("disclosed").hidden = !d;
  at("photo").hidden = !d?.photo;
  at("disclosed").textContent = d ? say()[d.by] : "";
  if (!d?.photo || !/^image\/(jpeg|png)$/.test(d.photo.mime)) return;
  at("photo").src = `data:${d.photo.mime};base64,${d.photo.data}`;
  at("photo").alt = say().photo;
}

// The codes in a file that is no original: each with its page and a verdict of its own.

import { deskWords } from "./deskwords.js";
import { element, fold } from "./element.js";
import { addWords, say } from "./language.js";
import { at, marks, reasons, row, rowsToShow } from "./view.js";

addWords(deskWords);

/** subjectOf returns whose copy a code names, in one line. */
function subjectOf({ subject }) {
  if (!subject) return "";
  return [subject.name, subject.number, subject.useUntil && say("period", { from: subject.useFrom, to: subject.useUntil })].filter(Boolean).join(" ");
}

/** warning returns that a code leads elsewhere than to this service, "" if it does not. */
function warning(leadsTo) {
  if (leadsTo === "?") return say("code else");
  return leadsTo && leadsTo !== location.host ? say("code away", { host: leadsTo }) : "";
}

/** gapsOf returns what a scan has beside codes that were judged, a text each. */
function gapsOf({ codes, unread, others, several }) {
  const found = several ? [say("code several", { count: several })] : codes.length ? [] : [say(others ? "code others" : "code none")];
  return found.concat(unread.map(unreadLine));
}

/** linesOf returns what was found, one line for each code, and for each page that was not searched. */
export function linesOf(scan) {
  const lines = scan.codes.map(({ page, verdict, leadsTo }) => {
    const why = verdict.verdict === "valid" ? "" : reasons(verdict);
    return [say("code on", { page }) + say("verdict " + verdict.verdict), subjectOf(verdict), why, warning(leadsTo)].filter(Boolean).join(" ");
  });
  return lines.concat(gapsOf(scan));
}

const unreadLine = ({ page, reason }) => say(page ? "code unread" : "code unread file", { page }) + say("unread " + reason);

/** showCodes shows what was found below the verdict on the file. */
export function showCodes(scan) {
  const list = scan.codes.map(({ page, verdict, leadsTo }) => element("li", { class: { valid: "pass", invalid: "fail" }[verdict.verdict] ?? "unknown" },
    element("span", { class: "sign", "aria-hidden": "true" }, marks[verdict.verdict]),
    element("span", { class: "label" }, say("code on", { page }), say("verdict " + verdict.verdict)),
    element("div", { class: "text" }, subjectOf(verdict), verdict.verdict !== "valid" && element("p", null, reasons(verdict)), warning(leadsTo) && element("p", null, warning(leadsTo)),
      fold(say("checks"), element("ol", null, rowsToShow(verdict).map(row))))));
  at("codesTitle").textContent = say("codes");
  at("codesNote").textContent = [...(scan.codes.length ? [say("code proves")] : []), ...gapsOf(scan)].join(" ");
  at("codesList").replaceChildren(...list);
}

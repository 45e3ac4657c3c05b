// What the receipt of many files states: of each its digest, its copy, and what the register had of it then; and
// what the manifest of a job states.

import { deskWords } from "./deskwords.js";
import { element, quoted } from "./element.js";
import { addWords, say } from "./language.js";
import { minute } from "./time.js";
import { at, marks, nameOf } from "./view.js";
import { words } from "./words.js";

addWords(deskWords);

// resultOf returns the worst result of a statement's rows.
function resultOf({ checks, problem }) {
  const results = checks.map((check) => check.result);
  return problem || !checks.length ? "unknown" : ["fail", "unknown"].find((one) => results.includes(one)) ?? "pass";
}

// reasonOf names a reason as the catalogue does. A receipt has no values for its text: what follows the first colon or
// bracket is left out.
function reasonOf({ check, reason }) {
  const key = `${check} ${reason}`;
  return words[key] ? say(key).split(/[（(：:]/)[0].replace(/ on $/, "").trim() : reason;
}

function lineOf({ given, claim, printed, checks, problem }) {
  const bad = checks.filter((check) => ["fail", "unknown"].includes(check.result));
  return [
    claim ? [claim.name, claim.number, claim.useUntil && say("period", { from: claim.useFrom, to: claim.useUntil })].filter(Boolean).join(" ") : say("batch none"),
    printed && say("batch printed") + [printed.name, quoted(printed.number ?? ""), printed.until].filter(Boolean).join(" "),
    ...bad.map((check) => `${nameOf(check.check)}：${say("result " + check.result)}（${reasonOf(check)}）`), problem,
    `${say("kind " + given.kind)} SHA-256 ${given.sha256}`,
  ].filter(Boolean);
}

// askedOf returns the lines of a statement that say what was asked, and by whom.
function askedOf({ asker = {}, question = {} }) {
  return [
    ...["specialty", "purpose", "recipient"].filter((name) => question[name]).map((name) => `${say(name)} ${quoted(question[name])}`),
    asker.client ? say("proven", { name: [asker.clientName, asker.client].filter(Boolean).join(" · ") }) : "",
    asker.selfStatedName && say("field asker") + quoted(asker.selfStatedName),
  ];
}

/** showJob shows what a genuine manifest of a job states. Its entries are in the manifest. */
export function showJob(job) {
  at("codesTitle").textContent = say("job title", { count: job.count });
  at("codesNote").textContent = [say("job made", { time: minute(job.at), service: job.service }), ...askedOf(job)].filter(Boolean).join(" ");
  const counts = ["invalid", "unknown", "valid", "receipt"].filter((tone) => job.verdicts[tone]).map((tone) => `${say("verdict " + tone)} ${job.verdicts[tone]}`);
  const rows = [["desk verdict", counts.join("，")], ["job archive", `SHA-256 ${job.archive.sha256}`], ["job note", say("job check")]];
  at("codesList").replaceChildren(...rows.map(([name, text]) => element("li", null,
    element("span", { class: "sign", "aria-hidden": "true" }), element("span", { class: "label" }, say(name)), element("p", { class: "text" }, text))));
}

/** showBatch shows what a genuine receipt of many files states. */
export function showBatch(batch) {
  at("codesTitle").textContent = say("batch title", { count: batch.items.length });
  at("codesNote").textContent = [
    batch.statement, say("batch made", { time: minute(batch.at), service: batch.service, day: batch.asOf }), ...askedOf(batch), batch.build && say("batch build", { build: quoted(batch.build) }),
  ].filter(Boolean).join(" ");
  at("codesList").replaceChildren(...batch.items.map((item, i) => {
    const result = resultOf(item);
    return element("li", { class: result },
      element("span", { class: "sign", "aria-hidden": "true" }, marks[result]),
      element("span", { class: "label" }, String(i + 1), element("span", { class: "unseen" }, " " + say("result " + result))),
      element("div", { class: "text" }, lineOf(item).map((line) => element("p", null, line))));
  }));
}

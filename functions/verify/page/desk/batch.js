// What the receipt of many files states: of each its digest, its copy, and what the register had of it then; and
// what the manifest of a job states.

import { deskWords } from "./deskwords.js";
import { element, quoted } from "./element.js";
import { addWords, say } from "./language.js";
import { minute } from "./time.js";
import { at, marks, nameOf } from "./view.js";

addWords(deskWords);

// resultOf returns the worst result of a statement's rows.
function resultOf({ checks, problem }) {
  const results = checks.map((check) => check.result);
  return problem || !checks.length ? "unknown" : ["fail", "unknown"].find((one) => results.includes(one)) ?? "pass";
}

function lineOf({ given, claim, printed, checks, problem }) {
  const bad = checks.filter((check) => ["fail", "unknown"].includes(check.result));
  return [
    claim ? [claim.name, claim.number, claim.useUntil && say("period", { from: claim.useFrom, to: claim.useUntil })].filter(Boolean).join(" ") : say("batch none"),
    printed && say("batch printed") + [printed.name, quoted(printed.number ?? ""), printed.until].filter(Boolean).join(" "),
    ...bad.map((check) => `${nameOf(check.check)}：${say("result " + check.result)}（${check.reason}）`), problem,
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
  const counts = ["valid", "invalid", "unknown", "receipt"].map((tone) => `${say("verdict " + tone)} ${job.verdicts[tone]}`).join("，");
  at("codesList").replaceChildren(...[counts, `${say("job archive")} SHA-256 ${job.archive.sha256}`, say("job check")].map((line) => element("li", null, element("p", null, line))));
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

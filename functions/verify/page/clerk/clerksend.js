// Sends rows in requests of a few megabytes, first as a trial, then to be kept. A request that got no answer
// is sent again later: rows that the service has already are unchanged.

import { language } from "./language.js";
import { read, send, Unreachable } from "./request.js";

const mostRows = 200; // of a request
const mostBytes = 3_000_000; // of a request; the service takes 4 MiB
const patience = 60_000; // milliseconds
const longest = 120; // seconds that are waited in a row where the service is busy or fails

/** Refused says that the service did not take a request. It has the answer's problem. */
export class Refused extends Error {
  constructor(response, problem) {
    super(problem && problem.title ? problem.title : `status ${response.status}`);
    this.response = response;
    this.problem = problem;
  }
}

/**
 * sendRows sends the lines of rows, in their order. lineOf returns a row's line; answered is called with the rows of each
 * request, the answer's rows and its report. going is looked at between requests: {stopped} ends it.
 */
export async function sendRows(office, rows, dryRun, lineOf, answered, going) {
  let body = [];
  let group = [];
  let size = 0;
  const flush = async () => {
    if (!group.length) return;
    const answer = await post(office, body.join("\n"), dryRun, going);
    if (answer) await answered(group, answer.rows, answer.report);
    body = [];
    group = [];
    size = 0;
  };
  for (const row of rows) {
    if (going.stopped) return;
    const line = await lineOf(row);
    if (group.length === mostRows || (group.length && size + line.size > mostBytes)) await flush();
    if (going.stopped) return;
    body.push(line.text);
    group.push(row);
    size += line.size + 1;
  }
  await flush();
}

async function post(office, body, dryRun, going) {
  let left = longest;
  let renewed = false;
  for (let next = 1; ; next *= 2) {
    const { token, response: refusal, answer: why } = await office.authenticate();
    const response = token ? await send("/v1/reports" + (dryRun ? "?dryRun=true" : ""), {
      method: "POST", headers: { authorization: "Bearer " + token, "content-type": "application/x-ndjson", "accept-language": language() }, body,
    }, patience) : refusal;
    const answer = token ? await read(response) : why;
    if (token && response.ok && answer && answer.rows) return answer;
    if (token && response.status === 401 && !renewed) {
      office.forget();
      renewed = true;
      continue;
    }
    const seconds = Math.max(next, Number(response.headers.get("retry-after")) || 0);
    if (![429, 500, 502, 503, 504].includes(response.status) || seconds > left) throw new Refused(response, answer);
    left -= seconds;
    await wait(seconds, going);
    if (going.stopped) return null;
  }
}

async function wait(seconds, going) {
  const until = Date.now() + seconds * 1000;
  while (!going.stopped && Date.now() < until) await new Promise((done) => { setTimeout(done, 200); });
}

export { Unreachable };

// Asks the register about copies that were judged on this device. What identifies a copy is sent, and
// nothing else of a file.

import { fault, problemOf } from "./ask.js";
import { build } from "./judge.js";
import { language } from "./language.js";
import { read, send, Unreachable } from "./request.js";

const patience = 30_000; // milliseconds
const longest = 600; // seconds that are waited altogether where too much was asked, as the commands do
const longestFailing = 60; // and where the service fails

/**
 * askRegister returns {entry} or {problem} for each identity, in their order, and {} where no answer came;
 * beside them the receipt, if one is wanted of the answer to all of them. wait is called with the seconds
 * before what the service had no time for is asked again; false from it ends that.
 */
export async function askRegister(identities, more, wait) {
  const found = identities.map(() => ({}));
  let open = identities.map((_, i) => i);
  let left = longest;
  for (let next = 1; ; next *= 2) {
    const { entries, receipt } = await post(open.map((i) => identities[i]), more);
    for (const [n, i] of open.entries()) found.splice(i, 1, entries[n]);
    const busy = open.filter((i) => ["rate-limited", "unavailable"].includes(found[i].problem?.code));
    if (!busy.length) return { found, receipt };
    if (busy.some((i) => found[i].problem.code !== "rate-limited")) left = Math.min(left, longestFailing);
    const seconds = Math.max(next, ...busy.map((i) => found[i].problem.retryAfter ?? 0));
    if (seconds > left || !(await wait(seconds))) return { found };
    left -= seconds;
    open = more.wantReceipt ? open : busy; // a receipt is of all of them
  }
}

async function post(items, more) {
  const all = (one) => ({ entries: items.map(() => one) });
  try {
    const response = await send("/v1/verifications/batch", {
      method: "POST", headers: { "accept-language": language(), "content-type": "application/json" }, body: JSON.stringify({ ...more, build, items }),
    }, patience);
    const answer = await read(response);
    if (response.ok && answer?.items?.length === items.length) {
      return { entries: answer.items.map((entry) => (entry.problem ? { problem: entry.problem } : { entry })), receipt: answer.receipt };
    }
    const problem = problemOf(response, answer);
    return all({ problem: { ...problem, retryAfter: Number(response.headers.get("retry-after")) || problem.retryAfter } });
  } catch (cause) {
    return all(cause instanceof Unreachable ? {} : { problem: fault(cause) });
  }
}

// Asks the service about one thing that was given: a token, a receipt, a number with its name, or a file.

import { language, say } from "./language.js";
import { read, send, Unreachable } from "./request.js";

/** largest is how many bytes of a file the service takes. */
export const largest = 4_400_000;
const patience = 30_000; // milliseconds

/**
 * request sends what was given with a question and further members, and returns the answer. A receipt is
 * sent alone, since it states its own question.
 */
export function request(what, question, more = {}, accept = "application/json") {
  const headers = { "accept-language": language(), accept };
  const init = { method: "POST", headers };
  if (what.receipt) question = {};
  if (what.file) {
    headers["content-type"] = "application/octet-stream";
    const query = new URLSearchParams(question);
    if (more.asker) query.set("asker", more.asker.name);
    if (more.wantReceipt) query.set("wantReceipt", "true");
    return send("/v1/verifications?" + query, { ...init, body: what.file }, patience);
  }
  headers["content-type"] = "application/json";
  return send("/v1/verifications", { ...init, body: JSON.stringify({ ...what, ...question, ...more }) }, patience);
}

/**
 * ask returns the service's answer, {problem}, or null if none came. If a file turns out to be the page of
 * a receipt, it is sent again alone.
 */
export async function ask(what, question) {
  try {
    let response = await request(what, question);
    let answer = await read(response);
    if (answer?.fields?.some((field) => field.rule === "receipt")) {
      response = await request(what, {});
      answer = await read(response);
    }
    return response.ok && answer ? answer : { problem: problemOf(response, answer) };
  } catch (cause) {
    return cause instanceof Unreachable ? null : { problem: fault(cause) };
  }
}

/** problemOf is what the service says it refuses, or that its answer cannot be read. */
export const problemOf = (response, answer) => (answer?.title ? answer : { title: say("noAnswer", { status: response.status }) });

/** fault is a failure of this page, in the form of a problem. */
export function fault(cause) {
  console.error(cause.stack ?? cause);
  return { title: say("fault", { cause: String(cause) }), remedy: say("faultRemedy") };
}

/** complaint returns a problem in one text. */
export function complaint(problem) {
  const parts = [problem.title, problem.detail];
  for (const field of problem.fields ?? []) parts.push(field.detail + (field.suggestion ? " → " + field.suggestion : ""));
  return parts.concat(problem.remedy).filter(Boolean).join(" ");
}

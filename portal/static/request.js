// Requests: an answer that came whole, or Unreachable.

// Unreachable says that no answer came. Nothing else throws it.
export class Unreachable extends Error {}

// send sends a request and returns the whole answer. It gives up after some milliseconds. What is
// wrong with the request itself is thrown as it is.
export async function send(address, init, patience = 35_000) {
  new Request(address, init); // throws what is wrong with it
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), patience);
  let answer;
  let body;
  try {
    answer = await fetch(address, {...init, signal: limit.signal});
    body = await answer.blob();
  } catch (cause) {
    throw new Unreachable(String(cause));
  } finally {
    clearTimeout(timer);
  }
  const {status, headers} = answer;
  return new Response(status === 204 ? null : body, {status, headers});
}

// read returns the JSON of an answer, or null if it is not JSON.
export async function read(answer) {
  try {
    return JSON.parse(await answer.text());
  } catch {
    return null;
  }
}

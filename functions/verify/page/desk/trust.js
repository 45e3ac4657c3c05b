// The trust bundle, which a document is judged by: fetched now, or as this device kept it.

import { send, Unreachable } from "./request.js";

const place = "jiazhu-trust-2"; // of the bundle's version 2
const address = "/.well-known/jiazhu-trust.json";

/** trustBundle returns the bundle's text, or null if the service does not answer and none was kept. */
export async function trustBundle() {
  try {
    const answer = await send(address, { cache: "no-cache" }, 8000);
    if (answer.ok) {
      const text = await answer.text();
      await keep(text);
      return text;
    }
  } catch (cause) {
    if (!(cause instanceof Unreachable)) throw cause;
  }
  return kept();
}

// Storage may be missing, switched off or full. Then nothing is kept.
async function kept() {
  try {
    const answer = await (await caches.open(place)).match(address);
    return answer ? answer.text() : null;
  } catch {
    return null;
  }
}

async function keep(text) {
  try {
    await (await caches.open(place)).put(address, new Response(text, { headers: { "content-type": "application/json" } }));
  } catch { /* then it serves this visit */ }
}

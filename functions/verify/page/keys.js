// The published keys, stored with the time they were fetched, so that a code can
// be checked without a network. Each key has the period in which it signs, nbf and
// exp; a stored set without them is ignored.

import { read, send, Unreachable } from "./request.js";

const place = "jiazhu-keys-2";
const address = "/.well-known/jwks.json";
const fetched = "x-fetched-at";
const fresh = 86_400_000; // a day in milliseconds

/**
 * keysFor returns {keys, at}: the stored set if it is at most a day old and
 * has the named key, otherwise one fetched now, or the stored one if that fails, and
 * when it was fetched; null if there is none.
 */
export async function keysFor(kid) {
  const known = await kept();
  const has = known?.keys.keys.some((k) => kid === undefined || k.kid === kid);
  if (has && Date.now() - known.at < fresh) return known;
  return (await update()) ?? known;
}

// Storage may be missing, switched off or full. Then nothing is kept.
async function kept() {
  try {
    const answer = await (await caches.open(place)).match(address);
    return answer ? { keys: await answer.json(), at: new Date(answer.headers.get(fetched)) } : null;
  } catch {
    return null;
  }
}

async function keep(keys, at) {
  try {
    const headers = { "content-type": "application/json", [fetched]: at.toISOString() };
    await (await caches.open(place)).put(address, new Response(JSON.stringify(keys), { headers }));
  } catch { /* then they serve this visit */ }
}

// update fetches the set and keeps it. It returns null if the service does not hand it out.
async function update() {
  let answer;
  try {
    answer = await send(address, { cache: "no-cache" }, 8000);
  } catch (cause) {
    if (!(cause instanceof Unreachable)) throw cause;
    return null;
  }
  const keys = answer.ok && (await read(answer));
  if (!Array.isArray(keys?.keys)) return null;
  const at = new Date();
  await keep(keys, at);
  return { keys, at };
}

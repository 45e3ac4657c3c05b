// The published keys, stored with the time they were fetched, so that a code can
// be checked without a network. Each key has the period in which it signs, nbf and
// exp; a stored set without them is ignored.

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

async function kept() {
  if (!("caches" in globalThis)) return null;
  const answer = await (await caches.open(place)).match(address);
  if (!answer) return null;
  return { keys: await answer.json(), at: new Date(answer.headers.get(fetched)) };
}

async function update() {
  try {
    const answer = await fetch(address, { cache: "no-cache", signal: AbortSignal.timeout(8000) });
    if (!answer.ok) return null;
    const body = await answer.text();
    const keys = JSON.parse(body);
    if (!Array.isArray(keys.keys)) return null;
    const at = new Date();
    if ("caches" in globalThis) {
      const headers = { "content-type": "application/json", [fetched]: at.toISOString() };
      await (await caches.open(place)).put(address, new Response(body, { headers }));
    }
    return { keys, at };
  } catch {
    return null;
  }
}

// Serves the page without a network. This script names the page's entity tag and the digests of its files, so that a
// change of any makes the browser fetch them again. Every file but the page has a name that changes with its content: what
// is kept under a name is never out of date.

const version = "jiazhu-page-{{version}}";
const tag = '{{tag}}';
const first = {{first}}; // kept on a first visit
const later = {{later}}; // kept once the page has asked for one of them
const programs = {{programs}}; // each is kept once the page has asked for it
const manifest = {{manifest}};
const digests = { ...first, ...later, ...programs };

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep());
});

async function keep() {
  const cache = await caches.open(version);
  await Promise.all([keepPage(cache), ...Object.keys(first).map((file) => keepFile(cache, file))]);
}

// keepPage keeps the page that the browser's own cache has, if it is of this version: it has just been fetched.
// Otherwise it asks the service, and keeps nothing if that answers another version: some seconds after a deployment an
// edge may still have the former page beside this script.
async function keepPage(cache) {
  const stored = await fetch("/v", { cache: "force-cache" });
  const response = stored.headers.get("etag") === tag ? stored : await fetch("/v", { cache: "reload" });
  if (!response.ok || response.headers.get("etag") !== tag) throw new Error(`/v: status ${response.status}, or another version`);
  await cache.put("/v", response);
}

// keepFile keeps a file, which the browser's own cache has if the page has fetched it.
async function keepFile(cache, file) {
  await cache.put(file, await fetch(file, { integrity: digests[file] }));
}

self.addEventListener("activate", (event) => event.waitUntil(clean()));

// clean deletes the caches before the last one: a page of that version may still be open.
async function clean() {
  const names = (await caches.keys()).filter((name) => name.startsWith("jiazhu-page-") && name !== version);
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (pathname === "/v/manifest.json") return event.respondWith(new Response(JSON.stringify(manifest), { headers: { "content-type": "application/manifest+json" } }));
  if (pathname !== "/v" && !/^\/v\/[a-z.]+-[a-z2-7]{8}\.[a-z]+$/.test(pathname)) return;
  event.respondWith(serve(pathname, event.request));
  if (!(pathname in later || pathname in programs)) return;
  keeping = keeping || keepLater().catch(() => { keeping = null; });
  event.waitUntil(keeping);
});

let keeping = null; // promise that the files are kept

// keepLater keeps all files that judge files as soon as one is asked for: without a network the others are wanted, too.
async function keepLater() {
  const cache = await caches.open(version);
  const kept = (await cache.keys()).map((request) => new URL(request.url).pathname);
  await Promise.all(Object.keys(later).filter((file) => !kept.includes(file)).map((file) => keepFile(cache, file)));
}

async function serve(pathname, request) {
  const cache = await caches.open(version);
  const kept = await cache.match(pathname) || (pathname !== "/v" && await caches.match(pathname));
  if (kept) return kept;
  if (!(pathname in digests)) return fetch(request);
  const answer = await fetch(pathname, { integrity: digests[pathname] });
  if (answer.ok) await cache.put(pathname, answer.clone());
  return answer;
}

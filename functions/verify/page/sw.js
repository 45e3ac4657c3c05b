// Serves the page without a network. The service writes the entity tag of every file into this
// script, so that a change of any makes the browser fetch them again.

const version = "jiazhu-page-{{version}}";
const tags = {{tags}};
const later = {{later}}; // kept once the page has asked for it
const modules = Object.keys(later).filter((file) => !/-[0-9a-f]{16}\./.test(file)); // which need one another, besides the programs

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep());
});

async function keep() {
  const cache = await caches.open(version);
  await Promise.all(Object.keys(tags).map(async (file) => cache.put(file, await load(file))));
}

// load returns the file that the browser's own cache has, if it is of this version: the page has
// just fetched it. Otherwise it asks the service.
async function load(file) {
  const stored = await fetch(file, { cache: "force-cache" });
  const response = stored.headers.get("etag") === tags[file] ? stored : await fetch(file, { cache: "reload" });
  if (!response.ok) throw new Error(`${file}: status ${response.status}`);
  return response;
}

self.addEventListener("activate", (event) => event.waitUntil(clean()));

async function clean() {
  for (const name of await caches.keys()) {
    if (name.startsWith("jiazhu-page-") && name !== version) await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin || !(pathname in tags || pathname in later)) return;
  event.respondWith(serve(pathname, event.request));
  if (!(pathname in later)) return;
  keeping = keeping || keepModules().catch(() => { keeping = null; });
  event.waitUntil(keeping);
});

let keeping = null; // promise that the modules are kept

// keepModules keeps all modules that judge files as soon as one is asked for: without a network the others are wanted, too.
async function keepModules() {
  const cache = await caches.open(version);
  const kept = (await cache.keys()).map((request) => new URL(request.url).pathname);
  await Promise.all(modules.filter((file) => !kept.includes(file)).map(async (file) => {
    const answer = await fetch(file);
    if (answer.ok && answer.headers.get("etag") === later[file]) await cache.put(file, answer);
  }));
}

async function serve(pathname, request) {
  const cache = await caches.open(version);
  const kept = await cache.match(pathname);
  if (kept) return kept;
  const answer = await fetch(request);
  if (pathname in later && answer.ok && answer.headers.get("etag") === later[pathname]) await cache.put(pathname, answer.clone());
  return answer;
}

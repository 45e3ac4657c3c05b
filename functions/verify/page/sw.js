// Serves the page without a network. The service writes the version, a digest of
// all files, into this script, so that any change makes the browser fetch them again.

const version = "jiazhu-page-{{version}}";
const files = [
  "/v", "/v/verify.css", "/v/verify.js", "/v/token.js", "/v/keys.js", "/v/view.js", "/v/words.js", "/v/texts.js",
  "/v/element.js", "/v/language.js", "/v/save.js", "/v/time.js", "/v/icon.svg", "/v/manifest.json"
];

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep());
});

async function keep() {
  const cache = await caches.open(version);
  await cache.addAll(files.map((file) => new Request(file, { cache: "reload" })));
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
  if (event.request.method !== "GET" || origin !== location.origin || !files.includes(pathname)) return;
  event.respondWith(serve(pathname, event.request));
});

async function serve(pathname, request) {
  const cache = await caches.open(version);
  return (await cache.match(pathname)) ?? fetch(request);
}

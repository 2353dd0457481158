// The service worker. The server writes one line before this file: const CONFIG = {release, shell: [urls], offline}.
//
// Pages go to the network first and are kept when anybody may see them; without a connection, or after three seconds,
// the kept page answers, else the site's offline page. Files under /static/ have their hash in their name, so a page of
// any release finds its own and nothing else: all releases share one cache of them. Beside another release the offline page
// that comes may be that one's, so it is kept with the files it names, like any page. A new worker waits until no page of the
// old one is open, then deletes the old shell and every file no kept page names.
const SHELL = "shell-" + CONFIG.release, PAGES = "pages", FILES = "files";
const MOST_PAGES = 60, MOST_MEDIA = 80, PATIENCE = 3000;
const hashed = (url) => url.pathname.startsWith("/static/");
const media = (url) => url.pathname.startsWith("/media/");
const never = (url) => CONFIG.never.some((path) => url.pathname.startsWith(path));

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const offline = await fetch(CONFIG.offline, { cache: "reload" });
  if (offline.status !== 200) throw new Error("no offline page");
  await keepFiles([...CONFIG.shell, ...named(await offline.clone().text())]);
  await (await caches.open(SHELL)).put(CONFIG.offline, offline);
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  if (registration.navigationPreload) await registration.navigationPreload.enable();
  for (const name of await caches.keys()) if (name.startsWith("shell-") && name !== SHELL) await caches.delete(name);
  await prune();
  await clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || never(url)) return;
  if (request.mode === "navigate") event.respondWith(page(event, url));
  else if (hashed(url) || media(url)) event.respondWith(file(event, url));
});

self.addEventListener("message", (event) => {
  const { type, url } = event.data || {};
  if (type === "visited") event.waitUntil(visited(new URL(url, location.href)).catch(() => {}));
  if (type === "clear") event.waitUntil(caches.delete(PAGES));
});

async function page(event, url) {
  const network = (async () => (await event.preloadResponse) || fetch(event.request))();
  event.waitUntil(network.then((answer) => keepable(answer) && keep(url, answer.clone())).catch(() => {}));
  const waited = new Promise((done) => setTimeout(done, PATIENCE));
  try {
    const answer = await Promise.race([network, waited]);
    if (answer) return answer;
    return (await kept(url)) || (await network);
  } catch {
    return (await kept(url)) || (await (await caches.open(SHELL)).match(CONFIG.offline)) || Response.error();
  }
}

// A hashed file never changes: the cache answers first. Media is kept too, but never more than MOST_MEDIA of it.
async function file(event, url) {
  const cache = await caches.open(FILES), found = await cache.match(url.href);
  if (found) return found;
  const answer = await fetch(event.request);
  if (answer.status === 200 && answer.type === "basic") {
    const copy = answer.clone();
    event.waitUntil((async () => {
      await cache.put(url.href, copy);
      if (media(url)) await trim(cache, MOST_MEDIA, media);
    })().catch(() => {}));
  }
  return answer;
}

// Keeps a page the browser program showed without a navigation, or that was open before there was a worker.
async function visited(url) {
  if (url.origin !== location.origin || never(url)) return;
  const answer = await fetch(url.href.split("#")[0], { headers: { Accept: "text/html" }, priority: "low" });
  if (keepable(answer)) await keep(url, answer);
}

function keepable(answer) {
  const control = answer.headers.get("Cache-Control") || "";
  return answer.status === 200 && answer.type === "basic" && !answer.redirected
    && (answer.headers.get("Content-Type") || "").startsWith("text/html")
    && /\bpublic\b/.test(control) && !/private|no-store/.test(control);
}

// A page is kept with the files it names, so that it opens as it was whatever release the server has by then.
async function keep(url, answer) {
  const cache = await caches.open(PAGES), key = url.href.split("#")[0], text = await answer.clone().text();
  await keepFiles(named(text));
  await cache.delete(key);
  await cache.put(key, answer);
  await trim(cache, MOST_PAGES, () => true);
}

async function kept(url) {
  return (await caches.open(PAGES)).match(url.href.split("#")[0]);
}

// What a page names are values of attributes: a text may hold any name, and quotes in it are escaped.
const named = (text) => [...new Set([...text.matchAll(/="(\/static\/[\w.\/-]+)/g)].map((m) => m[1]))];

async function keepFiles(urls) {
  const cache = await caches.open(FILES);
  await Promise.all(urls.map(async (u) => {
    if (navigator.connection?.saveData && u.endsWith(".wasm")) return;
    if (!(await cache.match(u))) await cache.add(u);
  }));
}

async function trim(cache, most, which) {
  const keys = (await cache.keys()).filter((request) => which(new URL(request.url)));
  for (const request of keys.slice(0, Math.max(0, keys.length - most))) await cache.delete(request);
}

async function prune() {
  const files = await caches.open(FILES), used = new Set(CONFIG.shell);
  for (const pages of [await caches.open(PAGES), await caches.open(SHELL)]) {
    for (const request of await pages.keys()) {
      for (const u of named(await (await pages.match(request)).text())) used.add(u);
    }
  }
  for (const request of await files.keys()) {
    const url = new URL(request.url);
    if (hashed(url) && !used.has(url.pathname)) await files.delete(request);
  }
}

/* Keeps what a reader has seen, so that it can be read again without a network, and isolates the pages.

   BUILD is written before this script when the site is built: {version, kernel}. Pages and their files come from the
   network while there is one; the parts of the kernel have their content in their address and are never asked for
   twice. With the isolation headers a browser allows shared memory, by which a running cell can be interrupted. */
/* global BUILD */

const PAGES = `pages-${BUILD.version}`;
const KERNEL = "kernel";
const ISOLATION = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
const parts = new Set(BUILD.kernel);
/** JupyterLite and what it takes from the pages' kernel, tens of megabytes: notebooks need a network. */
const NOTEBOOKS = ["lite/", "_static/live/pyodide/", "_static/live/wheels/"];

/** The name of a part of the kernel with the mark of its content, or null. */
const partOf = (url) => {
  const name = url.pathname.split("/").pop() + url.search;
  return parts.has(name) ? name : null;
};

const NOT_KEPT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>No network</title>
<meta name="viewport" content="width=device-width"><body style="font:1.1rem/1.5 sans-serif;margin:3rem;max-width:40rem">
<h1>No network</h1><p>This page has not been opened on this machine before, so it is not kept here.
The pages you have read can be opened again. <a href="./">To the first page</a></p>`;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => self.clients.claim())));

/** Remove what belongs to an earlier build. */
async function tidy() {
  for (const name of await caches.keys()) {
    if (name !== PAGES && name !== KERNEL && /^(pages-|kernel$)/.test(name)) await caches.delete(name);
  }
  const kernel = await caches.open(KERNEL);
  for (const request of await kernel.keys()) {
    if (!partOf(new URL(request.url))) await kernel.delete(request);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const { scope } = self.registration;
  const inside = request.url.startsWith(scope) && !NOTEBOOKS.some((folder) => request.url.startsWith(scope + folder));
  if (request.method !== "GET" || request.headers.has("range")) return;
  if (partOf(url)) event.respondWith(kept(request));
  else if (inside) event.respondWith(fresh(request));
});

/** A part of the kernel: from the cache, else from the network into the cache. */
async function kept(request) {
  const cache = await caches.open(KERNEL);
  const found = await cache.match(request.url);
  if (found) return found;
  const response = await fetch(request);
  if (response.ok) await cache.put(request.url, response.clone());
  return isolated(response);
}

/** Anything else of the site: from the network, and without one from the cache. */
async function fresh(request) {
  const cache = await caches.open(PAGES);
  try {
    const response = await fetch(request);
    if (response.status === 200) await cache.put(request.url, response.clone());
    return isolated(response);
  } catch (error) {
    const found = await cache.match(request.url, { ignoreSearch: request.mode === "navigate" });
    if (found) return isolated(found);
    if (request.mode !== "navigate") throw error;
    return new Response(NOT_KEPT, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8", ...ISOLATION } });
  }
}

function isolated(response) {
  if (response.type === "opaque" || response.type === "opaqueredirect" || response.status === 0) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/** What a page loaded before this worker was there. */
self.addEventListener("message", ({ data }) => {
  for (const address of data.keep ?? []) keep(new URL(address, self.registration.scope));
});

async function keep(url) {
  const cache = await caches.open(partOf(url) ? KERNEL : PAGES);
  if (await cache.match(url.href)) return;
  const response = await fetch(url, { cache: "force-cache" });
  if (response.status === 200) await cache.put(url.href, response);
}

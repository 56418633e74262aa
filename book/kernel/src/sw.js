/* Keeps what a reader has seen, so that it can be read again without a network, and isolates the pages.

   BUILD is written before this script when the site is built: {version, kernel}. Pages and their files come from the
   network while there is one; the parts of the kernel have their content in their address and are never asked for
   twice. With the isolation headers a browser allows shared memory, by which a running cell can be interrupted. */

const sw = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** All sites of one host share their caches, so the names of ours begin with where this site is. */
const OURS = `${sw.registration.scope} `;
const PAGES = `${OURS}pages ${BUILD.version}`;
const KERNEL = `${OURS}kernel`;
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

sw.addEventListener("install", () => sw.skipWaiting());

sw.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => sw.clients.claim())));

/**
 * Storage may be full, blocked or broken. That costs what would have been kept, never an answer of the network.
 * @template T
 * @param {() => Promise<T>} use
 * @returns {Promise<T | undefined>}
 */
async function withStorage(use) {
  try {
    return await use();
  } catch (error) {
    console.warn(`This browser keeps nothing for reading without a network: ${error}`);
    return undefined;
  }
}

/** Remove what belongs to an earlier build. */
const tidy = () => withStorage(async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(OURS) && name !== PAGES && name !== KERNEL) await caches.delete(name);
  }
  const kernel = await caches.open(KERNEL);
  for (const request of await kernel.keys()) {
    if (!partOf(new URL(request.url))) await kernel.delete(request);
  }
});

const find = (name, address) => withStorage(async () => (await caches.open(name)).match(address));

/** Keep a response; what cannot be kept is not kept in an older version either. */
const put = (name, address, response) => withStorage(async () => {
  const cache = await caches.open(name);
  try {
    await cache.put(address, response);
  } catch (error) {
    await cache.delete(address);
    throw error;
  }
});

sw.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const { scope } = sw.registration;
  const inside = request.url.startsWith(scope) && !NOTEBOOKS.some((folder) => request.url.startsWith(scope + folder));
  if (request.method !== "GET" || request.headers.has("range")) return;
  if (partOf(url)) event.respondWith(kept(event));
  else if (inside) event.respondWith(fresh(event));
});

/** A part of the kernel: from the cache, else from the network, and meanwhile into the cache. */
async function kept(event) {
  const { request } = event;
  const found = await find(KERNEL, request.url);
  if (found) return isolated(found); // an isolated page takes no script without the headers
  const response = await fetch(request);
  if (response.ok) event.waitUntil(putPart(request.url, response.clone()));
  return isolated(response);
}

/** Keep a part of the kernel if it is what its mark says: a host may have answered with a page of its own. */
async function putPart(address, response) {
  const digest = await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer());
  const mark = new DataView(digest).getUint32(0).toString(16).padStart(8, "0");
  if (new URL(address).search === `?v=${mark}`) await put(KERNEL, address, response);
}

/** A page is the same whatever its address asks it to mark. */
const withoutSearch = (address) => address.split(/[?#]/)[0];

/** Anything else of the site: from the network, and without one from the cache. */
async function fresh(event) {
  const { request } = event;
  const address = request.mode === "navigate" ? withoutSearch(request.url) : request.url;
  let response;
  try {
    response = await fetch(request);
  } catch (error) {
    const found = await find(PAGES, address);
    if (found) return isolated(found);
    if (request.mode !== "navigate") throw error;
    return new Response(NOT_KEPT, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8", ...ISOLATION } });
  }
  if (response.status === 200) event.waitUntil(put(PAGES, address, response.clone()));
  return isolated(response);
}

function isolated(response) {
  if (response.type === "opaque" || response.type === "opaqueredirect" || response.status === 0) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/** What a page loaded before this worker was there. */
sw.addEventListener("message", (event) => {
  for (const address of event.data.keep ?? []) event.waitUntil(keep(new URL(address, sw.registration.scope)));
});

async function keep(url) {
  const part = partOf(url);
  if (await find(part ? KERNEL : PAGES, url.href)) return;
  const response = await fetch(url, { cache: "force-cache" });
  if (response.status === 200) await (part ? putPart(url.href, response) : put(PAGES, url.href, response));
}

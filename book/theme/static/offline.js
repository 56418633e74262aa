/* Registers the service worker, which keeps the pages that a reader has opened. */
(() => {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  const root = new URL(document.documentElement.dataset.content_root, location.href);
  const loaded = () => [location.href.split("#")[0], ...performance.getEntriesByType("resource").map(({ name }) => name)];
  const keep = () => workers.controller.postMessage({ keep: loaded().filter((address) => address.startsWith(root.href)) });
  window.addEventListener("load", async () => {
    await workers.register(new URL("sw.js", root), { scope: root.pathname });
    if (workers.controller) keep();
    else workers.addEventListener("controllerchange", keep, { once: true });
  });
})();

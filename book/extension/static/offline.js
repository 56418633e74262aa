/* Registers the service worker, which keeps the pages that a reader has opened, with the pictures not yet scrolled to. */
(() => {
  // Without an origin (a file, a sandboxed frame) there is nowhere to keep them, and even to ask for it is an error.
  if (self.origin === "null" || !navigator.serviceWorker) return;
  const workers = navigator.serviceWorker;
  const root = new URL(document.documentElement.dataset.content_root ?? "./", location.href);

  function keep() {
    /** @type {Iterable<HTMLImageElement>} */
    const pictures = navigator.connection?.saveData ? [] : document.querySelectorAll("article img");
    const loaded = [...performance.getEntriesByType("resource").map(({ name }) => name), ...[...pictures].map(({ src }) => src)];
    const own = loaded.filter((address) => address.startsWith(root.href));
    workers.controller?.postMessage({ keep: [...new Set([location.href.split(/[?#]/)[0], ...own])] });
  }

  addEventListener("load", () => {
    workers.register(new URL("sw.js", root), { scope: root.pathname }).then(() => {
      if (workers.controller) keep();
      else workers.addEventListener("controllerchange", keep, { once: true });
    }, (reason) => console.info(`Pages are not kept for reading without a network: ${reason.message}`));
  });
})();

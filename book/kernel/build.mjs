/* Builds the scripts and styles of the in-page kernel: node build.mjs <outdir>. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const outdir = process.argv[2];
if (!outdir) throw new Error("usage: node build.mjs <outdir>");

/** @type {import("esbuild").BuildOptions} */
const common = {
  bundle: true, minify: true, legalComments: "none", logLevel: "warning", outdir, target: "es2022",
  absWorkingDir: import.meta.dirname,
  external: ["node:*", "ws"], // what Pyodide would use outside a browser
};

// Pyodide's own script comes first, as it is: one request less, and no script that a worker would have to load from a blob.
const pyodide = readFileSync(join(import.meta.dirname, "node_modules", "pyodide", "pyodide.asm.js"), "utf8");
await build({ ...common, format: "iife", entryPoints: ["src/worker.js"], banner: { js: pyodide } });
await build({
  ...common, format: "esm", entryPoints: ["src/widgets.js", "src/widgets.css", "src/maths.js", "src/editor.js"],
  alias: { "sanitize-html": "./src/sanitize.js", jquery: "jquery/dist/jquery.slim.js" },
});

/** A script's name with the mark of its content, as all parts of the kernel are asked for: it is fetched once. */
const marked = (name) => {
  const digest = createHash("sha256").update(readFileSync(join(outdir, name))).digest("hex");
  return JSON.stringify(`${name}?v=${digest.slice(0, 8)}`);
};
// page.js is on every page with code cells, progress.js where exercises are; worker.js is loaded at the first touch, the others when a cell needs them.
await build({
  ...common, format: "iife", entryPoints: ["src/page.js", "src/page.css", "src/progress.js", "src/sw.js"],
  define: { WORKER: marked("worker.js"), WIDGETS: marked("widgets.js"), EDITOR: marked("editor.js") },
});

/* Builds the scripts and styles of the in-page kernel: node build.mjs <outdir>. */
import { build } from "esbuild";

const outdir = process.argv[2];
if (!outdir) throw new Error("usage: node build.mjs <outdir>");

const common = {
  bundle: true, minify: true, legalComments: "none", logLevel: "warning", outdir, target: "es2022",
  absWorkingDir: import.meta.dirname,
  external: ["node:*", "ws"], // what Pyodide would use outside a browser
};

// page.js is on every page with code cells; the rest is loaded at the first touch, maths.js at the first formula.
await build({ ...common, format: "iife", entryPoints: ["src/page.js", "src/page.css", "src/worker.js", "src/sw.js"] });
await build({
  ...common, format: "esm", entryPoints: ["src/live.js", "src/live.css", "src/maths.js"],
  alias: { "sanitize-html": "./src/sanitize.js", jquery: "jquery/dist/jquery.slim.js" },
});

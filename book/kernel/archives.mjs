/* What Pyodide runs, compiled by Pyodide's own Python, in files that the site's build then compresses (assets.py). */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";

// Node would show the line of source that failed, and one line of Pyodide is a megabyte long.
process.on("uncaughtException", (error) => {
  console.error(String(error.stack ?? error).slice(0, 5000));
  process.exit(1);
});

export const SITE_PACKAGES = "/lib/python3.12/site-packages";
export const STANDARD_LIBRARY = "/lib/python312.zip";

/** @typedef {Record<string, Uint8Array>} Files by path under site-packages */

/** @param {Files} files */
export function write(python, files) {
  for (const [member, bytes] of Object.entries(files)) {
    const target = `${SITE_PACKAGES}/${member}`;
    python.FS.mkdirTree(target.slice(0, target.lastIndexOf("/")));
    python.FS.writeFile(target, bytes);
  }
}

/** The module bytecode.py, in the Python that compiles. */
export function compiler(python) {
  python.FS.writeFile("/home/pyodide/bytecode.py", readFileSync(join(import.meta.dirname, "python", "bytecode.py")));
  return python.pyimport("bytecode");
}

/**
 * Compile the Python files that have been written; take all files as they stand now. The book's own package keeps its
 * docstrings.
 * @param {Files} files
 * @returns {Files}
 */
export function compile(python, files) {
  compiler(python).compile_folder(SITE_PACKAGES, python.toPy(["emergence"]));
  const names = Object.keys(files).sort().map((name) => (name.endsWith(".py") ? `${name}c` : name));
  return Object.fromEntries(names.map((name) => [name, python.FS.readFile(`${SITE_PACKAGES}/${name}`)]));
}

/**
 * Write an archive of files into a folder: a zip file, uncompressed.
 * @param {Files} files
 */
export function storeFiles(folder, kind, files) {
  // The time is fixed, so that the same packages give the same bytes.
  const dated = Object.entries(files).map(([name, bytes]) => [name, [bytes, { mtime: "2020-01-01T00:00:00" }]]);
  store(folder, kind, zipSync(Object.fromEntries(dated), { level: 0 }));
}

export function store(folder, kind, bytes) {
  writeFileSync(join(folder, `${kind}.raw`), bytes);
}

/* Archives of what Pyodide runs, compiled by Pyodide's own Python and named by their hash. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";

// Node would show the line of source that failed, and one line of Pyodide is a megabyte long.
process.on("uncaughtException", (error) => {
  console.error(String(error.stack ?? error).slice(0, 5000));
  process.exit(1);
});

export const SITE_PACKAGES = "/lib/python3.12/site-packages";

/** @typedef {Record<string, Uint8Array>} Files by path under site-packages */

/** @param {Files} files */
export function write(python, files) {
  for (const [member, bytes] of Object.entries(files)) {
    const target = `${SITE_PACKAGES}/${member}`;
    python.FS.mkdirTree(target.slice(0, target.lastIndexOf("/")));
    python.FS.writeFile(target, bytes);
  }
}

/**
 * Compile the Python files that have been written; take all files as they stand now.
 * @param {Files} files
 * @returns {Files}
 */
export function compile(python, files) {
  python.runPython(`
import compileall, py_compile
compileall.compile_dir("${SITE_PACKAGES}", quiet=1, legacy=True, force=True,
                       invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
`);
  const names = Object.keys(files).sort().map((name) => (name.endsWith(".py") ? `${name}c` : name));
  return Object.fromEntries(names.map((name) => [name, python.FS.readFile(`${SITE_PACKAGES}/${name}`)]));
}

/** Write an archive into a folder, and return its entry in assets.json. */
export function store(folder, kind, bytes) {
  const archive = gzipSync(bytes, { level: 9 });
  const sha256 = createHash("sha256").update(archive).digest("hex");
  const file = `${kind}-${sha256.slice(0, 16)}.bin`;
  writeFileSync(join(folder, file), archive);
  return { file, sha256, size: archive.length };
}

/**
 * One gzip stream round an uncompressed zip: the browser inflates it by itself, while Python starts.
 * @param {Files} files
 */
export function storeFiles(folder, kind, files) {
  // The time is fixed, so that the same packages give the same bytes.
  const dated = Object.entries(files).map(([name, bytes]) => [name, [bytes, { mtime: "2020-01-01T00:00:00" }]]);
  return store(folder, kind, zipSync(Object.fromEntries(dated), { level: 0 }));
}

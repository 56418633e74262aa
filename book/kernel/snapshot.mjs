/* Prepares, inside Pyodide itself, what a first figure would otherwise wait for.

   node snapshot.mjs <folder with assets.json> <folders with packages and wheels>...

   Writes archives into the first folder, and what is to be known of them into prepared.json. First come
   - memory: the memory of a Python that has imported what every figure imports, and has drawn once;
   - linked: the libraries (.so) that this memory has loaded, and the fonts that it has drawn with;
   and, for what a page may need beyond that,
   - fonts: the other fonts of Matplotlib's default style;
   - library: Python's standard library, compiled;
   - bytecode: all other files of the packages, compiled. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { loadPyodide } from "pyodide";
import { SITE_PACKAGES, STANDARD_LIBRARY, compile, compiler, store, storeFiles, write } from "./archives.mjs";
import { describeLibraries, setTrampoline, takeTrampoline } from "./src/linking.js";
import { Packages } from "./src/packages.js";
import { exchangeData } from "./src/segments.js";

const [live, ...folders] = process.argv.slice(2);
/** Parts of packages that no figure uses; tests/browser draws and imports without them. */
const LEFT_OUT = /\/(tests?|include|sample_data|images|pdfcorefonts|afm)\/|\.(pyi|pxd|c|h|lib|a)$/;
/** Two modules that do nothing but give NumPy's functions their docstrings. */
const DOCSTRINGS = /^numpy\/_core\/_add_newdocs(_scalars)?\.py$/;
const FONTS = /\/fonts\/ttf\/(DejaVuSans|cm|STIX)/; // of Matplotlib's default style, and all that its formulas may fall back to
const BOOK = join(import.meta.dirname, "..", "..");

/** @returns {import("./archives.mjs").Files} the files of the packages, and the page's kernel */
function filesOfPackages(packages, names) {
  const files = { "page_kernel.py": readFileSync(join(import.meta.dirname, "python", "kernel.py")) };
  for (const name of names) {
    const { file, sha256 } = packages.byName.get(name);
    const path = folders.map((folder) => join(folder, file)).find(existsSync);
    if (!path) throw new Error(`${file} is in none of ${folders.join(", ")}`);
    const archive = readFileSync(path);
    if (createHash("sha256").update(archive).digest("hex") !== sha256) throw new Error(`${file}: wrong hash`);
    for (const [member, bytes] of Object.entries(unzipSync(archive))) {
      if (!member.endsWith("/") && !LEFT_OUT.test(`/${member}`)) files[member] = DOCSTRINGS.test(member) ? new Uint8Array() : bytes;
    }
  }
  return files;
}

/** @returns {import("./archives.mjs").Files} the framework under the figures, which changes less often than they do */
function filesOfFramework() {
  const live = readdirSync(join(BOOK, "emergence", "live"), { recursive: true, encoding: "utf-8" });
  const names = ["emergence/__init__.py", ...live.filter((name) => /\.(py|ttf)$/.test(name)).sort().map((name) => `emergence/live/${name}`)];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(BOOK, name))]));
}

/** Compile all files and the standard library, and make a fresh list of Matplotlib's fonts: else each start makes one. */
async function compileAll(files) {
  // Tracebacks name the lines of libraries, but no columns in them.
  const python = await loadPyodide({ packages: [], env: { HOME: "/home/pyodide", PYTHONNODEBUGRANGES: "1" } });
  write(python, files);
  // Matplotlib writes its list of fonts beside itself: the one in the wheel is out of date.
  python.runPython("import os; os.environ['MPLBACKEND'] = 'agg'; import matplotlib.font_manager");
  return [compile(python, files), compiler(python).compile_library(STANDARD_LIBRARY).toJs()];
}

/** Store the memory of a Python that is ready to draw, and say which libraries it has loaded, and which fonts. */
async function remember(files, library) {
  /** @type {any} with what Pyodide does not publish */
  const python = await loadPyodide({ packages: [], _makeSnapshot: true, stdLibURL: library, env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" } });
  const module = python._module;
  takeTrampoline(module);
  setTrampoline(module, null);
  const tableBase = module.wasmTable.length;
  write(python, files);
  const fonts = new Set();
  const { open } = python.FS;
  python.FS.open = (path, ...how) => (String(path).endsWith(".ttf") && fonts.add(path), open(path, ...how));
  python.runPython("import importlib; importlib.invalidate_caches(); import page_kernel; page_kernel.prepare()");
  python.FS.open = open;
  const left = python.FS.streams.filter((stream, descriptor) => stream && descriptor > 2);
  if (left.length) throw new Error(`a memory cannot hold open files: ${left.map(({ path }) => path).join(", ")}`);
  const links = describeLibraries(module, tableBase);
  for (const library of links.libraries) library.name = library.name.replace(`${SITE_PACKAGES}/`, "");
  clean(module);
  return { memory: python.makeMemorySnapshot(), links, fonts: [...fonts].map((path) => path.replace(`${SITE_PACKAGES}/`, "")) };
}

/** Overwrite with zeros what Python has freed: take all free blocks, of C and of Python, and give them back. */
function clean(module) {
  const { malloc, free, PyObject_Malloc, PyObject_Free, sbrk } = module.LDSO.loadedLibsByName.__main__.exports;
  const take = (allocate, size, taken) => {
    for (let grown = false; !grown; ) {
      const top = sbrk(0);
      const block = allocate(size);
      grown = sbrk(0) !== top; // there was no free block of this size any more
      module.HEAPU8.fill(0, block, block + size);
      taken.push(block);
    }
  };
  const ofC = [], ofPython = [];
  for (let size = 2 ** 20; size >= 16; size /= 2) take(malloc, size, ofC);
  for (let size = 512; size >= 16; size -= 16) take(PyObject_Malloc, size, ofPython);
  ofPython.forEach(PyObject_Free);
  ofC.forEach(free);
}

const packages = new Packages(JSON.parse(readFileSync(join(live, "assets.json"), "utf8")));
const names = packages.closure(["matplotlib", "ipywidgets"]);
const framework = filesOfFramework();
const [compiled, library] = await compileAll({ ...filesOfPackages(packages, names), ...framework });
const atStart = join(live, "library.zip");
writeFileSync(atStart, library);
const { memory, links, fonts } = await remember(compiled, atStart);
rmSync(atStart);
exchangeData(memory, readFileSync(join(import.meta.dirname, "node_modules", "pyodide", "pyodide.asm.wasm")));
store(live, "memory", memory);

const linked = new Set([...links.libraries.map(({ name }) => name), ...fonts]);
const archives = { linked: {}, bytecode: {}, fonts: {}, library: { [STANDARD_LIBRARY.slice(1)]: library } };
for (const [name, bytes] of Object.entries(compiled)) {
  if (linked.has(name)) archives.linked[name] = bytes;
  else if (FONTS.test(name)) archives.fonts[`${SITE_PACKAGES}/${name}`.slice(1)] = bytes;
  else if (!(name.slice(0, -1) in framework)) archives.bytecode[name] = bytes;
}
for (const [kind, files] of Object.entries(archives)) storeFiles(live, kind, files);

// The page shows these files to Python before it has them.
const sizes = (files) => Object.fromEntries(Object.entries(files).map(([name, { length }]) => [`/${name}`, length]));
const late = { fonts: sizes(archives.fonts), library: sizes(archives.library) };
writeFileSync(join(live, "prepared.json"), JSON.stringify({ packages: names, links, late }));
process.exit(0);

/* Prepares, inside Pyodide itself, what a first figure would otherwise wait for.

   node snapshot.mjs <folder with assets.json> <folders with packages and wheels>...

   Writes three archives into the first folder and their entry ("prepared") into assets.json:
   - memory-<hash>.bin: the memory of a Python that has imported what every figure imports, and has drawn once;
   - linked-<hash>.bin: the libraries (.so) that this memory has loaded, and the fonts, for the first picture;
   - bytecode-<hash>.bin: all other files of the packages, compiled, for imports beyond that. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { loadPyodide } from "pyodide";
import { SITE_PACKAGES, compile, store, storeFiles, write } from "./archives.mjs";
import { describeLibraries, setTrampoline, takeTrampoline } from "./src/linking.js";
import { Packages } from "./src/packages.js";

const [live, ...folders] = process.argv.slice(2);
/** Parts of packages that no figure uses; tests/browser draws and imports without them. */
const LEFT_OUT = /\/(tests?|include|sample_data|images|pdfcorefonts|afm)\/|\.(pyi|pxd|c|h|lib|a)$/;
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
      if (!member.endsWith("/") && !LEFT_OUT.test(`/${member}`)) files[member] = bytes;
    }
  }
  return files;
}

/** @returns {import("./archives.mjs").Files} the framework under the figures, which changes less often than they do */
function filesOfFramework() {
  const modules = readdirSync(join(BOOK, "emergence", "live")).filter((name) => name.endsWith(".py"));
  const names = ["emergence/__init__.py", ...modules.map((name) => `emergence/live/${name}`)];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(BOOK, name))]));
}

/** Compile all files, and make a fresh list of Matplotlib's fonts: else Matplotlib makes one at every start. */
async function compileAll(files) {
  const python = await loadPyodide({ packages: [] });
  write(python, files);
  // Matplotlib writes its list of fonts beside itself: the one in the wheel is out of date.
  python.runPython("import os; os.environ['MPLBACKEND'] = 'agg'; import matplotlib.font_manager");
  return compile(python, files);
}

/** Store the memory of a Python that is ready to draw, and say which libraries it has loaded. */
async function remember(files) {
  const python = await loadPyodide({ packages: [], _makeSnapshot: true, env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" } });
  const module = python._module;
  takeTrampoline(module);
  setTrampoline(module, null);
  const tableBase = module.wasmTable.length;
  write(python, files);
  python.runPython("import importlib; importlib.invalidate_caches(); import page_kernel; page_kernel.prepare()");
  const open = python.FS.streams.filter((stream, descriptor) => stream && descriptor > 2);
  if (open.length) throw new Error(`a memory cannot hold open files: ${open.map(({ path }) => path).join(", ")}`);
  const links = describeLibraries(module, tableBase);
  for (const library of links.libraries) library.name = library.name.replace(`${SITE_PACKAGES}/`, "");
  return { memory: python.makeMemorySnapshot(), links };
}

const list = join(live, "assets.json");
const assets = JSON.parse(readFileSync(list, "utf8"));
const packages = new Packages(assets);
const names = packages.closure(["matplotlib", "ipywidgets"]);
const framework = filesOfFramework();
const compiled = await compileAll({ ...filesOfPackages(packages, names), ...framework });
const { memory, links } = await remember(compiled);

const linked = new Set(links.libraries.map(({ name }) => name));
const early = ([name]) => linked.has(name) || FONTS.test(name);
const later = ([name]) => !early([name]) && !(name.slice(0, -1) in framework);
const chosen = (choose) => Object.fromEntries(Object.entries(compiled).filter(choose));
assets.prepared = {
  packages: names,
  links,
  memory: store(live, "memory", memory),
  linked: storeFiles(live, "linked", chosen(early)),
  bytecode: storeFiles(live, "bytecode", chosen(later)),
};
writeFileSync(list, `${JSON.stringify(assets, null, 1)}\n`);
process.exit(0);

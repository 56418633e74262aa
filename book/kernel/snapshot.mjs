/* Prepares, inside Pyodide itself, what a first figure would otherwise wait for.

   node snapshot.mjs <folder with assets.json> <folders with the packages and wheels>...

   Writes three archives into the first folder and their entry ("prepared") into assets.json:
   - memory-<hash>.bin: the memory of a Python that has imported what every figure imports, and has drawn once;
   - linked-<hash>.bin: the libraries (.so) that this memory has loaded, and the fonts, for the first picture;
   - bytecode-<hash>.bin: all other files of the packages, compiled, for imports beyond that. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { unzipSync, zipSync } from "fflate";
import { loadPyodide } from "pyodide";
import { describeLibraries, setTrampoline, takeTrampoline } from "./src/linking.js";
import { Packages } from "./src/packages.js";

const [live, ...folders] = process.argv.slice(2);
const SITE_PACKAGES = "/lib/python3.12/site-packages";
/** Parts of packages that no figure uses; tests/browser draws and imports without them. */
const LEFT_OUT = /\/(tests?|include|sample_data|images|pdfcorefonts|afm)\/|\.(pyi|pxd|c|h|lib|a)$/;
const FONTS = /\/fonts\/ttf\/DejaVuSans/; // those of Matplotlib's default style, text and formulas
const KERNEL = "page_kernel.py";

const list = join(live, "assets.json");
const assets = JSON.parse(readFileSync(list, "utf8"));
const packages = new Packages(assets);
const names = packages.closure(["matplotlib", "ipywidgets"]);

/** @returns {Record<string, Uint8Array>} the files of the packages, as wheels carry them */
function filesOfPackages() {
  const files = { [KERNEL]: readFileSync(join(import.meta.dirname, "python", "kernel.py")) };
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

function write(python, files) {
  for (const [member, bytes] of Object.entries(files)) {
    const target = `${SITE_PACKAGES}/${member}`;
    python.FS.mkdirTree(target.slice(0, target.lastIndexOf("/")));
    python.FS.writeFile(target, bytes);
  }
}

/** Compile the Python files, and make a fresh list of Matplotlib's fonts: else Matplotlib makes one at every start. */
async function compile(files) {
  const python = await loadPyodide({ packages: [] });
  write(python, files);
  python.runPython(`
import compileall, os, py_compile
compileall.compile_dir("${SITE_PACKAGES}", quiet=1, legacy=True, force=True,
                       invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
os.environ["MPLBACKEND"] = "agg"
import matplotlib.font_manager  # writes its list of fonts beside itself: the one in the wheel is out of date
`);
  const compiled = {};
  for (const member of Object.keys(files).sort()) {
    const name = member.endsWith(".py") ? `${member}c` : member;
    compiled[name] = python.FS.readFile(`${SITE_PACKAGES}/${name}`);
  }
  return compiled;
}

/** Store the memory of a Python that is ready to draw, and say which libraries it has loaded. */
async function remember(compiled) {
  const python = await loadPyodide({ packages: [], _makeSnapshot: true, env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" } });
  const module = python._module;
  takeTrampoline(module);
  setTrampoline(module, null);
  const tableBase = module.wasmTable.length;
  write(python, compiled);
  python.runPython("import importlib; importlib.invalidate_caches(); import page_kernel; page_kernel.prepare()");
  const open = python.FS.streams.filter((stream, descriptor) => stream && descriptor > 2);
  if (open.length) throw new Error(`a memory cannot hold open files: ${open.map(({ path }) => path).join(", ")}`);
  const links = describeLibraries(module, tableBase);
  return { memory: python.makeMemorySnapshot(), links };
}

/** Write an archive, named by its hash, and return its entry in assets.json. */
function store(kind, bytes) {
  const archive = gzipSync(bytes, { level: 9 });
  const sha256 = createHash("sha256").update(archive).digest("hex");
  const file = `${kind}-${sha256.slice(0, 16)}.bin`;
  writeFileSync(join(live, file), archive);
  return { file, sha256, size: archive.length };
}

/** One gzip stream round an uncompressed zip: the browser inflates it by itself, while Python starts. */
function storeFiles(kind, files, chosen) {
  const entries = Object.entries(files).filter(([name]) => chosen(name));
  // The time is fixed, so that the same packages give the same bytes.
  const dated = entries.map(([name, bytes]) => [name, [bytes, { mtime: "2020-01-01T00:00:00" }]]);
  return store(kind, zipSync(Object.fromEntries(dated), { level: 0 }));
}

const compiled = await compile(filesOfPackages());
const { memory, links } = await remember(compiled);
for (const library of links.libraries) library.name = library.name.replace(`${SITE_PACKAGES}/`, "");
const linked = new Set(links.libraries.map(({ name }) => name));
const early = (name) => linked.has(name) || FONTS.test(name);
assets.prepared = {
  packages: names,
  links,
  memory: store("memory", memory),
  linked: storeFiles("linked", compiled, early),
  bytecode: storeFiles("bytecode", compiled, (name) => !early(name)),
};
writeFileSync(list, `${JSON.stringify(assets, null, 1)}\n`);
process.exit(0);

/* Python in a worker. Messages of the page are handled one at a time, in the order in which they came.

   in:  start {assets, pyodide, live, code, interrupt}; run {cell, code}; comm {id, comm_id, type, data, buffers}
   out: progress {step, loaded, total}; ready {steps, addresses}; failed {text}; output {cell, output}; clear {cell, wait};
        comm {type, comm_id, target_name, data, metadata} + buffers; idle {id}; done {cell, ok} */
import { unzipSync } from "fflate";
import { loadPyodide } from "pyodide";
import { Downloads, fileName } from "./downloads.js";
import { relink, setTrampoline, takeTrampoline } from "./linking.js";
import { Packages } from "./packages.js";

const SITE_PACKAGES = "/lib/python3.12/site-packages";

/** @type {import("pyodide").PyodideInterface} */
let python;
/** @type {Packages} */
let packages;
let kernel; // the module of python/kernel.py
/** @type {(archive: import("./packages.js").Archive) => string} */
let address;
let step = "Loading Python";
const installed = new Set(); // names of packages all of whose files are there

const say = (kind, content = {}, buffers = []) =>
  postMessage({ kind, ...content, buffers }, buffers.map((buffer) => buffer.buffer));

let reported = 0;
const downloads = new Downloads((loaded, total) => {
  const now = performance.now();
  if (now - reported > 80 || loaded === total) {
    reported = now;
    say("progress", { step, loaded, total });
  }
});

function enter(name) {
  step = name;
  say("progress", { step, loaded: downloads.loaded, total: downloads.total });
}

/** Times of the steps of the start, in ms since the worker began. */
const steps = {};
const lap = (name) => (steps[name] = Math.round(performance.now()));

async function start({ assets: assetsUrl, pyodide: base, live, code, interrupt }) {
  const response = await fetch(assetsUrl);
  if (!response.ok) throw new Error(`assets.json could not be loaded (${response.status})`);
  const assets = await response.json();
  packages = new Packages(assets);
  address = ({ own, file }) => (own ? (file.endsWith(".whl") ? `${live}wheels/` : live) : base) + file;

  const core = (name) => downloads.get(base + name, assets.core[name]);
  const own = (archive) => downloads.get(live + archive.file, archive);
  const { links, memory, linked } = assets.prepared;
  // The longest first: browsers fetch a handful of files at a time.
  const stored = own(memory);
  const compiledPython = core("pyodide.asm.wasm").then((bytes) => WebAssembly.compile(bytes));
  const script = core("pyodide.asm.js");
  const files = own(linked).then((bytes) => unzipSync(bytes));
  const compiled = files.then((all) => compileLibraries(links, all));
  core("python_stdlib.zip");
  const wanted = packages.neededBy(code);
  packages.archivesOf(wanted).forEach((archive) => downloads.get(address(archive), archive));

  self.importScripts(URL.createObjectURL(new Blob([await script], { type: "text/javascript" })));
  const parts = await Promise.all([compiledPython, compiled, core("python_stdlib.zip"), stored]);
  lap("files fetched, libraries compiled");
  enter("Starting Python");
  answerPyodide(assets.pyodide_version);
  linkOnRestore(links, ...parts);
  python = await loadPyodide({ indexURL: base, lockFileURL: `${base}pyodide-lock.json`, _loadSnapshot: stored });
  setTrampoline(python._module, trampoline);
  lap("boot of Python");
  if (interrupt) python.setInterruptBuffer(interrupt);
  write(await files);
  kernel = python.pyimport("page_kernel");
  kernel.connect(
    (kind, content, buffers) => say(kind, JSON.parse(content), buffers),
    installNow,
    (module) => (packages.byImport.has(module) && !installed.has(packages.byImport.get(module))
      ? packages.byImport.get(module) : undefined),
  );
  await install(wanted);
  lap("kernel, packages unpacked");
  say("ready", { steps, addresses: [assetsUrl, ...downloads.addresses] });
}

/** @returns {Promise<Map<string, WebAssembly.Module>>} the libraries that Python has loaded in its stored memory */
async function compileLibraries({ libraries }, files) {
  const compile = async ({ name }) => [name, await WebAssembly.compile(files[name])];
  return new Map(await Promise.all(libraries.map(compile)));
}

let trampoline = null;

/** Let Pyodide use the code that is compiled already, and link the libraries before it runs any Python. */
function linkOnRestore(links, compiledPython, compiledLibraries) {
  const create = self._createPyodideModule;
  self._createPyodideModule = async (settings) => {
    settings.instantiateWasm = (imports, receive) => {
      WebAssembly.instantiate(compiledPython, imports).then((instance) => receive(instance, compiledPython), settings.onAbort);
      return {};
    };
    const module = await create(settings);
    const restore = settings.API.restoreSnapshot;
    settings.API.restoreSnapshot = (snapshot) => {
      restore(snapshot); // the libraries' addresses are in it
      trampoline = takeTrampoline(module);
      relink(module, links, compiledLibraries);
      return restore(snapshot); // over what loading the libraries has written
    };
    return module;
  };
}

/** Answer what Pyodide asks for by itself with what is already here, so that it fetches nothing unchecked. */
function answerPyodide(version) {
  const fetchElsewhere = self.fetch;
  const lock = { info: { version, arch: "wasm32", platform: "emscripten", python: "3.12" }, packages: {} };
  const answers = {
    "pyodide-lock.json": () => JSON.stringify(lock), // packages are our own business
    "python_stdlib.zip": () => downloads.files.get("python_stdlib.zip"),
    "pyodide.asm.wasm": () => null, // linkOnRestore has it
  };
  self.fetch = async (request, options) => {
    const name = fileName(String(request.url ?? request));
    return name in answers ? new Response(await answers[name]()) : fetchElsewhere(request, options);
  };
}

const missing = (names) => packages.archivesOf(names.filter((name) => !installed.has(name)));

/** Install packages, in the order in which they stand. */
async function install(names) {
  for (const archive of missing(names)) {
    const bytes = downloads.get(address(archive), archive);
    enter(`Loading ${label(archive)}`);
    unpack(archive, await bytes);
  }
}

/** Install a package, and what it depends on, while Python waits in an import. */
function installNow(name) {
  const digest = (bytes) => python.pyimport("hashlib").sha256(python.toPy(bytes)).hexdigest();
  for (const archive of missing(packages.closure([name]))) {
    enter(`Loading ${label(archive)}`);
    unpack(archive, downloads.getNow(address(archive), archive, digest));
  }
}

const label = ({ provides }) => (provides.length === 1 ? provides[0] : "numpy and matplotlib");

/** Write the files of an archive to where Python looks for them. */
function unpack({ provides }, bytes) {
  write(unzipSync(bytes));
  provides.forEach((name) => installed.add(name));
}

function write(files) {
  const made = new Set();
  for (const [path, content] of Object.entries(files)) {
    if (path.endsWith("/")) continue;
    const library = /^lib[^/]*\.so$/.test(path);
    const target = `${library ? "/usr/lib" : SITE_PACKAGES}/${path}`;
    const folder = target.slice(0, target.lastIndexOf("/"));
    if (!made.has(folder)) python.FS.mkdirTree(folder);
    made.add(folder);
    python.FS.writeFile(target, content, { canOwn: true });
    if (library) linkLibrary(target);
  }
}

/** Link a library that others need by its bare name, as SciPy's modules need libopenblas.so. */
function linkLibrary(path) {
  python.pyimport("ctypes").CDLL.callKwargs(path, { mode: 0x100 }); // RTLD_GLOBAL
  const { loadedLibsByName } = python._module.LDSO; // where Emscripten looks when another library needs this one
  loadedLibsByName[fileName(path)] = loadedLibsByName[path];
}

const handlers = {
  start,
  async run({ cell, code }) {
    await install(packages.neededBy(code));
    enter("Running");
    const ok = await kernel.run_cell(cell, code);
    say("done", { cell, ok });
  },
  async comm({ id, comm_id, type, data, buffers }) {
    kernel.comm_message(comm_id, type, JSON.stringify(data), buffers);
    await new Promise((resolve) => setTimeout(resolve)); // tasks that the message started take a turn
    say("idle", { id });
  },
};

let queue = Promise.resolve();
self.onmessage = ({ data }) => {
  queue = queue.then(() => handlers[data.kind](data)).catch((error) => {
    say("failed", { during: data.kind, cell: data.cell, text: error.message ?? String(error) });
  });
};

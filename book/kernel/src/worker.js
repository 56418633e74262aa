/* Python in a worker. Messages of the page are handled one at a time, in the order in which they came.

   in:  start {assets, pyodide, live, code, interrupt}; run {cell, code}; comm {id, comm_id, type, data, buffers}
   out: progress {step, loaded, total}; ready {steps}; failed {text}; output {cell, output}; clear {cell, wait};
        comm {type, comm_id, target_name, data, metadata} + buffers; idle {id}; done {cell, ok} */
import { unzipSync } from "fflate";
import { loadPyodide } from "pyodide";
import kernelSource from "../python/kernel.py";
import { Downloads, fileName } from "./downloads.js";
import { Packages } from "./packages.js";

const SITE_PACKAGES = "/lib/python3.12/site-packages";
const BOOT_FILES = ["pyodide.asm.wasm", "python_stdlib.zip"]; // those that Pyodide fetches by itself

/** @type {import("pyodide").PyodideInterface} */
let python;
/** @type {Packages} */
let packages;
let kernel; // the namespace of python/kernel.py
let address; // of a package or core file
let step = "Loading Python";
const installed = new Set();

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
  address = (entry) => (entry.own ? `${live}wheels/` : base) + entry.file;

  const core = (name) => downloads.get(base + name, assets.core[name]);
  const script = core("pyodide.asm.js");
  BOOT_FILES.forEach(core);
  const wanted = packages.neededBy(code);
  wanted.forEach(fetchPackage);

  self.importScripts(URL.createObjectURL(new Blob([await script], { type: "text/javascript" })));
  lap("download of the core script");
  await Promise.all(BOOT_FILES.map(core));
  lap("download of the core");
  enter("Starting Python");
  answerPyodide(assets.pyodide_version);
  python = await loadPyodide({ indexURL: base, lockFileURL: `${base}pyodide-lock.json` });
  lap("boot of Python");
  if (interrupt) python.setInterruptBuffer(interrupt);

  kernel = python.globals.get("dict")();
  kernel.set("__name__", "kernel");
  python.runPython(kernelSource, { globals: kernel, filename: "kernel.py" });
  kernel.get("connect")(
    (kind, content, buffers) => say(kind, JSON.parse(content), buffers),
    installNow,
    (module) => (packages.byImport.has(module) && !installed.has(packages.byImport.get(module))
      ? packages.byImport.get(module) : undefined),
  );
  lap("kernel");
  await install(wanted);
  lap("packages unpacked");
  say("ready", { steps });
}

/** Hand Pyodide the files that are already here, so that it fetches nothing unchecked. */
function answerPyodide(version) {
  const fetchElsewhere = self.fetch;
  const types = { wasm: "application/wasm", zip: "application/zip" };
  const lock = { info: { version, arch: "wasm32", platform: "emscripten", python: "3.12" }, packages: {} };
  self.fetch = async (request, options) => {
    const name = fileName(String(request.url ?? request));
    if (name === "pyodide-lock.json") return new Response(JSON.stringify(lock)); // packages are our own business
    if (!BOOT_FILES.includes(name)) return fetchElsewhere(request, options);
    return new Response(await downloads.files.get(name), { headers: { "content-type": types[name.split(".").pop()] } });
  };
}

const fetchPackage = (name) => downloads.get(address(packages.byName.get(name)), packages.byName.get(name));

/**
 * @param {string[]} names in the order in which they are to be installed
 */
async function install(names) {
  for (const name of names.filter((each) => !installed.has(each))) {
    const bytes = fetchPackage(name);
    enter(`Loading ${name}`);
    unpack(name, await bytes);
  }
}

/** Install a package, and what it depends on, while Python waits in an import. */
function installNow(name) {
  const digest = (bytes) => python.pyimport("hashlib").sha256(python.toPy(bytes)).hexdigest();
  for (const each of packages.closure([name]).filter((other) => !installed.has(other))) {
    enter(`Loading ${each}`);
    const entry = packages.byName.get(each);
    unpack(each, downloads.getNow(address(entry), entry, digest));
  }
}

/** Write the files of a wheel to where Python looks for them; a bare shared library is linked at once. */
function unpack(name, archive) {
  installed.add(name);
  const made = new Set();
  for (const [path, bytes] of Object.entries(unzipSync(archive))) {
    if (path.endsWith("/")) continue;
    const library = !path.includes("/") && path.endsWith(".so");
    const target = `${library ? "/usr/lib" : SITE_PACKAGES}/${path}`;
    const folder = target.slice(0, target.lastIndexOf("/"));
    if (!made.has(folder)) python.FS.mkdirTree(folder);
    made.add(folder);
    python.FS.writeFile(target, bytes, { canOwn: true });
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
    const ok = await kernel.get("run_cell")(cell, code);
    say("done", { cell, ok });
  },
  async comm({ id, comm_id, type, data, buffers }) {
    kernel.get("comm_message")(comm_id, type, JSON.stringify(data), buffers);
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

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
/** @type {(archive: import("./packages.js").Archive) => string} */
let address;
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
  address = ({ own, file }) => (own ? (file.endsWith(".whl") ? `${live}wheels/` : live) : base) + file;

  const core = (name) => downloads.get(base + name, assets.core[name]);
  const script = core("pyodide.asm.js");
  BOOT_FILES.forEach(core);
  const wanted = packages.neededBy(code);
  packages.archivesOf(wanted).forEach(fetchArchive);

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

/** @type {Map<string, Promise<Uint8Array>>} archives on their way, inflated as soon as they are here */
const archives = new Map();

function fetchArchive(archive) {
  const { file } = archive;
  if (!archives.has(file)) {
    const bytes = downloads.get(address(archive), archive);
    archives.set(file, file.endsWith(".bin") ? bytes.then(inflate) : bytes);
    archives.get(file).catch(() => {}); // reported where it is awaited
  }
  return archives.get(file);
}

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const missing = (names) => packages.archivesOf(names.filter((name) => !installed.has(name)));

/** Install packages, in the order in which they stand. */
async function install(names) {
  for (const archive of missing(names)) {
    const bytes = fetchArchive(archive);
    enter(`Loading ${label(archive)}`);
    unpack(archive, await bytes);
  }
}

/** Install a package, and what it depends on, while Python waits in an import. */
function installNow(name) {
  const digest = (bytes) => python.pyimport("hashlib").sha256(python.toPy(bytes)).hexdigest();
  for (const wheel of packages.wheelsOf(packages.closure([name]).filter((each) => !installed.has(each)))) {
    enter(`Loading ${label(wheel)}`);
    unpack(wheel, downloads.getNow(address(wheel), wheel, digest));
  }
}

const label = ({ provides }) => (provides.length === 1 ? provides[0] : "numpy and matplotlib");

/** Write the files of an archive to where Python looks for them. */
function unpack({ provides }, bytes) {
  const made = new Set();
  for (const [path, content] of Object.entries(unzipSync(bytes))) {
    if (path.endsWith("/")) continue;
    const library = /^lib[^/]*\.so$/.test(path);
    const target = `${library ? "/usr/lib" : SITE_PACKAGES}/${path}`;
    const folder = target.slice(0, target.lastIndexOf("/"));
    if (!made.has(folder)) python.FS.mkdirTree(folder);
    made.add(folder);
    python.FS.writeFile(target, content, { canOwn: true });
    if (library) linkLibrary(target);
  }
  provides.forEach((name) => installed.add(name));
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

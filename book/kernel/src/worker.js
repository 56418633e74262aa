/* Python in a worker. Messages of the page are handled one at a time, in the order in which they came.

   in:  start {assets, pyodide, live, code, interrupt, plain}; run {cell, code, module}; comm {id, comm_id, type, data, buffers}
   out: progress {step, loaded, total, cell}; ready {steps, addresses}; failed {text}; output {cell, output}; clear {cell, wait};
        comm {type, comm_id, target_name, data, metadata} + buffers; idle {id}; done {cell, ok}; dead {text} */
import { unzipSync } from "fflate";
import { loadPyodide } from "pyodide";
import { Downloads, fileName } from "./downloads.js";
import { identify, relink, setTrampoline, takeTrampoline } from "./linking.js";
import { Packages } from "./packages.js";
import { exchangeData } from "./segments.js";

const IDLE_MS = 50; // Python that has started ahead of time has time to draw once
const SITE_PACKAGES = "/lib/python3.12/site-packages";

/**
 * @typedef {import("./linking.js").Emscripten & {API: any, ERRNO_CODES: Record<string, number>}} Module
 * @type {import("pyodide").PyodideInterface & {_module: Module}}
 */
let python;
/** @type {Packages} */
let packages;
let kernel; // the module of python/kernel.py
/** @type {(archive: import("./packages.js").Archive) => string} */
let address;
let step = "Loading Python";
/** @type {number | null} the cell that is run */
let current = null;
const installed = new Set(); // names of packages all of whose files are there

/** Python has ended, and answers nothing any more. @param {Error | null} error */
function mourn(error) {
  const cause = /stack|recursion/i.test(error?.message ?? "") ? " by too deep a recursion" : error && error.name !== "Exit" ? ` by an error of its own (${error.message})` : "";
  say("dead", { text: `Your code ended Python${cause}.` });
}

const say = (kind, content = {}, buffers = []) =>
  postMessage({ kind, ...content, buffers }, buffers.map((buffer) => buffer.buffer));

let reported = 0;
const downloads = new Downloads((loaded, total) => {
  const now = performance.now();
  if (now - reported > 80 || loaded === total) {
    reported = now;
    say("progress", { step, loaded, total, cell: current });
  }
});

function enter(name) {
  step = name;
  say("progress", { step, loaded: downloads.loaded, total: downloads.total, cell: current });
}

/** Times of the steps of the start, in ms since the worker began. */
const steps = {};
const lap = (name) => (steps[name] = Math.round(performance.now()));

/**
 * Python is woken from its stored memory, or, if `plain`, started and made ready as it was before its memory was stored.
 * @param {{assets: string, pyodide: string, live: string, code: string, interrupt: Uint8Array | null, plain: boolean}} request
 */
async function start({ assets: assetsUrl, pyodide: base, live, code, interrupt, plain }) {
  const response = await fetch(assetsUrl);
  if (!response.ok) throw new Error(`assets.json could not be loaded (${response.status})`);
  const assets = await response.json();
  packages = new Packages(assets);
  address = ({ own, file }) => (own ? (file.endsWith(".whl") ? `${live}wheels/` : live) : base) + file;

  const { links, archives, late } = assets.prepared;
  const archive = (kind) => downloads.get(live + archives[kind].file, archives[kind]);
  // The longest first: browsers fetch a handful of files at a time.
  const stored = plain ? null : archive("memory");
  const compiledPython = archive("python").then((bytes) => WebAssembly.compile(bytes));
  const files = archive("linked").then((bytes) => unzipSync(bytes));
  const compiled = plain ? null : files.then((all) => compileLibraries(links, all));
  const [library, fonts] = ["library", "fonts"].map((kind) => (plain ? archive(kind).then((bytes) => unzipSync(bytes)) : null));
  const wanted = plain ? packages.closure(["emergence"]) : packages.neededBy(code);
  packages.archivesOf(wanted).forEach((each) => downloads.get(address(each), each));

  const [binary, libraries, memory, modules] = await Promise.all([compiledPython, compiled, stored, library]);
  lap("files fetched, libraries compiled");
  enter("Starting Python");
  if (memory) exchangeData(memory, await archive("python"));
  answerPyodide(assets.pyodide_version, modules ? Object.values(modules)[0] : new Uint8Array());
  hookPyodide(links, binary, libraries);
  const options = { indexURL: base, lockFileURL: `${base}pyodide-lock.json`, ...(memory && { _loadSnapshot: memory }) };
  python = /** @type {any} */ (await loadPyodide(options));
  if (memory) setTrampoline(python._module, trampoline);
  for (const kind of ["memory", "python", "linked"]) downloads.drop(live + archives[kind].file);
  delete python._module.API.config._loadSnapshot; // Pyodide would keep the 60 MB that are in its memory now
  lap("boot of Python");
  /** @type {any} */ (python)._api.on_fatal = (error) => mourn(error);
  self.close = () => mourn(null);
  if (interrupt) python.setInterruptBuffer(interrupt);
  write(await files);
  if (plain) {
    write(await fonts, "");
    await install(wanted);
    python.pyimport("importlib").invalidate_caches(); // Python may have looked where the files now are
  } else {
    for (const kind in late) announce(late[kind], live + archives[kind].file, archives[kind]);
  }
  kernel = python.pyimport("page_kernel");
  if (plain) kernel.prepare();
  kernel.connect(
    (kind, content, buffers) => say(kind, JSON.parse(content), buffers),
    installNow,
    (module) => (packages.byImport.has(module) && !installed.has(packages.byImport.get(module))
      ? packages.byImport.get(module) : undefined),
  );
  await install(packages.neededBy(code));
  lap("kernel, packages unpacked");
  say("ready", { steps, addresses: [assetsUrl, ...downloads.addresses] });
  setTimeout(() => {
    if (!asked) queue = queue.then(() => kernel.warm()).catch((error) => console.error(error));
  }, IDLE_MS);
}

/** @returns {Promise<Map<string, WebAssembly.Module>>} the libraries that Python has loaded in its stored memory */
async function compileLibraries({ libraries }, files) {
  const compile = async ({ name }) => [name, await WebAssembly.compile(files[name])];
  return new Map(await Promise.all(libraries.map(compile)));
}

/** @type {Function | null} */
let trampoline = null;

/**
 * Let Pyodide use the code that is compiled already; with a stored memory, link its libraries before any Python runs.
 * @param {import("./linking.js").Links} links
 * @param {WebAssembly.Module} compiledPython
 * @param {Map<string, WebAssembly.Module> | null} compiledLibraries
 */
function hookPyodide(links, compiledPython, compiledLibraries) {
  const create = self._createPyodideModule;
  self._createPyodideModule = async (settings) => {
    settings.instantiateWasm = (imports, receive) => {
      WebAssembly.instantiate(compiledPython, imports).then((instance) => {
        identify(instance.exports, imports.env.__indirect_function_table, 0);
        receive(instance, compiledPython);
      }).catch(settings.onAbort);
      return {};
    };
    const module = await create(settings);
    if (!compiledLibraries) return module;
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
function answerPyodide(version, library) {
  const fetchElsewhere = self.fetch;
  const lock = { info: { version, arch: "wasm32", platform: "emscripten", python: "3.12" }, packages: {} };
  const answers = {
    "pyodide-lock.json": () => JSON.stringify(lock), // packages are our own business
    "python_stdlib.zip": () => library,
    "pyodide.asm.wasm": () => null, // hookPyodide has it
  };
  self.fetch = async (request, options) => {
    const name = fileName(request instanceof Request ? request.url : String(request));
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

/**
 * Show Python files that it may never read: their archive is fetched when it first reads one of them.
 * @param {Record<string, number>} files size by path
 */
function announce(files, url, pin) {
  const { FS } = python;
  /** @type {[string, any][]} */
  const nodes = Object.keys(files).map((path) => {
    FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    FS.writeFile(path, "");
    return [path, FS.lookupPath(path).node];
  });
  const read = () => {
    let members;
    try {
      members = unzipSync(getNow("more of Python", url, pin));
    } catch (error) {
      console.error(error);
      throw new FS.ErrnoError(python._module.ERRNO_CODES.EIO); // which Python understands
    }
    for (const [path, node] of nodes) Object.defineProperty(node, "contents", { value: members[path.slice(1)], writable: true });
  };
  for (const [path, node] of nodes) {
    node.usedBytes = files[path];
    Object.defineProperty(node, "contents", { configurable: true, get: () => (read(), node.contents) });
  }
}

/** Install a package, and what it depends on, while Python waits in an import. */
function installNow(name) {
  for (const archive of missing(packages.closure([name]))) {
    unpack(archive, getNow(label(archive), address(archive), archive));
  }
}

/** Get a file for which Python has to wait. */
function getNow(name, url, pin) {
  const before = step;
  enter(`Loading ${name}`);
  const bytes = downloads.getNow(url, pin);
  enter(before);
  return bytes;
}

const label = ({ provides }) => (provides.length === 1 ? provides[0] : "numpy and matplotlib");

/** Write the files of an archive to where Python looks for them. */
function unpack({ provides }, bytes) {
  write(unzipSync(bytes));
  provides.forEach((name) => installed.add(name));
}

function write(files, root = SITE_PACKAGES) {
  const made = new Set();
  for (const [path, content] of Object.entries(files)) {
    if (path.endsWith("/")) continue;
    const library = /^lib[^/]*\.so$/.test(path);
    const target = `${library ? "/usr/lib" : root}/${path}`;
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
  async run({ cell, code, module }) {
    current = cell;
    await install(packages.neededBy(`${code}\n${module?.source ?? ""}`));
    enter("Running");
    const ok = await kernel.run_cell(cell, code, module?.name, module?.source);
    say("done", { cell, ok });
  },
  async comm({ id, comm_id, type, data, buffers }) {
    kernel.comm_message(comm_id, type, JSON.stringify(data), buffers);
    await new Promise((resolve) => setTimeout(resolve)); // tasks that the message started take a turn
    say("idle", { id });
  },
};

let queue = Promise.resolve();
let asked = false; // whether a cell has been asked for
self.onmessage = ({ data }) => {
  asked ||= data.kind === "run";
  queue = queue.then(() => handlers[data.kind](data)).catch((error) => {
    say("failed", { during: data.kind, cell: data.cell, text: error.message ?? String(error) });
  });
};

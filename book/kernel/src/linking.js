/* The libraries (.so) that a stored Python memory has loaded, and how they are linked to that memory again.

   A memory snapshot holds what C code wrote, but neither the libraries' code nor the table of functions through
   which C calls by pointer. `describeLibraries` lists, beside a snapshot, where each library stood in memory and
   table; `relink` loads the same libraries at the same places. Loading writes their initial data into memory, so
   the caller copies the snapshot over it once more. (Emscripten keeps a library's two addresses in the structure
   that its handle points to, which is part of the snapshot: loadWebAssemblyModule finds them there.) */

/**
 * @typedef {{handle: number, name: string, global: boolean, refcount: number | null, tableBase: number,
 *   resolves: string[]}} Library `resolves`: functions of Emscripten's runtime that its loading put into the table
 * @typedef {{tableBase: number, tableLength: number, libraries: Library[]}} Links in the order of loading
 * `tableBase` is the table's length before the first library.
 * @typedef {{name: string, global: boolean, refcount: number, exports: WebAssembly.Exports}} Loaded what Emscripten knows
 *   of a library
 * @typedef {{
 *   HEAP32: Int32Array, wasmTable: WebAssembly.Table, wasmTableMirror: unknown[], freeTableIndexes: number[],
 *   GOT: Record<string, WebAssembly.Global>,
 *   LDSO: {loadedLibsByHandle: Record<string, Loaded>, loadedLibsByName: Record<string, Loaded>},
 *   newDSO(name: string, handle: number, syms: "loading"): Loaded,
 *   loadWebAssemblyModule(library: WebAssembly.Module, flags: object, name: string, scope: object | undefined,
 *     handle: number): WebAssembly.Exports,
 *   mergeLibSymbols(exports: WebAssembly.Exports, name: string): void,
 *   addFunction(entry: Function): number, removeFunction(slot: number): void,
 *   _PyEM_CountArgsPtr: number, __PyEM_EMSCRIPTEN_COUNT_ARGS_OFFSET: number, __PyRuntime: number,
 * }} Emscripten what is used here of Pyodide's Emscripten module
 */

const offsetOfTableBase = 20;

/**
 * @param {Emscripten} module
 * @param {number} tableBase the length of its function table before the first library was loaded
 * @returns {Links}
 */
export function describeLibraries(module, tableBase) {
  const { LDSO, wasmTable, HEAP32, GOT } = module;
  /** @type {Library[]} */
  const libraries = Object.entries(LDSO.loadedLibsByHandle)
    .filter(([handle]) => Number(handle) !== 0) // 0 is Python itself
    .map(([handle, { name, global, refcount }]) => ({
      handle: Number(handle), name, global: Boolean(global), refcount: refcount === Infinity ? null : refcount,
      tableBase: HEAP32[(Number(handle) + offsetOfTableBase) >> 2], resolves: [],
    }))
    .sort((a, b) => a.tableBase - b.tableBase);

  // A slot outside the libraries' own holds an export of one, which loading puts there again, or a function of
  // Emscripten's runtime, known by its symbol. Anything else could not be restored.
  const sizeOf = ({ handle }) => HEAP32[(handle + offsetOfTableBase + 4) >> 2];
  const exported = new Set(libraries.flatMap(({ name }) => Object.values(LDSO.loadedLibsByName[name].exports)));
  for (let slot = tableBase; slot < wasmTable.length; slot++) {
    const library = libraries.findLast((each) => each.tableBase <= slot);
    if (!library) throw new Error(`slot ${slot} of the function table lies before all libraries`);
    if (slot < library.tableBase + sizeOf(library) || exported.has(wasmTable.get(slot))) continue;
    const symbol = Object.keys(GOT).find((name) => GOT[name].value === slot);
    if (!symbol) throw new Error(`slot ${slot} of the function table holds a function without a name`);
    library.resolves.push(symbol);
  }
  return { tableBase, tableLength: wasmTable.length, libraries };
}

/**
 * Load the libraries where they stood, on a module that has the snapshot in its memory; afterwards the snapshot
 * must be copied once more.
 * @param {Emscripten} module
 * @param {Links} links
 * @param {Map<string, WebAssembly.Module>} compiled by library name
 */
export function relink(module, links, compiled) {
  const { wasmTable, wasmTableMirror } = module;
  if (Math.abs(wasmTable.length - links.tableBase) > 1) throw mismatch(wasmTable.length, links.tableBase); // 1: the trampoline
  for (const { handle, name, global, refcount, tableBase, resolves } of links.libraries) {
    if (wasmTable.length < tableBase) wasmTable.grow(tableBase - wasmTable.length);
    const dso = module.newDSO(name, handle, "loading");
    const scope = {};
    // Looking for undefined symbols costs most of the loading, so it is done where there were some.
    const flags = { global, allowUndefined: resolves.length === 0 };
    const library = compiled.get(name);
    if (!library) throw new Error(`${name} is not among the files of the stored memory`);
    const load = () => module.loadWebAssemblyModule(library, flags, name, global ? undefined : scope, handle);
    const exports = identified(library, wasmTable, tableBase, load);
    if (global) module.mergeLibSymbols(exports, name);
    else Object.assign(scope, exports);
    Object.assign(dso, { exports, global, refcount: refcount ?? Infinity });
  }
  if (wasmTable.length !== links.tableLength) throw mismatch(wasmTable.length, links.tableLength);
  wasmTableMirror.length = 0; // what stood in the table before is remembered there
}

/**
 * Put each exported function into the slot of the table in which it stands already. In WebKit an export and its slot are
 * two objects (its bug 165825), so that Emscripten would give the export a second slot, which no stored memory knows.
 * Both are named after the function's index in the instance.
 * @param {WebAssembly.Exports} exports of an instance
 * @param {WebAssembly.Table} table
 * @param {number} from the first slot of the instance
 */
export function identify(exports, table, from) {
  const slots = new Map();
  for (let slot = from; slot < table.length; slot++) {
    const name = table.get(slot)?.name;
    if (name) slots.set(name, slot);
  }
  for (const entry of Object.values(exports)) {
    const slot = typeof entry === "function" ? slots.get(entry.name) : undefined;
    if (slot !== undefined && table.get(slot) !== entry) table.set(slot, entry);
  }
}

/**
 * Load a library, and identify its exports before Emscripten looks at them, which it does within the same call.
 * @param {WebAssembly.Module} library
 */
function identified(library, table, from, load) {
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class extends Instance {
    constructor(module, imports) {
      super(module, imports);
      if (module === library) identify(this.exports, table, from);
    }
  };
  try {
    return load();
  } finally {
    WebAssembly.Instance = Instance;
  }
}

const mismatch = (found, expected) =>
  new Error(`this browser's table of functions has ${found} entries where the stored memory of Python expects ${expected}`);

/**
 * Take CPython's call trampoline out of the table: it has a slot only where WebAssembly has GC types, and a snapshot
 * is made in one place and used in another.
 * @param {Emscripten} module
 * @returns {Function | null}
 */
export function takeTrampoline(module) {
  const slot = module._PyEM_CountArgsPtr;
  if (!slot) return null;
  const trampoline = module.wasmTable.get(slot);
  module.removeFunction(slot);
  module.freeTableIndexes.pop(); // the slot stays empty
  return trampoline;
}

/**
 * Give CPython a trampoline, or none: then it calls C functions by way of JavaScript, which takes longer.
 * @param {Emscripten} module
 * @param {Function | null} trampoline
 */
export function setTrampoline(module, trampoline) {
  module._PyEM_CountArgsPtr = trampoline ? module.addFunction(trampoline) : 0;
  const offset = module.HEAP32[module.__PyEM_EMSCRIPTEN_COUNT_ARGS_OFFSET >> 2];
  module.HEAP32[(module.__PyRuntime + offset) >> 2] = module._PyEM_CountArgsPtr;
}

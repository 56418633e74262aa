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
 */

const offsetOfTableBase = 20;

/**
 * @param {object} module Pyodide's Emscripten module
 * @param {number} tableBase the length of its function table before the first library was loaded
 * @returns {Links}
 */
export function describeLibraries(module, tableBase) {
  const { LDSO, wasmTable, HEAP32, GOT } = module;
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
 * @param {object} module
 * @param {Links} links
 * @param {Map<string, WebAssembly.Module>} compiled by library name
 */
export function relink(module, links, compiled) {
  const { wasmTable, wasmTableMirror } = module;
  if (Math.abs(wasmTable.length - links.tableBase) > 1) throw mismatch(wasmTable.length, links.tableBase); // 1: the trampoline
  for (const { handle, name, global, refcount, tableBase, resolves } of links.libraries) {
    if (wasmTable.length < tableBase) wasmTable.grow(tableBase - wasmTable.length);
    const dso = module.newDSO(name, handle, "loading");
    const scope = global ? undefined : {};
    // Looking for undefined symbols costs most of the loading, so it is done where there were some.
    const flags = { global, allowUndefined: resolves.length === 0 };
    const exports = module.loadWebAssemblyModule(compiled.get(name), flags, name, scope, handle);
    if (global) module.mergeLibSymbols(exports, name);
    else Object.assign(scope, exports);
    Object.assign(dso, { exports, global, refcount: refcount ?? Infinity });
  }
  if (wasmTable.length !== links.tableLength) throw mismatch(wasmTable.length, links.tableLength);
  wasmTableMirror.length = 0; // what stood in the table before is remembered there
}

const mismatch = (found, expected) =>
  new Error(`this browser's table of functions has ${found} entries where the stored memory of Python expects ${expected}`);

/**
 * Take CPython's call trampoline out of the table: it has a slot only where WebAssembly has GC types, and a snapshot
 * is made in one place and used in another.
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
 * @param {Function | null} trampoline
 */
export function setTrampoline(module, trampoline) {
  module._PyEM_CountArgsPtr = trampoline ? module.addFunction(trampoline) : 0;
  const offset = module.HEAP32[module.__PyEM_EMSCRIPTEN_COUNT_ARGS_OFFSET >> 2];
  module.HEAP32[(module.__PyRuntime + offset) >> 2] = module._PyEM_CountArgsPtr;
}

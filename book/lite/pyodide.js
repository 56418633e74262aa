/* What the notebook's kernel takes for Pyodide: the Pyodide of the book's pages, with the packages of pyodide-lock.json.
   A classic script, because the kernel's worker is one. */

/**
 * @param {{indexURL: string, packages: string[]}} options - the folder of this script, and what the kernel starts with
 */
self.loadPyodide = async ({ indexURL: here, packages, ...options }) => {
  const response = await fetch(new URL("pyodide-lock.json", here));
  if (!response.ok) throw new Error(`pyodide-lock.json could not be loaded (${response.status})`);
  const { pyodide, later, ...lock } = await response.json();
  // Pyodide looks for a package in its own folder; if its address is a path, it lies in the site.
  for (const entry of Object.values(lock.packages)) {
    if (entry.file_name.includes("/")) entry.file_name = new URL(entry.file_name, here).href;
  }
  const indexURL = new URL(pyodide, here).href;
  const { loadPyodide } = await import(new URL("pyodide.mjs", indexURL).href);
  const python = await loadPyodide({
    ...options,
    indexURL,
    lockFileURL: URL.createObjectURL(new Blob([JSON.stringify(lock)], { type: "application/json" })),
    packages: packages.filter((name) => name.replaceAll("_", "-") in lock.packages),
  });
  loadWhatFollows(python, later);
  // In a slow browser it would stand, red, above the first figure.
  python.runPython("import logging; logging.getLogger('matplotlib.font_manager').setLevel(logging.ERROR)");
  return python;
};

/**
 * The kernel loads the packages that a cell imports; add those that a module of the book imports in its functions.
 * @param {{
 *   loadPackage(names: string[]): Promise<unknown>,
 *   loadPackagesFromImports(code: string, ...options: unknown[]): Promise<unknown>,
 * }} python
 * @param {Record<string, string[]>} later - names of packages by names of modules
 */
function loadWhatFollows(python, later) {
  const load = python.loadPackagesFromImports;
  python.loadPackagesFromImports = async (code, ...options) => {
    const named = Object.keys(later).filter((module) => new RegExp(`\\b${module.split(".").at(-1)}\\b`).test(code));
    if (named.length) await python.loadPackage(named.flatMap((module) => later[module]));
    return load(code, ...options);
  };
}

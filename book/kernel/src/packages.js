/* Which packages a cell needs, from its imports and from what assets.json says of each package. */

/**
 * @typedef {{file: string, sha256: string, size: number, inflated?: number}} Stored
 * @typedef {Stored & {depends: string[], imports: string[], compiled?: Stored}} Package
 * @typedef {Stored & {own: boolean, provides: string[]}} Archive
 * An archive to unpack: mostly the wheel of one package. `own` archives lie on the site, others with Pyodide.
 */

export class Packages {
  /**
   * @param {{packages: Record<string, Package>, wheels: (Package & {name: string})[],
   *   prepared?: {packages: string[], archives: Record<string, Stored>}}} assets
   */
  constructor(assets) {
    /** @type {Map<string, Package>} */
    this.byName = new Map(Object.entries(assets.packages));
    this.ownWheels = new Set(assets.wheels.map((wheel) => wheel.name));
    for (const wheel of assets.wheels) this.byName.set(wheel.name, wheel);
    this.prepared = new Set(assets.prepared?.packages);
    this.bytecode = assets.prepared?.archives.bytecode;
    /** @type {Map<string, string>} */
    this.byImport = new Map();
    for (const [name, { imports }] of this.byName) {
      for (const module of [name, ...imports]) this.byImport.set(module.split(".")[0].replaceAll("-", "_"), name);
    }
  }

  /**
   * The packages that the code imports, and those they depend on, each after what it needs, but for the prepared
   * ones: most of their modules are in Python's memory from the start.
   * A guess for an early start: what it misses is fetched when Python imports it.
   * @param {string} code
   * @returns {string[]}
   */
  neededBy(code) {
    const modules = [];
    for (const [, list] of code.matchAll(/^\s*(?:import|from)\s+([\w., ]+?)(?:\s+(?:import|as)\b.*)?$/gm)) {
      modules.push(...list.split(",").map((module) => module.trim().split(/[.\s]/)[0]));
    }
    if (/^\s*[%!]\w|\bget_ipython\b|^\s*(?:import IPython|from IPython(?!\.display\b))/m.test(code)) modules.push("IPython");
    else modules.splice(0, modules.length, ...modules.filter((module) => module !== "IPython"));
    const names = modules.flatMap((module) => this.byImport.get(module) ?? []);
    return this.closure(names).filter((name) => !this.prepared.has(name));
  }

  /**
   * The archives that hold the packages: one for all that are prepared, a wheel for each of the others.
   * @param {string[]} names
   * @returns {Archive[]}
   */
  archivesOf(names) {
    const wheels = names.filter((name) => !this.prepared.has(name)).map((name) => {
      const wheel = this.byName.get(name);
      if (!wheel) throw new Error(`assets.json has no package ${name}`);
      const { file, sha256, size, inflated } = wheel.compiled ?? wheel;
      return { file, sha256, size, inflated, own: this.ownWheels.has(name), provides: [name] };
    });
    if (!this.bytecode || wheels.length === names.length) return wheels;
    return [{ ...this.bytecode, own: true, provides: [...this.prepared] }, ...wheels];
  }

  /**
   * @param {Iterable<string>} names
   * @returns {string[]}
   */
  closure(names) {
    const found = new Set();
    const visit = (name) => {
      const entry = this.byName.get(name);
      if (found.has(name) || !entry) return;
      entry.depends.forEach(visit);
      found.add(name);
    };
    for (const name of names) visit(name);
    return [...found];
  }
}

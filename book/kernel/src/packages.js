/* Which packages a cell needs, from its imports and from what assets.json says of each package. */

/**
 * @typedef {{file: string, sha256: string, size: number, depends: string[], imports: string[]}} Package
 * @typedef {{file: string, sha256: string, size: number, own: boolean, provides: string[]}} Archive
 * An archive to unpack: mostly the wheel of one package. `own` archives lie on the site, others with Pyodide.
 */

export class Packages {
  /**
   * @param {{packages: Record<string, Package>, wheels: (Package & {name: string})[],
   *   bytecode?: {file: string, sha256: string, size: number, packages: string[]}}} assets
   */
  constructor(assets) {
    /** @type {Map<string, Package>} */
    this.byName = new Map(Object.entries(assets.packages));
    this.ownWheels = new Set(assets.wheels.map((wheel) => wheel.name));
    for (const wheel of assets.wheels) this.byName.set(wheel.name, wheel);
    this.bytecode = assets.bytecode;
    /** @type {Map<string, string>} */
    this.byImport = new Map();
    for (const [name, { imports }] of this.byName) {
      for (const module of [name, ...imports]) this.byImport.set(module.split(".")[0].replaceAll("-", "_"), name);
    }
  }

  /**
   * The packages that the code imports, and those they depend on, each after what it needs.
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
    return this.closure(modules.filter((m) => this.byImport.has(m)).map((m) => this.byImport.get(m)));
  }

  /**
   * The archives that hold the packages: for a figure one with all that is compiled, and the rest as wheels.
   * @param {string[]} names
   * @returns {Archive[]}
   */
  archivesOf(names) {
    if (!this.bytecode || !names.includes("matplotlib")) return this.wheelsOf(names);
    const { file, sha256, size, packages } = this.bytecode;
    const rest = this.wheelsOf(names.filter((name) => !packages.includes(name)));
    return [{ file, sha256, size, own: true, provides: packages }, ...rest];
  }

  /**
   * @param {string[]} names
   * @returns {Archive[]}
   */
  wheelsOf(names) {
    return names.map((name) => {
      const { file, sha256, size } = this.byName.get(name);
      return { file, sha256, size, own: this.ownWheels.has(name), provides: [name] };
    });
  }

  /**
   * @param {Iterable<string>} names
   * @returns {string[]}
   */
  closure(names) {
    const found = new Set();
    const visit = (name) => {
      if (found.has(name) || !this.byName.has(name)) return;
      this.byName.get(name).depends.forEach(visit);
      found.add(name);
    };
    for (const name of names) visit(name);
    return [...found];
  }
}

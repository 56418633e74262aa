/** The names of three scripts, with the marks of their content (build.mjs). */
declare const WORKER: string;
declare const WIDGETS: string;
declare const EDITOR: string;

/** What of this build the service worker keeps (offline.py). */
declare const BUILD: { version: string; kernel: string[] };

/** What Pyodide's script has put there, and what the notebooks' kernel asks of it. */
declare var _createPyodideModule: (settings: any) => Promise<any>;
declare var loadPyodide: (options: any) => Promise<unknown>;

/** What only some browsers have. */
interface Navigator {
  connection?: { saveData: boolean };
}

/* Compiles a wheel with the Python that will run it: node compile.mjs <wheel> <folder>.

   Writes the archive and entry.json, its entry in assets.json, into the folder. */
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { unzipSync } from "fflate";
import { loadPyodide } from "pyodide";
import { compile, storeFiles, write } from "./archives.mjs";

const [wheel, folder] = process.argv.slice(2);
const python = await loadPyodide({ packages: [] });
const files = unzipSync(readFileSync(wheel));
write(python, files);
const entry = storeFiles(folder, basename(wheel).split("-")[0], compile(python, files));
writeFileSync(join(folder, "entry.json"), JSON.stringify(entry));
process.exit(0);

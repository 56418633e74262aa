/* Compiles a wheel with the Python that will run it: node compile.mjs <wheel> <folder>.

   Writes one archive into the folder, named after the package. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { unzipSync } from "fflate";
import { loadPyodide } from "pyodide";
import { compile, storeFiles, write } from "./archives.mjs";

const [wheel, folder] = process.argv.slice(2);
const python = await loadPyodide({ packages: [] });
const files = unzipSync(readFileSync(wheel));
write(python, files);
// The page has the front end of its figures already.
const needed = Object.entries(compile(python, files)).filter(([name]) => !name.includes("/front/"));
storeFiles(folder, basename(wheel).split("-")[0], Object.fromEntries(needed));
process.exit(0);

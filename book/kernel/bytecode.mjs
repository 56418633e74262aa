/* Compiles what every figure imports, inside Pyodide itself, into one archive: it saves seconds at the start.

   node bytecode.mjs <folder with assets.json> <folders with the packages and wheels>...

   Writes bytecode-<hash>.bin into the first folder and its entry ("bytecode") into assets.json. Also in it: a
   fresh list of Matplotlib's fonts, which Matplotlib would otherwise make anew at every start. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { unzipSync, zipSync } from "fflate";
import { loadPyodide } from "pyodide";
import { Packages } from "./src/packages.js";

const [live, ...folders] = process.argv.slice(2);
const SITE_PACKAGES = "/lib/python3.12/site-packages";
/** Parts of packages that no figure uses; tests/browser draws and imports without them. */
const LEFT_OUT = /\/(tests?|include|sample_data|images|pdfcorefonts|afm)\/|\.(pyi|pxd|c|h|lib|a)$/;

const list = join(live, "assets.json");
const assets = JSON.parse(readFileSync(list, "utf8"));
const packages = new Packages(assets);
const names = packages.closure(["matplotlib", "ipywidgets"]);

const python = await loadPyodide({ packages: [] });
const seen = new Set();
for (const name of names) {
  const { file, sha256 } = packages.byName.get(name);
  const path = folders.map((folder) => join(folder, file)).find(existsSync);
  if (!path) throw new Error(`${file} is in none of ${folders.join(", ")}`);
  const archive = readFileSync(path);
  if (createHash("sha256").update(archive).digest("hex") !== sha256) throw new Error(`${file}: wrong hash`);
  for (const [member, bytes] of Object.entries(unzipSync(archive))) {
    if (member.endsWith("/") || LEFT_OUT.test(`/${member}`)) continue;
    const target = `${SITE_PACKAGES}/${member}`;
    python.FS.mkdirTree(target.slice(0, target.lastIndexOf("/")));
    python.FS.writeFile(target, bytes);
    seen.add(member);
  }
}

python.runPython(`
import compileall, os, py_compile
compileall.compile_dir("${SITE_PACKAGES}", quiet=1, legacy=True, force=True,
                       invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
os.environ["MPLBACKEND"] = "agg"
import matplotlib.font_manager  # writes its list of fonts beside itself: the one in the wheel is out of date
`);

const files = {};
for (const member of [...seen].sort()) {
  const compiled = member.endsWith(".py") ? `${member}c` : member;
  // The time is fixed, so that the same packages give the same bytes.
  files[compiled] = [python.FS.readFile(`${SITE_PACKAGES}/${compiled}`), { mtime: "2020-01-01T00:00:00" }];
}
// One gzip stream round an uncompressed zip: the browser inflates it by itself, while Python starts.
const archive = gzipSync(zipSync(files, { level: 0 }), { level: 9 });
const sha256 = createHash("sha256").update(archive).digest("hex");
const file = `bytecode-${sha256.slice(0, 16)}.bin`;
writeFileSync(join(live, file), archive);
assets.bytecode = { file, sha256, size: archive.length, packages: names };
writeFileSync(list, `${JSON.stringify(assets, null, 1)}\n`);
process.exit(0);

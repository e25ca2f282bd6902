// Builds the browser's parts: style sheets and scripts under content-hashed names into app/static/dist/, with
// manifest.json (logical name -> hashed name), the wasm that reads and draws QR codes beside them, and the fonts of charts and of
// paper into app/fonts/. Does nothing when nothing changed.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const dist = path.join(root, "app/static/dist");
const manifestFile = path.join(dist, "manifest.json");
const fingerprintFile = path.join(dist, ".fingerprint");

const sourceFolders = ["app/static/css", "app/static/js", "checkin/scanner"];
const kanji = "app/programme/rules/kanji.json"; // the scanner searches by the same table as the server
const scannerEntries = ["scan.js", "worker.js", "service-worker.js"];
const wasm = ["reader", "writer"].map((name) => `node_modules/zxing-wasm/dist/${name}/zxing_${name}.wasm`);
const fonts = {
  "BIZUDGothic-Regular.ttf": "biz-udgothic/400Regular/BIZUDGothic_400Regular.ttf",
  "BIZUDGothic-Bold.ttf": "biz-udgothic/700Bold/BIZUDGothic_700Bold.ttf",
  "NotoSansJP-Regular.ttf": "noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf",
  "NotoSansJP-Bold.ttf": "noto-sans-jp/700Bold/NotoSansJP_700Bold.ttf",
};

const started = performance.now();
const fingerprint = fingerprintOfSources();
if (isBuilt(fingerprint)) {
  process.exit(0);
}
copyFonts();
const { manifest, outputs } = await bundle();
publish(manifest, fingerprint);
removeAllBut(outputs);
console.log(`Built ${Object.keys(manifest).length} browser files in ${Math.round(performance.now() - started)} ms.`);

/** Everything the result depends on, as one hash: the sources, the exact versions of packages, this script. */
function fingerprintOfSources() {
  const hash = createHash("sha256");
  const files = ["package-lock.json", ".ci/build.mjs", kanji, ...sourceFolders.flatMap(filesBelow)];
  for (const file of files.sort()) {
    hash.update(`${file}\0`).update(fs.readFileSync(path.join(root, file)));
  }
  return hash.digest("hex");
}

/** @param {string} folder @returns {string[]} */
function filesBelow(folder) {
  if (!fs.existsSync(path.join(root, folder))) return [];
  return fs
    .readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)));
}

/** @param {string} fingerprint */
function isBuilt(fingerprint) {
  if (!fs.existsSync(fingerprintFile) || !fs.existsSync(manifestFile)) return false;
  if (fs.readFileSync(fingerprintFile, "utf8") !== fingerprint) return false;
  const built = Object.values(JSON.parse(fs.readFileSync(manifestFile, "utf8")));
  return (
    built.every((name) => fs.existsSync(path.join(dist, name))) &&
    Object.keys(fonts).every((name) => fs.existsSync(path.join(root, "app/fonts", name)))
  );
}

function copyFonts() {
  const folder = path.join(root, "app/fonts");
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, source] of Object.entries(fonts)) {
    fs.copyFileSync(path.join(root, "node_modules/@expo-google-fonts", source), path.join(folder, name));
  }
}

/** The manifest (logical name -> hashed name) and every file written. */
async function bundle() {
  const { build } = await import("esbuild");
  fs.mkdirSync(dist, { recursive: true });
  const entries = entryPoints();
  const common = {
    absWorkingDir: root,
    bundle: true,
    minify: true,
    metafile: true,
    outdir: dist,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    target: ["es2022", "safari15.4", "chrome100", "firefox114"],
    charset: /** @type {const} */ ("utf8"),
    logLevel: /** @type {const} */ ("warning"),
    loader: /** @type {const} */ ({ ".svg": "file", ".png": "file", ".woff2": "file" }),
  };
  // A service worker is a classic script, the only kind that every browser takes; all others are modules.
  const [workers, modules] = partition(entries, (entry) => entry.endsWith("service-worker.js"));
  const results = await Promise.all([
    build({ ...common, entryPoints: modules, format: "esm" }),
    build({ ...common, entryPoints: workers, format: "iife" }),
  ]);
  const written = results.flatMap((result) => Object.entries(result.metafile.outputs));
  const copied = wasm.map(copyWasm);
  return {
    manifest: sorted([...written.flatMap(logicalName), ...copied]),
    outputs: [...written.map(([file]) => path.basename(file)), ...copied.map(([, name]) => name)],
  };
}

function entryPoints() {
  const styles = filesIn("app/static/css").filter((file) => file.endsWith(".css") && !path.basename(file).startsWith("_"));
  const scripts = filesIn("app/static/js").filter((file) => file.endsWith(".js"));
  const scanner = scannerEntries.map((name) => `checkin/scanner/${name}`).filter((file) => fs.existsSync(path.join(root, file)));
  const all = [...styles, ...scripts, ...scanner];
  const names = all.map((file) => path.basename(file));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`Two sources are called ${twice}: give one of them another name.`);
  return all;
}

/** @param {string} folder */
function filesIn(folder) {
  return filesBelow(folder).filter((file) => path.dirname(file) === path.normalize(folder));
}

/**
 * @param {[string, {entryPoint?: string}]} output of esbuild's metafile
 * @returns {[string, string][]}
 */
function logicalName([file, { entryPoint }]) {
  return entryPoint ? [[path.basename(entryPoint), path.basename(file)]] : [];
}

/** The wasm comes from the very package that the script comes from: mixed versions crash. @param {string} file @returns {[string, string]} */
function copyWasm(file) {
  const logical = path.basename(file);
  const bytes = fs.readFileSync(path.join(root, file));
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
  const name = `${path.basename(file, ".wasm")}-${hash}.wasm`;
  fs.writeFileSync(path.join(dist, name), bytes);
  return [logical, name];
}

/**
 * Last of all the manifest, in one step, so that a server that reads it finds every file it names.
 * @param {Record<string, string>} manifest
 * @param {string} fingerprint
 */
function publish(manifest, fingerprint) {
  const temporary = `${manifestFile}.new`;
  fs.writeFileSync(temporary, `${JSON.stringify(manifest, null, 2)}\n`);
  fs.renameSync(temporary, manifestFile);
  fs.writeFileSync(fingerprintFile, fingerprint);
}

/** Files of earlier builds. @param {string[]} outputs */
function removeAllBut(outputs) {
  const kept = new Set([...outputs, path.basename(manifestFile), path.basename(fingerprintFile)]);
  for (const name of fs.readdirSync(dist)) {
    if (!kept.has(name)) fs.rmSync(path.join(dist, name));
  }
}

/**
 * @template T
 * @param {T[]} items
 * @param {(item: T) => boolean} test
 * @returns {[T[], T[]]}
 */
function partition(items, test) {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** @param {[string, string][]} pairs */
function sorted(pairs) {
  return Object.fromEntries(pairs.sort(([one], [other]) => (one < other ? -1 : 1)));
}

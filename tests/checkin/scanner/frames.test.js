/** The product's own reader on frames of bad days: four in five are read, nothing wrongly, and nothing where nothing is. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";

import { prepareZXingModule } from "zxing-wasm/reader";
import { prepareZXingModule as prepareWriter, writeBarcode } from "zxing-wasm/writer";

import { LOOKS } from "../../../checkin/scanner/enhance.js";
import { read } from "../../../checkin/scanner/reading.js";
import { EACH, emptyFrames, FAMILIES, frameOf, hardFrames } from "./frames.js";

before(() => {
  const wasm = (name) => readFileSync(new URL(`../../../node_modules/zxing-wasm/dist/${name}/zxing_${name}.wasm`, import.meta.url));
  prepareZXingModule({ overrides: { wasmBinary: wasm("reader") } });
  prepareWriter({ overrides: { wasmBinary: wasm("writer") } });
  globalThis.ImageData = class {
    constructor(data, width, height) {
      Object.assign(this, { data, width, height });
    }
  };
});

/** As successive frames of a camera, each with the look whose turn it is. */
async function readAll(frame) {
  for (let look = 0; look < LOOKS.length; look += 1) {
    const text = await read(frame, look);
    if (text !== null) return text;
  }
  return null;
}

const symbolOf = async (text) => (await writeBarcode(text, { format: "QRCode", options: "ecLevel=M" })).symbol;

test(`of ${EACH * Object.keys(FAMILIES).length} hard frames at least four in five are read, and none wrongly`, async () => {
  const found = Object.fromEntries(Object.keys(FAMILIES).map((family) => [family, 0]));
  for await (const { family, text, frame } of hardFrames(symbolOf)) {
    const seen = await readAll(frame);
    if (seen !== null) assert.equal(seen, text, family);
    found[family] += Number(seen !== null);
  }
  const all = Object.values(found).reduce((sum, number) => sum + number, 0);
  const share = all / (EACH * Object.keys(FAMILIES).length);
  assert.ok(share >= 0.8, `${Math.round(share * 1000) / 10} %: ${JSON.stringify(found)}`);
  assert.ok(Object.values(found).every((number) => number > EACH / 3), JSON.stringify(found));
});

test("where there is no code nothing is read", async () => {
  for (const { frame } of emptyFrames()) assert.equal(await readAll(frame), null);
});

test("the same seed draws the same frame", async () => {
  const symbol = await symbolOf("SAME");
  assert.deepEqual(frameOf(symbol, "glare", 5).data, frameOf(symbol, "glare", 5).data);
});

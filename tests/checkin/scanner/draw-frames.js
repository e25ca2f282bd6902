/** Draws hard frames and empty ones for a real browser, a JSON object a line: `node draw-frames.js [EACH EMPTY]`. */

import { once } from "node:events";
import { readFileSync } from "node:fs";

import { prepareZXingModule, writeBarcode } from "zxing-wasm/writer";

import { EACH, EMPTY, emptyFrames, hardFrames } from "./frames.js";

const wasm = new URL("../../../node_modules/zxing-wasm/dist/writer/zxing_writer.wasm", import.meta.url);
prepareZXingModule({ overrides: { wasmBinary: readFileSync(wasm) } });

const symbolOf = async (text) => (await writeBarcode(text, { format: "QRCode", options: "ecLevel=M" })).symbol;
const [each = EACH, empty = EMPTY] = process.argv.slice(2).map(Number);

async function* frames() {
  yield* hardFrames(symbolOf, each);
  yield* emptyFrames(empty);
}

for await (const { family, text, frame } of frames()) {
  const { data, width, height } = frame;
  const grey = Buffer.alloc(width * height);
  for (let i = 0; i < grey.length; i += 1) grey[i] = data[4 * i];
  const line = JSON.stringify({ family, text, width, height, grey: grey.toString("base64") });
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, "drain");
}

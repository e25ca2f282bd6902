/** What the reading worker does with the pixels of a frame: one look at it, as it is or after a local threshold. */

import { readBarcodes } from "zxing-wasm/reader";

import { localThreshold, LOOKS } from "./enhance.js";

/** @type {import("zxing-wasm/reader").ReaderOptions} */
const OPTIONS = { formats: ["QRCode"], maxNumberOfSymbols: 1 };

/** @param {ImageData} pixels @param {number} look @returns {Promise<string | null>} */
export async function read(pixels, look) {
  const how = LOOKS[look % LOOKS.length];
  const { width, height, data } = pixels;
  const [found] = await readBarcodes(how ? new ImageData(localThreshold(data, width, height, how), width, height) : pixels, OPTIONS);
  return found?.isValid ? found.text : null;
}

/** Reads and draws QR codes away from the page, so that the picture never stutters. One frame at a time. */

import { prepareZXingModule } from "zxing-wasm/reader";
import { prepareZXingModule as prepareWriter } from "zxing-wasm/writer";

import { draw } from "./drawing.js";
import { read } from "./reading.js";

/** @typedef {{wasm: string, writer: string} | {draw: string} | {frame: ImageBitmap, look: number} | {photo: ImageBitmap}} Order */
/** @typedef {{text: string | null} | {fault: string}} Report */

/** Sides to which a large photograph is brought down, one after another, until its code is read. */
const PHOTO_SIDES = [1600, 1000, 2600];

const page = /** @type {{onmessage: ((event: MessageEvent<Order>) => void) | null, postMessage: (report: Report) => void}} */ (
  /** @type {unknown} */ (globalThis)
);

page.onmessage = async ({ data: order }) => {
  try {
    if ("wasm" in order) prepare(order);
    else if ("draw" in order) page.postMessage({ text: await draw(order.draw) });
    else if ("frame" in order) page.postMessage({ text: await readFrame(order.frame, order.look) });
    else page.postMessage({ text: await readPhoto(order.photo) });
  } catch (error) {
    page.postMessage({ fault: String(error) });
  }
};

/** @param {{wasm: string, writer: string}} addresses on our own server */
function prepare({ wasm, writer }) {
  prepareZXingModule({ overrides: { locateFile: () => wasm } });
  prepareWriter({ overrides: { locateFile: () => writer } });
}

/** @param {ImageBitmap} frame @param {number} look @returns {Promise<string | null>} */
async function readFrame(frame, look) {
  const pixels = pixelsOf(frame, frame.width, frame.height);
  frame.close();
  return read(pixels, look);
}

/** @param {ImageBitmap} photo @returns {Promise<string | null>} every look at every size: a photograph is worth the wait */
async function readPhoto(photo) {
  for (const side of PHOTO_SIDES) {
    const scale = Math.min(1, side / Math.max(photo.width, photo.height));
    const pixels = pixelsOf(photo, Math.round(photo.width * scale), Math.round(photo.height * scale));
    for (const look of [0, 1, 3]) {
      const text = await read(pixels, look);
      if (text !== null) return text;
    }
    if (scale === 1) break;
  }
  return null;
}

/** @param {ImageBitmap} picture @param {number} width @param {number} height @returns {ImageData} */
function pixelsOf(picture, width, height) {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  context.drawImage(picture, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

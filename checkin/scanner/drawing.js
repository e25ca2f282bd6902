/** Draws the QR code of a ticket, as one that our own reader and any phone's camera reads. */

import { writeBarcode } from "zxing-wasm/writer";

/** @param {string} text @returns {Promise<string>} its modules without quiet zone, rows of # and blanks */
export async function draw(text) {
  const { error, symbol } = await writeBarcode(text, { format: "QRCode", ecLevel: "M" });
  if (error) throw new Error(error);
  const { data, width, height } = symbol;
  const row = (/** @type {number} */ y) => Array.from(data.subarray(y * width, (y + 1) * width), (module) => (module === 0 ? "#" : " ")).join("");
  return Array.from({ length: height }, (_, y) => row(y)).join("\n");
}

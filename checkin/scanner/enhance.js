/**
 * Second looks at a frame that could not be read: smooth, then compare each pixel with the mean around it.
 *
 * Blur, low light, low contrast and glare leave dark modules only slightly darker than their neighbours; a threshold
 * that follows the neighbourhood brings them back. Window and offset were chosen on generated hard frames.
 */

/** @typedef {{window: number, offset: number}} Look width of the neighbourhood in pixels, levels below its mean */

/** What the worker does with successive frames; null is the frame as it is. */
export const LOOKS = /** @type {readonly (Look | null)[]} */ ([
  null, { window: 15, offset: 2 }, null, { window: 23, offset: 2 },
]);

const BLACK = 0xff000000;
const WHITE = 0xffffffff;

/**
 * @param {Uint8ClampedArray} rgba four bytes a pixel
 * @param {number} width
 * @param {number} height
 * @param {Look} look
 * @returns {Uint8ClampedArray<ArrayBuffer>} black and white, four bytes a pixel
 */
export function localThreshold(rgba, width, height, { window, offset }) {
  const grey = smooth(toGrey(rgba, width * height), width, height);
  const half = window >> 1;
  const columns = new Int32Array(width); // sums of the rows of the window, per column
  const out = new Uint32Array(width * height);
  for (let y = 0; y < Math.min(half, height); y += 1) addRow(columns, grey, y * width, 1);
  for (let y = 0; y < height; y += 1) {
    if (y + half < height) addRow(columns, grey, (y + half) * width, 1);
    if (y - half > 0) addRow(columns, grey, (y - half - 1) * width, -1);
    const rows = Math.min(height, y + half + 1) - Math.max(0, y - half);
    thresholdRow(out, grey, columns, { from: y * width, half, rows, offset });
  }
  return new Uint8ClampedArray(out.buffer);
}

/** @param {Uint8ClampedArray} rgba @param {number} pixels @returns {Uint8Array} brightness as the eye weighs it */
function toGrey(rgba, pixels) {
  const grey = new Uint8Array(pixels);
  for (let i = 0, j = 0; i < pixels; i += 1, j += 4) {
    grey[i] = ((rgba[j] ?? 0) * 77 + (rgba[j + 1] ?? 0) * 150 + (rgba[j + 2] ?? 0) * 29) >> 8;
  }
  return grey;
}

/** @param {Uint8Array} grey @param {number} width @param {number} height @returns {Uint8Array} mean of 3 × 3, the edge as it is */
function smooth(grey, width, height) {
  const out = grey.slice();
  const columns = new Int32Array(width);
  for (let y = 1; y < height - 1; y += 1) {
    const row = y * width;
    for (let x = 0; x < width; x += 1) {
      columns[x] = (grey[row - width + x] ?? 0) + (grey[row + x] ?? 0) + (grey[row + width + x] ?? 0);
    }
    for (let x = 1; x < width - 1; x += 1) {
      out[row + x] = ((columns[x - 1] ?? 0) + (columns[x] ?? 0) + (columns[x + 1] ?? 0)) / 9;
    }
  }
  return out;
}

/** @param {Int32Array} columns @param {Uint8Array} grey @param {number} from @param {1 | -1} sign */
function addRow(columns, grey, from, sign) {
  for (let x = 0; x < columns.length; x += 1) columns[x] = (columns[x] ?? 0) + sign * (grey[from + x] ?? 0);
}

/**
 * @param {Uint32Array} out
 * @param {Uint8Array} grey
 * @param {Int32Array} columns
 * @param {{from: number, half: number, rows: number, offset: number}} row
 */
function thresholdRow(out, grey, columns, { from, half, rows, offset }) {
  const width = columns.length;
  let sum = 0;
  for (let x = 0; x < Math.min(half, width); x += 1) sum += columns[x] ?? 0;
  for (let x = 0; x < width; x += 1) {
    if (x + half < width) sum += columns[x + half] ?? 0;
    if (x - half > 0) sum -= columns[x - half - 1] ?? 0;
    const area = rows * (Math.min(width, x + half + 1) - Math.max(0, x - half));
    out[from + x] = (grey[from + x] ?? 0) * area < sum - offset * area ? BLACK : WHITE;
  }
}

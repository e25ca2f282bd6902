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

/**
 * @param {ArrayLike<number>} rgba four bytes a pixel
 * @param {number} width
 * @param {number} height
 * @param {Look} look
 * @returns {Uint8ClampedArray<ArrayBuffer>} black and white, four bytes a pixel
 */
export function localThreshold(rgba, width, height, look) {
  const grey = smooth(toGrey(rgba, width * height), width, height);
  const sums = integral(grey, width, height);
  const half = look.window >> 1;
  const stride = width + 1;
  const out = new Uint32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const top = Math.max(0, y - half) * stride;
    const bottom = Math.min(height, y + half + 1) * stride;
    const rows = (bottom - top) / stride;
    for (let x = 0; x < width; x += 1) {
      const left = Math.max(0, x - half);
      const right = Math.min(width, x + half + 1);
      const sum = at(sums, bottom + right) - at(sums, bottom + left) - at(sums, top + right) + at(sums, top + left);
      const area = rows * (right - left);
      const dark = at(grey, y * width + x) * area < sum - look.offset * area;
      out[y * width + x] = dark ? 0xff000000 : 0xffffffff;
    }
  }
  return new Uint8ClampedArray(out.buffer);
}

/** @param {ArrayLike<number>} rgba @param {number} pixels @returns {Uint8Array} brightness as the eye weighs it */
function toGrey(rgba, pixels) {
  const grey = new Uint8Array(pixels);
  for (let i = 0, j = 0; i < pixels; i += 1, j += 4) {
    grey[i] = (at(rgba, j) * 77 + at(rgba, j + 1) * 150 + at(rgba, j + 2) * 29) >> 8;
  }
  return grey;
}

/** @param {Uint8Array} grey @param {number} width @param {number} height @returns {Uint8Array} mean of 3 × 3, edges kept */
function smooth(grey, width, height) {
  const out = grey.slice();
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1, i = y * width + 1; x < width - 1; x += 1, i += 1) {
      const above = at(grey, i - width - 1) + at(grey, i - width) + at(grey, i - width + 1);
      const beside = at(grey, i - 1) + at(grey, i) + at(grey, i + 1);
      const below = at(grey, i + width - 1) + at(grey, i + width) + at(grey, i + width + 1);
      out[i] = (above + beside + below) / 9;
    }
  }
  return out;
}

/** @param {Uint8Array} grey @param {number} width @param {number} height @returns {Uint32Array} sums of all pixels above and left */
function integral(grey, width, height) {
  const stride = width + 1;
  const sums = new Uint32Array(stride * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += at(grey, y * width + x);
      sums[(y + 1) * stride + x + 1] = at(sums, y * stride + x + 1) + row;
    }
  }
  return sums;
}

/** @param {ArrayLike<number>} values @param {number} index @returns {number} */
function at(values, index) {
  return /** @type {number} */ (values[index]);
}

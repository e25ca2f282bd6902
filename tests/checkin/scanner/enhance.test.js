import assert from "node:assert/strict";
import { test } from "node:test";

import { localThreshold, LOOKS } from "../../../checkin/scanner/enhance.js";

const SIZE = 96;
const MODULE = 6;

/** A chequerboard of modules, 8 levels apart, under a light that falls off from left to right. */
function dimChequers() {
  const rgba = new Uint8ClampedArray(SIZE * SIZE * 4);
  for (let y = 0; y < SIZE; y += 1) {
    for (let x = 0; x < SIZE; x += 1) {
      const level = 40 + x + (isDark(x, y) ? 0 : 8);
      rgba.set([level, level, level, 255], (y * SIZE + x) * 4);
    }
  }
  return rgba;
}

function isDark(x, y) {
  return (Math.floor(x / MODULE) + Math.floor(y / MODULE)) % 2 === 0;
}

/** The share of module centres that come out right, away from the edge where the neighbourhood is cut off. */
function rightCentres(look) {
  const out = localThreshold(dimChequers(), SIZE, SIZE, look);
  let right = 0;
  let all = 0;
  for (let y = 15; y < SIZE - 12; y += MODULE) {
    for (let x = 15; x < SIZE - 12; x += MODULE, all += 1) right += (out[(y * SIZE + x) * 4] === 0) === isDark(x, y) ? 1 : 0;
  }
  return right / all;
}

test("modules eight levels apart under uneven light come out black and white", () => {
  assert.equal(rightCentres({ window: 15, offset: 2 }), 1);
  assert.equal(rightCentres({ window: 23, offset: 2 }), 1);
});

test("one threshold for the whole picture could not do it", () => {
  const rgba = dimChequers();
  let best = 0;
  for (let level = 40; level < 150; level += 1) {
    let right = 0;
    for (let y = 3; y < SIZE; y += MODULE) {
      for (let x = 3; x < SIZE; x += MODULE) right += (rgba[(y * SIZE + x) * 4] < level) === isDark(x, y) ? 1 : 0;
    }
    best = Math.max(best, right);
  }
  assert.ok(best < (SIZE / MODULE) ** 2 * 0.6);
});

test("an even surface stays white: the offset keeps noise from becoming dots", () => {
  const even = new Uint8ClampedArray(SIZE * SIZE * 4).fill(120);
  const out = localThreshold(even, SIZE, SIZE, { window: 15, offset: 2 });
  assert.ok(out.every((value) => value === 255));
});

test("every pixel is opaque black or opaque white, whatever the size", () => {
  for (const [width, height] of [[1, 1], [2, 7], [31, 3], [40, 33]]) {
    const rgba = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => (i * 37) % 256);
    const out = localThreshold(rgba, width, height, { window: 23, offset: 2 });
    assert.equal(out.length, rgba.length);
    for (let i = 0; i < out.length; i += 4) {
      assert.ok(out[i] === 0 || out[i] === 255);
      assert.deepEqual([out[i + 1], out[i + 2], out[i + 3]], [out[i], out[i], 255]);
    }
  }
});

/** The same by its definition: slow, and hard to get wrong. */
function byDefinition(rgba, width, height, { window, offset }) {
  const grey = Array.from({ length: width * height }, (_, i) => (rgba[i * 4] * 77 + rgba[i * 4 + 1] * 150 + rgba[i * 4 + 2] * 29) >> 8);
  const mean = (x0, x1, y0, y1) => {
    let sum = 0;
    for (let y = y0; y <= y1; y += 1) for (let x = x0; x <= x1; x += 1) sum += smooth[y * width + x];
    return sum / ((x1 - x0 + 1) * (y1 - y0 + 1));
  };
  const smooth = grey.slice();
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const around = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => grey[(y + dy) * width + x + dx]));
      smooth[y * width + x] = Math.floor(around.reduce((all, value) => all + value) / 9);
    }
  }
  const half = window >> 1;
  return smooth.map((value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const around = mean(Math.max(0, x - half), Math.min(width - 1, x + half), Math.max(0, y - half), Math.min(height - 1, y + half));
    return value < around - offset - 1e-9 ? 0 : 255;
  });
}

test("the fast way gives what the definition gives, at edges and in tiny pictures too", () => {
  let seed = 11;
  const random = () => (seed = (seed * 16807) % 2147483647) % 256;
  for (const [width, height] of [[1, 1], [3, 2], [9, 14], [41, 17], [64, 48]]) {
    const rgba = Uint8ClampedArray.from({ length: width * height * 4 }, random);
    for (const look of [{ window: 15, offset: 2 }, { window: 23, offset: 2 }]) {
      const fast = Array.from(localThreshold(rgba, width, height, look)).filter((_, i) => i % 4 === 0);
      assert.deepEqual(fast, byDefinition(rgba, width, height, look));
    }
  }
});

test("every second look is the frame as it is", () => {
  assert.deepEqual(LOOKS, [null, { window: 15, offset: 2 }, null, { window: 23, offset: 2 }]);
});

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

test("every second look is the frame as it is", () => {
  assert.deepEqual(LOOKS, [null, { window: 15, offset: 2 }, null, { window: 23, offset: 2 }]);
});

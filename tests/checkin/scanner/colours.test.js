import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { MANNERS } from "../../../checkin/scanner/verdicts.js";

const read = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const tokens = new Map([...read("node_modules/@digital-go-jp/design-tokens/dist/tokens.css").matchAll(/(--color-[a-z0-9-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
const sheet = read("app/static/css/scan.css");

/** The ground and the bright edge of a tone: its own rule, or the one of every tone. */
function coloursOf(tone) {
  const rules = [...sheet.matchAll(/^(\[data-tone[^{]*)\{ --tone: var\((--[a-z0-9-]+)\); --edge: var\((--[a-z0-9-]+)\); \}/gm)];
  const own = rules.find(([, selector]) => selector.includes(`"${tone}"`)) ?? rules.find(([, selector]) => selector.trim() === "[data-tone]");
  return [tokens.get(own[2]), tokens.get(own[3])];
}

function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16) / 255).map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

for (const tone of [...new Set(Object.values(MANNERS).map((manner) => manner.tone)), "wait"]) {
  test(`white words on the ground of "${tone}" have a contrast of seven to one or more`, () => {
    assert.ok(contrast("#ffffff", coloursOf(tone)[0]) >= 7);
  });

  test(`the edge of "${tone}" stands out from its ground and from the dark page, and carries black`, () => {
    const [ground, edge] = coloursOf(tone);
    for (const beside of [ground, "#000000"]) assert.ok(contrast(edge, beside) >= 3);
    assert.ok(contrast(edge, "#000000") >= 7);
  });
}

test("yes, caution and no differ in their ground and in their edge", () => {
  const all = ["good", "caution", "no"].map(coloursOf);
  assert.equal(new Set(all.flat()).size, 6);
});

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Voice } from "../../../checkin/scanner/language.js";
import { photoButton } from "../../../checkin/scanner/type-panel.js";
import { drawPlainly } from "./fakes.js";

beforeEach(() => drawPlainly());

/** What is said of a photograph, and what was read of it. @param {() => Promise<string | null>} readPhoto */
async function photographed(readPhoto) {
  const read = [];
  const part = photoButton(new Voice("en", "Asia/Tokyo"), readPhoto, (text) => void read.push(text));
  const [input] = part.all((node) => node.tag === "input");
  input.files = [{}];
  await input.listeners.change();
  return [part.ofClass("support")[0].textContent, read];
}

test("a photograph of a ticket is read, and nothing is said beside the answer", async () => {
  assert.deepEqual(await photographed(async () => "CODE"), ["", ["CODE"]]);
});

test("a photograph without a code is to be taken again, closer", async () => {
  assert.match((await photographed(async () => null))[0], /No QR code was found/u);
});

test("a picture that this browser cannot open is told as such: coming closer would not help", async () => {
  const [said, read] = await photographed(async () => { throw new Error("no picture"); });
  assert.match(said, /could not be opened/u);
  assert.deepEqual(read, []);
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Voice } from "../../../checkin/scanner/language.js";
import { NAMES_STAY, searchPanel } from "../../../checkin/scanner/search-panel.js";
import { Server } from "../../../checkin/scanner/server.js";
import { drawPlainly, rest } from "./fakes.js";

const ANA = { number: "1234567", name: "Ana Demo", category: "visitor", size: 1 };
const DOOR = { contact: "reached", categories: [{ key: "visitor", label: { en: "Visitor" } }] };

beforeEach(() => {
  drawPlainly();
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

/** The panel's field and form, and what it says. */
function panel(door, seek, onPick = () => {}) {
  const element = searchPanel(new Voice("en"), door, { seek, onPick });
  const all = (node) => [node, ...(node.children ?? []).flatMap(all)];
  const find = (tag) => all(element).filter((one) => one.tag === tag);
  const [form] = find("form");
  find("input")[0].focus = find("input")[0].blur = form.scrollIntoView = () => {};
  return { element, find, search: async (text) => ((find("input")[0].value = text), await form.listeners.submit({ preventDefault() {} }), await rest()) };
}

test("who is found is listed, picked by the short number, and then forgotten", async () => {
  const picked = [];
  const { element, find, search } = panel(DOOR, async () => ({ found: [ANA], more: false }), (number) => picked.push(number));
  await search("ana");
  assert.match(element.textContent, /Ana Demo/);
  find("button").find((one) => one.attributes.class === "row").listeners.click();
  assert.deepEqual(picked, ["1234567"]);
  assert.doesNotMatch(element.textContent, /Ana Demo/);
});

test("names leave the screen by themselves", async () => {
  const { element, search } = panel(DOOR, async () => ({ found: [ANA], more: false }));
  await search("ana");
  mock.timers.tick(NAMES_STAY - 1);
  assert.match(element.textContent, /Ana Demo/);
  mock.timers.tick(1);
  assert.doesNotMatch(element.textContent, /Ana Demo/);
});

test("without a network, and for a single character, nothing is asked and it is said what to do", async () => {
  const seek = mock.fn(async () => ({ found: [], more: false }));
  const away = panel({ ...DOOR, contact: "unreached" }, seek);
  await away.search("ana");
  assert.match(away.element.textContent, /26 characters/);
  const here = panel(DOOR, seek);
  await here.search("a");
  assert.match(here.element.textContent, /two characters\.$|Type at least two/);
  assert.equal(seek.mock.callCount(), 0);
});

test("what is sought stands in the body, and the answer is in no cache", async () => {
  const asked = [];
  const server = new Server({ api: "/api/v1", csrf: "", fetch: async (...given) => (asked.push(given), new Response('{"found":[],"more":false}')) });
  server.token = "secret";
  await server.search("practice", "ana");
  const [[address, request]] = asked;
  assert.deepEqual([address, request.method, request.body, request.cache], ["/api/v1/events/practice/searches", "POST", '{"sought":"ana"}', "no-store"]);
});

test("the panel knows no store", () => {
  const source = readFileSync(new URL("../../../checkin/scanner/search-panel.js", import.meta.url), "utf8");
  assert.doesNotMatch(source, /indexedDB|localStorage|sessionStorage|caches|store\.js/);
});

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Voice } from "../../../checkin/scanner/language.js";
import { verdictPanel } from "../../../checkin/scanner/verdict-panel.js";
import { walkInPanel } from "../../../checkin/scanner/walk-in-panel.js";
import { drawPlainly, rest } from "./fakes.js";

const CATEGORIES = [{ key: "visitor", label: { ja: "観覧者" }, belongs: {} }];

/** @type {(outcome: string) => void} */
let comes;
let sounds;
let door;

beforeEach(() => {
  drawPlainly();
  sounds = [];
  const outcome = () => new Promise((resolve) => (comes = resolve));
  door = {
    categories: CATEGORIES, direction: "in", place: { code: "session:A1" }, newToday: false, shown: null, isAsking: false, replaced: new Map(),
    tally: { count: () => 0, last: () => ({ id: "1", category: "visitor" }) }, tapping: { tap: outcome, undo: outcome },
  };
});

/** @param {string} [language] */
function panel(language = "ja") {
  const { element, render } = walkInPanel(new Voice(language), door, { give: (tone) => sounds.push(tone) });
  render();
  const [heard] = element.all((node) => node.attributes["aria-live"] === "polite");
  return { element, heard, tap: element.ofClass("tap")[0], undo: element.ofClass("undo")[0] };
}

for (const [outcome, said, sound] of [
  ["done", "観覧者 1人を数えました", ["good"]],
  ["kept", "観覧者 1人を数えました まだ送っていません。", ["good"]],
  ["refused", "", []],
]) {
  test(`of a tap that was ${outcome} nothing else is announced`, async () => {
    const { heard, tap } = panel();
    tap.click();
    assert.deepEqual([heard.textContent, sounds], ["", []]);
    comes(outcome);
    await rest();
    assert.deepEqual([heard.textContent, sounds], [said, sound]);
  });
}

test("a refused undo is not announced as undone", async () => {
  const { heard, undo } = panel();
  undo.click();
  comes("refused");
  await rest();
  assert.equal(heard.textContent, "");
  undo.click();
  comes("done");
  await rest();
  assert.equal(heard.textContent, "観覧者 1人を取り消しました");
});

test("the verdict on a refused tap says who was not counted, aloud too", () => {
  door.shown = {
    draft: { id: "1", act: "walk_in", people: { visitor: 1 } }, answer: { id: "1", verdict: "too_late" }, stage: "answered", at: 0, late: false,
  };
  const { element, heard, render } = verdictPanel(new Voice("ja"), door, () => {});
  render();
  const [said] = element.ofClass("verdict-said");
  for (const { textContent } of [said, heard]) assert.match(textContent, /終わりました.*観覧者 1人は数えていません/);
});

for (const [language, question, people] of [["ja", /この人は/, /延べ人数.*実人数/], ["en", /This person/, /visit.*new person/], ["ja-easy", /人（ひと）は/, /延（の）べ人数.*実人数（じつにんずう）/]]) {
  test(`whether somebody is new today is asked where everybody sees it, and what the answer counts is said, in ${language}`, () => {
    for (const isNew of [true, false]) {
      door.newToday = isNew;
      const { element } = panel(language);
      const [legend] = element.all(({ tag }) => tag === "legend");
      assert.match(legend.textContent, question);
      assert.doesNotMatch(legend.attributes.class ?? "", /hidden/);
      const choices = element.all(({ attributes }) => attributes.name === "new-today");
      assert.deepEqual(choices.map(({ attributes }) => attributes.checked === ""), [isNew, !isNew]);
      const [why] = element.all(({ attributes }) => attributes.id === choices[1].attributes["aria-describedby"]);
      assert.match(why.textContent, people);
    }
  });
}

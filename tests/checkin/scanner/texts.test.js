import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { cut, withoutReadings } from "../../../checkin/scanner/ruby.js";
import { TEXTS } from "../../../checkin/scanner/texts.js";
import { REASONS } from "../../../checkin/scanner/verdict-panel.js";
import { letsIn, MANNERS, mannerOf } from "../../../checkin/scanner/verdicts.js";

const LANGUAGES = ["ja", "en", "ja-easy"];
const TONES = ["good", "caution", "no", "leave", "ask", "wait"];

/** The server's own list of verdicts. */
const rules = readFileSync(new URL("../../../checkin/rules/__init__.py", import.meta.url), "utf8");
const body = rules.slice(rules.indexOf("class Verdict(StrEnum)")).split(/\nclass (?!Verdict)/)[0];
const verdicts = [...body.matchAll(/^ {4}[A-Z_]+ = "([a-z_]+)"$/gm)].map((match) => match[1]);

test("every verdict of the server has words here, and no other has", () => {
  assert.ok(verdicts.length >= 21);
  assert.deepEqual(Object.keys(MANNERS).sort(), verdicts.sort());
});

for (const verdict of verdicts) {
  for (const language of LANGUAGES) {
    test(`${verdict} has a tone, a drawing and words in ${language}`, () => {
      const manner = mannerOf(verdict);
      assert.ok(TONES.includes(manner.tone));
      assert.ok(TEXTS[manner.words][language].trim().length > 1);
      if (manner.next) assert.ok(TEXTS[manner.next][language].trim().length > 5);
    });
  }
}

test("no two verdicts say the same words in one language", () => {
  for (const language of LANGUAGES) {
    const words = verdicts.map((verdict) => withoutReadings(TEXTS[MANNERS[verdict].words][language]));
    assert.equal(new Set(words).size, words.length, language);
  }
});

test("tones follow the table of verdicts", () => {
  const tone = (name) => verdicts.filter((verdict) => MANNERS[verdict].tone === name).sort();
  assert.deepEqual(tone("good"), ["admitted", "counted", "readmitted"]);
  assert.deepEqual(tone("caution"), ["already_in", "not_booked", "pending", "provisional", "waitlisted"]);
  assert.deepEqual(tone("no"), ["blocked", "cancelled", "full", "other_event", "refused", "replaced", "too_early", "too_late", "unknown", "unreadable"]);
});

test("a verdict that nobody has heard of is never a yes", () => {
  for (const verdict of ["", null, undefined, "welcome", "toString", "constructor", "__proto__"]) {
    assert.equal(mannerOf(verdict).tone, "no");
    assert.equal(letsIn(verdict), false);
  }
});

test("every reason that the server gives has words of ours", () => {
  const folder = new URL("../../../checkin/", import.meta.url);
  const sources = ["rules/decision.py", "rules/taps.py", "operations/judging.py", "operations/recording.py"];
  const text = sources.map((source) => readFileSync(new URL(source, folder), "utf8")).join("");
  const codes = [...text.matchAll(/(?:error="|refusal\([^"\n]*"|facts\["error"\] = "|return "(?=no_such))([a-z_]+)"/g)].map((match) => match[1]);
  assert.ok(new Set(codes).size >= 10, codes.join());
  for (const code of codes) assert.ok(Object.hasOwn(REASONS, code), code);
});

test("every drawing named here is on the page's sheet", () => {
  const sheet = readFileSync(new URL("../../../templates/checkin/_icons.html", import.meta.url), "utf8");
  for (const { icon } of Object.values(MANNERS)) assert.ok(sheet.includes(`id="icon-${icon}"`), icon);
});

for (const [key, sentence] of Object.entries(TEXTS)) {
  test(`"${key}" is said in three languages, with the same blanks to fill`, () => {
    assert.deepEqual(Object.keys(sentence).sort(), ["en", "ja", "ja-easy"]);
    const slots = LANGUAGES.map((language) => cut(sentence[language]).flatMap((piece) => ("slot" in piece ? [piece.slot] : [])).sort().join());
    assert.deepEqual(new Set(slots).size, 1, slots.join(" / "));
    for (const language of LANGUAGES) assert.ok(sentence[language].trim());
  });

  test(`"${key}" in easy Japanese has a reading over every kanji and no era`, () => {
    const bare = cut(sentence["ja-easy"]).filter((piece) => "text" in piece && !piece.reading).map((piece) => piece.text).join("");
    assert.doesNotMatch(bare, /\p{Script=Han}/u);
    assert.doesNotMatch(sentence["ja-easy"], /令和|平成/);
  });

  test(`"${key}" in English and Japanese carries no notation of readings`, () => {
    assert.doesNotMatch(sentence.ja + sentence.en, /[《》｜]/);
  });
}

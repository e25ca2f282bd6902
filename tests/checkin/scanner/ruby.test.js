import assert from "node:assert/strict";
import { test } from "node:test";

import { cut, withoutReadings, withReadings } from "../../../checkin/scanner/ruby.js";
import { fakeDocument } from "./fakes.js";

const html = (notation, values) => withReadings(fakeDocument, notation, values).map((node) => node.html).join("");

test("a reading stands over the kanji before it", () => {
  assert.equal(html("受付《うけつけ》です"), "<ruby>受付<rp>（</rp><rt>うけつけ</rt><rp>）</rp></ruby>です");
});

test("only the kanji directly before belong to a reading", () => {
  assert.deepEqual(cut("ここの 予約《よやく》が 2人《ふたり》"), [
    { text: "ここの " }, { text: "予約", reading: "よやく" }, { text: "が 2" }, { text: "人", reading: "ふたり" },
  ]);
});

test("a bar marks where the text under a reading begins", () => {
  assert.deepEqual(cut("｜QRコード《きゅーあーるこーど》を"), [{ text: "QRコード", reading: "きゅーあーるこーど" }, { text: "を" }]);
});

test("rare kanji beyond the first plane carry readings too", () => {
  assert.deepEqual(cut("𠮷野《よしの》"), [{ text: "𠮷野", reading: "よしの" }]);
});

test("readings fall away where only plain text can stand", () => {
  assert.equal(withoutReadings("受付《うけつけ》を {n}人《にん》", { n: 3 }), "受付を 3人");
});

test("markup in a sentence is text", () => {
  assert.equal(html("<b>受付</b> & 《》"), "&lt;b&gt;受付&lt;/b&gt; &amp; 《》");
});

test("markup in a reading is no reading", () => {
  assert.equal(html("受付《<i>》"), "受付《&lt;i&gt;》");
});

for (const name of ["<script>alert(1)</script>", "{n}", "漢字《かんじ》", "｜a《い》", '"\'>', "\u202eabc", "𠮷", "👩‍👧", "長".repeat(200)]) {
  test(`a person called ${name.slice(0, 20)} stays what they are called`, () => {
    const escaped = name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    assert.equal(html("{name} さん", { name }), `<bdi>${escaped}</bdi> さん`);
    assert.equal(withoutReadings("{name} さん", { name }), `${name} さん`);
  });
}

test("a value that is missing leaves nothing behind", () => {
  assert.equal(html("{n}人", {}), "<bdi></bdi>人");
  assert.equal(withoutReadings("{n}人"), "人");
});

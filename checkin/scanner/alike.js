/** One spelling for all spellings of a name; twin of `alike` in registrations/rules/sought.py. */

import TABLE from "../../app/programme/rules/kanji.json" with { type: "json" };

const KANA = /[\u30a1-\u30f6\u30fd\u30fe]/g;
const FORMS = new Map(Object.entries(TABLE).flatMap(([now, others]) => [...others].map((other) => [other, now])));
const UNSEEN = /[\u3099\u309a\ufe00-\ufe0f\u{e0100}-\u{e01ef}\p{C}\p{Z}]/gu;

/** @param {string} text @returns {string} without blanks and invisible signs; hiragana and katakana, widths, cases and the forms of one kanji the same */
export function alike(text) {
  const kana = text.normalize("NFKC").toLowerCase().replace(KANA, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0x60));
  const seen = [...kana].map((sign) => FORMS.get(sign) ?? sign).join("").replace(UNSEEN, "");
  return seen === text ? seen : alike(seen);
}

/** One spelling for all spellings of a name; twin of `alike` in registrations/rules/sought.py. */

const KANA = /[\u30a1-\u30f6\u30fd\u30fe]/g;
const FORMS = new Map([..."髙﨑𠮷邊邉齋齊斎澤濱櫻廣國嶋嶌眞德"].map((sign, i) => [sign, [..."高崎吉辺辺斉斉斉沢浜桜広国島島真徳"][i]]));
const UNSEEN = /[\u3099\u309a\ufe00-\ufe0f\u{e0100}-\u{e01ef}\p{C}\p{Z}]/gu;

/** @param {string} text @returns {string} without blanks and invisible signs; hiragana and katakana, widths, cases and common forms of one kanji the same */
export function alike(text) {
  const kana = text.normalize("NFKC").toLowerCase().replace(KANA, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0x60));
  const seen = [...kana].map((sign) => FORMS.get(sign) ?? sign).join("").replace(UNSEEN, "");
  return seen === text ? seen : alike(seen);
}

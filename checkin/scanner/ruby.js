/**
 * Readings over kanji, written 漢字《かんじ》 or ｜漢字《かんじ》, and placeholders {name}, as pieces and as elements.
 *
 * A text is cut before anything is filled in, and pieces become text nodes: a person's name that holds brackets, markup
 * or direction marks stays what it is.
 */

/** @typedef {{text: string, reading?: string} | {slot: string}} Piece */
/** @typedef {Readonly<Record<string, string | number | Node>>} Values */

const READING = "《([ぁ-ゖァ-ヺー・]+)》";
const KANJI = "[々〆ヶ㐀-䶿一-鿿豈-﫿\\u{20000}-\\u{3ffff}]+";
const PIECE = new RegExp(`｜([^｜《》{}]+)${READING}|(${KANJI})${READING}|\\{([a-z_]+)\\}`, "gu");

/**
 * @param {string} notation
 * @returns {Piece[]}
 */
export function cut(notation) {
  /** @type {Piece[]} */
  const pieces = [];
  let from = 0;
  for (const match of notation.matchAll(PIECE)) {
    if (match.index > from) pieces.push({ text: notation.slice(from, match.index) });
    const [, marked, markedReading, kanji, reading, slot] = match;
    if (slot) pieces.push({ slot });
    else pieces.push({ text: marked ?? kanji ?? "", reading: markedReading ?? reading ?? "" });
    from = match.index + match[0].length;
  }
  if (from < notation.length) pieces.push({ text: notation.slice(from) });
  return pieces;
}

/**
 * Without readings, for attributes and for speech.
 *
 * @param {string} notation
 * @param {Values} [values]
 * @returns {string}
 */
export function withoutReadings(notation, values = {}) {
  return cut(notation).map((piece) => ("slot" in piece ? spoken(values[piece.slot]) : piece.text)).join("");
}

/**
 * @param {Document} document
 * @param {string} notation
 * @param {Values} [values]
 * @returns {Node[]}
 */
export function withReadings(document, notation, values = {}) {
  return cut(notation).map((piece) => {
    if ("slot" in piece) return filled(document, values[piece.slot]);
    return piece.reading ? ruby(document, piece.text, piece.reading) : document.createTextNode(piece.text);
  });
}

/** @param {Document} document @param {string} base @param {string} reading @returns {Node} */
function ruby(document, base, reading) {
  const element = document.createElement("ruby");
  const rt = document.createElement("rt");
  rt.textContent = reading;
  element.append(base, bracket(document, "（"), rt, bracket(document, "）"));
  return element;
}

/** @param {Document} document @param {string} sign @returns {Node} shown only where ruby is not understood */
function bracket(document, sign) {
  const rp = document.createElement("rp");
  rp.textContent = sign;
  return rp;
}

/** @param {Document} document @param {string | number | Node | undefined} value @returns {Node} */
function filled(document, value) {
  if (typeof value === "object") return value;
  const isolated = document.createElement("bdi");
  isolated.textContent = String(value ?? "");
  return isolated;
}

/** @param {string | number | Node | undefined} value @returns {string} */
function spoken(value) {
  return typeof value === "object" ? (value.textContent ?? "") : String(value ?? "");
}
